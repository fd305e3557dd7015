#include "libchangepolicy/check/load.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/embedded.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/named_zones.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/audit_rules.h"
#include "libchangepolicy/check/compile.h"
#include "libchangepolicy/check/document_rules.h"
#include "libchangepolicy/check/life_steps.h"
#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/check/policy_life.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/check/shorthand.h"
#include "libchangepolicy/check/structure.h"
#include "libchangepolicy/domain/life_cycle.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

// Written by cmake/embed.cmake from policies/.
const std::vector<EmbeddedFile>& EmbeddedPolicies();

// Makes the CheckedPolicy from the merged documents.
class PolicyChecker {
 public:
  PolicyChecker(MergedPolicy merged, Issues* issues)
      : merged_(std::move(merged)),
        issues_(*issues),
        compiler_(merged_, issues),
        checked_(new CheckedPolicy()) {}

  std::shared_ptr<const CheckedPolicy> Run() {
    CheckStructure(merged_, &issues_);
    CheckLifeSteps(merged_, &issues_);
    CheckPolicyLife(merged_, &issues_);
    CheckDocumentRules(merged_, &issues_);
    CheckAuditRules(merged_, &issues_);
    checked_->definitions_ = compiler_.CompileDefinitions();
    const v1::Policy& policy = merged_.policy;
    Rules(policy.risk().factors(), "risk.factors", Stratum::kFacts, &checked_->factors_);
    Rules(policy.categories(), "categories", Stratum::kRisk, &checked_->categories_);
    Rules(policy.priorities(), "priorities", Stratum::kRisk, &checked_->priorities_);
    Rules(policy.approvals(), "approvals", Stratum::kCalendar, &checked_->approvals_);
    Rules(policy.separation().pairs(), "separation.pairs", Stratum::kFacts, &checked_->pairs_);
    Rules(policy.gates(), "gates", Stratum::kApprovals, &checked_->gates_);
    Rules(policy.obligations(), "obligations", Stratum::kGates, &checked_->obligations_);
    Rules(policy.invariants(), "invariants", Stratum::kGates, &checked_->invariants_);
    checked_->life_cycle_ = EffectiveLifeCycle(policy.life_cycle());
    Steps(checked_->life_cycle_.changes(), "life_cycle.changes", {.change = true, .release = false},
          &checked_->change_steps_);
    Steps(checked_->life_cycle_.releases(), "life_cycle.releases",
          {.change = false, .release = true}, &checked_->release_steps_);
    Lints();
    for (const v1::AspectRule& rule : policy.aspects()) {
      checked_->aspects_[rule.field()] = {rule.aspect(), rule.immaterial()};
    }
    if (HasErrors(issues_)) return nullptr;
    FindUnusedLibraries();
    absl::StatusOr<std::string> digest = CanonicalDigest(policy);
    if (!digest.ok()) {
      issues_.push_back(merged_.origins.MakeIssue("no-canonical-form",
                                                  std::string(digest.status().message()), "", ""));
      return nullptr;
    }
    checked_->digest_ = *std::move(digest);
    checked_->zone_rules_ = ZoneRulesNamedIn(policy);
    checked_->calendar_ = CompiledCalendar(policy.calendar());
    checked_->texts_ = std::make_shared<const TextJudge>(policy.text());
    checked_->overlay_changes_ = std::move(merged_.changes);
    checked_->environments_ = compiler_.TakeEnvironments();
    checked_->expressions_ = compiler_.TakeStore();
    // Its parts stay where they are, so that what refers to its texts now refers to the policy's.
    checked_->policy_ = std::move(merged_.policy);
    checked_->outcomes_ = std::make_shared<const PreparedOutcomes>(*checked_);
    return checked_;
  }

 private:
  // The text of a field that only some kinds of rule have; null for the others.
  static std::string_view TextOf(const google::protobuf::Message& rule,
                                 const google::protobuf::FieldDescriptor* field) {
    if (field == nullptr) return "";
    static thread_local std::string scratch;
    return rule.GetReflection()->GetStringReference(rule, field, &scratch);
  }

  static void AddInterpolated(std::string_view message, std::vector<std::string_view>* texts) {
    for (size_t open = message.find("{{"); open != std::string_view::npos;
         open = message.find("{{", open + 2)) {
      const size_t close = message.find("}}", open);
      if (close == std::string_view::npos) return;
      texts->push_back(message.substr(open + 2, close - open - 2));
    }
  }

  static google::protobuf::RepeatedField<int> SubjectsOf(
      const google::protobuf::Message& rule, const google::protobuf::FieldDescriptor* field) {
    google::protobuf::RepeatedField<int> subjects;
    if (field == nullptr) return subjects;
    for (int i = 0; i < rule.GetReflection()->FieldSize(rule, field); ++i) {
      subjects.Add(rule.GetReflection()->GetRepeatedEnumValue(rule, field, i));
    }
    return subjects;
  }

