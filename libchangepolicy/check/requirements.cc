#include "libchangepolicy/check/requirements.h"

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

constexpr int kDeepestRequirement = 32;

}  // namespace

void RequirementChecker::CheckRequirement(const v1::Requirement& needs, const std::string& element,
                                          int depth) {
  if (depth > kDeepestRequirement) {
    Report("too-deep", StrCat("nested deeper than ", kDeepestRequirement, " levels"), "", element);
    return;
  }
  const bool slot = needs.has_of() || needs.has_at_least() || needs.has_percent();
  const int forms =
      (needs.all_size() > 0) + (needs.any_size() > 0) + needs.has_some_of() + needs.none() + slot;
  if (forms != 1) {
    Report("requirement-form", forms == 0 ? "asks for nothing" : "asks for several things at once",
           "exactly one of `all`, `any`, `some_of`, `none`, or a slot (`at_least` and `of`)",
           element);
    return;
  }
  if (slot) CheckSlot(needs, element);
  for (int i = 0; i < needs.all_size(); ++i) {
    CheckRequirement(needs.all(i), StrCat(element, ".all[", i, "]"), depth + 1);
  }
  for (int i = 0; i < needs.any_size(); ++i) {
    CheckRequirement(needs.any(i), StrCat(element, ".any[", i, "]"), depth + 1);
  }
  if (needs.has_some_of()) {
    const v1::SomeOf& some = needs.some_of();
    if (some.at_least() < 1 || some.at_least() > some.among_size()) {
      Report("some-of", StrCat("`at_least: ", some.at_least(), "` of ", some.among_size()),
             "between 1 and the number of `among`", element + ".some_of.at_least");
    }
    for (int i = 0; i < some.among_size(); ++i) {
      CheckRequirement(some.among(i), StrCat(element, ".some_of.among[", i, "]"), depth + 1);
    }
  }
}

void RequirementChecker::CheckSlot(const v1::Requirement& slot, const std::string& element) {
  if (slot.has_at_least() == slot.has_percent()) {
    Report("slot-count", "a slot has exactly one of `at_least` and `percent`",
           "write `at_least: 1`", element);
  } else if (slot.has_at_least() && slot.at_least() < 1) {
    Report("slot-count", StrCat("at least 1 approval, found `", slot.at_least(), "`"),
           "to ask for none, write `needs: {none: true}`", element + ".at_least");
  } else if (slot.has_percent() && (slot.percent() < 1 || slot.percent() > 100)) {
    Report("slot-count", StrCat("1 to 100 per cent, found `", slot.percent(), "`"), "",
           element + ".percent");
  }
  if (!slot.has_of()) {
    Report("slot-eligible", "does not say of whom", "write `of: {role: ...}`", element);
  } else {
    CheckEligible(slot.of(), element + ".of");
  }
  CheckParts(slot.apart_from(), element + ".apart_from");
  std::set<std::string> groups;
  for (int i = 0; i < slot.distinct_size(); ++i) {
    if (!groups.insert(slot.distinct(i)).second) continue;
    slots_of_group_[slot.distinct(i)].push_back(StrCat(element, ".distinct[", i, "]"));
  }
  if (slot.has_expires_after() && FromProto(slot.expires_after()) <= absl::ZeroDuration()) {
    Report("slot-life", "an approval must count for some time", "like `expires_after: 14d`",
           element + ".expires_after");
  }
}

void RequirementChecker::CheckEligible(const v1::Eligible& of, const std::string& element) {
  const bool named = !of.role().empty() || !of.team().empty() || of.service_owners() ||
                     of.path_owners() || of.own_team() || of.own_team_leads() ||
                     of.people_size() > 0 || of.roles_size() > 0 || of.anyone() ||
                     of.freeze_approvers();
  if (!named) Report("nobody-eligible", "names nobody", "like `{role: ...}`", element);
  if (!of.role().empty()) CheckRole(of.role(), element + ".role");
  for (int i = 0; i < of.roles_size(); ++i) {
    CheckRole(of.roles(i), StrCat(element, ".roles[", i, "]"));
  }
}

void RequirementChecker::CheckRole(const std::string& role, const std::string& element) {
  CheckNamed(role, roles_, "role", "unknown-role", element, "declare it in `roles`");
}

void RequirementChecker::CheckPart(int part, const std::string& element) {
  if (part == v1::PART_APPROVER) {
    Report("part-approver", "`APPROVER` stands in a pair with another part only",
           "write `pairs: [{one: AUTHOR, other: APPROVER}]`, with the part in question", element);
  } else if (!v1::Part_IsValid(part) || part == v1::PART_UNSPECIFIED) {
    Report("no-part", "names no part", "like `AUTHOR` or `TESTER`", element);
  }
}

void RequirementChecker::CheckParts(const google::protobuf::RepeatedField<int>& parts,
                                    const std::string& element) {
  for (int i = 0; i < parts.size(); ++i) CheckPart(parts[i], StrCat(element, "[", i, "]"));
}

void RequirementChecker::CheckGroups() {
  for (const auto& [group, slots] : slots_of_group_) {
    if (slots.size() > 1) continue;
    std::vector<std::string_view> others;
    for (const auto& other : slots_of_group_) {
      if (other.first != group) others.push_back(other.first);
    }
    const std::string_view nearest = Nearest(group, others);
    Warn("group-of-one",
         StrCat("no other slot names the group `", group, "`, which keeps nobody apart so"),
         nearest.empty() ? "name it in the slots that are to be filled by other people"
                         : StrCat("did you mean `", nearest, "`?"),
         slots.front());
  }
}

}  // namespace changepolicy
