// The planned interval against windows, freezes, people, notices and other work.
#include "libchangepolicy/calendar/calendar.h"

#include <optional>
#include <string>

#include "libchangepolicy/calendar/departures.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/planning.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {

namespace {

// What cannot be said of work whose interval, or whose scope, is not known.
constexpr std::string_view kOfTheInterval[] = {
    "calendar.start",          "calendar.end",
    "calendar.inside_window",  "calendar.window",
    "calendar.latest_start",   "calendar.frozen",
    "calendar.freezes",        "calendar.crossing_possible",
    "calendar.conflicts",      "calendar.windows",
    "calendar.uncovered",      "calendar.overruns",
    "calendar.crossing_roles", "calendar.unavailable"};

void MarkUnknown(const FactNames& missing, bool scopes, Evaluation* evaluation) {
  Expressions& expressions = *evaluation->expressions;
  if (!missing.empty()) expressions.SetUnknownParts(kOfTheInterval, missing);
  if (scopes) expressions.SetUnknownPart("calendar.windows_declared", missing);
  // Without a start no notice can be early enough, whether or not it was sent.
  if (!evaluation->calendar.notices().empty() && !evaluation->subject.schedule().has_start()) {
    expressions.SetUnknownPart("calendar.notices", missing);
  }
  if (evaluation->directory_outdated) {
    expressions.SetUnknown(ProgramVariable::kCalendar,
                           NamesOf({"organization.directory.taken_at"}, &evaluation->arena));
  } else if (evaluation->ledger_outdated) {
    expressions.SetUnknownPart("calendar.conflicts",
                               NamesOf({"organization.ledger.taken_at"}, &evaluation->arena));
  }
}

}  // namespace

void AnswerCalendar(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  const BoundOrganization& organization = evaluation->organization;
  flat::Arena* const arena = &evaluation->arena;
  const Work work = WorkOf(subject, evaluation->categorization.category(),
                           organization.directory().roster(), arena);
  const CalendarSources sources = SourcesFor(evaluation->policy, organization, work);
  const Concerns concerns(sources, work, arena);
  flat::CalendarAnswer& answer = evaluation->calendar;
  answer = *AnswerCalendar(concerns, organization.works(), arena);
  *answer.mutable_notices() = NoticesOf(organization, subject, concerns, arena);
  if (!subject.release().train().empty()) {
    for (const auto* const trains : {&organization.directory().proto().calendar().trains(),
                                     &evaluation->policy.policy().calendar().trains()}) {
      const std::optional<v1::TrainDeparture> departure =
          FindDeparture(std::string(subject.release().train()), *trains);
      if (!departure.has_value()) continue;
      answer.set_train(flat::CopyOf<flat::TrainDeparture>(*departure, arena));
      break;
    }
  }
  evaluation->expressions->SetMessage(ProgramVariable::kCalendar, answer);
  FactNames missing = UnknownOfInterval(subject, arena);
  const NameList lists = concerns.unknown.names(arena);
  for (const std::string_view list : lists) {
    missing.Add(Joined(arena, subject.variable(), ".", list), arena);
  }
  MarkUnknown(missing, !lists.empty(), evaluation);
  // Whether other work is in the way of what nobody described.
  if (missing.empty() && !work.services_known && answer.conflicts().empty() &&
      organization.works().IsBusy(work, *work.interval)) {
    evaluation->expressions->SetUnknownPart(
        "calendar.conflicts", NamesOf({Joined(arena, subject.variable(), ".services")}, arena));
  }
}

}  // namespace changepolicy
