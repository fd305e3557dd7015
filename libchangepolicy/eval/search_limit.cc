#include "libchangepolicy/eval/search_limit.h"

#include <algorithm>
#include <cstddef>

namespace changepolicy {
namespace {

// Of a subject and its Decision, up to which a search makes all of its decisions.
constexpr size_t kUsualBytes = 16u << 10;
constexpr size_t kFewest = 4;

}  // namespace

int DecisionsFor(int most, const google::protobuf::Message& subject, const v1::Decision& decision) {
  size_t bytes = subject.ByteSizeLong() + decision.ByteSizeLong();
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.status() == v1::STATUS_NOT_APPLICABLE) bytes -= outcome.ByteSizeLong();
  }
  bytes = std::max(bytes, kUsualBytes);
  return static_cast<int>(std::max(static_cast<size_t>(most) * kUsualBytes / bytes, kFewest));
}

}  // namespace changepolicy
