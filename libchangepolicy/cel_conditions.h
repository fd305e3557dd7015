// Many conditions that are asked about one thing after another: rules of access, routes, notices.
//
//   std::vector<changepolicy::CelExpression> rules;      // of one environment
//   rules.push_back(*environment->Compile("role == 'nurse' && action in ['read',
//   'write']").expression); absl::StatusOr<changepolicy::CelConditions> conditions =
//       changepolicy::CelConditions::Create(std::move(rules));
//   changepolicy::CelInput input;
//   input.Set("role", "nurse").Set("action", "read");
//   absl::StatusOr<changepolicy::v1::CelFound> found = conditions->Find(input);
//   found->holds(0);                                     // 0, the number of the first
//
// What they give is what each would give by itself. Most are not evaluated for it: where a
// condition is a conjunction with `attribute == "value"`, `attribute in ["a", "b"]`, a bool or its
// opposite, it is found by the attribute's value, so that ten thousand rules for hundreds of
// departments take about as long as those of one department. docs/cel.md says what is found in this
// way.
#ifndef LIBCHANGEPOLICY_CEL_CONDITIONS_H_
#define LIBCHANGEPOLICY_CEL_CONDITIONS_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {

// Immutable, thread-safe, cheap to copy.
class CelConditions {
 public:
  // The conditions have the numbers of their places. INVALID_ARGUMENT names the first that is of
  // another environment than those before it, or that yields what is no bool. Linear in their
  // texts.
  static absl::StatusOr<CelConditions> Create(std::vector<CelExpression> conditions);

  const std::vector<CelExpression>& conditions() const;

  // Which conditions hold. INVALID_ARGUMENT for an input that does not fit the environment: all of
  // it is looked at, and not only what a condition reads. A condition that is false by what it is
  // found by is not evaluated, so that it meets no limit either.
  absl::StatusOr<v1::CelFound> Find(const CelInput& input) const;

  // Whether one of them holds, as their disjunction would be: true where one does, whatever the
  // others are; otherwise the status of the first that is undecided, if there is one, as
  // CelExpression::EvaluateBool gives it.
  absl::StatusOr<bool> AnyHolds(const CelInput& input) const;

 private:
  struct Data;
  explicit CelConditions(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CEL_CONDITIONS_H_
