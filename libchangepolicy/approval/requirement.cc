#include "libchangepolicy/approval/requirement.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

class Compiler {
 public:
  Compiler(absl::Span<const RuleTerms> rules, const ApprovalContext& context,
           const ApprovalSubject& subject, const std::vector<std::vector<bool>>& recused,
           ElectorateIndex* electorates)
      : rules_(rules),
        context_(context),
        subject_(subject),
        recused_(recused),
        electorates_(*electorates) {}

  CompiledRequirements Compile() {
    out_.rules.resize(rules_.size());
    for (rule_ = 0; rule_ < static_cast<int>(rules_.size()); ++rule_) {
      if (rules_[rule_].needs == nullptr) {
        Fail("bad_requirement", "the rule does not say what it needs");
        continue;
      }
      rule().root = Add(*rules_[rule_].needs, "", 0);
      SortOnce(&rule().unknown);
      SortOnce(&rule().unmapped);
    }
    Connect();
    return std::move(out_);
  }

 private:
  CompiledRule& rule() { return out_.rules[rule_]; }

  static void SortOnce(std::vector<std::string>* values) {
    std::sort(values->begin(), values->end());
    values->erase(std::unique(values->begin(), values->end()), values->end());
  }

  int Fail(std::string_view code, std::string message) {
    if (rule().error.empty()) {
      rule().error = std::move(message);
      rule().error_code = std::string(code);
    }
    return NewNode(RequirementNode::Kind::kAll);
  }

  int NewNode(RequirementNode::Kind kind) {
    RequirementNode node;
    node.kind = kind;
    out_.nodes.push_back(std::move(node));
    return static_cast<int>(out_.nodes.size()) - 1;
  }

