#include "libchangepolicy/eval/fix_steps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/eval/fact_call.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/eval/fact_options.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/eval/rule_literals.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

// People who are tried for a part, or for a criterion.
constexpr size_t kMostPeople = 16;

v1::FixStep Step(v1::FixKind kind, std::string what = "",
                 v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED) {
  v1::FixStep step;
  step.set_kind(kind);
  step.set_what(std::move(what));
  step.set_environment(environment);
  return step;
}

// The fields of People, by part.
const std::map<std::string_view, v1::Part>& PartsByField() {
  static const std::map<std::string_view, v1::Part> kParts = {
      {"requester", v1::PART_REQUESTER},
      {"owner", v1::PART_OWNER},
      {"authors", v1::PART_AUTHOR},
      {"implementers", v1::PART_IMPLEMENTER},
      {"testers", v1::PART_TESTER},
      {"deployers", v1::PART_DEPLOYER},
      {"release_manager", v1::PART_RELEASE_MANAGER}};
  return kParts;
}

template <typename SubjectMessage>
class Finder {
 public:
  Finder(FactFinder<SubjectMessage>* facts, const v1::Decision& decision,
         const v1::RuleOutcome& outcome)
      : facts_(*facts),
        policy_(facts->policy()),
        organization_(facts->organization()),
        subject_(facts->subject()),
        now_(facts->now()),
        decision_(decision),
        outcome_(outcome),
        root_(kIsChange ? "change." : "release.") {}

  std::vector<CandidateStep> Run() {
    for (const v1::FactRead& fact : outcome_.facts()) {
      if (const auto call = ReadCall(fact.path())) {
        if (!Holds(*call, fact)) TakeCall(*call);
      } else {
        TakePath(fact.path());
      }
    }
    for (const std::string& path : outcome_.unknown()) TakePath(path);
    for (const std::string& condition : outcome_.approval().open_conditions()) Meet(condition);
    std::vector<CandidateStep> steps;
    for (auto& [key, step] : found_) steps.push_back(std::move(step));
    std::sort(steps.begin(), steps.end(), [](const auto& one, const auto& other) {
      return Precedes(one.options[0], other.options[0]);
    });
    return steps;
  }

 private:
  static constexpr bool kIsChange = std::is_same_v<SubjectMessage, v1::ChangeRequest>;

  void Add(std::vector<v1::FixStep> options) {
    if (options.empty()) return;
    CandidateStep step{std::move(options)};
    std::string key = step.key();
    found_.emplace(std::move(key), std::move(step));
  }
  void Add(v1::FixStep step) { Add(std::vector<v1::FixStep>{std::move(step)}); }

  // A call that gives what rules usually want needs nothing to be done.
  static bool Holds(const FactCall& call, const v1::FactRead& fact) {
    if (call.Is("people.of")) return fact.known() && fact.value() != "[]";
    return fact.known() && fact.value() == (call.Is("evidence.failed") ? "false" : "true");
  }

  // ---- Calls

  void TakeCall(const FactCall& call) {
    if (call.Is("evidence.passed") || call.Is("evidence.settled") || call.Is("evidence.failed")) {
      Add(Step(v1::FIX_KIND_EVIDENCE, call.Text(0), call.Value<v1::Environment>(1)));
    } else if (call.Is("evidence.soaked")) {
      const v1::Environment environment = call.Value<v1::Environment>(0);
      // What runs there already only has to go on.
      if (!IsThere(environment)) Add(Step(v1::FIX_KIND_DEPLOYMENT, "", environment));
    } else if (call.Is("documents.written") || call.Is("documents.sound")) {
      if (!call.arguments.empty()) TakePath(call.arguments[0]);
    } else if (call.Is("communications.sent")) {
      const v1::Notice notice = call.Value<v1::Notice>(1);
      Tell(call.Value<v1::Audience>(0), notice);
    } else if (call.Is("communications.sent_ahead")) {
      const v1::Audience audience = call.Value<v1::Audience>(0);
      if (!IsTold(audience)) Tell(audience, v1::NOTICE_UPCOMING);
      Add(Step(v1::FIX_KIND_SLOT));
    } else if (call.name.starts_with("deployments.")) {
      Add(Step(v1::FIX_KIND_DEPLOYMENT, "", call.Value<v1::Environment>(0)));
    } else if (call.Is("health.passed")) {
      CheckHealth(call.Value<v1::Environment>(0), call.Text(1));
    } else if (call.Is("reviews.held")) {
      Add(Step(v1::FIX_KIND_REVIEW));
    } else if (call.Is("materials.updated")) {
      Add(Step(v1::FIX_KIND_MATERIAL, ValueName(call.Value<v1::Material>(0))));
    } else if (call.Is("tags.has")) {
      Add(Step(v1::FIX_KIND_TAG, ValueName(call.Value<v1::TagKind>(0))));
    } else if (call.Is("tags.candidate_first")) {
      // A final tag that came first has to be set again.
      Add(Step(v1::FIX_KIND_TAG, ValueName(v1::TAG_KIND_CANDIDATE)));
      Add(Step(v1::FIX_KIND_TAG, ValueName(v1::TAG_KIND_FINAL)));
    } else if (call.Is("people.of") || call.Is("people.have_role")) {
      Cast(call.Value<v1::Part>(0), call.Text(1));
    } else if (call.name.starts_with("changes.")) {
      for (const v1::BlockingChange& change : decision_.blocking_changes()) {
        Add(Step(v1::FIX_KIND_CHANGE, change.id()));
      }
    } else if (call.Is("criteria.confirmed")) {
      Confirm(call.Text(0));
    } else if (call.Is("monitoring.complete")) {
      Add(Step(v1::FIX_KIND_MONITORING));
    }
  }

