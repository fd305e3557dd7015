#include "libchangepolicy/approval/subject.h"

#include <algorithm>
#include <array>
#include <optional>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

constexpr int kParts = v1::Part_MAX + 1;

// No placeholder is longer, once only letters and digits are left.
constexpr size_t kLongestBarePlaceholder = 32;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What Bare would give of ASCII text, without the heap; nothing where there is other text or more
// than fits.
std::optional<std::string_view> BareAscii(std::string_view text,
                                          std::array<char, kLongestBarePlaceholder>* buffer) {
  size_t size = 0;
  for (const char each : text) {
    if (static_cast<unsigned char>(each) >= 0x80) return std::nullopt;
    const char c = Lower(each);
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) continue;
    if (size == buffer->size()) return std::nullopt;
    (*buffer)[size++] = c;
  }
  return std::string_view(buffer->data(), size);
}

// Letters and digits without case, and what lies beyond ASCII. A name before an address is part of
// it: whoever is written `TBD <ann@example.org>` may be somebody.
std::string Bare(std::string_view text) {
  std::string bare = FoldCase(text);
  bare.erase(std::remove_if(bare.begin(), bare.end(),
                            [](char c) {
                              return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
                                     static_cast<unsigned char>(c) < 0x80;
                            }),
             bare.end());
  return bare;
}

// `stated` as the subject has it: known is what is named, and not applicable only where the policy
// lets the person who says so.
template <typename Subject>
bool IsStated(const Subject& subject, std::string_view field, const ApprovalContext& context) {
  for (const v1::Statement& statement : subject.stated()) {
    if (statement.field() != field) continue;
    if (!statement.not_applicable()) return true;
    const int by = context.roster->Find(statement.by());
    if (by == kNobody || statement.reason().empty()) continue;
    const absl::Time at =
        statement.has_happened_at() ? FromProto(statement.happened_at()) : context.now;
    for (const v1::NotApplicableRule& rule : context.policy->not_applicable()) {
      if (std::find(rule.fields().begin(), rule.fields().end(), field) == rule.fields().end()) {
        continue;
      }
      const auto people = EligiblePeople(rule.by(), context, at);
      if (std::binary_search(people.begin(), people.end(), context.roster->id(by))) return true;
    }
  }
  return false;
}

template <typename Subject>
std::vector<std::string> PathsOf(const Subject&) {
  return {};
}
template <>
std::vector<std::string> PathsOf(const v1::ChangeRequest& change) {
  return {change.paths().begin(), change.paths().end()};
}
// A release touches what its changes touch.
template <>
std::vector<std::string> PathsOf(const v1::Release& release) {
  std::vector<std::string> paths;
  for (const v1::ChangeRequest& change : release.changes()) {
    paths.insert(paths.end(), change.paths().begin(), change.paths().end());
  }
  return paths;
}

// By id. Those that have the same id all the same (ids should be unique) by what they say, so that
// no answer depends on how they are listed.
template <typename Record>
void SortRecords(std::vector<const Record*>* records) {
  std::stable_sort(records->begin(), records->end(), [](const Record* a, const Record* b) {
    if (a->id() != b->id()) return a->id() < b->id();
    return a->SerializeAsString() < b->SerializeAsString();
  });
}

void SortOnce(std::vector<std::string>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

}  // namespace

bool IsPlaceholder(std::string_view account, const v1::Policy& policy) {
  static constexpr std::array<std::string_view, 9> kBuiltIn = {
      "", "tbd", "tba", "na", "none", "todo", "nobody", "unassigned", "notapplicable"};
  std::array<char, kLongestBarePlaceholder> buffer, other;
  std::string kept;
  std::optional<std::string_view> bare = BareAscii(account, &buffer);
  if (!bare.has_value()) bare = kept = Bare(account);
  if (std::find(kBuiltIn.begin(), kBuiltIn.end(), *bare) != kBuiltIn.end()) return true;
  return std::any_of(policy.text().placeholders().begin(), policy.text().placeholders().end(),
                     [&](const std::string& placeholder) {
                       const auto ascii = BareAscii(placeholder, &other);
                       return ascii.has_value() ? *ascii == *bare : Bare(placeholder) == *bare;
                     });
}

ApprovalSubject::ApprovalSubject(const ApprovalContext& context) : holders_(kParts) {
  if (context.change != nullptr) {
    Read(*context.change, "change", context);
  } else if (context.release != nullptr) {
    Read(*context.release, "release", context);
  }
}

