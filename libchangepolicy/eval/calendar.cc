// The planned interval against windows, freezes, people, notices and other work.
#include "libchangepolicy/calendar/calendar.h"

#include <optional>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/departures.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/planning.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {

namespace {

// What cannot be said of work whose interval, or whose scope, is not known.
constexpr std::string_view kOfTheInterval[] = {
    "start",     "end",      "inside_window",     "window",     "latest_start",
    "frozen",    "freezes",  "crossing_possible", "conflicts",  "windows",
    "uncovered", "overruns", "crossing_roles",    "unavailable"};

void MarkUnknown(const std::vector<std::string>& missing, bool scopes, Evaluation* evaluation) {
  Expressions& expressions = *evaluation->expressions;
  if (!missing.empty()) {
    for (const std::string_view part : kOfTheInterval) {
      expressions.SetUnknownPart(StrCat("calendar.", part), missing);
    }
  }
  if (scopes) expressions.SetUnknownPart("calendar.windows_declared", missing);
  // Without a start no notice can be early enough, whether or not it was sent.
  if (!evaluation->calendar.notices().empty() && !evaluation->subject.schedule().has_start()) {
    expressions.SetUnknownPart("calendar.notices", missing);
  }
  if (evaluation->directory_outdated) {
    expressions.SetUnknown("calendar", {"organization.directory.taken_at"});
  } else if (evaluation->ledger_outdated) {
    expressions.SetUnknownPart("calendar.conflicts", {"organization.ledger.taken_at"});
  }
}

}  // namespace

void AnswerCalendar(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  const BoundOrganization& organization = evaluation->organization;
  const WorkspaceLease workspace;
  flat::Arena* const arena = &workspace->arena;
  const Work work = WorkOf(subject, evaluation->categorization.category(),
                           organization.directory().roster(), arena);
  const CalendarSources sources = SourcesFor(evaluation->policy, organization, work);
  const Concerns concerns(sources, work, arena);
  flat::CalendarAnswer* const answer = AnswerCalendar(concerns, organization.works(), arena);
  *answer->mutable_notices() =
      NoticesOf(evaluation->policy, organization, subject, concerns, arena);
  flat::CopyTo(*answer, &evaluation->calendar);
  if (!subject.release().train().empty()) {
    for (const auto* const trains : {&organization.proto().directory().calendar().trains(),
                                     &evaluation->policy.policy().calendar().trains()}) {
      std::optional<v1::TrainDeparture> departure =
          FindDeparture(subject.release().train(), *trains);
      if (!departure.has_value()) continue;
      *evaluation->calendar.mutable_train() = *std::move(departure);
      break;
    }
  }
  evaluation->expressions->SetMessage("calendar", &evaluation->calendar);
  std::vector<std::string> missing = UnknownOfInterval(subject);
  const NameList lists = concerns.unknown.names(arena);
  for (const std::string_view list : lists) {
    missing.push_back(StrCat(subject.variable(), ".", list));
  }
  MarkUnknown(missing, !lists.empty(), evaluation);
  // Whether other work is in the way of what nobody described.
  if (missing.empty() && !work.services_known && evaluation->calendar.conflicts().empty() &&
      organization.works().IsBusy(work, *work.interval)) {
    evaluation->expressions->SetUnknownPart("calendar.conflicts",
                                            {StrCat(subject.variable(), ".services")});
  }
}

}  // namespace changepolicy
