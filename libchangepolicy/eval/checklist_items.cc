#include "libchangepolicy/eval/checklist_items.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

void AddRoles(const v1::Eligible& of, std::set<std::string>* roles) {
  if (!of.role().empty()) roles->insert(of.role());
  roles->insert(of.roles().begin(), of.roles().end());
}

void AddRoles(const v1::Requirement& needs, std::set<std::string>* roles) {
  AddRoles(needs.of(), roles);
  for (const auto* const list : {&needs.all(), &needs.any(), &needs.some_of().among()}) {
    for (const v1::Requirement& each : *list) AddRoles(each, roles);
  }
}

template <typename Rule>
v1::ChecklistItem MakeItem(std::string_view kind, const Rule& rule) {
  v1::ChecklistItem item;
  item.set_kind(std::string(kind));
  item.set_rule(rule.id());
  item.set_title(rule.title().empty() ? rule.id() : rule.title());
  *item.mutable_clauses() = rule.clauses();
  return item;
}

void SetRoles(const std::set<std::string>& roles, v1::ChecklistItem* item) {
  *item->mutable_roles() = {roles.begin(), roles.end()};
}

void SetParts(const std::set<int>& parts, v1::ChecklistItem* item) {
  for (const int part : parts) item->add_parts(static_cast<v1::Part>(part));
}

// A message that names its subject says nothing without one.
std::string TextOf(const MessageTemplate& message) {
  std::string text;
  for (const MessageTemplate::Piece& piece : message.pieces) {
    if (piece.expression.has_value()) return "";
    text += piece.text;
  }
  return text;
}

std::string Lower(v1::Part part) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(ToAbsl(ValueName(part))), {{"_", " "}});
}

// `category in [Category.NORMAL]`, as a policy would write it.
std::string InCategories(const std::set<int>& categories) {
  std::string list;
  for (const int category : categories) {
    StrAppend(&list, list.empty() ? "" : ", ", "Category.",
              ValueName(static_cast<v1::Category>(category)));
  }
  return StrCat("category in [", list, "]");
}

class Items {
 public:
  Items(const CheckedPolicy& policy, v1::SubjectKind kind, v1::Transition transition)
      : checked_(policy), policy_(policy.policy()), kind_(kind), transition_(transition) {}

  std::vector<v1::ChecklistItem> Run() {
    AddApprovals();
    AddPairs();
    AddGates();
    AddCriteria();
    AddDocuments();
    AddObligations();
    return std::move(items_);
  }

 private:
  bool Stands(const CheckedRule& rule, const google::protobuf::RepeatedField<int>& at,
              bool default_steps) const {
    return ConcernsSubject(rule, kind_) && StandsOn(at, transition_, default_steps);
  }

  void AddApprovals() {
    for (int i = 0; i < policy_.approvals_size(); ++i) {
      const v1::ApprovalRule& rule = policy_.approvals(i);
      if (rule.needs().none() ||
          !Stands(checked_.approvals()[static_cast<size_t>(i)], rule.at(), true)) {
        continue;
      }
      v1::ChecklistItem item = MakeItem("approval", rule);
      item.set_todo(rule.remedy());
      item.set_when(rule.applies_if());
      std::set<std::string> roles;
      AddRoles(rule.needs(), &roles);
      SetRoles(roles, &item);
      items_.push_back(std::move(item));
    }
  }

  void AddPairs() {
    const v1::SeparationOfDuties& separation = policy_.separation();
    for (int i = 0; i < separation.pairs_size(); ++i) {
      const v1::PartPair& pair = separation.pairs(i);
      if (KeptFromApproving(pair).has_value() ||
          !Stands(checked_.pairs()[static_cast<size_t>(i)], separation.at(), true)) {
        continue;
      }
      v1::ChecklistItem item = MakeItem("separation", pair);
      item.set_todo(
          StrCat("Nobody is both ", Lower(pair.one()), " and ", Lower(pair.other()), "."));
      SetParts({pair.one(), pair.other()}, &item);
      items_.push_back(std::move(item));
    }
  }

  void AddGates() {
    for (int i = 0; i < policy_.gates_size(); ++i) {
      const v1::Gate& gate = policy_.gates(i);
      if (!Stands(checked_.gates()[static_cast<size_t>(i)], gate.at(), false)) continue;
      v1::ChecklistItem item = MakeItem("gate", gate);
      item.set_todo(gate.remedy());
      item.set_when(gate.applies_if());
      SetRoles({gate.supplied_by().begin(), gate.supplied_by().end()}, &item);
      SetParts({gate.supplied_by_parts().begin(), gate.supplied_by_parts().end()}, &item);
      items_.push_back(std::move(item));
    }
  }

