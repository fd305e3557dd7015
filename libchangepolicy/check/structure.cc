#include "libchangepolicy/check/structure.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/check/field_paths.h"
#include "libchangepolicy/check/release_rules.h"
#include "libchangepolicy/check/reporter.h"
#include "libchangepolicy/check/requirements.h"
#include "libchangepolicy/check/risk_rules.h"

namespace changepolicy {

namespace {

class StructureChecker : private Reporter {
 public:
  StructureChecker(const MergedPolicy& merged, Issues* issues)
      : Reporter(merged.origins, issues),
        policy_(merged.policy),
        origins_(merged.origins),
        issues_(*issues),
        requirements_(merged.origins, roles_, issues) {}

  void Run() {
    CheckHeader();
    CollectNames();
    CheckFactsDeclared();
    CheckRiskRules(policy_, clauses_, origins_, &issues_);
    CheckCategories();
    CheckPriorities();
    CheckApprovals();
    CheckSeparation();
    CheckGates();
    CheckObligations();
    CheckLints();
    CheckExceptions();
    requirements_.CheckGroups();
    CheckEvidence();
    CheckAsking();
    CheckLimits();
    CheckFieldPaths();
    CheckPolicyCalendar();
    ReleaseRuleChecker releases(policy_, origins_, clauses_, &requirements_, &issues_);
    releases.CheckBranching();
    releases.CheckCompatibility();
    releases.CheckCriteria();
  }

 private:
  static bool IsId(std::string_view id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
  }

  void CheckHeader() {
    const v1::PolicyHeader& header = policy_.policy();
    if (!IsId(header.id())) {
      Report("policy-id", "the policy has no id of lower case letters, digits and hyphens",
             "write `policy: {id: ..., version: ...}`", "policy.id");
    }
    if (header.version().empty()) {
      Warn("policy-version", "the policy has no version", "write `version: \"1.0\"`", "policy");
    }
    if (header.has_last_review() && header.has_next_review() &&
        FromProto(header.next_review()) <= FromProto(header.last_review())) {
      Report("policy-review", "the next review is not after the last one", "",
             "policy.next_review");
    }
    for (int i = 0; i < header.approvers_size(); ++i) {
      approver_roles_.push_back(header.approvers(i));
    }
  }

  void CollectNames() {
    for (const v1::RoleDeclaration& role : policy_.roles()) roles_.insert(role.id());
    for (const auto& [name, unused] : policy_.clauses()) clauses_.insert(name);
    // Accepted risks, overrides and decisions name a rule by its id alone.
    const auto add = [&](std::string_view id, std::string_view list) {
      const auto [known, added] = rules_.emplace(id, list);
      if (!added) {
        Report("ambiguous-id", StrCat("`", id, "` names a rule of `", known->second, "` too"),
               "rules are named by their id alone; rename one", StrCat(list, "[", id, "].id"));
      }
    };
    for (const v1::ApprovalRule& rule : policy_.approvals()) add(rule.id(), "approvals");
    for (const v1::PartPair& pair : policy_.separation().pairs())
      add(pair.id(), "separation.pairs");
    for (const v1::Gate& gate : policy_.gates()) add(gate.id(), "gates");
    for (const v1::ObligationRule& rule : policy_.obligations()) obligations_.insert(rule.id());
    for (const std::string& role : approver_roles_)
      requirements_.CheckRole(role, "policy.approvers");
  }

  template <typename Rule>
  void CheckClauses(const Rule& rule, const std::string& element) {
    Reporter::CheckClauses(rule, element, clauses_);
  }

  template <typename Rule>
  void CheckTransitions(const Rule& rule, const std::string& element) {
    std::array<bool, v1::Transition_ARRAYSIZE> seen{};
    for (const int transition : rule.at()) {
      if (!v1::Transition_IsValid(transition) || transition == v1::TRANSITION_UNSPECIFIED) {
        Report("unknown-transition", StrCat("`", transition, "` is no transition"),
               "like `at: [DEPLOY]`", element + ".at");
        continue;
      }
      if (std::exchange(seen[static_cast<size_t>(transition)], true)) {
        Report("duplicate-transition",
               StrCat("`", v1::Transition_Name(static_cast<v1::Transition>(transition)),
                      "` stands twice in `at`"),
               "remove one", element + ".at");
      }
    }
  }

