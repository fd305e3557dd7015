#include "libchangepolicy/eval/open_world.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/risk_bands.h"
#include "libchangepolicy/eval/presence.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

using Facts = std::set<std::string>;

std::vector<std::string> Sorted(const Facts& facts) { return {facts.begin(), facts.end()}; }

void SetUnknownPart(std::string_view path, const Facts& facts, Evaluation* evaluation) {
  evaluation->expressions->SetUnknownPart(evaluation->arena.Copy(path),
                                          NamesOf(Sorted(facts), &evaluation->arena));
}

// Those that may still be stated.
template <typename List>
Facts Statable(const List& unknown, const std::string& never_stated) {
  Facts facts(unknown.begin(), unknown.end());
  facts.erase(never_stated);
  return facts;
}

// Paths of the unknown attributes that stand at `path`, which is without indices, in the elements
// of all lists on the way.
void AddUnknownAttributes(const Message& message, const std::string& seen, std::string_view path,
                          const Subject& subject, Facts* facts) {
  const size_t dot = path.find('.');
  const FieldDescriptor* const field =
      message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr) return;
  const std::string here = StrCat(seen, ".", field->name());
  if (field->is_map()) {
    // Of a team's own facts each is known or not.
    if (dot != std::string_view::npos) facts->insert(StrCat(here, path.substr(dot)));
    return;
  }
  if (dot == std::string_view::npos || field->type() != FieldDescriptor::TYPE_MESSAGE) {
    if (!IsFactKnown(message, *field, here, subject.stated(), true)) facts->insert(here);
    return;
  }
  const Reflection& reflection = *message.GetReflection();
  const std::string_view rest = path.substr(dot + 1);
  if (!field->is_repeated()) {
    AddUnknownAttributes(reflection.GetMessage(message, field), here, rest, subject, facts);
    return;
  }
  if (!IsFactKnown(message, *field, here, subject.stated())) facts->insert(here);
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    AddUnknownAttributes(reflection.GetRepeatedMessage(message, field, i),
                         StrCat(here, "[", i, "]"), rest, subject, facts);
  }
}

// The least and the greatest level that a method can give.
struct LevelRange {
  v1::RiskLevel least = v1::RISK_LEVEL_UNSPECIFIED;
  v1::RiskLevel greatest = v1::RISK_LEVEL_UNSPECIFIED;

  void Widen(v1::RiskLevel level) {
    least = least == v1::RISK_LEVEL_UNSPECIFIED ? level : std::min(least, level);
    greatest = std::max(greatest, level);
  }
};

class RiskOpener {
 public:
  explicit RiskOpener(Evaluation* evaluation)
      : evaluation_(*evaluation),
        risk_(evaluation->risk),
        policy_(evaluation->policy.policy().risk()) {}

  void Run() {
    if (!risk_.worst_case()) return;
    const LevelRange ranges[] = {OfPoints(), OfMatrix()};
    if (facts_.empty()) return;  // an expression failed, and will fail
    v1::RiskLevel least = v1::RISK_LEVEL_UNSPECIFIED;
    v1::RiskLevel greatest = v1::RISK_LEVEL_UNSPECIFIED;
    for (const LevelRange& range : ranges) {
      least = std::max(least, range.least);
      greatest = std::max(greatest, range.greatest);
    }
    const bool level_known = least == greatest;
    const auto* const type = v1::RiskAssessment::descriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      if (level_known && field.number() == v1::RiskAssessment::kLevelFieldNumber) continue;
      SetUnknownPart(StrCat("risk.", field.name()), facts_, &evaluation_);
    }
    // Whoever decides about a release reads these of its changes.
    risk_.set_worst_case(!level_known);
    *risk_.mutable_matrix_unknown() = NamesOf(Sorted(matrix_facts_), &evaluation_.arena);
  }

 private:
  // Factors and questionnaire.
  LevelRange OfPoints() {
    int certain = 0;
    int answered = 0, answered_at_most = 0;
    std::set<std::string> open_questions;
    for (const flat::RiskPoint& point : risk_.points()) {
      const Facts unknown = Statable(point.unknown(), evaluation_.never_stated);
      facts_.insert(unknown.begin(), unknown.end());
      if (!point.from_questionnaire()) {
        certain += unknown.empty() ? point.points() : 0;
        continue;
      }
      answered_at_most += point.points();
      if (unknown.empty()) {
        answered += point.points();
      } else {
        open_questions.emplace(point.factor());
      }
    }
    for (const v1::RiskQuestion& question : policy_.questionnaire()) {
      if (open_questions.count(question.id()) == 0) continue;
      int fewest = question.answers(0).points();
      for (const auto& answer : question.answers()) fewest = std::min(fewest, answer.points());
      answered += fewest;
    }
    LevelRange range;
    range.least = std::max(LevelOf(policy_.levels(), certain),
                           LevelOf(policy_.questionnaire_levels(), answered));
    range.greatest =
        std::max(risk_.factor_level(), LevelOf(policy_.questionnaire_levels(), answered_at_most));
    return range;
  }

  // All cells that what is known leaves open.
  LevelRange OfMatrix() {
    LevelRange range;
    if (policy_.matrix().empty()) return range;
    const Subject& subject = evaluation_.subject;
    const v1::ImpactAssessment& impact = subject.is_change() ? subject.change_message().impact()
                                                             : subject.release_message().impact();
    const std::string path = StrCat(subject.variable(), ".impact.");
    v1::Effect largest = v1::EFFECT_NONE;
    const auto* const type = v1::ImpactAssessment::descriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* const field = type->field(i);
      if (field->enum_type() != v1::Effect_descriptor()) continue;
      const std::string fact = StrCat(path, field->name());
      if (IsFactKnown(impact, *field, fact, subject.stated())) {
        const int effect = impact.GetReflection()->GetEnumValue(impact, field);
        largest = std::max(largest, static_cast<v1::Effect>(effect));
      } else if (fact == evaluation_.never_stated) {
        largest = v1::EFFECT_HIGH;
      } else {
        matrix_facts_.insert(fact);
      }
    }
    if (largest == v1::EFFECT_HIGH) matrix_facts_.clear();
    const bool impact_open = !matrix_facts_.empty();
    v1::Likelihood likelihood = impact.likelihood();
    if (likelihood == v1::LIKELIHOOD_UNSPECIFIED) {
      const std::string fact = StrCat(path, "likelihood");
      if (fact == evaluation_.never_stated) {
        likelihood = v1::LIKELIHOOD_LIKELY;
      } else {
        matrix_facts_.insert(fact);
      }
    }
    for (const v1::RiskCell& cell : policy_.matrix()) {
      const bool possible =
          (impact_open ? cell.impact() >= largest : cell.impact() == largest) &&
          (likelihood == v1::LIKELIHOOD_UNSPECIFIED || cell.likelihood() == likelihood);
      if (possible) range.Widen(cell.level());
    }
    facts_.insert(matrix_facts_.begin(), matrix_facts_.end());
    return range;
  }

  Evaluation& evaluation_;
  flat::RiskAssessment& risk_;
  const v1::Risk& policy_;
  Facts facts_;
  Facts matrix_facts_;
};

