// Lists of facts, by path, in the memory of a decision.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_NAMES_H_
#define LIBCHANGEPOLICY_EVAL_FACT_NAMES_H_

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

using FactNames = flat::Repeated<std::string_view>;

// The fields that a subject's statements name, by path without root and indices. Sorted, each once;
// there are few.
class StatedFields {
 public:
  bool empty() const { return fields_.empty(); }
  const std::string_view* begin() const { return fields_.begin(); }
  const std::string_view* end() const { return fields_.end(); }
  // O(log fields).
  bool contains(std::string_view field) const { return std::binary_search(begin(), end(), field); }

  // The text is borrowed. O(fields).
  void Insert(std::string_view field, flat::Arena* arena) {
    if (contains(field)) return;
    fields_.Add(field, arena);
    for (int i = fields_.size() - 1; i > 0 && fields_[i] < fields_[i - 1]; --i) {
      std::swap(fields_[i], fields_[i - 1]);
    }
  }

 private:
  FactNames fields_;
};

// The texts in the memory of the decision.
FactNames NamesOf(std::initializer_list<std::string_view> texts, flat::Arena* arena);
FactNames NamesOf(const std::vector<std::string>& texts, flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_NAMES_H_