ApprovalSubject::ApprovalSubject(const ApprovalContext& context, const v1::AcceptedRisk& risk)
    : holders_(kParts) {
  for (const v1::Approval& approval : risk.approvals()) {
    const bool recorded =
        !approval.has_recorded_at() || FromProto(approval.recorded_at()) <= context.now;
    if (recorded) approvals_.push_back(&approval);
  }
  SortRecords(&approvals_);
  services_.values = {risk.services().begin(), risk.services().end()};
  SortOnce(&services_.values);
  environments_ = {risk.environments().begin(), risk.environments().end()};
  PartHolders& requester = holders_[v1::PART_REQUESTER];
  requester.fact = StrCat("organization.directory.accepted_risks[", risk.id(), "].requester");
  requester.unknown = IsPlaceholder(risk.requester(), *context.policy);
  if (requester.unknown) return;
  if (const int person = context.roster->Find(risk.requester()); person != kNobody) {
    requester.people = {person};
  } else {
    requester.unmapped = {risk.requester()};
  }
}

template <typename Subject>
void ApprovalSubject::Read(const Subject& subject, std::string_view root,
                           const ApprovalContext& context) {
  known_ = context.known;
  if (!known_) {
    known_ = [&subject, &context](std::string_view field) {
      return IsStated(subject, field, context);
    };
  }
  for (const v1::Approval& approval : subject.approvals()) approvals_.push_back(&approval);
  for (const v1::Veto& veto : subject.vetoes()) vetoes_.push_back(&veto);
  SortRecords(&approvals_);
  SortRecords(&vetoes_);
  for (const v1::ConditionMet& met : subject.conditions_met()) confirmations_.push_back(&met);
  environments_ = {subject.environments().begin(), subject.environments().end()};

  for (const v1::AffectedService& service : subject.services()) {
    services_.values.push_back(service.id());
  }
  SortOnce(&services_.values);
  if (services_.values.empty() && !known_("services")) {
    services_.unknown_fact = StrCat(root, ".services");
  }
  paths_.values = PathsOf(subject);
  SortOnce(&paths_.values);
  const std::string_view paths = root == "release" ? "changes.paths" : "paths";
  if (paths_.values.empty() && !known_(paths)) paths_.unknown_fact = StrCat(root, ".", paths);
  if (subject.has_team()) {
    team_.values = {subject.team()};
  } else if (!known_("team")) {
    team_.unknown_fact = StrCat(root, ".team");
  }
  ReadPeople(subject.people(), root, context);
}

// The requester, the owner and the authors are attributes: where nobody said who they are, nobody
// can say that they are somebody else. All other parts are records.
void ApprovalSubject::ReadPeople(const v1::People& people, std::string_view root,
                                 const ApprovalContext& context) {
  const auto add = [&](v1::Part part, std::string_view account) {
    if (IsPlaceholder(account, *context.policy)) return;
    const int person = context.roster->Find(account);
    if (person == kNobody) {
      holders_[part].unmapped.emplace_back(account);
    } else {
      holders_[part].people.push_back(person);
    }
  };
  const auto add_all = [&](v1::Part part, std::string_view field, const auto& accounts) {
    for (const std::string& account : accounts) add(part, account);
    PartHolders& holders = holders_[part];
    std::sort(holders.people.begin(), holders.people.end());
    holders.people.erase(std::unique(holders.people.begin(), holders.people.end()),
                         holders.people.end());
    SortOnce(&holders.unmapped);
    holders.fact = StrCat(root, ".people.", field);
    const bool attribute =
        part == v1::PART_REQUESTER || part == v1::PART_OWNER || part == v1::PART_AUTHOR;
    holders.unknown = attribute && holders.people.empty() && holders.unmapped.empty() &&
                      !known_(StrCat("people.", field));
  };
  using Accounts = std::vector<std::string>;
  const auto single = [](bool has, const std::string& account) {
    return has ? Accounts{account} : Accounts{};
  };
  add_all(v1::PART_REQUESTER, "requester", single(people.has_requester(), people.requester()));
  add_all(v1::PART_OWNER, "owner", single(people.has_owner(), people.owner()));
  add_all(v1::PART_AUTHOR, "authors", people.authors());
  add_all(v1::PART_CO_AUTHOR, "co_authors", people.co_authors());
  add_all(v1::PART_COMMITTER, "committers", people.committers());
  add_all(v1::PART_LANDER, "landers", people.landers());
  add_all(v1::PART_IMPLEMENTER, "implementers", people.implementers());
  add_all(v1::PART_TESTER, "testers", people.testers());
  add_all(v1::PART_DEPLOYER, "deployers", people.deployers());
  add_all(v1::PART_RELEASE_MANAGER, "release_manager",
          single(people.has_release_manager(), people.release_manager()));
}

std::vector<std::string> PeopleOf(v1::Part part, const ApprovalContext& context,
                                  std::vector<std::string>* unmapped) {
  return PeopleOf(part, ApprovalSubject(context), *context.roster, unmapped);
}

std::vector<std::string> PeopleOf(v1::Part part, const ApprovalSubject& subject,
                                  const Roster& roster, std::vector<std::string>* unmapped) {
  std::vector<std::string> ids;
  if (!v1::Part_IsValid(part)) return ids;
  for (const int person : subject.Holders(part).people) ids.push_back(roster.id(person));
  if (unmapped != nullptr) *unmapped = subject.Holders(part).unmapped;
  return ids;
}

}  // namespace changepolicy