bool IsStated(const Subject& subject, std::string_view field) {
  return subject.stated().contains(field);
}

// Lists that the risk is limited to and of which nobody said what the subject has; nothing where
// it does not concern the subject in any case.
Facts WouldCover(const v1::AcceptedRisk& risk, std::string_view rule,
                 const Evaluation& evaluation) {
  const Subject& subject = evaluation.subject;
  const auto has = [](const auto& list, const auto& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  const bool in_time = risk.has_start() && risk.has_end() &&
                       FromProto(risk.start()) <= evaluation.now &&
                       evaluation.now < FromProto(risk.end());
  if (!in_time || !has(risk.rules(), rule) ||
      (!risk.subjects().empty() && !has(risk.subjects(), subject.id()))) {
    return {};
  }
  Facts open;
  if (!risk.services().empty() && subject.services().empty() && !IsStated(subject, "services")) {
    open.insert(StrCat(subject.variable(), ".services"));
  }
  const auto& environments = subject.environments();
  if (!risk.environments().empty() && environments.empty() && !IsStated(subject, "environments")) {
    open.insert(StrCat(subject.variable(), ".environments"));
  }
  return open;
}

}  // namespace

void OpenModel(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  Facts facts;
  for (const std::string_view field : evaluation->model.drift()) {
    AddUnknownAttributes(subject.message(), std::string(subject.variable()), field, subject,
                         &facts);
  }
  facts.erase(evaluation->never_stated);
  if (!facts.empty()) SetUnknownPart("model.drift", facts, evaluation);
}

void OpenRisk(Evaluation* evaluation) { RiskOpener(evaluation).Run(); }

std::vector<std::string> OpenSteps(const Evaluation& evaluation) {
  return Sorted(Statable(evaluation.life.open, evaluation.never_stated));
}

void OpenCalendar(Evaluation* evaluation) {
  const Facts facts = Statable(evaluation->categorization.unknown(), evaluation->never_stated);
  if (facts.empty()) return;
  for (const v1::Calendar* const calendar :
       {&evaluation->organization.directory().proto().calendar(),
        &evaluation->policy.policy().calendar()}) {
    for (const v1::LeadTime& lead : calendar->lead_times()) {
      if (lead.categories().empty()) continue;
      SetUnknownPart("calendar.notices", facts, evaluation);
    }
  }
}

void OpenExceptions(Evaluation* evaluation, Outcomes* outcomes) {
  for (flat::RuleOutcome& outcome : *outcomes) {
    if (outcome.status() != v1::STATUS_UNSATISFIED &&
        outcome.status() != v1::STATUS_UNSATISFIABLE) {
      continue;
    }
    Facts facts;
    for (const auto& risk : evaluation->organization.directory().proto().accepted_risks()) {
      const Facts more = WouldCover(risk, outcome.rule(), *evaluation);
      facts.insert(more.begin(), more.end());
    }
    if (facts.empty()) continue;
    outcome.set_status(v1::STATUS_UNKNOWN);
    for (const std::string& fact : facts) {
      outcome.add_unknown(evaluation->arena.Copy(fact), &evaluation->arena);
    }
  }
}

