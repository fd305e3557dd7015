// Who was told what, and whether early enough.
#ifndef LIBCHANGEPOLICY_DOMAIN_COMMUNICATION_H_
#define LIBCHANGEPOLICY_DOMAIN_COMMUNICATION_H_

#include <optional>

#include "absl/time/time.h"
#include "changepolicy/v1/common.flat.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/evidence.flat.h"
#include "changepolicy/v1/evidence.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/finding.h"

namespace changepolicy {

using Communications = google::protobuf::RepeatedPtrField<v1::Communication>;
using FlatCommunications = flat::RepeatedMessage<flat::Communication>;

// Such a notice went to the audience. O(communications).
bool IsSent(const Communications& communications, v1::Audience audience, v1::Notice notice);
bool IsSent(const FlatCommunications& communications, v1::Audience audience, v1::Notice notice);

struct NoticeLead {
  // An UPCOMING notice went to the audience at least the lead time before the planned start. Needs
  // `schedule.start` where a notice was sent and no start is planned.
  Finding ahead;
  // The earliest start for which the notice that was sent is early enough; nothing where none was
  // sent, since the answer would then move with the clock: the lead time after it is sent.
  std::optional<absl::Time> earliest_start;
};

// A negative lead time counts as none. O(communications).
NoticeLead LeadOf(const Communications& communications, v1::Audience audience, absl::Duration lead,
                  const v1::Schedule& schedule);
NoticeLead LeadOf(const FlatCommunications& communications, v1::Audience audience,
                  absl::Duration lead, const flat::Schedule& schedule);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_COMMUNICATION_H_
