// Whether a window or freeze concerns a piece of work, and which parts of it.
#ifndef LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
#define LIBCHANGEPOLICY_CALENDAR_SCOPE_H_

#include <string>
#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work.h"

namespace changepolicy {

enum class Concern { kNo, kYes, kUnknown };

// The work taken apart into what scopes can tell apart: each service that it touches, in each
// environment that it goes to. A window of one service says nothing about another one; a freeze on
// any part stops the whole.
class WorkParts {
 public:
  // Neither is owned; both must outlive it.
  WorkParts(const Work& work, const Relations& relations);

  size_t size() const { return services_.size() * environments_.size(); }
  // Like `service api in PRODUCTION`.
  std::string NameOf(size_t part) const;

  struct Answer {
    std::vector<Concern> parts;  // one per part
    // What is not known of the work and was asked for: `services`, `environments`, `team`.
    std::vector<std::string> unknown;

    bool None() const;
  };
  Answer Ask(const v1::CalendarScope& scope) const;

 private:
  struct Service {
    std::string id;                   // empty: the work touches none, or none is known
    std::vector<std::string> wholes;  // itself and what it is part of
  };

  const Work& work_;
  std::vector<Service> services_;
  std::vector<v1::Environment> environments_;
  std::vector<std::string> teams_;  // its team and those that it belongs to
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
