#include "libchangepolicy/eval/due.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/due_directory.h"
#include "libchangepolicy/eval/due_record.h"
#include "libchangepolicy/eval/outdated_parts.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {
namespace {

constexpr char kLedgerAge[] = "organization.ledger.taken_at";
constexpr char kDirectoryAge[] = "organization.directory.taken_at";

class DueLister {
 public:
  DueLister(const CheckedPolicy& policy, const BoundOrganization& given,
            const BoundOrganization& visible, const DueOptions& options)
      : policy_(policy), given_(given), visible_(visible), options_(options) {}

  v1::DueAnswer Run(const std::vector<v1::ChangeRequest>& changes,
                    const std::vector<v1::Release>& releases) {
    FindOutdated();
    AddLedger();
    AddRecords(changes);
    AddRecords(releases);
    AddDirectory();
    for (v1::DueItem& item : ListPolicyDuties(policy_.policy())) Add(std::move(item));
    return Finish();
  }

 private:
  // What is too old counts as unknown: what it says is listed as such, and what it does not say is
  // a problem.
  void FindOutdated() {
    std::vector<absl::Time> ignored;
    const OutdatedParts outdated =
        FindOutdatedParts(policy_.policy().limits(), visible_, options_.now, &ignored);
    ledger_outdated_ = outdated.ledger;
    directory_outdated_ = outdated.directory;
    if (ledger_outdated_) problems_.insert(StrCat(kLedgerAge, ": the ledger is not up to date"));
    if (directory_outdated_) {
      problems_.insert(StrCat(kDirectoryAge, ": the directory is not up to date"));
    }
  }

