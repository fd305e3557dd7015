// Decisions as typed columns, a row each. docs/batch.md has the table.
#ifndef BINDINGS_ARROW_DECISION_COLUMNS_H_
#define BINDINGS_ARROW_DECISION_COLUMNS_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "bindings/arrow/abi.h"
#include "bindings/arrow/output.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy::bindings {

class DecisionColumns {
 public:
  static constexpr int kColumns = 9;
  // Of each column, what must not exceed kMostInColumn.
  using Sizes = std::array<int64_t, kColumns>;

  // `decision` is a serialized Decision without a rendering, and stands in its column as it is; the
  // other columns are read from it. INTERNAL where it is no Decision; nothing is appended then.
  // `arena` is for the reading, and is reset.
  absl::Status AppendDecision(std::string_view decision, flat::Arena* arena);
  // A row without an answer. `id` is empty where the subject could not be read.
  void AppendError(std::string_view id, std::string_view message);
  void Append(const DecisionColumns& more);
  void Reserve(int64_t rows, const Sizes& sizes);

  Sizes sizes() const;

  // A struct of the columns. Leaves nothing behind.
  ArrowArray Finish();
  static ArrowSchema Schema();

 private:
  // The columns in their order, each with those of the same place in `others`.
  template <typename Body, typename... Others>
  static void ForEach(Body body, Others&... others);

  TextBuilder id_;
  TextBuilder verdict_;
  TextBuilder category_;
  Int32Builder risk_score_;
  TextBuilder risk_level_;
  TextListBuilder missing_roles_;
  TextListBuilder unmet_gates_;
  TextBuilder decision_;
  TextBuilder error_;
  int64_t length_ = 0;
};

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_DECISION_COLUMNS_H_