  bool IsThere(v1::Environment environment) const {
    const v1::Artifact& artifact = subject_.artifact();
    return IsDeployed(subject_.deployments(), ArtifactIdentity::Of(artifact), environment).holds;
  }

  bool IsTold(v1::Audience audience) const {
    return std::any_of(subject_.communications().begin(), subject_.communications().end(),
                       [&](const v1::Communication& communication) {
                         return communication.audience() == audience &&
                                communication.notice() == v1::NOTICE_UPCOMING;
                       });
  }

  void Tell(v1::Audience audience, v1::Notice notice) {
    Add(Step(v1::FIX_KIND_COMMUNICATION,
             notice == v1::NOTICE_UPCOMING ? ValueName(audience)
                                           : StrCat(ValueName(audience), " ", ValueName(notice))));
  }

  void CheckHealth(v1::Environment environment, const std::string& name) {
    if (LastDeployedAt(subject_.deployments(), environment) == absl::InfinitePast()) {
      Add(Step(v1::FIX_KIND_DEPLOYMENT, "", environment));
    }
    Add(Step(v1::FIX_KIND_HEALTH_CHECK, name, environment));
  }

  // Somebody plays a part that nobody plays.
  void Cast(v1::Part part, const std::string& role) {
    for (const auto& [name, of] : PartsByField()) {
      if (of != part) continue;
      const auto* const field = v1::People::descriptor()->FindFieldByName(std::string(name));
      if (IsStatedIn(subject_.people(), *field)) return;
      std::vector<v1::FixStep> options;
      for (const std::string& person : PeopleFor(role)) {
        options.push_back(Step(v1::FIX_KIND_PERSON, ValueName(part)));
        options.back().set_person(person);
      }
      Add(std::move(options));
    }
  }

  // Who may be meant: those who have the roles that the rule names, else those of the subject, else
  // anybody.
  std::vector<std::string> PeopleFor(const std::string& role) const {
    const Roster& roster = organization_.directory().roster();
    std::vector<std::string> people;
    const auto add = [&](const std::string& person) {
      const int found = roster.Find(person);
      if (found == kNobody || roster.IsServiceAccount(found) || people.size() >= kMostPeople ||
          std::find(people.begin(), people.end(), roster.id(found)) != people.end()) {
        return;
      }
      people.push_back(roster.id(found));
    };
    std::set<std::string> roles;
    if (!role.empty()) roles.insert(role);
    for (const std::string& text : LiteralsOf(policy_, outcome_).texts) {
      if (role.empty() && roster.KnowsRole(text)) roles.insert(text);
    }
    for (const std::string& each : roles) {
      for (const std::string& person : roster.WithRole(each, now_)) add(person);
    }
    if (!roles.empty()) return people;
    add(subject_.people().requester());
    add(subject_.people().owner());
    // Those with few roles first: who asks for the work or does it cannot approve it.
    std::vector<std::pair<int, std::string>> by_roles;
    for (int i = 0; i < roster.size(); ++i) {
      int held = 0;
      for (const v1::Role& each : organization_.directory().proto().roles()) {
        held += roster.HasRole(i, each.id(), now_);
      }
      by_roles.emplace_back(held, roster.id(i));
    }
    std::sort(by_roles.begin(), by_roles.end());
    for (const auto& [held, person] : by_roles) add(person);
    return people;
  }

