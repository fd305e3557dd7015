#include "libchangepolicy/audit/duty_book.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <tuple>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/obligations.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {
namespace {

// Instants at which the clock may have met an obligation; what it would do after more is not looked
// for.
constexpr int kMostClockSteps = 64;
constexpr int kMostThreads = 64;

// When the first deployment of the subject was decided; when it happened where that was not.
std::optional<absl::Time> DecidedAt(const std::vector<const Deployed*>& deployments) {
  if (deployments.empty()) return std::nullopt;
  const Deployed& first = *deployments.front();
  const DecisionTrace* const decision = first.governing.decision;
  return decision != nullptr && decision->verdict == v1::VERDICT_ALLOWED ? decision->now : first.at;
}

template <typename Subject>
void AddDeployStep(absl::Time at, Subject* subject) {
  for (const v1::StepTaken& step : subject->history()) {
    if (step.transition() == v1::TRANSITION_DEPLOY && step.has_happened_at()) return;
  }
  v1::StepTaken& step = *subject->add_history();
  step.set_transition(v1::TRANSITION_DEPLOY);
  ToProto(at, step.mutable_happened_at());
  ToProto(at, step.mutable_recorded_at());
}

// Subjects that one thread asks about; lent by the examination, since copies would double the
// memory.
struct DueShare {
  std::vector<v1::ChangeRequest> changes;
  std::vector<v1::Release> releases;
  absl::StatusOr<v1::DueAnswer> answer;
};

size_t ThreadsOf(const Programme::Options& options) {
  const int wanted =
      options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  return static_cast<size_t>(std::clamp(wanted, 1, kMostThreads));
}

template <typename Subject>
void Lend(std::vector<Subject>* subjects, std::vector<Subject> DueShare::*place,
          std::vector<DueShare>* shares) {
  for (size_t i = 0; i < subjects->size(); ++i) {
    ((*shares)[i % shares->size()].*place).emplace_back().Swap(&(*subjects)[i]);
  }
}

template <typename Subject>
void Return(std::vector<DueShare>* shares, std::vector<Subject> DueShare::*place,
            std::vector<Subject>* subjects) {
  for (size_t i = 0; i < subjects->size(); ++i) {
    (*subjects)[i].Swap(&((*shares)[i % shares->size()].*place)[i / shares->size()]);
  }
}

std::vector<DueShare> Divide(Examination* examination, size_t shares) {
  std::vector<DueShare> divided(shares);
  Lend(&examination->changes, &DueShare::changes, &divided);
  Lend(&examination->releases, &DueShare::releases, &divided);
  return divided;
}

void TakeBack(std::vector<DueShare>* shares, Examination* examination) {
  Return(shares, &DueShare::changes, &examination->changes);
  Return(shares, &DueShare::releases, &examination->releases);
}

// What is told of one obligation: the later record counts, and at the same instant that it is open.
struct ToldObligation {
  absl::Time told_at = absl::InfinitePast();
  v1::Obligation obligation;

  bool IsAfter(const ToldObligation& other) const {
    return std::tuple(told_at, !obligation.has_done_at(), obligation.SerializeAsString()) >
           std::tuple(other.told_at, !other.obligation.has_done_at(),
                      other.obligation.SerializeAsString());
  }
};

}  // namespace

DutyBook::DutyBook(Examination* examination) : examination_(*examination) {
  for (auto& [id, subject] : examination->subjects) {
    const std::optional<absl::Time> at = DecidedAt(examination->DeploymentsOf(id));
    if (!at) continue;
    if (subject.change != nullptr) AddDeployStep(*at, subject.change);
    if (subject.release != nullptr) AddDeployStep(*at, subject.release);
  }
  MergeLedger(examination);
  AskWhatIsDue(examination);
}

void DutyBook::AskWhatIsDue(Examination* examination) {
  std::vector<DueShare> shares = Divide(examination, ThreadsOf(examination->options));
  const auto ask = [&](DueShare* share) {
    share->answer = ListDue(examination->policy, *organization_, share->changes, share->releases,
                            {.now = examination->options.now});
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < shares.size(); ++i) {
    try {
      threads.emplace_back(ask, &shares[i]);
    } catch (const std::system_error&) {  // the machine has no thread to spare
      ask(&shares[i]);
    }
  }
  ask(&shares.front());
  for (std::thread& thread : threads) thread.join();
  TakeBack(&shares, examination);
  for (size_t i = 0; i < shares.size(); ++i) {
    const absl::StatusOr<v1::DueAnswer>& due = shares[i].answer;
    if (!due.ok()) {
      examination->findings.AddProblem(StrCat("what is due: ", MessageOf(due.status())));
      continue;
    }
    for (const std::string& problem : due->problems()) {
      examination->findings.AddProblem(StrCat("what is due: ", problem));
    }
    for (const v1::DueItem& item : due->items()) {
      // What is not of a record is in every answer.
      if (i == 0 || item.source() == v1::DUE_SOURCE_RECORD) items_.push_back(item);
    }
  }
}