  void CheckFactsDeclared() {
    for (const v1::FactDeclaration& fact : policy_.facts()) {
      const std::string element = StrCat("facts[", fact.name(), "]");
      const bool identifier = !fact.name().empty() &&
                              !(fact.name()[0] >= '0' && fact.name()[0] <= '9') &&
                              std::all_of(fact.name().begin(), fact.name().end(), [](char c) {
                                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                       (c >= '0' && c <= '9') || c == '_';
                              });
      if (!identifier) {
        Report("fact-name", StrCat("`", fact.name(), "` is no name that expressions can use"),
               "letters, digits and `_`, not beginning with a digit", element + ".name");
      }
      if (fact.type() == v1::FACT_TYPE_UNSPECIFIED) {
        Report("fact-type", "a fact needs a type", "like `type: STRING`", element);
      }
      if (fact.meaning().empty()) {
        Report("fact-meaning", "a fact needs a meaning", "say what it states, and its unit",
               element);
      }
      if (fact.values_size() > 0 && fact.type() != v1::FACT_TYPE_STRING &&
          fact.type() != v1::FACT_TYPE_STRING_LIST) {
        Report("fact-values", "only texts can be limited to values", "remove `values`",
               element + ".values");
      }
    }
  }

  // ---- Rules

  void CheckCategories() {
    if (policy_.categories_size() == 0) {
      Report("no-categories", "the policy has no categories",
             "list them, the highest precedence first, the last with `applies_if: \"true\"`", "");
      return;
    }
    for (const v1::CategoryRule& rule : policy_.categories()) {
      const std::string element = StrCat("categories[", rule.id(), "]");
      CheckClauses(rule, element);
      if (rule.category() == v1::CATEGORY_UNSPECIFIED) {
        Report("no-category", "names no category", "write `category: NORMAL`", element);
      }
    }
    CheckLastAlways(policy_.categories(policy_.categories_size() - 1), "categories");
  }

  template <typename Rule>
  void CheckLastAlways(const Rule& rule, std::string_view list) {
    if (rule.applies_if() == "true") return;
    Report("not-total", "the last of them does not always apply",
           "write `applies_if: \"true\"`, so that every subject has one",
           StrCat(list, "[", rule.id(), "].applies_if"));
  }

  void CheckPriorities() {
    for (const v1::PriorityRule& rule : policy_.priorities()) {
      CheckClauses(rule, StrCat("priorities[", rule.id(), "]"));
    }
    if (policy_.priorities_size() > 0) {
      CheckLastAlways(policy_.priorities(policy_.priorities_size() - 1), "priorities");
    }
  }

  void CheckApprovals() {
    if (policy_.approvals_size() == 0) {
      Warn("no-approvals", "no approval rule: nothing is ever allowed that an approval guards",
           "a rule with `needs: {none: true}` says that none is needed", "approvals");
    }
    for (const v1::ApprovalRule& rule : policy_.approvals()) {
      const std::string element = StrCat("approvals[", rule.id(), "]");
      CheckClauses(rule, element);
      CheckTransitions(rule, element);
      if (!rule.has_needs()) {
        Report("no-needs", "does not say what it needs",
               "write `needs: {at_least: 1, of: {role: ...}}`, or `needs: {none: true}`", element);
      } else {
        requirements_.CheckRequirement(rule.needs(), element + ".needs");
      }
    }
  }

  // ---- Separation of duties

  void CheckSeparation() {
    const v1::SeparationOfDuties& separation = policy_.separation();
    requirements_.CheckParts(separation.apart(), "separation.apart");
    CheckTransitions(separation, "separation");
    for (const v1::PartPair& pair : separation.pairs()) {
      const std::string element = StrCat("separation.pairs[", pair.id(), "]");
      if (pair.one() == pair.other() && pair.one() != v1::PART_UNSPECIFIED) {
        Report("pair-of-one", StrCat("a pair of `", ValueName(pair.one()), "` with itself"),
               "name two different parts", element);
        continue;
      }
      // One of them may be APPROVER.
      if (pair.one() != v1::PART_APPROVER) requirements_.CheckPart(pair.one(), element + ".one");
      if (pair.other() != v1::PART_APPROVER)
        requirements_.CheckPart(pair.other(), element + ".other");
      // A pair with APPROVER has no outcome that could be waived or overridden.
      const bool is_rule = !KeptFromApproving(pair).has_value();
      if (is_rule || !pair.clauses().empty()) CheckClauses(pair, element);
    }
  }

