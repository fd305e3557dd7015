// Release trains as releases with dates.
#ifndef LIBCHANGEPOLICY_CALENDAR_DEPARTURES_H_
#define LIBCHANGEPOLICY_CALENDAR_DEPARTURES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Everything that is wrong with a train: kind, cadence, dates that are not in their order.
Issues CheckTrain(const v1::ReleaseTrain& train, std::string_view path);

struct DepartureList {
  std::vector<v1::TrainDeparture> departures;  // by release, then id
  std::vector<std::string> problems;
};
// Releases of which some date lies in the span. Steps before a release are taken on the wall clock
// of the cadence's zone: 14 days before 10:00 is 10:00, whatever the clocks did between.
DepartureList ListDepartures(const v1::ReleaseTrain& train, const Interval& span);

// The departure with this id, `<train>` or `<train>/<local date>`, among the trains; nothing where
// there is none. O(trains + what it takes to ask a rule about one day).
std::optional<v1::TrainDeparture> FindDeparture(
    std::string_view id, const google::protobuf::RepeatedPtrField<v1::ReleaseTrain>& trains);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_DEPARTURES_H_