  template <typename Rule>
  absl::Span<const std::string_view> ControlsOf(const Rule& rule) {
    std::set<std::string_view> controls;
    for (const std::string& clause : rule.clauses()) {
      const auto found = merged_.policy.clauses().find(clause);
      if (found == merged_.policy.clauses().end()) continue;
      controls.insert(found->second.controls().begin(), found->second.controls().end());
    }
    return *checked_->controls_.emplace(controls.begin(), controls.end()).first;
  }

  template <typename List>
  void Rules(const List& list, std::string_view name, Stratum highest,
             std::vector<CheckedRule>* rules) {
    rules->reserve(static_cast<size_t>(list.size()));
    const auto field_named = [](const char* field) {
      return List::value_type::descriptor()->FindFieldByName(field);
    };
    const auto* const applies_if_field = field_named("applies_if");
    const auto* const must_field = field_named("must");
    const auto* const met_if_field = field_named("met_if");
    const auto* const due_after_field = field_named("due_after");
    const auto* const holds_field = field_named("holds");
    const auto* const message_field = field_named("message");
    const auto* const subjects_field = field_named("subjects");
    std::vector<std::string_view> texts;
    for (const auto& rule : list) {
      const std::string element = StrCat(name, "[", rule.id(), "]");
      const std::string_view applies_if = TextOf(rule, applies_if_field);
      const std::string_view must = TextOf(rule, must_field);
      const std::string_view met_if = TextOf(rule, met_if_field);
      const std::string_view due_after = TextOf(rule, due_after_field);
      const std::string_view holds = TextOf(rule, holds_field);
      const std::string_view message = TextOf(rule, message_field);
      texts = {applies_if, must, met_if, due_after, holds};
      texts.erase(std::remove(texts.begin(), texts.end(), ""), texts.end());
      // A message that names its subject says which kind it is for.
      AddInterpolated(message, &texts);
      const Compiler::Kinds kinds =
          compiler_.KindsOf(texts, SubjectsOf(rule, subjects_field), element);
      CheckedRule& checked = rules->emplace_back();
      checked.for_change = kinds.change;
      checked.for_release = kinds.release;
      checked.controls = ControlsOf(rule);
      const auto condition = [&](std::string_view text, std::string_view field,
                                 Wanted wanted) -> std::optional<CheckedExpression> {
        if (text.empty()) return std::nullopt;
        return compiler_.Compile(text, StrCat(element, ".", field), kinds, highest, wanted);
      };
      checked.applies_if = condition(applies_if, "applies_if", Wanted::kBool);
      checked.must = condition(must, "must", Wanted::kBool);
      checked.met_if = condition(met_if, "met_if", Wanted::kBool);
      checked.due_after = condition(due_after, "due_after", Wanted::kDuration);
      if (!holds.empty()) checked.must = condition(holds, "holds", Wanted::kBool);
      if (message.empty()) continue;
      checked.message =
          compiler_.CompileMessage(message, StrCat(element, ".message"), kinds, highest);
    }
  }

  template <typename List>
  void Steps(const List& list, std::string_view name, Compiler::Kinds kinds,
             std::vector<CheckedRule>* steps) {
    steps->reserve(static_cast<size_t>(list.size()));
    for (const auto& step : list) {
      CheckedRule& checked = steps->emplace_back();
      checked.for_change = kinds.change;
      checked.for_release = kinds.release;
      checked.applies_if =
          compiler_.Compile(step.applies_if(), StrCat(name, "[", step.id(), "].applies_if"), kinds,
                            Stratum::kCategory, Wanted::kBool);
    }
  }

  void Lints() {
    for (const v1::Lint& lint : merged_.policy.lints()) {
      const std::string element = StrCat("lints[", lint.id(), "]");
      CheckedRule& checked = checked_->lints_.emplace_back();
      checked.controls = ControlsOf(lint);
      if (lint.on() == v1::LINT_TARGET_UNSPECIFIED) continue;
      checked.must =
          compiler_.CompileLint(lint.must(), element + ".must", lint.on(), Wanted::kBool);
      checked.message =
          compiler_.CompileLintMessage(lint.message(), element + ".message", lint.on());
    }
  }

  // Those that the last document names. What an overlay lies over is asked when it stands alone: an
  // overlay that removes the last use of a library cannot take its name away.
  void FindUnusedLibraries() {
    for (const std::string& name : merged_.own_libraries) {
      if (compiler_.libraries_used().contains(name)) continue;
      issues_.push_back(merged_.origins.MakeIssue(
          "unused-library", StrCat("no expression uses the library `", name, "`"),
          "take it out of `libraries`", StrCat("policy.libraries[", name, "]")));
      issues_.back().severity = Severity::kWarning;
    }
  }