void OpenApprovals(const Outcomes& outcomes, Evaluation* evaluation) {
  Facts facts;
  bool complete_known = false;
  for (const flat::RuleOutcome& outcome : outcomes) {
    if (outcome.status() == v1::STATUS_UNKNOWN) {
      const Facts unknown = Statable(outcome.unknown(), evaluation->never_stated);
      facts.insert(unknown.begin(), unknown.end());
    }
    complete_known |= outcome.status() == v1::STATUS_UNSATISFIED ||
                      outcome.status() == v1::STATUS_UNSATISFIABLE ||
                      outcome.status() == v1::STATUS_ERROR;
  }
  if (facts.empty()) return;
  for (const std::string_view part : {"people", "roles", "complete", "satisfied"}) {
    if (part == "complete" && complete_known) continue;
    SetUnknownPart(StrCat("approvals.", part), facts, evaluation);
  }
}

namespace {

// What open decisions of changes leave open about their release.
class ChangesOpener {
 public:
  ChangesOpener(const std::vector<v1::Decision>& decisions, const std::string& never_stated,
                flat::Arena* arena)
      : decisions_(decisions), never_stated_(never_stated), arena_(*arena) {}

  FactResult AllAllowed() {
    bool holds = true;
    for (size_t i = 0; i < decisions_.size(); ++i) {
      bool open = false;
      if (decisions_[i].verdict() == v1::VERDICT_UNKNOWN) {
        for (const v1::RuleOutcome& outcome : decisions_[i].outcomes()) {
          if (outcome.status() == v1::STATUS_UNKNOWN) open |= Add(i, outcome.unknown());
        }
      }
      holds &= open || decisions_[i].verdict() == v1::VERDICT_ALLOWED;
    }
    return Answer(holds);
  }

  FactResult AllCategorized() {
    bool holds = true;
    for (size_t i = 0; i < decisions_.size(); ++i) {
      const v1::Categorization& categorization = decisions_[i].categorization();
      holds &= Add(i, categorization.unknown()) || categorization.status() == v1::STATUS_SATISFIED;
    }
    return Answer(holds);
  }

  FactResult HighestRisk() {
    v1::RiskLevel highest = v1::RISK_LEVEL_LOW;  // of those that are known
    for (size_t i = 0; i < decisions_.size(); ++i) {
      const v1::RiskAssessment& risk = decisions_[i].risk();
      bool open = false;
      if (risk.worst_case()) {
        open = Add(i, risk.matrix_unknown());
        for (const v1::RiskPoint& point : risk.points()) open |= Add(i, point.unknown());
      }
      if (!open) highest = std::max(highest, risk.level());
    }
    if (!facts_.empty() && highest != v1::RISK_LEVEL_CRITICAL) {
      return Unknown();
    }
    return {.value = Datum::Enum(highest), .enum_type = v1::RiskLevel_descriptor()};
  }

 private:
  // Whether there are any.
  template <typename List>
  bool Add(size_t change, const List& unknown) {
    bool some = false;
    for (const std::string& fact : unknown) {
      // What the organization lacks, it lacks for all of them.
      std::string path = fact.starts_with("change.")
                             ? StrCat("release.changes[", change, "]", fact.substr(6))
                             : fact;
      if (path == never_stated_) continue;
      facts_.insert(std::move(path));
      some = true;
    }
    return some;
  }

  FactResult Answer(bool holds) const {
    return !holds || facts_.empty() ? FactResult::Bool(holds) : Unknown();
  }
  FactResult Unknown() const { return {.unknown = NamesOf(Sorted(facts_), &arena_)}; }

  const std::vector<v1::Decision>& decisions_;
  const std::string& never_stated_;
  flat::Arena& arena_;
  Facts facts_;
};

}  // namespace

FactResult OpenChanges(DomainFunction function, const std::vector<v1::Decision>& decisions,
                       const std::string& never_stated, flat::Arena* arena) {
  ChangesOpener opener(decisions, never_stated, arena);
  if (function == DomainFunction::kChangesAllAllowed) return opener.AllAllowed();
  if (function == DomainFunction::kChangesAllCategorized) return opener.AllCategorized();
  return opener.HighestRisk();
}

std::string NeverStatedIn(const v1::ChangeRequest& change, const v1::Release& release,
                          std::string_view never_stated) {
  for (int i = 0; i < release.changes_size(); ++i) {
    const std::string prefix = StrCat("release.changes[", i, "].");
    if (&release.changes(i) == &change && never_stated.starts_with(prefix)) {
      return StrCat("change.", never_stated.substr(prefix.size()));
    }
  }
  return "";
}

}  // namespace changepolicy
