#include "libchangepolicy/approval/requirement.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

RequirementCompiler::RequirementCompiler(const v1::SeparationOfDuties& separation,
                                         ApprovalPlan* plan)
    : plan_(*plan) {
  for (const v1::Part part : PartsApart(separation)) apart_ |= MaskOf(part);
  for (const v1::PartPair& pair : separation.pairs()) {
    const std::optional<v1::Part> kept = KeptFromApproving(pair);
    if (kept && v1::Part_IsValid(*kept)) kept_ |= MaskOf(*kept);
  }
}

std::unique_ptr<const RulePlan> RequirementCompiler::Compile(const v1::Requirement* needs,
                                                             const v1::ApprovalRule& rule) {
  out_ = {};
  out_.id = rule.id();
  AspectMask named = 0;
  for (const int aspect : rule.aspects()) {
    if (v1::Aspect_IsValid(aspect)) named |= MaskOf(static_cast<v1::Aspect>(aspect)) & kAllAspects;
  }
  if (named != 0) out_.aspects = named;
  out_.environment = rule.environment();
  out_.criterion = rule.criterion();
  if (needs == nullptr) {
    Fail("bad_requirement", "the rule does not say what it needs");
  } else {
    out_.root = Add(*needs, "", 0);
  }
  out_.plain = IsPlain();
  return std::make_unique<const RulePlan>(std::move(out_));
}

int RequirementCompiler::Fail(std::string_view code, std::string message) {
  if (out_.error.empty()) {
    out_.error = std::move(message);
    out_.error_code = std::string(code);
    out_.sound_slots = out_.slots.size();
  }
  return NewNode(RequirementNode::Kind::kAll);
}

int RequirementCompiler::NewNode(RequirementNode::Kind kind) {
  RequirementNode node;
  node.kind = kind;
  out_.nodes.push_back(std::move(node));
  return static_cast<int>(out_.nodes.size()) - 1;
}

template <typename List>
int RequirementCompiler::AddList(const List& list, std::string_view name, int at_least,
                                 const std::string& path, int depth) {
  const int node =
      NewNode(at_least == 0 ? RequirementNode::Kind::kAll : RequirementNode::Kind::kSomeOf);
  out_.nodes[node].at_least = at_least;
  for (int i = 0; i < list.size(); ++i) {
    const std::string below = StrCat(path, path.empty() ? "" : ".", name, "[", i, "]");
    const int child = Add(list[i], below, depth + 1);
    out_.nodes[node].children.push_back(child);
  }
  return node;
}

int RequirementCompiler::Add(const v1::Requirement& needs, const std::string& path, int depth) {
  const std::string at = path.empty() ? "the requirement" : StrCat("`", path, "`");
  const bool slot = needs.has_at_least() || needs.has_percent() || needs.has_of();
  const int kinds = (needs.all().empty() ? 0 : 1) + (needs.any().empty() ? 0 : 1) +
                    (needs.has_some_of() ? 1 : 0) + (needs.none() ? 1 : 0) + (slot ? 1 : 0);
  if (depth > plan_.depth()) {
    return Fail("limit", StrCat("requirements are nested deeper than ", plan_.depth()));
  }
  if (kinds != 1) {
    return Fail("bad_requirement",
                StrCat(at, " must be exactly one of `all`, `any`, `some_of`, `none` or a slot"));
  }
  if (needs.none()) return NewNode(RequirementNode::Kind::kAll);
  if (!needs.all().empty()) return AddList(needs.all(), "all", 0, path, depth);
  if (!needs.any().empty()) return AddList(needs.any(), "any", 1, path, depth);
  if (needs.has_some_of()) {
    const int at_least = needs.some_of().at_least();
    if (at_least < 1 || at_least > needs.some_of().among_size()) {
      return Fail("bad_requirement", StrCat(at, " asks for ", at_least, " of ",
                                            needs.some_of().among_size(), " requirements"));
    }
    return AddList(needs.some_of().among(), "some_of.among", at_least, path, depth);
  }
  return AddSlot(needs, path, at);
}

int RequirementCompiler::AddSlot(const v1::Requirement& needs, const std::string& path,
                                 const std::string& at) {
  if (needs.has_at_least() == needs.has_percent()) {
    return Fail("bad_requirement", StrCat(at, " must have either `at_least` or `percent`"));
  }
  if ((needs.has_at_least() && needs.at_least() < 1) ||
      (needs.has_percent() && (needs.percent() < 1 || needs.percent() > 100))) {
    return Fail("bad_requirement", StrCat(at, " asks for ", needs.at_least() + needs.percent(),
                                          needs.has_percent() ? " per cent, expected 1 to 100"
                                                              : " people, expected at least 1"));
  }
  out_.by_percentage |= needs.has_percent();
  const int node = NewNode(RequirementNode::Kind::kSlot);
  out_.nodes[node].slot = static_cast<int>(out_.slots.size());
  SlotPlan slot;
  slot.path = path;
  slot.declared = &needs;
  slot.eligible = plan_.EligibleNumber(needs.of());
  slot.apart = ApartFor(needs);
  slot.groups = GroupsOf(needs);
  if (needs.has_expires_after()) slot.expires_after = FromProto(needs.expires_after());
  out_.slots.push_back(std::move(slot));
  return node;
}

PartMask RequirementCompiler::ApartFor(const v1::Requirement& needs) const {
  PartMask parts = kept_ | (needs.apart_from().empty() ? apart_ : 0);
  for (const int part : needs.apart_from()) {
    if (v1::Part_IsValid(part)) parts |= MaskOf(static_cast<v1::Part>(part));
  }
  return parts;
}

std::vector<int> RequirementCompiler::GroupsOf(const v1::Requirement& needs) {
  std::set<int> groups;
  for (const std::string& name : needs.distinct()) {
    groups.insert(
        plan_.groups_.try_emplace(name, static_cast<int>(plan_.groups_.size())).first->second);
  }
  return {groups.begin(), groups.end()};
}

bool RequirementCompiler::IsPlain() const {
  const auto is_choice = [](const RequirementNode& node) {
    return node.kind == RequirementNode::Kind::kSomeOf;
  };
  const auto is_special = [](const SlotPlan& slot) {
    return slot.declared->strict() || slot.declared->may_share();
  };
  return std::none_of(out_.nodes.begin(), out_.nodes.end(), is_choice) &&
         std::none_of(out_.slots.begin(), out_.slots.end(), is_special);
}

}  // namespace changepolicy
