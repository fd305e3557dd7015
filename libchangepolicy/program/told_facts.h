// Facts with few values, in the words that Decisions have for them: written and encoded when the
// policy is compiled.
#ifndef LIBCHANGEPOLICY_PROGRAM_TOLD_FACTS_H_
#define LIBCHANGEPOLICY_PROGRAM_TOLD_FACTS_H_

#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.flat.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// Immutable once all were added; then thread-safe.
class ToldFacts {
 public:
  // Of the path with this number. `enum_type` is null for what is no enum; what is no bool either
  // is only told as unknown. The path's text must outlive it.
  void Add(int path, std::string_view text, const google::protobuf::EnumDescriptor* enum_type);

  // Null where the value is not one of those that are told beforehand. O(1).
  const flat::FactRead* Find(int path, const Datum& value) const {
    if (static_cast<size_t>(path) >= paths_.size()) return nullptr;
    const Told& told = paths_[static_cast<size_t>(path)];
    if (!value.is_known()) return told.unknown;
    if (value.kind() != told.kind) return nullptr;
    const auto number = static_cast<size_t>(value.number);
    return number < told.by_number.size() ? told.by_number[number] : nullptr;
  }

 private:
  struct Told {
    Datum::Kind kind = Datum::Kind::kBool;
    const flat::FactRead* unknown = nullptr;
    std::vector<const flat::FactRead*> by_number;
  };

  const flat::FactRead* Make(std::string_view path, const Datum& value,
                             const google::protobuf::EnumDescriptor* enum_type);

  flat::Arena arena_;
  std::vector<Told> paths_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_TOLD_FACTS_H_
