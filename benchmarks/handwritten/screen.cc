// Takes the change apart, and refuses what this program does not know how to decide: to answer
// wrongly would be worse than not to answer.
#include <algorithm>

#include "benchmarks/handwritten/case.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/documents.h"

namespace changepolicy::handwritten {
namespace {

// Fields of a newer schema are for the engine to name.
template <typename Message>
bool IsStrange(const Message& message) {
  static const google::protobuf::Reflection* const reflection =
      Message::default_instance().GetReflection();
  return !reflection->GetUnknownFields(message).empty();
}

constexpr int64_t kMostSeconds = 9'000'000'000;

template <typename Time>
bool IsPlain(const Time& time) {
  return !IsStrange(time) && time.seconds() > -kMostSeconds && time.seconds() < kMostSeconds &&
         time.nanos() >= 0 && time.nanos() < kSecond;
}

// A record that happened, and was put on record, by now.
template <typename Record>
bool IsVisible(const Record& record, Nanos now) {
  return !IsStrange(record) && record.has_happened_at() && IsPlain(record.happened_at()) &&
         ToNanos(record.happened_at()) <= now &&
         (!record.has_recorded_at() ||
          (IsPlain(record.recorded_at()) && ToNanos(record.recorded_at()) <= now));
}

// By length, then by bytes: the order of their encodings.
void SortTexts(std::vector<std::string_view>* texts) {
  std::sort(texts->begin(), texts->end(), [](std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
}

template <typename List>
bool TakeTexts(const List& list, std::vector<std::string_view>* texts) {
  texts->clear();
  for (const std::string& text : list) {
    if (text.size() > 127) return false;
    texts->push_back(text);
  }
  SortTexts(texts);
  return true;
}

template <typename List>
uint32_t TakeNumbers(const List& list, std::vector<int>* numbers) {
  numbers->assign(list.begin(), list.end());
  std::sort(numbers->begin(), numbers->end());
  uint32_t bits = 0;
  for (const int number : *numbers) bits |= 1u << (number & 31);
  return bits;
}

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

constexpr size_t kShortestText = 20;

size_t CountLetters(std::string_view text, size_t enough) {
  size_t count = 0;
  for (const char c : text) {
    if (IsAlnum(c) && ++count == enough) break;
  }
  return count;
}

}  // namespace

// Only texts as short as the longest that stands for nothing need to be compared.
bool Case::IsGiven(std::string_view text) const {
  if (!IsAscii(text)) {
    const std::string bare = BareText(text);
    return !bare.empty() && tables.empty_texts.count(bare) == 0;
  }
  std::array<char, kLongestEmptyText> bare;
  size_t length = 0;
  for (const char c : text) {
    if (!IsAlnum(c)) continue;
    if (length == bare.size()) return true;
    bare[length++] = Lower(c);
  }
  return length > 0 && tables.empty_texts.count(absl::string_view(bare.data(), length)) == 0;
}

bool Case::IsWritten(const v1::Document& document) const {
  const std::string& text = document.text();
  const size_t letters =
      IsAscii(text) ? CountLetters(text, kShortestText) : CountBareCodePoints(BareText(text));
  if (letters >= kShortestText && IsGiven(text)) return true;
  const std::string& digest = document.digest();
  constexpr std::string_view kPrefix = "sha256:";
  return digest.size() == kPrefix.size() + 64 && digest.starts_with(kPrefix) &&
         std::all_of(digest.begin() + kPrefix.size(), digest.end(),
                     [](char c) {
                       return (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'f');
                     }) &&
         IsGiven(document.url());
}

bool Case::TakeChange() {
  const v1::ChangeRequest& c = *change;
  if (IsStrange(c) || IsStrange(c.tracker()) || IsStrange(c.documents()) || IsStrange(c.impact()) ||
      IsStrange(c.schedule()) || IsStrange(c.people()) || IsStrange(c.artifact()) ||
      IsStrange(c.rollback())) {
    return false;
  }
  if (c.id().find_first_not_of(" \t\r\n\v\f") == std::string::npos || c.revisions_size() != 1 ||
      !c.vetoes().empty() || !c.deployments().empty() || !c.health_checks().empty() ||
      !c.reviews().empty() || !c.material_updates().empty() || !c.overrides().empty() ||
      !c.conditions_met().empty() || !c.history().empty() || !c.facts().empty() ||
      !c.depends_on().empty() || !c.paths().empty() || !c.commits().empty() || c.has_outcome() ||
      !c.branch().empty() || !c.target_branch().empty() || !c.impact().answers().empty() ||
      c.emergency_basis_size() > 1 || c.services().empty() || c.environments().empty() ||
      c.kinds().empty() || c.team().empty() || (c.has_created_at() && !IsPlain(c.created_at()))) {
    return false;
  }
  kind_bits = TakeNumbers(c.kinds(), &kinds);
  environment_bits = TakeNumbers(c.environments(), &environments);
  TakeNumbers(c.impact().data_classes(), &data_classes);
  if (kinds.front() < 1 || kinds.back() > v1::ChangeKind_MAX || environments.front() < 1 ||
      environments.back() > v1::Environment_MAX ||
      (!data_classes.empty() &&
       (data_classes.front() < 1 || data_classes.back() > v1::DataClass_MAX))) {
    return false;
  }
  if (!TakeTexts(c.assets(), &assets) || !TakeTexts(c.third_parties(), &third_parties) ||
      !TakeTexts(c.impact().jurisdictions(), &jurisdictions)) {
    return false;
  }
  services.clear();
  touched = 0;
  nodes.clear();
  for (const v1::AffectedService& affected : c.services()) {
    const ServiceRow* const service = tables.FindService(affected.id());
    if (service == nullptr || IsStrange(affected)) return false;
    services.push_back(service);
    touched |= Services{1} << (service - tables.services.data());
    nodes.push_back(service->node);
  }
  for (const std::string_view id : assets) {
    const auto asset = tables.assets.find(ToAbsl(id));
    if (asset == tables.assets.end()) continue;
    touched |= asset->second.services;
    nodes.push_back(asset->second.node);
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::sort(services.begin(), services.end(),
            [](const ServiceRow* a, const ServiceRow* b) { return a->canonical < b->canonical; });
  if (std::adjacent_find(services.begin(), services.end()) != services.end()) return false;
  const v1::Schedule& schedule = c.schedule();
  if (!schedule.has_start() || !schedule.has_end() || !schedule.has_rollback_reserve() ||
      !IsPlain(schedule.start()) || !IsPlain(schedule.end()) ||
      !IsPlain(schedule.rollback_reserve()) ||
      (schedule.has_expected_downtime() && !IsPlain(schedule.expected_downtime())) ||
      (c.rollback().has_duration() && !IsPlain(c.rollback().duration()))) {
    return false;
  }
  const v1::ChangeDocuments& documents = c.documents();
  for (const v1::Document* const document :
       {&documents.description(), &documents.rationale(), &documents.impact_analysis(),
        &documents.risk_assessment(), &documents.testing_plan(), &documents.rollback_strategy(),
        &c.rollback().forward_recovery()}) {
    if (IsStrange(*document)) return false;
  }
  const v1::ImpactAssessment& impact = c.impact();
  for (const int effect :
       {impact.availability(), impact.performance(), impact.security(), impact.compliance(),
        impact.data_integrity(), impact.client_facing(), impact.third_party()}) {
    if (!v1::Effect_IsValid(effect)) return false;
  }
  if (!v1::Likelihood_IsValid(impact.likelihood()) || !v1::Urgency_IsValid(c.urgency()) ||
      !v1::Category_IsValid(c.claimed_category())) {
    return false;
  }
  return TakePeople() && TakeRecords();
}

bool Case::TakePeople() {
  const v1::People& people = change->people();
  if (!people.landers().empty() || !people.release_manager().empty() || people.authors().empty()) {
    return false;
  }
  bool known = true;
  const auto number = [&](const std::string& account) {
    const int person = tables.FindPerson(account);
    known = known && person >= 0;
    return person;
  };
  const auto all = [&](const auto& accounts) {
    People set = 0;
    for (const std::string& account : accounts) {
      const int person = number(account);
      if (person >= 0) set |= Only(person);
    }
    return set;
  };
  requester = number(people.requester());
  owner = number(people.owner());
  if (!known) return false;
  requesters = Only(requester);
  authors = all(people.authors());
  co_authors = all(people.co_authors());
  committers = all(people.committers());
  implementers = all(people.implementers());
  testers = all(people.testers());
  deployers = all(people.deployers());
  participants = requesters | Only(owner) | authors | co_authors | committers | implementers |
                 testers | deployers;
  return known;
}

bool Case::TakeRecords() {
  const v1::ChangeRequest& c = *change;
  third_parties_stated = data_classes_stated = false;
  for (const v1::Statement& statement : c.stated()) {
    if (!IsVisible(statement, now) || statement.not_applicable()) return false;
    if (statement.field() == "third_parties") {
      third_parties_stated = true;
    } else if (statement.field() == "impact.data_classes") {
      data_classes_stated = true;
    } else {
      return false;
    }
  }
  for (const v1::EmergencyBasis& basis : c.emergency_basis()) {
    if (!IsVisible(basis, now)) return false;
  }
  for (const v1::Communication& communication : c.communications()) {
    if (!IsVisible(communication, now)) return false;
  }
  const v1::Revision& revision = c.revisions(0);
  if (!IsVisible(revision, now) || revision.number() != 1 || revision.has_snapshot()) return false;
  const Nanos revised = ToNanos(revision.happened_at());
  ballots.clear();
  for (const v1::Approval& approval : c.approvals()) {
    if (!IsVisible(approval, now) || approval.kind() != v1::APPROVAL_KIND_APPROVED ||
        !approval.on_behalf_of().empty() || !approval.aspects().empty() ||
        approval.environment() != 0 || !approval.criterion().empty() ||
        !approval.conditions().empty() || approval.revision() != 1 || approval.has_expires_at()) {
      return false;
    }
    Ballot& ballot = ballots.emplace_back();
    ballot.approval = &approval;
    ballot.person = tables.FindPerson(approval.by());
    if (ballot.person < 0) return false;
    ballot.at = ToNanos(approval.happened_at());
    if ((tables.machines & Only(ballot.person)) != 0) {
      ballot.against = v1::NOT_COUNTED_SERVICE_ACCOUNT;
    } else if (ballot.at < revised) {
      ballot.against = v1::NOT_COUNTED_REVISION;
      ballot.detail = "1";
    } else if (!approval.revision_digest().empty() &&
               approval.revision_digest() != revision.source_digest()) {
      ballot.against = v1::NOT_COUNTED_REVISION;
      ballot.detail = approval.revision_digest();
    } else if (ballot.at < tables.people[static_cast<size_t>(ballot.person)].joined) {
      ballot.against = v1::NOT_COUNTED_LEFT;
    }
  }
  // By id, as the records are gone through.
  std::sort(ballots.begin(), ballots.end(),
            [](const Ballot& a, const Ballot& b) { return a.approval->id() < b.approval->id(); });
  for (size_t i = 1; i < ballots.size(); ++i) {
    if (ballots[i - 1].approval->id() == ballots[i].approval->id()) return false;
  }
  for (const v1::Evidence& record : c.evidence()) {
    if (!IsVisible(record, now)) return false;
  }
  return TakeEvidence();
}

}  // namespace changepolicy::handwritten
