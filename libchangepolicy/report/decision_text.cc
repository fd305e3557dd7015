#include "libchangepolicy/report/decision_text.h"

#include <algorithm>
#include <map>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/report/aftercare_text.h"
#include "libchangepolicy/report/assessment_text.h"
#include "libchangepolicy/report/calendar_text.h"
#include "libchangepolicy/report/decision_parts.h"
#include "libchangepolicy/report/explanation_text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr int kRuleColumn = 26;
constexpr size_t kLongestValue = 60;

// What a screen has room for.
std::string Cut(std::string_view value) {
  if (value.size() <= kLongestValue) return std::string(value);
  return StrCat(Utf8Prefix(value, kLongestValue - 3), "...");
}

// The element of the policy that an outcome is about, as far as reports need it.
struct RuleText {
  const MessageTemplate* message = nullptr;
  std::string_view remedy;
  std::string_view title;
};

RuleText FindRule(const v1::RuleOutcome& outcome, const Policy& policy) {
  const v1::Policy& proto = policy.proto();
  const auto find = [&](const auto& elements, const std::vector<CheckedRule>& rules) {
    for (int i = 0; i < elements.size(); ++i) {
      if (elements[i].id() != outcome.rule()) continue;
      return RuleText{&rules[i].message, elements[i].remedy(), elements[i].title()};
    }
    return RuleText();
  };
  if (outcome.kind() == "gate") return find(proto.gates(), policy.checked()->gates());
  if (outcome.kind() == "approval") return find(proto.approvals(), policy.checked()->approvals());
  if (outcome.kind() == "separation") {
    for (const v1::PartPair& pair : proto.separation().pairs()) {
      const bool same = pair.id().empty() ? pair.one() == outcome.separation().one() &&
                                                pair.other() == outcome.separation().other()
                                          : pair.id() == outcome.rule();
      if (same) return {nullptr, "", pair.title()};
    }
  }
  if (outcome.kind() == "lint") return find(proto.lints(), policy.checked()->lints());
  return {};
}

std::string SlotText(const v1::SlotOutcome& slot) {
  const std::string people = FilledBy(slot);
  std::string text =
      StrCat(slot.needed(), " of ", slot.of(), ": ", people.empty() ? "nobody yet" : people);
  if (slot.eligible() < slot.needed()) {
    StrAppend(&text, " (", slot.eligible(), " eligible)");
  }
  return text;
}

std::string ApprovalText(const v1::RuleOutcome& outcome) {
  const v1::ApprovalOutcome& approval = outcome.approval();
  std::vector<std::string> parts;
  for (const v1::StandingVeto& veto : approval.vetoes()) {
    parts.push_back(StrCat("vetoed by ", veto.person()));
  }
  for (const std::string& condition : approval.open_conditions()) {
    parts.push_back(StrCat("condition open: ", condition));
  }
  if (!approval.unknown_people().empty()) {
    parts.push_back(StrCat("the directory does not know ", Join(approval.unknown_people(), ", ")));
  }
  if (!approval.waits_for().empty()) {
    parts.push_back(StrCat("waits for ", Join(approval.waits_for(), ", ")));
  }
  for (const v1::SlotOutcome& slot : approval.slots()) {
    if (IsChosen(slot, approval)) {
      parts.push_back(StrCat("needs ", SlotText(slot)));
    }
  }
  if (outcome.status() == v1::STATUS_UNSATISFIABLE) {
    parts.push_back(
        approval.violating_people().empty()
            ? "nobody is eligible"
            : StrCat("only ", Join(approval.violating_people(), ", "), " could, which is too few"));
  }
  if (parts.empty()) {
    return outcome.status() == v1::STATUS_SATISFIED ? "no approval needed" : "approval missing";
  }
  return Join(parts, "; ");
}

// `ben is developer and tester`; empty where nobody holds both.
std::string SeparationText(const v1::RuleOutcome& outcome) {
  const v1::SeparationOutcome& separation = outcome.separation();
  const std::string both =
      StrCat(PartText(separation.one()), " and ", PartText(separation.other()));
  std::vector<std::string> parts;
  if (!separation.held_by().empty()) {
    parts.push_back(StrCat(Join(separation.held_by(), ", "),
                           separation.held_by_size() == 1 ? " is " : " are ", both));
  }
  if (!separation.unknown_people().empty()) {
    parts.push_back(StrCat(
        separation.held_by().empty() ? StrCat("whether somebody is ", both, " is not known: ") : "",
        "the directory does not know ", Join(separation.unknown_people(), ", ")));
  }
  if (parts.empty() && outcome.status() == v1::STATUS_SATISFIED) {
    return StrCat("nobody is ", both);
  }
  if (parts.empty() && outcome.status() == v1::STATUS_UNKNOWN) {
    return StrCat("whether somebody is ", both, " is not known: ", Join(outcome.unknown(), ", "));
  }
  return Join(parts, "; ");
}