  void CheckGates() {
    for (const v1::Gate& gate : policy_.gates()) {
      const std::string element = StrCat("gates[", gate.id(), "]");
      CheckClauses(gate, element);
      CheckTransitions(gate, element);
      if (gate.at_size() == 0) {
        Report("no-transition", "stands on no transition", "write `at: [DEPLOY]`",
               StrCat(element, ".at"));
      }
      if (gate.must().empty()) {
        Report("no-must", "does not say what must hold", "write `must: ...`", element);
      }
      for (int i = 0; i < gate.supplied_by_size(); ++i) {
        requirements_.CheckRole(gate.supplied_by(i), StrCat(element, ".supplied_by[", i, "]"));
      }
      if (gate.supplied_by_parts_size() > 0) {
        requirements_.CheckParts(gate.supplied_by_parts(), element + ".supplied_by_parts");
      }
    }
    if (policy_.gates_size() == 0 && policy_.approvals_size() == 0) {
      Warn("no-rules", "no gate and no approval rule: nothing is ever allowed", "", "gates");
    }
  }

  void CheckObligations() {
    for (const v1::ObligationRule& rule : policy_.obligations()) {
      const std::string element = StrCat("obligations[", rule.id(), "]");
      CheckClauses(rule, element);
      CheckTransitions(rule, element);
      if (rule.due_after().empty()) {
        Report("no-deadline", "an obligation has no deadline",
               "write `due_after: duration(\"48h\")`", element);
      }
      if (rule.owner_role().empty() == (rule.owner_part() == v1::PART_UNSPECIFIED)) {
        Report("no-owner", "an obligation has exactly one of `owner_role` and `owner_part`", "",
               element);
      }
      if (rule.owner_part() == v1::PART_APPROVER) {
        requirements_.CheckPart(rule.owner_part(), element + ".owner_part");
      }
      if (!rule.owner_role().empty())
        requirements_.CheckRole(rule.owner_role(), element + ".owner_role");
    }
  }

  void CheckLints() {
    for (const v1::Lint& lint : policy_.lints()) {
      const std::string element = StrCat("lints[", lint.id(), "]");
      CheckClauses(lint, element);
      if (lint.on() == v1::LINT_TARGET_UNSPECIFIED) {
        Report("no-target", "does not say what it looks at",
               "write `on: POLICY`, `on: ORGANIZATION` or `on: POPULATION`", element);
      }
      if (lint.must().empty()) {
        Report("no-must", "does not say what must hold", "write `must: ...`", element);
      }
    }
    for (const v1::Invariant& invariant : policy_.invariants()) {
      if (invariant.holds().empty()) {
        Report("no-must", "does not say what holds", "write `holds: ...`",
               StrCat("invariants[", invariant.id(), "]"));
      }
    }
  }

  void CheckRuleNames(const google::protobuf::RepeatedPtrField<std::string>& names,
                      const std::map<std::string_view, std::string_view>& known,
                      const std::string& element) {
    for (int i = 0; i < names.size(); ++i) {
      CheckNamed(names[i], known, "rule", "unknown-rule", StrCat(element, "[", i, "]"),
                 "name an approval rule, a gate or a pair of parts by its id");
    }
  }

  void CheckExceptions() {
    std::map<std::string_view, std::string_view> known;
    if (policy_.has_exceptions() || policy_.overrides_size() > 0) {
      known.insert(rules_.begin(), rules_.end());
    }
    for (const v1::PartPair& pair : policy_.separation().pairs()) {
      if (KeptFromApproving(pair).has_value()) known.erase(pair.id());
    }
    if (policy_.has_exceptions()) {
      CheckClauses(policy_.exceptions(), "exceptions");
      if (policy_.exceptions().has_needs()) {
        requirements_.CheckRequirement(policy_.exceptions().needs(), "exceptions.needs");
      } else {
        Report("no-needs", "accepted risks need approvals", "write `needs: ...`", "exceptions");
      }
      CheckRuleNames(policy_.exceptions().never(), known, "exceptions.never");
    }
    for (const v1::OverrideRule& rule : policy_.overrides()) {
      const std::string element = StrCat("overrides[", rule.id(), "]");
      CheckClauses(rule, element);
      CheckRuleNames(rule.rules(), known, element + ".rules");
      requirements_.CheckEligible(rule.by(), element + ".by");
      if (!rule.obligation().empty()) {
        CheckNamed(rule.obligation(), obligations_, "obligation", "unknown-obligation",
                   element + ".obligation", "declare it in `obligations`");
      }
    }
    for (const v1::NotApplicableRule& rule : policy_.not_applicable()) {
      requirements_.CheckEligible(rule.by(), StrCat("not_applicable[", rule.id(), "].by"));
    }
  }

  void CheckEvidenceType(const std::string& type, const std::string& element) {
    const auto& types = policy_.evidence().types();
    CheckNamed(type, std::set<std::string>(types.begin(), types.end()), "type of evidence",
               "unknown-name", element, "declare it in `evidence.types`");
  }

