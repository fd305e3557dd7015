// The planned interval against windows, freezes and other work.
#include "libchangepolicy/calendar/calendar.h"

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

namespace {

template <typename List>
std::vector<std::string> Texts(const List& list) {
  return {list.begin(), list.end()};
}

std::vector<std::string> EverybodyIn(const v1::People& people, const Roster& roster) {
  std::vector<std::string> all;
  for (const auto& account : people.implementers()) all.push_back(roster.Canonical(account));
  for (const auto& account : people.deployers()) all.push_back(roster.Canonical(account));
  return all;
}

class Asker {
 public:
  explicit Asker(Evaluation* evaluation)
      : evaluation_(*evaluation), subject_(evaluation->subject) {}

  void Run() {
    CalendarQuestion question;
    question.calendars = {&evaluation_.organization.proto().directory().calendar(),
                          &evaluation_.policy.policy().calendar()};
    question.subject_id = subject_.id();
    question.team = subject_.team();
    question.team_known = !subject_.team().empty() || IsStated("team");
    for (const auto& service : subject_.services()) question.services.push_back(service.id());
    question.services_known = !subject_.services().empty() || IsStated("services");
    const auto& environments =
        subject_.is_change() ? subject_.change().environments() : subject_.release().environments();
    for (const int environment : environments) {
      question.environments.push_back(static_cast<v1::Environment>(environment));
    }
    question.environments_known = !environments.empty() || IsStated("environments");
    if (subject_.is_change()) {
      question.change_model = subject_.change().change_model();
      question.assets = Texts(subject_.change().assets());
      question.related = Texts(subject_.change().depends_on());
    }
    question.people = EverybodyIn(subject_.people(), evaluation_.organization.directory().roster());
    question.related_services = [this](const std::string& id) { return RelatedTo(id); };
    for (const auto& work : evaluation_.organization.proto().ledger().scheduled()) {
      question.scheduled.push_back(&work);
    }
    std::vector<std::string> missing = SetInterval(&question);
    CalendarResult result = AnswerCalendar(question);
    evaluation_.calendar = std::move(result.answer);
    evaluation_.expressions->SetMessage("calendar", &evaluation_.calendar);
    for (const std::string& list : result.unknown) missing.push_back(Fact(list));
    MarkUnknown(missing, !result.unknown.empty());
  }

 private:
  bool IsStated(std::string_view field) const { return subject_.stated().count(field) > 0; }
  std::string Fact(std::string_view field) const { return StrCat(subject_.variable(), ".", field); }

  // What is not known of the planned interval.
  std::vector<std::string> SetInterval(CalendarQuestion* question) const {
    const v1::Schedule& schedule = subject_.schedule();
    std::vector<std::string> missing;
    if (!schedule.has_start()) missing.push_back(Fact("schedule.start"));
    if (!schedule.has_end()) missing.push_back(Fact("schedule.end"));
    if (!schedule.has_rollback_reserve() && !IsStated("schedule.rollback_reserve")) {
      missing.push_back(Fact("schedule.rollback_reserve"));
    }
    if (schedule.has_start() && schedule.has_end()) {
      question->start = FromProto(schedule.start());
      question->end = FromProto(schedule.end()) + FromProto(schedule.rollback_reserve());
    }
    return missing;
  }

  // Services that it depends on, and those that depend on it.
  std::vector<std::string> RelatedTo(const std::string& id) const {
    std::vector<std::string> related;
    const v1::Directory& directory = evaluation_.organization.directory().proto();
    for (const v1::Service& service : directory.services()) {
      for (const std::string& other : service.depends_on()) {
        if (service.id() == id) related.push_back(other);
        if (other == id) related.push_back(service.id());
      }
    }
    return related;
  }

  void MarkUnknown(const std::vector<std::string>& missing, bool scopes) {
    if (!missing.empty()) {
      for (const std::string_view part : {"start", "end", "inside_window", "window", "latest_start",
                                          "frozen", "freezes", "crossing_possible", "conflicts"}) {
        evaluation_.expressions->SetUnknownPart(StrCat("calendar.", part), missing);
      }
    }
    if (scopes) evaluation_.expressions->SetUnknownPart("calendar.windows_declared", missing);
    std::vector<std::string> outdated;
    if (evaluation_.directory_outdated) {
      evaluation_.expressions->SetUnknown("calendar", {"organization.directory.taken_at"});
    } else if (evaluation_.ledger_outdated) {
      evaluation_.expressions->SetUnknownPart("calendar.conflicts",
                                              {"organization.ledger.taken_at"});
    }
  }

  Evaluation& evaluation_;
  const Subject& subject_;
};

}  // namespace

void AnswerCalendar(Evaluation* evaluation) { Asker(evaluation).Run(); }

}  // namespace changepolicy
