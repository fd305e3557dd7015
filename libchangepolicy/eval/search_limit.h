// How long an explanation is searched for.
#ifndef LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_
#define LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_

#include <algorithm>
#include <cstddef>

#include "changepolicy/v1/decision.pb.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// Bytes of a subject and its Decision up to which a search makes all of its decisions.
inline constexpr size_t kUsualBytes = 16u << 10;

// The decisions that a search may make about the subject, of at most `most`; `decision` is one of
// them. Each takes time in proportion to what is read and told, so that a large subject, or one of
// which much is unknown, gets as many as take about the time of `most` about a usual one: a number
// that is the same on every machine.
inline int DecisionsFor(int most, const google::protobuf::Message& subject,
                        const v1::Decision& decision) {
  constexpr size_t kFewest = 4;
  const size_t bytes = std::max(subject.ByteSizeLong() + decision.ByteSizeLong(), kUsualBytes);
  return static_cast<int>(std::max(static_cast<size_t>(most) * kUsualBytes / bytes, kFewest));
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_