  void CheckEvidence() {
    const v1::EvidenceRules& evidence = policy_.evidence();
    if (evidence.has_not_applicable_by()) {
      requirements_.CheckEligible(evidence.not_applicable_by(), "evidence.not_applicable_by");
    }
    for (const v1::EvidenceSource& source : evidence.sources()) {
      const std::string element = StrCat("evidence.sources[", source.id(), "]");
      if (source.trust() == v1::TRUST_UNSPECIFIED) {
        Report("no-trust", "does not say how far the source is trusted", "write `trust: REPORTED`",
               element);
      }
      for (int i = 0; i < source.types_size(); ++i) {
        CheckEvidenceType(source.types(i), StrCat(element, ".types[", i, "]"));
      }
    }
    for (const int conclusion : evidence.passing()) {
      if (conclusion == v1::CONCLUSION_FAILED || conclusion == v1::CONCLUSION_NOT_APPLICABLE) {
        Report("passing-conclusion",
               StrCat("`", v1::Conclusion_Name(static_cast<v1::Conclusion>(conclusion)),
                      "` cannot count as passed"),
               "", "evidence.passing");
      }
    }
    const v1::ModelTrust& trust = policy_.model_trust();
    if (policy_.has_model_trust() && trust.confidence_percent() != 90 &&
        trust.confidence_percent() != 95 && trust.confidence_percent() != 99) {
      Report(
          "confidence",
          StrCat("a confidence of 90, 95 or 99 per cent, found `", trust.confidence_percent(), "`"),
          "", "model_trust.confidence_percent");
    }
  }

  void CheckAsking() {
    const v1::AskingCost& asking = policy_.asking();
    const auto check = [&](std::string_view field, int32_t number, int32_t least) {
      if (least <= number && number <= kLargestAskingNumber) return;
      Report("asking-cost",
             StrCat("`", field, "` is ", least, " to ", kLargestAskingNumber, ", found `", number,
                    "`"),
             least == 0 ? "whoever is busy or away is never asked first" : "",
             StrCat("asking.", field));
    };
    check("unavailable", asking.unavailable(), 0);
    check("per_open_request", asking.per_open_request(), 0);
    check("per_grade", asking.per_grade(), -kLargestAskingNumber);
  }

  void CheckLimits() {
    const v1::Limits& limits = policy_.limits();
    const auto check = [&](std::string_view field, bool is_set,
                           const google::protobuf::Duration& duration) {
      if (!is_set || FromProto(duration) >= absl::ZeroDuration()) return;
      Report("negative-limit", StrCat("`", field, "` is less than no time at all"),
             "write a duration like `5m`", StrCat("limits.", field));
    };
    check("directory_age", limits.has_directory_age(), limits.directory_age());
    check("ledger_age", limits.has_ledger_age(), limits.ledger_age());
    // What speaks against permission would otherwise be seen late.
    check("clock_skew", limits.has_clock_skew(), limits.clock_skew());
  }

  // ---- Paths of fields

  void CheckField(const std::string& field, const std::string& element) {
    if (IsFieldPath(*v1::ChangeRequest::descriptor(), field) ||
        IsFieldPath(*v1::Release::descriptor(), field)) {
      return;
    }
    Report("unknown-path", StrCat("neither a change nor a release has a field `", field, "`"),
           FieldPathHelp(field), element);
  }

  void CheckFieldPaths() {
    for (const v1::AspectRule& rule : policy_.aspects()) {
      CheckField(rule.field(), StrCat("aspects[", rule.field(), "].field"));
    }
    for (const v1::NotApplicableRule& rule : policy_.not_applicable()) {
      for (int i = 0; i < rule.fields_size(); ++i) {
        CheckField(rule.fields(i), StrCat("not_applicable[", rule.id(), "].fields[", i, "]"));
      }
    }
  }

  void CheckPolicyCalendar() {
    if (!policy_.has_calendar()) return;
    for (const Issue& found : CheckCalendar(policy_.calendar(), "calendar")) {
      Issue placed = origins_.MakeIssue(found.id, found.message, found.help, found.path);
      placed.severity = found.severity;
      issues_.push_back(std::move(placed));
    }
  }

  const v1::Policy& policy_;
  const Origins& origins_;
  Issues& issues_;
  std::set<std::string> roles_, clauses_, obligations_;
  // By id the list that it stands in.
  std::unordered_map<std::string_view, std::string_view> rules_;
  std::vector<std::string> approver_roles_;
  RequirementChecker requirements_;
};

}  // namespace

void CheckStructure(const MergedPolicy& merged, Issues* issues) {
  StructureChecker(merged, issues).Run();
}

}  // namespace changepolicy