void DutyBook::MergeLedger(Examination* examination) {
  std::map<std::string, ToldObligation> by_id;
  const auto add = [&](v1::Obligation obligation, absl::Time told_at) {
    if (obligation.has_recorded_at()) told_at = FromProto(obligation.recorded_at());
    if (obligation.id().empty()) {
      obligation.set_id(StrCat(obligation.subject_id(), "-", obligation.rule()));
    }
    const std::string id = obligation.id();
    ToldObligation told{told_at, std::move(obligation)};
    const auto [known, is_new] = by_id.emplace(id, told);
    if (!is_new && told.IsAfter(known->second)) known->second = std::move(told);
  };
  v1::Ledger ledger = examination->organization.proto().ledger();
  for (const v1::Obligation& obligation : ledger.obligations()) {
    add(obligation, absl::InfinitePast());
  }
  for (const auto& told : examination->trails.obligations()) add(told.record, told.logged_at);
  ledger.clear_obligations();
  // No rule reads them, and each question about the past would copy them.
  ledger.clear_deployments();
  for (auto& [id, told] : by_id) {
    const v1::Obligation& obligation = told.obligation;
    const bool is_done =
        obligation.has_done_at() && FromProto(obligation.done_at()) <= examination->options.now;
    if (is_done) done_.push_back(obligation);
    listed_.emplace(DutyName(obligation.rule(), obligation.subject_id()), obligation);
    *ledger.add_obligations() = obligation;
  }
  OrganizationResult merged = examination->organization.WithLedger(std::move(ledger));
  if (!merged.organization) {
    examination->findings.AddProblem(
        StrCat("the obligations of the log do not fit the ledger: ", ToText(merged.issues)));
  }
  organization_ = merged.organization ? *std::move(merged.organization) : examination->organization;
}

bool DutyBook::WasMet(const BroughtDuty& duty, absl::Time at) const {
  const auto& rules = examination_.rules().obligations();
  const auto rule = std::find_if(rules.begin(), rules.end(),
                                 [&](const auto& each) { return each.id() == duty.rule; });
  const KnownSubject* const subject = examination_.Find(duty.subject);
  if (rule == rules.end() || subject == nullptr) return false;
  const int number = static_cast<int>(rule - rules.begin());
  absl::Time clock = std::min(duty.brought_at, at);
  for (int step = 0;; ++step) {
    const bool is_last = clock >= at || step == kMostClockSteps;
    if (is_last) clock = at;
    bool is_met = false;
    absl::Time next = at;
    const Inspect inspect = [&](Evaluation* evaluation, const std::vector<std::string>&) {
      is_met = AskObligationMet(number, evaluation).truth == Truth::kTrue;
      for (const absl::Time change : evaluation->changes) {
        if (change > clock) next = std::min(next, change);
      }
    };
    const absl::Status asked = subject->With([&](const auto& message) {
      return Decide(*examination_.policy.checked(), *organization_->bound(), message,
                    {.now = clock,
                     .transition = v1::TRANSITION_DEPLOY,
                     .records_at = at,
                     .inspect = inspect})
          .status();
    });
    if (!asked.ok() || is_met || is_last) return asked.ok() && is_met;
    clock = next;
  }
}

DutyState DutyBook::StateOf(const BroughtDuty& duty) const {
  const absl::Time now = examination_.options.now;
  std::optional<absl::Time> due = duty.due;
  const auto [first, last] = listed_.equal_range({duty.rule, duty.subject});
  if (first == last) {
    if (due && *due <= now && WasMet(duty, *due)) return DutyState::kDone;
    if (WasMet(duty, now)) return due && *due < now ? DutyState::kDoneLate : DutyState::kDone;
    return due && *due > now ? DutyState::kNotYetDue : DutyState::kMissing;
  }
  absl::Time done_at = absl::InfinitePast();
  for (auto listed = first; listed != last; ++listed) {
    const v1::Obligation& obligation = listed->second;
    if (!due && obligation.has_due_at()) due = FromProto(obligation.due_at());
    done_at = std::max(done_at, obligation.has_done_at() ? FromProto(obligation.done_at())
                                                         : absl::InfiniteFuture());
  }
  if (done_at > now) return due && *due > now ? DutyState::kNotYetDue : DutyState::kMissing;
  return due && done_at > *due ? DutyState::kDoneLate : DutyState::kDone;
}

}  // namespace changepolicy
