#include "libchangepolicy/domain/supersession.h"

#include "libchangepolicy/base/time.h"

namespace changepolicy {

void SupersedeFrom(absl::Time instant, v1::Decision* decision) {
  ToProto(instant, decision->mutable_superseded_from());
  if (!decision->has_next_evaluation() || FromProto(decision->next_evaluation()) > instant) {
    ToProto(instant, decision->mutable_next_evaluation());
  }
  if (!decision->has_valid_until() || FromProto(decision->valid_until()) > instant) {
    ToProto(instant, decision->mutable_valid_until());
  }
}

}  // namespace changepolicy