class DecisionWriter {
 public:
  DecisionWriter(const v1::Decision& decision, const Policy& policy, const TextOptions& options)
      : decision_(decision), policy_(policy), options_(options), paint_(options.color) {}

  std::string Write() {
    Headline();
    Outcomes();
    BlockingChanges();
    Assessment();
    PlannedTime();
    Aftercare();
    Ask();
    text_ += ExplanationText(decision_.explanation(), options_);
    Obligations();
    Remarks();
    Holds();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Line(const Args&... args) {
    StrAppend(&text_, args..., "\n");
  }

  void Headline() {
    const v1::Verdict verdict = decision_.verdict();
    const std::string subject =
        StrCat(decision_.subject_kind() == v1::SUBJECT_KIND_RELEASE ? "release " : "change ",
               decision_.subject_id());
    const std::string step = decision_.transition() == v1::TRANSITION_UNSPECIFIED
                                 ? std::string("no step")
                                 : Verb(decision_.transition());
    Line(paint_(VerdictColor(verdict), ShortName(verdict)), "  ", subject, ": ", step);
    const std::string facts = HeadlineFacts(decision_);
    if (!facts.empty()) Line("  ", facts);
    Line("  ", DecidedBy(decision_));
  }

  void Outcomes() {
    bool heading = false;
    for (const v1::RuleOutcome& outcome : decision_.outcomes()) {
      if (changepolicy::Holds(outcome.status()) && !options_.verbose) continue;
      if (!heading) Line("\nWhy");
      heading = true;
      Outcome(outcome);
    }
    const std::string holding = HoldingText(decision_);
    if (!options_.verbose && !holding.empty()) Line(heading ? "  " : "\nWhy\n  ", holding);
  }

  void Outcome(const v1::RuleOutcome& outcome) {
    Line("  ", paint_(StatusColor(outcome.status()), Mark(outcome.status())), " ",
         Pad(outcome.rule(), kRuleColumn), " ", OutcomeText(outcome, policy_),
         InBrackets(outcome.clauses()));
    const std::string remedy = RemedyText(outcome, policy_);
    if (Blocks(outcome.status()) && !remedy.empty()) {
      Line("     ", Pad("", kRuleColumn), " -> ", remedy);
    }
    if (!options_.verbose) return;
    for (const v1::FactRead& fact : outcome.facts()) {
      Line("       ", fact.path(), " = ",
           fact.known() ? Cut(fact.value()) : std::string("unknown"));
    }
    for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
      Line("       ", approval.person(), ": ", NotCountedText(approval));
    }
  }

  void BlockingChanges() {
    // Once it is out, what held it back is over.
    if (decision_.release_state() >= v1::RELEASE_STATE_DEPLOYING) return;
    for (const v1::BlockingChange& change : decision_.blocking_changes()) {
      constexpr int kMost = 2;  // the others stand in the change's own decision
      std::vector<std::string> rules(change.rules().begin(), change.rules().end());
      const int more = static_cast<int>(rules.size()) - kMost;
      if (more > 0) rules.resize(kMost);
      Line("  change ", change.id(), " may not be deployed yet (", ShortName(change.verdict()),
           "): ", Join(rules, ", "), more > 0 ? StrCat(" and ", more, " more") : "");
    }
  }

  void Assessment() {
    const std::vector<std::string> lines = AssessmentLines(decision_, options_.verbose);
    if (lines.empty()) return;
    Line("\nAssessed");
    for (const std::string& line : lines) Line("  ", line);
  }

  void PlannedTime() {
    const v1::CalendarAnswer& calendar = decision_.calendar();
    if (!calendar.planned()) return;
    const std::vector<std::string> lines = CalendarLines(calendar, options_.verbose);
    if (lines.empty()) return;
    Line("\nPlanned ", InstantText(calendar.start()), " to ", InstantText(calendar.end()),
         ", rollback reserve included");
    for (const std::string& line : lines) Line("  ", line);
  }

  void Aftercare() {
    const std::string text = AftercareText(decision_.aftercare());
    if (!text.empty()) Line("\nHealth after deployment: ", text);
  }

