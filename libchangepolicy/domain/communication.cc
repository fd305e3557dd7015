#include "libchangepolicy/domain/communication.h"

#include <algorithm>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

template <typename Communication>
bool Is(const Communication& communication, v1::Audience audience, v1::Notice notice) {
  return audience != v1::AUDIENCE_UNSPECIFIED && notice != v1::NOTICE_UNSPECIFIED &&
         communication.audience() == audience && communication.notice() == notice;
}

template <typename List>
bool IsAnySent(const List& communications, v1::Audience audience, v1::Notice notice) {
  return std::any_of(communications.begin(), communications.end(), [=](const auto& communication) {
    return Is(communication, audience, notice);
  });
}

template <typename List, typename Schedule>
NoticeLead FindLead(const List& communications, v1::Audience audience, absl::Duration lead,
                    const Schedule& schedule) {
  NoticeLead result;
  for (const auto& communication : communications) {
    // A notice that does not say when it was sent may have been sent too late.
    if (!Is(communication, audience, v1::NOTICE_UPCOMING) || !communication.has_happened_at()) {
      continue;
    }
    const absl::Time start =
        FromProto(communication.happened_at()) + std::max(lead, absl::ZeroDuration());
    result.earliest_start = std::min(result.earliest_start.value_or(start), start);
  }
  if (!result.earliest_start) return result;
  result.ahead = schedule.has_start()
                     ? Finding::Of(*result.earliest_start <= FromProto(schedule.start()))
                     : Finding::Needs("schedule.start");
  return result;
}

}  // namespace

bool IsSent(const Communications& communications, v1::Audience audience, v1::Notice notice) {
  return IsAnySent(communications, audience, notice);
}

bool IsSent(const FlatCommunications& communications, v1::Audience audience, v1::Notice notice) {
  return IsAnySent(communications, audience, notice);
}

NoticeLead LeadOf(const Communications& communications, v1::Audience audience, absl::Duration lead,
                  const v1::Schedule& schedule) {
  return FindLead(communications, audience, lead, schedule);
}

NoticeLead LeadOf(const FlatCommunications& communications, v1::Audience audience,
                  absl::Duration lead, const flat::Schedule& schedule) {
  return FindLead(communications, audience, lead, schedule);
}

}  // namespace changepolicy