  void Confirm(const std::string& only) {
    std::set<std::string> criteria;
    for (const v1::Criterion& criterion : policy_.policy().criteria()) {
      criteria.insert(criterion.id());
    }
    if (criteria.empty()) criteria = LiteralsOf(policy_, outcome_).texts;
    for (const std::string& criterion : criteria) {
      if (!only.empty() && criterion != only) continue;
      std::vector<v1::FixStep> options;
      for (const std::string& person : ConfirmersOf(criterion)) {
        options.push_back(Step(v1::FIX_KIND_CRITERION, criterion));
        options.back().set_person(person);
      }
      Add(std::move(options));
    }
  }

  std::vector<std::string> ConfirmersOf(const std::string& id) const {
    for (const v1::Criterion& criterion : policy_.policy().criteria()) {
      if (criterion.id() != id) continue;
      ApprovalContext context;
      context.roster = &organization_.directory().roster();
      context.policy = &policy_.policy();
      context.now = now_;
      const WorkspaceLease workspace;
      context.arena = &workspace->arena;
      if constexpr (kIsChange) {
        context.change = flat::CopyOf<flat::ChangeRequest>(subject_, context.arena);
      } else {
        context.release = flat::CopyOf<flat::Release>(subject_, context.arena);
      }
      std::vector<std::string> people = EligiblePeople(criterion.confirmed_by(), context, now_);
      people.resize(std::min(people.size(), kMostPeople));
      return people;
    }
    const v1::People& people = subject_.people();
    const std::string& person =
        people.release_manager().empty() ? people.owner() : people.release_manager();
    return {person};
  }

  void Meet(const std::string& condition) {
    std::vector<v1::FixStep> options;
    for (const v1::Approval& approval : subject_.approvals()) {
      const auto& conditions = approval.conditions();
      if (std::find(conditions.begin(), conditions.end(), condition) == conditions.end()) continue;
      options.push_back(Step(v1::FIX_KIND_CONDITION, condition));
      options.back().set_person(organization_.directory().roster().Canonical(approval.by()));
    }
    std::sort(options.begin(), options.end(), Precedes);
    Add(std::move(options));
  }

  // ---- Paths

  void TakePath(std::string_view path) {
    if (path == "calendar" || path.starts_with("calendar.")) return TakeCalendar(path);
    if (path.starts_with("aftercare")) return TakeAftercare();
    if (!path.starts_with(root_)) return;
    const std::string_view field = path.substr(root_.size());
    if (field.starts_with("schedule.start") || field.starts_with("schedule.end")) {
      Add(Step(v1::FIX_KIND_SLOT));
    } else if (field.starts_with("people.")) {
      const auto part = PartsByField().find(field.substr(sizeof("people.") - 1));
      if (part != PartsByField().end()) Cast(part->second, "");
    } else if (field.starts_with("criteria_met")) {
      Confirm("");
    } else if (field.starts_with("monitoring")) {
      Add(Step(v1::FIX_KIND_MONITORING));
    } else {
      TakeField(path);
    }
  }

  void TakeCalendar(std::string_view path) {
    if (path.starts_with("calendar.train")) return;
    Add(Step(v1::FIX_KIND_SLOT));
    if (!path.starts_with("calendar.notices")) return;
    for (const v1::NoticeDue& notice : decision_.calendar().notices()) {
      if (!notice.has_earliest_start()) Tell(notice.audience(), v1::NOTICE_UPCOMING);
    }
  }

  void TakeAftercare() {
    const auto* const type = v1::Environment_descriptor();
    const auto check = [&](std::string_view name, const std::string& what) {
      for (int i = 0; i < type->value_count(); ++i) {
        if (ShortName(*type->value(i)) != name) continue;
        CheckHealth(static_cast<v1::Environment>(type->value(i)->number()), what);
      }
    };
    if (decision_.aftercare().health() == v1::HEALTH_UNSPECIFIED) {  // nothing was deployed
      for (const int environment : subject_.environments()) {
        CheckHealth(static_cast<v1::Environment>(environment), "");
      }
    }
    for (const std::string& name : decision_.aftercare().unchecked()) check(name, "");
    for (const std::string& failing : decision_.aftercare().failing()) {
      const std::string_view text = failing;
      check(text.substr(0, text.find(' ')), "");
    }
    if (!kIsChange && !decision_.aftercare().watched()) Add(Step(v1::FIX_KIND_MONITORING));
  }

