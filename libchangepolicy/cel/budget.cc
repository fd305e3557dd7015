#include "libchangepolicy/cel/budget.h"

#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/dominant.h"

namespace changepolicy::cel {

bool Budget::Exceed(Resource resource, NodeId node, uint64_t amount) {
  exhausted_ = true;
  exceeded_ = resource;
  if (used_.empty()) return false;
  // What was asked for and refused counts for the blame, but not as used.
  uint64_t& share = used_[static_cast<size_t>(node)].by[resource];
  share = SaturatingAdd(share, amount);
  return false;
}

void Budget::Halt(Value error) {
  if (exhausted_) return;
  exhausted_ = true;
  error_ = std::move(error);
}

Value Budget::Exhausted() {
  if (error_.has_value()) return *error_;
  std::string message;
  switch (exceeded_) {
    case kSteps:
      message = StrCat("takes more than ", Grouped(limits_.evaluation_steps), " steps");
      break;
    case kCost:
      message = StrCat("costs more than ", Grouped(limits_.cost), " units");
      break;
    case kMemory:
      message = StrCat("makes values of more than ", Grouped(limits_.memory_bytes), " bytes");
      break;
  }
  if (used_.empty()) {
    error_ = Value::FromError(absl::StatusCode::kResourceExhausted, std::move(message));
    return *error_;
  }
  // Children stand before their parents.
  std::vector<uint64_t> shares(tree_.nodes.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    shares[i] = SaturatingAdd(shares[i], used_[i].by[exceeded_]);
    for (const NodeId part : tree_.nodes[i].args) {
      shares[i] = SaturatingAdd(shares[i], shares[static_cast<size_t>(part)]);
    }
  }
  const NodeId term = DominantTerm(tree_, shares);
  const uint64_t whole = shares[static_cast<size_t>(tree_.root)];
  const double percent =
      100.0 * static_cast<double>(shares[static_cast<size_t>(term)]) / static_cast<double>(whole);
  StrAppend(&message, ", ", static_cast<int>(percent), "% of them in `", Excerpt(tree_, term),
            "` at ", PlaceOf(tree_, term));
  error_ = Value::FromError(Error{
      .code = absl::StatusCode::kResourceExhausted, .message = std::move(message), .node = term});
  return *error_;
}

}  // namespace changepolicy::cel