  template <typename List>
  int AddList(const List& list, std::string_view name, int at_least, const std::string& path,
              int depth) {
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

  int Add(const v1::Requirement& needs, const std::string& path, int depth) {
    const std::string at = path.empty() ? "the requirement" : StrCat("`", path, "`");
    const bool slot = needs.has_at_least() || needs.has_percent() || needs.has_of();
    const int kinds = (needs.all().empty() ? 0 : 1) + (needs.any().empty() ? 0 : 1) +
                      (needs.has_some_of() ? 1 : 0) + (needs.none() ? 1 : 0) + (slot ? 1 : 0);
    if (depth > context_.limits.depth) {
      return Fail("limit", StrCat("requirements are nested deeper than ", context_.limits.depth));
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
    return AddSlots(needs, path, at);
  }

  int AddSlots(const v1::Requirement& needs, const std::string& path, const std::string& at) {
    if (needs.has_at_least() == needs.has_percent()) {
      return Fail("bad_requirement", StrCat(at, " must have either `at_least` or `percent`"));
    }
    if ((needs.has_at_least() && needs.at_least() < 1) ||
        (needs.has_percent() && (needs.percent() < 1 || needs.percent() > 100))) {
      return Fail("bad_requirement", StrCat(at, " asks for ", needs.at_least() + needs.percent(),
                                            needs.has_percent() ? " per cent, expected 1 to 100"
                                                                : " people, expected at least 1"));
    }
    const Electorates& electorates = electorates_.Resolve(needs.of());
    if (!electorates.error.empty()) return Fail("limit", electorates.error);
    rule().unknown.insert(rule().unknown.end(), electorates.unknown.begin(),
                          electorates.unknown.end());
    rule().electorate_unknown |= !electorates.unknown.empty();
    rule().by_percentage |= needs.has_percent();
    const std::shared_ptr<const Apartness> apart = ApartFor(needs);
    rule().unknown.insert(rule().unknown.end(), apart->unknown_facts.begin(),
                          apart->unknown_facts.end());
    rule().unmapped.insert(rule().unmapped.end(), apart->unmapped.begin(), apart->unmapped.end());
    const int family = electorates.all.size() > 1 ? families_++ : -1;
    std::vector<int> children;
    for (const auto& electorate : electorates.all) {
      children.push_back(AddSlot(needs, path, electorate, apart, family));
    }
    if (out_.slots.size() > static_cast<size_t>(context_.limits.slots)) {
      return Fail("limit", StrCat("the rules ask for more than ", context_.limits.slots, " slots"));
    }
    if (children.size() == 1) return children.front();
    const int node = NewNode(RequirementNode::Kind::kAll);
    out_.nodes[node].children = std::move(children);
    return node;
  }

  int AddSlot(const v1::Requirement& needs, const std::string& path,
              const std::shared_ptr<const Electorate>& electorate,
              const std::shared_ptr<const Apartness>& apart, int family) {
    SlotTerms terms;
    terms.rule = rule_;
    terms.path = path;
    if (!electorate->path.empty()) {
      StrAppend(&terms.path, path.empty() ? "" : ".", electorate->path);
    }
    terms.declared = &needs;
    terms.electorate = electorate;
    terms.apart = apart;
    terms.eligible = CountEligible(electorate, apart);

    AssignmentSlot slot;
    terms.needed = needs.has_at_least()
                       ? needs.at_least()
                       : static_cast<int>(std::max<int64_t>(
                             1, (int64_t{terms.eligible} * needs.percent() + 99) / 100));
    // More than everybody is as impossible as any larger number.
    slot.needed = std::min(terms.needed, context_.roster->size() + 1);
    slot.groups = GroupsOf(needs);
    slot.family = family;
    slot.may_share = needs.may_share();
    slot.rule = rule_;
    slot.stage = needs.stage();
    slot.strict = needs.strict();
    slot.aspects = rules_[rule_].aspects;

    const int number = static_cast<int>(out_.slots.size());
    out_.slots.push_back(slot);
    out_.terms.push_back(std::move(terms));
    rule().slots.push_back(number);
    const int node = NewNode(RequirementNode::Kind::kSlot);
    out_.nodes[node].slot = number;
    return node;
  }

  // Counted once for each electorate and set of parts, which many slots share.
  int CountEligible(const std::shared_ptr<const Electorate>& electorate,
                    const std::shared_ptr<const Apartness>& apart) {
    const auto [entry, added] = eligible_.try_emplace({rule_, electorate.get(), apart.get()}, 0);
    if (added) {
      for (const int person : electorate->members) {
        const bool out = apart->part_of[person] != v1::PART_UNSPECIFIED || recused_[rule_][person];
        entry->second += out ? 0 : 1;
      }
    }
    return entry->second;
  }

  std::shared_ptr<const Apartness> ApartFor(const v1::Requirement& needs) {
    std::set<v1::Part> parts;
    for (const int part : needs.apart_from()) {
      if (v1::Part_IsValid(part)) parts.insert(static_cast<v1::Part>(part));
    }
    if (needs.apart_from().empty()) {
      const std::vector<v1::Part> apart = PartsApart(context_.policy->separation());
      parts.insert(apart.begin(), apart.end());
    }
    for (const v1::PartPair& pair : context_.policy->separation().pairs()) {
      const std::optional<v1::Part> kept = KeptFromApproving(pair);
      if (kept && v1::Part_IsValid(*kept)) parts.insert(*kept);
    }
    std::shared_ptr<const Apartness>& known = apart_[parts];
    if (known != nullptr) return known;
    Apartness apart;
    apart.parts = {parts.begin(), parts.end()};
    apart.part_of.assign(context_.roster->size(), v1::PART_UNSPECIFIED);
    for (const v1::Part part : parts) {
      const PartHolders& holders = subject_.Holders(part);
      for (const int person : holders.people) {
        if (apart.part_of[person] == v1::PART_UNSPECIFIED) apart.part_of[person] = part;
      }
      apart.unmapped.insert(apart.unmapped.end(), holders.unmapped.begin(), holders.unmapped.end());
      if (holders.unknown || !holders.unmapped.empty()) apart.unknown_facts.push_back(holders.fact);
    }
    known = std::make_shared<const Apartness>(std::move(apart));
    return known;
  }

  std::vector<int> GroupsOf(const v1::Requirement& needs) {
    std::set<int> groups;
    for (const std::string& name : needs.distinct()) {
      const int group = named_.emplace(name, static_cast<int>(named_.size())).first->second;
      users_[group].insert(rule_);
      groups.insert(group);
    }
    return {groups.begin(), groups.end()};
  }

  void Connect() {
    std::vector<int> leader(rules_.size());
    std::iota(leader.begin(), leader.end(), 0);
    const auto find = [&](int r) {
      while (leader[r] != r) r = leader[r];
      return r;
    };
    for (const auto& entry : users_) {
      for (const int user : entry.second) {
        const int one = find(*entry.second.begin());
        const int other = find(user);
        leader[std::max(one, other)] = std::min(one, other);
      }
    }
    std::map<int, std::vector<int>> components;
    for (int r = 0; r < static_cast<int>(rules_.size()); ++r) components[find(r)].push_back(r);
    for (auto& entry : components) out_.components.push_back(std::move(entry.second));
  }

  const absl::Span<const RuleTerms> rules_;
  const ApprovalContext& context_;
  const ApprovalSubject& subject_;
  const std::vector<std::vector<bool>>& recused_;
  ElectorateIndex& electorates_;
  CompiledRequirements out_;
  int rule_ = 0;
  int families_ = 0;
  std::map<std::string, int> named_;
  std::map<int, std::set<int>> users_;  // rules, by named group
  std::map<std::set<v1::Part>, std::shared_ptr<const Apartness>> apart_;
  std::map<std::tuple<int, const void*, const void*>, int> eligible_;
};

}  // namespace

RuleTerms TermsOf(const v1::ApprovalRule& rule) {
  RuleTerms terms;
  terms.id = rule.id();
  AspectMask named = 0;
  for (const int aspect : rule.aspects()) {
    if (v1::Aspect_IsValid(aspect)) named |= MaskOf(static_cast<v1::Aspect>(aspect)) & kAllAspects;
  }
  if (named != 0) terms.aspects = named;
  terms.environment = rule.environment();
  terms.criterion = rule.criterion();
  if (rule.has_needs()) terms.needs = &rule.needs();
  return terms;
}

CompiledRequirements CompileRequirements(absl::Span<const RuleTerms> rules,
                                         const ApprovalContext& context,
                                         const ApprovalSubject& subject,
                                         const std::vector<std::vector<bool>>& recused,
                                         ElectorateIndex* electorates) {
  return Compiler(rules, context, subject, recused, electorates).Compile();
}

}  // namespace changepolicy