  // They are confirmed before a release is approved.
  void AddCriteria() {
    if (kind_ != v1::SUBJECT_KIND_RELEASE || transition_ != v1::TRANSITION_APPROVE) return;
    for (const v1::Criterion& criterion : policy_.criteria()) {
      v1::ChecklistItem item = MakeItem("criterion", criterion);
      item.set_todo(StrCat("Confirm `", criterion.id(), "` in `criteria_met`."));
      std::set<std::string> roles;
      AddRoles(criterion.confirmed_by(), &roles);
      SetRoles(roles, &item);
      items_.push_back(std::move(item));
    }
  }

  void AddDocuments() {
    if (kind_ != v1::SUBJECT_KIND_CHANGE) return;
    for (const v1::DocumentRule& rule : policy_.documents()) {
      // Categories that need it at another step than most, and those that need it at this one.
      std::set<int> elsewhere, here;
      for (const v1::DocumentPhase& phase : rule.later()) {
        (phase.needed_at() == transition_ ? here : elsewhere).insert(phase.category());
      }
      const bool usual = rule.needed_at() == transition_;
      if (!usual && here.empty()) continue;
      v1::ChecklistItem item = MakeItem("document", rule);
      item.set_todo(StrCat("Write `", rule.field(), "`."));
      std::set<int> categories(rule.categories().begin(), rule.categories().end());
      if (usual && categories.empty() && !elsewhere.empty()) {
        item.set_when(StrCat("!(", InCategories(elsewhere), ")"));
      } else if (usual && !categories.empty()) {
        for (const int category : elsewhere) categories.erase(category);
        item.set_when(InCategories(categories));
      } else if (!usual) {
        item.set_when(InCategories(here));
      }
      SetParts({v1::PART_REQUESTER}, &item);
      items_.push_back(std::move(item));
    }
  }

  void AddObligations() {
    for (int i = 0; i < policy_.obligations_size(); ++i) {
      const v1::ObligationRule& rule = policy_.obligations(i);
      const CheckedRule& checked = checked_.obligations()[static_cast<size_t>(i)];
      if (!Stands(checked, rule.at(), false)) continue;
      v1::ChecklistItem item = MakeItem("obligation", rule);
      item.set_todo(TextOf(checked.message));
      item.set_when(rule.applies_if());
      if (!rule.owner_role().empty()) SetRoles({rule.owner_role()}, &item);
      if (rule.owner_part() != v1::PART_UNSPECIFIED) SetParts({rule.owner_part()}, &item);
      items_.push_back(std::move(item));
    }
  }

  const CheckedPolicy& checked_;
  const v1::Policy& policy_;
  const v1::SubjectKind kind_;
  const v1::Transition transition_;
  std::vector<v1::ChecklistItem> items_;
};

template <typename Steps>
std::vector<v1::Transition> MainPath(const Steps& steps, int state) {
  std::vector<v1::Transition> path;
  std::set<int> passed;
  while (passed.insert(state).second) {
    const auto leaves = [&](const auto& step) {
      return std::find(step.from().begin(), step.from().end(), state) != step.from().end();
    };
    auto next = std::find_if(steps.begin(), steps.end(), [&](const auto& step) {
      return leaves(step) && (step.applies_if().empty() || step.applies_if() == "true");
    });
    if (next == steps.end()) next = std::find_if(steps.begin(), steps.end(), leaves);
    if (next == steps.end()) break;
    path.push_back(next->at());
    state = next->to();
  }
  return path;
}

template <typename Steps>
void AddOthers(const Steps& steps, std::vector<v1::Transition>* path) {
  std::set<v1::Transition> others;
  for (const auto& step : steps) others.insert(step.at());
  for (const v1::Transition transition : *path) others.erase(transition);
  path->insert(path->end(), others.begin(), others.end());
}

}  // namespace

std::vector<v1::ChecklistItem> ChecklistItemsOf(const CheckedPolicy& policy, v1::SubjectKind kind,
                                                v1::Transition transition) {
  return Items(policy, kind, transition).Run();
}

std::vector<v1::Transition> MainPathOf(const CheckedPolicy& policy, v1::SubjectKind kind) {
  const v1::LifeCycle& life = policy.life_cycle();
  return kind == v1::SUBJECT_KIND_RELEASE ? MainPath(life.releases(), v1::RELEASE_STATE_PLANNED)
                                          : MainPath(life.changes(), v1::CHANGE_STATE_DRAFT);
}

std::vector<v1::Transition> AllStepsOf(const CheckedPolicy& policy, v1::SubjectKind kind) {
  std::vector<v1::Transition> path = MainPathOf(policy, kind);
  if (kind == v1::SUBJECT_KIND_RELEASE) {
    AddOthers(policy.life_cycle().releases(), &path);
  } else {
    AddOthers(policy.life_cycle().changes(), &path);
  }
  return path;
}

}  // namespace changepolicy
