// Which changes go with a release train, in which order, and why others do not.
#ifndef LIBCHANGEPOLICY_DOMAIN_TRAIN_PLAN_H_
#define LIBCHANGEPOLICY_DOMAIN_TRAIN_PLAN_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

// Nothing is owned; functions are set.
struct TrainQuestion {
  v1::TrainDeparture departure;
  absl::Time now;
  std::vector<const v1::ChangeRequest*> changes;  // by different ids
  std::set<std::string> in_place;                 // subjects that were carried out
  // Changes that are grouped into other trains already, with the train's id.
  std::map<std::string, std::string> elsewhere;
  std::function<bool(const v1::ChangeRequest&)> in_scope;
  // What is closed for the change at the instant of the release: freezes by id, `no window`.
  std::function<std::vector<std::string>(const v1::ChangeRequest&)> closed;
};

// Changes are taken in the order: those that the train has already, then by creation, then by id,
// each after what it depends on. One is left out
//   - in itself: its state, scope, kind and sort, another train, the calendar at the release;
//   - because it depends on itself, or on something that is neither in place nor taken;
//   - because a change that was taken alters the same asset, or migrates the same service's data,
//     and neither of the two says that it comes after the other.
// What sort a change is its kinds and its title say (Conventional Commits 1.0.0): a fix is a
// security patch, has an emergency basis or the type `fix`; `!` breaks. Until the feature freeze
// everything goes, until the code freeze what names a type other than `feat`, afterwards fixes, and
// from the release on nothing. O(n^2) in the changes that go.
v1::TrainPlan PlanTrain(const TrainQuestion& question);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TRAIN_PLAN_H_