  MergedPolicy merged_;
  Issues& issues_;
  Compiler compiler_;
  std::shared_ptr<CheckedPolicy> checked_;
};

namespace {

// A complaint about an expression that is compiled for both kinds of subject comes once.
void DropRepeated(Issues* issues) {
  std::set<
      std::tuple<std::string_view, std::string_view, std::string_view, std::string_view, int, int>>
      seen;
  Issues kept;
  for (const Issue& issue : *issues) {
    const bool first = seen.emplace(issue.id, issue.message, issue.file, issue.path,
                                    issue.position.line, issue.position.column)
                           .second;
    if (first) kept.push_back(issue);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Issue& a, const Issue& b) {
    return std::tie(a.file, a.position.line, a.position.column) <
           std::tie(b.file, b.position.line, b.position.column);
  });
  *issues = std::move(kept);
}

// A pair is named by its parts, in whichever order they are written, so that an overlay finds it
// and an exception can be made from it.
void NamePairs(v1::Policy* policy) {
  const auto name = [](v1::Part part) {
    std::string text = ValueName(part);
    for (char& c : text) c = c == '_' ? '-' : absl::ascii_tolower(static_cast<unsigned char>(c));
    return text;
  };
  for (v1::PartPair& pair : *policy->mutable_separation()->mutable_pairs()) {
    if (!pair.id().empty()) continue;
    const v1::Part first = std::min(pair.one(), pair.other());
    const v1::Part second = std::max(pair.one(), pair.other());
    pair.set_id(StrCat("apart-", name(first), "-", name(second)));
  }
}

LoadResult CheckDocuments(std::vector<PolicyDocument> documents, Issues issues) {
  LoadResult result{.issues = std::move(issues)};
  for (PolicyDocument& document : documents) {
    if (document.policy.has_separation()) NamePairs(&document.policy);
  }
  // Alone, an overlay lacks whatever the policy below it has; to say all that helps nobody.
  if (documents[0].policy.has_overlay()) {
    result.issues.push_back(documents[0].document->MakeIssue(
        "overlay-alone", "an overlay cannot stand alone",
        StrCat("give the policy `", documents[0].policy.overlay().of(), "` before it"), "overlay",
        0, 1));
    return result;
  }
  MergedPolicy merged = Merge(documents, &result.issues);
  result.policy = PolicyChecker(std::move(merged), &result.issues).Run();
  DropRepeated(&result.issues);
  return result;
}

}  // namespace

LoadResult LoadPolicy(const std::vector<PolicyText>& texts) {
  LoadResult result;
  std::vector<PolicyDocument> documents;
  for (const PolicyText& text : texts) {
    PolicyDocument& document = documents.emplace_back();
    const Format format = FormatOf(text.name, text.text);
    if (format == Format::kTextproto || format == Format::kBinary) {
      // Without positions.
      Issues issues = ReadMessage(text.text, format, text.name, &document.policy);
      result.issues.insert(result.issues.end(), issues.begin(), issues.end());
      document.document = std::make_shared<Document>(text.name, "");
      continue;
    }
    DocumentResult read = ReadDocument(text.text, format, text.name);
    result.issues.insert(result.issues.end(), read.issues.begin(), read.issues.end());
    if (read.document == nullptr) continue;
    ExpandShorthand(&read.document->root);
    Issues issues = Bind(*read.document, &document.policy, &document.map);
    for (const Issue& issue : issues) document.misread.push_back(issue.position);
    result.issues.insert(result.issues.end(), issues.begin(), issues.end());
    document.document = std::move(read.document);
  }
  if (documents.empty()) {
    Issue issue;
    issue.id = "no-policy";
    issue.message = "no policy was given";
    result.issues.push_back(std::move(issue));
  }
  // What could not be read cannot be checked; what was read amiss is checked all the same, so that
  // all complaints come at once.
  for (const PolicyDocument& document : documents) {
    if (document.document == nullptr) return result;
  }
  if (documents.empty()) return result;
  return CheckDocuments(std::move(documents), std::move(result.issues));
}

LoadResult LoadPolicy(const v1::Policy& policy, std::string_view name) {
  std::vector<PolicyDocument> documents(1);
  documents[0].policy = policy;
  documents[0].document = std::make_shared<Document>(name, "");
  return CheckDocuments(std::move(documents), {});
}

std::string_view BuiltinPolicyText(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedPolicies()) {
    if (file.name == name) return file.bytes;
  }
  return {};
}

std::vector<std::string_view> BuiltinPolicyNames() {
  std::vector<std::string_view> names;
  for (const EmbeddedFile& file : EmbeddedPolicies()) names.push_back(file.name);
  return names;
}

}  // namespace changepolicy