  const v1::ObligationRule* FindRule(const std::string& id) const {
    const auto& rules = policy_.policy().obligations();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.id() == id; });
    return found == rules.end() ? nullptr : &*found;
  }

  bool IsAcceptedRisk(const std::string& id) const {
    const auto& risks = visible_.directory().proto().accepted_risks();
    return std::any_of(risks.begin(), risks.end(),
                       [&](const v1::AcceptedRisk& risk) { return risk.id() == id; });
  }

  void AddLedger() {
    for (const v1::Obligation& obligation : visible_.proto().ledger().obligations()) {
      const bool of_risk =
          obligation.rule() == kCompensatingControl && IsAcceptedRisk(obligation.id());
      if (of_risk) {
        listed_risks_.insert(obligation.id());
      } else {
        listed_.insert({obligation.rule(), obligation.subject_id()});
      }
      if (obligation.has_done_at() && FromProto(obligation.done_at()) <= options_.now) continue;
      v1::DueItem item;
      item.set_kind(of_risk ? v1::DUE_KIND_COMPENSATING_CONTROL : v1::DUE_KIND_OBLIGATION);
      item.set_source(v1::DUE_SOURCE_LEDGER);
      item.set_id(obligation.id());
      item.set_rule(obligation.rule());
      item.set_subject_id(obligation.subject_id());
      item.set_owner(obligation.owner());
      item.set_team(obligation.team());
      if (obligation.has_due_at()) {
        *item.mutable_due_at() = obligation.due_at();
      } else {
        item.add_unknown(
            StrCat("organization.ledger.obligations[\"", obligation.id(), "\"].due_at"));
      }
      if (ledger_outdated_) item.add_unknown(kLedgerAge);
      if (const v1::ObligationRule* const rule = FindRule(obligation.rule())) {
        *item.mutable_clauses() = rule->clauses();
      } else if (of_risk) {
        *item.mutable_clauses() = policy_.policy().exceptions().clauses();
      }
      Add(std::move(item));
    }
  }

  template <typename SubjectMessage>
  void AddRecords(const std::vector<SubjectMessage>& records) {
    constexpr bool kIsRelease = std::is_same_v<SubjectMessage, v1::Release>;
    std::set<std::string> ids;
    for (const SubjectMessage& record : records) {
      const std::string name =
          StrCat(kIsRelease ? "release " : "change ", record.id().empty() ? "?" : record.id());
      // Which of the two is right is not for us to say: what either owes is listed.
      if (!ids.insert(record.id()).second) problems_.insert(StrCat(name, ": is given twice"));
      absl::StatusOr<RecordDuties> duties = ListRecordDuties(policy_, given_, record, options_.now);
      if (!duties.ok()) {
        problems_.insert(StrCat(name, ": ", MessageOf(duties.status())));
        continue;
      }
      for (const std::string& problem : duties->problems) {
        problems_.insert(StrCat(name, ": ", problem));
      }
      for (v1::DueItem& item : duties->items) {
        if (listed_.count({item.rule(), item.subject_id()}) == 0) Add(std::move(item));
      }
    }
  }

  void AddDirectory() {
    const v1::Policy& policy = policy_.policy();
    std::vector<std::string> problems;
    std::vector<v1::DueItem> items = ListRiskDuties(policy, visible_, options_.now, &problems);
    problems_.insert(problems.begin(), problems.end());
    for (const auto& more : {ListTrainingDuties(policy, visible_, options_.now),
                             ListModelDuties(visible_, options_.now)}) {
      items.insert(items.end(), more.begin(), more.end());
    }
    for (v1::DueItem& item : items) {
      if (item.kind() == v1::DUE_KIND_COMPENSATING_CONTROL && listed_risks_.count(item.id()) > 0) {
        continue;
      }
      if (directory_outdated_) item.add_unknown(kDirectoryAge);
      Add(std::move(item));
    }
  }

  void Add(v1::DueItem item) {
    if (item.has_due_at()) {
      const absl::Time due = FromProto(item.due_at());
      if (options_.until && due > *options_.until) return;
      item.set_overdue(due <= options_.now);
    }
    std::sort(item.mutable_unknown()->begin(), item.mutable_unknown()->end());
    // One person under one name; a role is no account.
    const Roster& roster = visible_.directory().roster();
    const int person = roster.KnowsRole(item.owner()) ? kNobody : roster.Find(item.owner());
    if (person != kNobody) item.set_owner(roster.id(person));
    items_.push_back(std::move(item));
  }

  v1::DueAnswer Finish() {
    std::vector<std::pair<std::string, v1::DueItem>> sorted;
    for (v1::DueItem& item : items_) sorted.emplace_back(item.SerializeAsString(), std::move(item));
    const auto key = [](const auto& entry) {
      const v1::DueItem& item = entry.second;
      return std::tuple(item.has_due_at(), FromProto(item.due_at()), item.kind(), item.id(),
                        item.subject_id(), item.owner(), entry.first);
    };
    std::sort(sorted.begin(), sorted.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
    v1::DueAnswer answer;
    ToProto(options_.now, answer.mutable_now());
    if (options_.until) ToProto(*options_.until, answer.mutable_until());
    const std::string* last = nullptr;
    for (auto& [bytes, item] : sorted) {
      if (last != nullptr && *last == bytes) continue;  // of a record that was given twice
      *answer.add_items() = std::move(item);
      last = &bytes;
    }
    *answer.mutable_problems() = {problems_.begin(), problems_.end()};
    return answer;
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& given_;
  // As its records stood at the instant of the question.
  const BoundOrganization& visible_;
  const DueOptions& options_;
  bool ledger_outdated_ = false;
  bool directory_outdated_ = false;
  std::set<std::pair<std::string, std::string>> listed_;  // by the ledger: rule and subject
  std::set<std::string> listed_risks_;
  std::vector<v1::DueItem> items_;
  std::set<std::string> problems_;
};

}  // namespace

absl::StatusOr<v1::DueAnswer> ListDue(const CheckedPolicy& policy,
                                      const BoundOrganization& organization,
                                      const std::vector<v1::ChangeRequest>& changes,
                                      const std::vector<v1::Release>& releases,
                                      const DueOptions& options) {
  if (options.now == absl::InfinitePast() || options.now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  std::vector<absl::Time> changes_of_records;
  CP_ASSIGN_OR_RETURN(
      const std::shared_ptr<const BoundOrganization> earlier,
      organization.AsOf(options.now, FromProto(policy.policy().limits().clock_skew()),
                        &changes_of_records));
  const BoundOrganization& visible = earlier == nullptr ? organization : *earlier;
  return DueLister(policy, organization, visible, options).Run(changes, releases);
}

}  // namespace changepolicy