  void Ask() {
    std::map<std::string, std::vector<std::string>> people_of_rule;
    bool heading = false;
    for (const v1::RuleOutcome& outcome : decision_.outcomes()) {
      if (!Blocks(outcome.status())) continue;
      for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
        for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
          if (slot.path() != suggestion.slot()) continue;
          people_of_rule[StrCat("for ", slot.of(), " (", outcome.rule(), ")")].push_back(
              suggestion.person());
        }
      }
    }
    for (const auto& [what, people] : people_of_rule) {
      if (!heading) Line("\nWho to ask");
      heading = true;
      Line("  ", Join(people, ", "), " ", what);
    }
  }

  void Obligations() {
    if (decision_.obligations().empty()) return;
    Line("\nOwed once it goes ahead");
    for (const v1::ObligationDue& owed : decision_.obligations()) {
      Line("  ", Pad(owed.rule(), kRuleColumn), " ", OwedText(owed, decision_),
           InBrackets(owed.clauses()));
    }
  }

  void Remarks() {
    if (decision_.remarks().empty()) return;
    Line("\nNote");
    for (const v1::Remark& remark : decision_.remarks()) {
      Line("  ", RemarkOf(remark, decision_));
    }
  }

  void Holds() {
    const std::string holds = HoldsText(decision_);
    if (!holds.empty()) Line("\n", holds);
  }

  const v1::Decision& decision_;
  const Policy& policy_;
  const TextOptions& options_;
  const Painter paint_;
  std::string text_;
};

}  // namespace

std::string OutcomeText(const v1::RuleOutcome& outcome, const Policy& policy) {
  if (outcome.status() == v1::STATUS_ERROR) {
    return StrCat("could not be evaluated: ", outcome.error().message(),
                  outcome.error().line() > 0 ? StrCat(" (", outcome.error().element(), ", line ",
                                                      outcome.error().line(), ")")
                                             : "");
  }
  const bool separates =
      outcome.kind() == "separation" && outcome.status() != v1::STATUS_NOT_APPLICABLE;
  if (outcome.status() == v1::STATUS_UNKNOWN && !separates) {
    return StrCat("not known: ", Join(outcome.unknown(), ", "));
  }
  const RuleText rule = FindRule(outcome, policy);
  std::string text;
  if (outcome.kind() == "approval" && outcome.status() != v1::STATUS_NOT_APPLICABLE) {
    text = ApprovalText(outcome);
  } else if (separates) {
    text = SeparationText(outcome);
  } else if (!Holds(outcome.status()) && rule.message != nullptr) {
    text = FillIn(*rule.message, outcome.parameters());
  }
  if (text.empty()) text = rule.title.empty() ? std::string_view(outcome.rule()) : rule.title;
  if (outcome.status() == v1::STATUS_WAIVED) {
    StrAppend(&text, " (accepted risk ", outcome.waived_by(), ")");
  }
  if (outcome.status() == v1::STATUS_OVERRIDDEN) {
    StrAppend(&text, " (set aside by override ", outcome.overridden_by(), ")");
  }
  return text;
}

std::string RemedyText(const v1::RuleOutcome& outcome, const Policy& policy) {
  if (outcome.status() == v1::STATUS_UNKNOWN) {
    if (outcome.unknown().empty()) return "";
    if (!outcome.separation().unknown_people().empty() ||
        !outcome.approval().unknown_people().empty()) {
      return "add these people to the directory, or their accounts to the people they belong to";
    }
    const bool organization =
        std::all_of(outcome.unknown().begin(), outcome.unknown().end(),
                    [](const std::string& fact) { return fact.starts_with("organization."); });
    return organization
               ? "give the organization's directory and ledger, up to date (`--organization`)"
               : "state what is not known";
  }
  return std::string(FindRule(outcome, policy).remedy);
}

std::string DecisionText(const v1::Decision& decision, const Policy& policy,
                         const TextOptions& options) {
  if (IsPrintable(decision)) return DecisionWriter(decision, policy, options).Write();
  return DecisionWriter(Printed(decision), policy, options).Write();
}

void Render(const Policy& policy, v1::Decision* decision) {
  decision->clear_rendering();
  for (const v1::RuleOutcome& outcome : decision->outcomes()) {
    decision->mutable_rendering()->add_outcomes(OutcomeText(Printed(outcome), policy));
  }
  decision->mutable_rendering()->set_summary(DecisionText(*decision, policy, {}));
}

}  // namespace changepolicy
