// How long an explanation is searched for.
#ifndef LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_
#define LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_

#include "changepolicy/v1/decision.pb.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// The decisions that a search may make about the subject, of at most `most`; `decision` is one of
// them, at any detail. Each takes time in proportion to what is read and told, so that a large
// subject, or one of which much is unknown, gets as many as take about the time of `most` about a
// usual one: a number that is the same on every machine, and that rules which do not concern the
// subject do not change.
int DecisionsFor(int most, const google::protobuf::Message& subject, const v1::Decision& decision);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SEARCH_LIMIT_H_