  // An attribute that nobody stated, a document that nobody wrote, an event that nobody recorded.
  void TakeField(std::string_view path) {
    const auto place = facts_.Find(path);
    if (!place.has_value()) return;
    const auto& field = place->field();
    if (field.message_type() == v1::Document::descriptor() && !field.is_repeated()) {
      const bool below = std::any_of(place->steps.begin(), place->steps.end(),
                                     [](const auto& step) { return step.index >= 0; });
      if (!below) Add(Step(v1::FIX_KIND_DOCUMENT, place->statement()));
      return;
    }
    if (!IsUnset(*place)) return;
    const bool event = WorldOf(field) == v1::WORLD_RECORD &&
                       field.message_type() == google::protobuf::Timestamp::descriptor();
    if (WorldOf(field) != v1::WORLD_ATTRIBUTE && !event) return;
    std::vector<v1::FixStep> options;
    for (const cel::Value& value :
         OptionsOf(policy_, organization_, *place, LiteralsBehind(policy_, outcome_), now_)) {
      options.push_back(Step(v1::FIX_KIND_STATE, std::string(path)));
      options.back().set_value(WholeLiteral(value));
    }
    Add(std::move(options));
  }

  bool IsUnset(const FactPlace& place) const {
    const google::protobuf::Message& holder = *place.HolderIn(subject_);
    if (place.field().is_map()) return true;  // it would not be named if it had a value
    const auto& stated = subject_.stated();
    return !IsStatedIn(holder, place.field()) &&
           std::none_of(stated.begin(), stated.end(), [&](const v1::Statement& statement) {
             return statement.field() == place.statement();
           });
  }

  FactFinder<SubjectMessage>& facts_;
  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  const v1::Decision& decision_;
  const v1::RuleOutcome& outcome_;
  const std::string_view root_;
  std::map<std::string, CandidateStep> found_;
};

}  // namespace

std::string CandidateStep::key() const {
  const v1::FixStep& step = options[0];
  return StrCat(static_cast<int>(step.kind()), " ", static_cast<int>(step.environment()), " ",
                step.what());
}

template <typename SubjectMessage>
std::vector<CandidateStep> StepsFor(FactFinder<SubjectMessage>* facts, const v1::Decision& decision,
                                    const v1::RuleOutcome& outcome) {
  return Finder<SubjectMessage>(facts, decision, outcome).Run();
}

template std::vector<CandidateStep> StepsFor(FactFinder<v1::ChangeRequest>*, const v1::Decision&,
                                             const v1::RuleOutcome&);
template std::vector<CandidateStep> StepsFor(FactFinder<v1::Release>*, const v1::Decision&,
                                             const v1::RuleOutcome&);

int Rank(v1::FixKind kind) {
  static constexpr v1::FixKind kOrder[] = {
      v1::FIX_KIND_CHANGE,        v1::FIX_KIND_PERSON,     v1::FIX_KIND_STATE,
      v1::FIX_KIND_DOCUMENT,      v1::FIX_KIND_SLOT,       v1::FIX_KIND_EVIDENCE,
      v1::FIX_KIND_TAG,           v1::FIX_KIND_DEPLOYMENT, v1::FIX_KIND_HEALTH_CHECK,
      v1::FIX_KIND_MONITORING,    v1::FIX_KIND_REVIEW,     v1::FIX_KIND_MATERIAL,
      v1::FIX_KIND_COMMUNICATION, v1::FIX_KIND_CRITERION,  v1::FIX_KIND_CONDITION,
      v1::FIX_KIND_WAIT,          v1::FIX_KIND_APPROVAL};
  return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), kind) -
                          std::begin(kOrder));
}

bool Precedes(const v1::FixStep& one, const v1::FixStep& other) {
  const auto order = [](const v1::FixStep& step) {
    return std::make_tuple(Rank(step.kind()), step.what(), step.person(),
                           static_cast<int>(step.environment()), step.value());
  };
  return order(one) < order(other);
}

}  // namespace changepolicy
