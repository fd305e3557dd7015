#include "libchangepolicy/eval/slots.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/slots.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/outdated_parts.h"
#include "libchangepolicy/eval/planning.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

namespace {

// Steps of the clock at which it is asked what still holds.
constexpr int kMostSteps = 256;

// The rule speaks of the planned time, which is what is being looked for.
bool ReadsTheSchedule(const v1::RuleOutcome& outcome) {
  return std::any_of(outcome.facts().begin(), outcome.facts().end(), [](const auto& fact) {
    return fact.path().starts_with("calendar") ||
           fact.path().find(".schedule") != std::string::npos;
  });
}

// What has to hold at the start and depends on the clock: approval rules and gates of the
// deployment that are satisfied now.
std::map<std::string, v1::ObstacleKind> HoldingNow(const v1::Decision& decision) {
  std::map<std::string, v1::ObstacleKind> holding;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.status() != v1::STATUS_SATISFIED || ReadsTheSchedule(outcome)) continue;
    if (outcome.kind() == "approval") {
      holding.emplace(outcome.rule(), v1::OBSTACLE_KIND_APPROVAL);
    } else if (outcome.kind() == "gate") {
      holding.emplace(outcome.rule(), v1::OBSTACLE_KIND_EVIDENCE);
    }
  }
  return holding;
}

template <typename SubjectMessage>
class SlotAsker {
 public:
  SlotAsker(const CheckedPolicy& policy, const BoundOrganization& organization,
            const SubjectMessage& message, const SlotOptions& options)
      : policy_(policy), organization_(organization), message_(message), options_(options) {}

  absl::StatusOr<v1::SlotsAnswer> Run() {
    CP_RETURN_IF_ERROR(TakeSpan());
    DecideOptions decide{.now = options_.now, .transition = v1::TRANSITION_DEPLOY};
    CP_ASSIGN_OR_RETURN(const v1::Decision decision,
                        Decide(policy_, organization_, message_, decide));
    std::vector<absl::Time> changes;
    CP_ASSIGN_OR_RETURN(
        const std::shared_ptr<const BoundOrganization> earlier,
        organization_.AsOf(options_.now, FromProto(policy_.policy().limits().clock_skew()),
                           &changes));
    const BoundOrganization& visible = earlier == nullptr ? organization_ : *earlier;
    CP_ASSIGN_OR_RETURN(const Subject subject,
                        Subject::Bind(message_, policy_.policy(), visible, options_.now));
    flat::Arena arena;
    const Work work =
        WorkOf(subject, decision.categorization().category(), visible.directory().roster(), &arena);
    FindOutdated(visible);
    CP_ASSIGN_OR_RETURN(const absl::Duration length, LengthOf(subject, work));
    if (!work.services_known && visible.works().IsBusy(work, {from_, until_ + length})) {
      unknown_.push_back(StrCat(subject.variable(), ".services"));
    }
    if (!unknown_.empty()) return Finish(subject, v1::SlotsAnswer());
    const CalendarSources sources = SourcesFor(policy_, visible, work);
    SlotSearch search{.sources = &sources,
                      .index = &visible.works(),
                      .work = &work,
                      .length = length,
                      .from = from_,
                      .until = until_,
                      .count = options_.count};
    const Concerns concerns(sources, work, &arena);
    for (const flat::NoticeDue& notice : NoticesOf(visible, subject, concerns, &arena)) {
      // A notice that was not sent can be sent now at the earliest.
      search.limits.push_back(
          {v1::OBSTACLE_KIND_NOTICE, std::string(notice.id()), absl::InfinitePast(),
           notice.has_earliest_start() ? FromProto(notice.earliest_start())
                                       : options_.now + FromProto(notice.lead())});
    }
    v1::SlotsAnswer answer = FindSlots(search);
    // How long approvals and evidence last matters up to the last slot found.
    const absl::Time last =
        answer.slots().empty() ? until_ : FromProto(answer.slots().rbegin()->latest_start());
    if (!options_.whatever_runs_out) {
      CP_RETURN_IF_ERROR(FindLives(decision, decide, last, &search.limits));
    }
    if (must_start_before_.has_value()) {
      answer = FindSlots(search);
      ToProto(*must_start_before_, answer.mutable_must_start_before());
    }
    return Finish(subject, std::move(answer));
  }

 private:
  absl::Status TakeSpan() {
    if (options_.now == absl::InfinitePast() || options_.now == absl::InfiniteFuture()) {
      return InvalidArgument("now: the question has no instant; the library reads no clock");
    }
    from_ = std::max(options_.from.value_or(options_.now), options_.now);
    until_ = options_.until.value_or(from_ + absl::Hours(24 * 366));
    if (until_ <= from_) return InvalidArgument("until: the search ends before it begins");
    if (until_ - from_ > kLongestSearch) {
      return InvalidArgument(
          StrCat("until: at most ", absl::ToInt64Hours(kLongestSearch) / 24, " days are searched"));
    }
    if (options_.count < 1 || options_.count > kMostSlots) {
      return InvalidArgument(StrCat("count: from 1 to ", kMostSlots, " slots"));
    }
    return absl::OkStatus();
  }

  // Windows, freezes and people of a directory that is too old are not known, and neither is other
  // work of such a ledger.
  void FindOutdated(const BoundOrganization& organization) {
    std::vector<absl::Time> changes;
    const OutdatedParts outdated =
        FindOutdatedParts(policy_.policy().limits(), organization, options_.now, &changes);
    if (outdated.directory) unknown_.push_back("organization.directory.taken_at");
    if (outdated.ledger) unknown_.push_back("organization.ledger.taken_at");
  }

  // Adds to `unknown_` what it would need.
  absl::StatusOr<absl::Duration> LengthOf(const Subject& subject, const Work& work) {
    absl::Duration length;
    if (options_.length.has_value()) {
      length = *options_.length;
    } else {
      flat::Arena arena;
      const FactNames missing = UnknownOfInterval(subject, &arena);
      unknown_.insert(unknown_.end(), missing.begin(), missing.end());
      if (!missing.empty()) return length;
      length = work.interval->end - work.interval->start;
    }
    if (length <= absl::ZeroDuration()) {
      return InvalidArgument(options_.length.has_value()
                                 ? "length: the work takes more than no time"
                                 : StrCat(subject.variable(),
                                          ".schedule.end: is not after the start; exchange "
                                          "them, or give a length"));
    }
    if (length > kLongestSearch) return InvalidArgument("length: the work takes too long");
    return length;
  }

  // The first instant up to `last` at which something that holds now holds no more.
  absl::Status FindLives(const v1::Decision& decision, DecideOptions options, absl::Time last,
                         std::vector<StartLimit>* limits) {
    const std::map<std::string, v1::ObstacleKind> holding = HoldingNow(decision);
    if (holding.empty() || !decision.has_next_evaluation()) return absl::OkStatus();
    options.now = FromProto(decision.next_evaluation());
    for (int step = 0; options.now <= last; ++step) {
      if (step == kMostSteps) {
        problems_.push_back("too many changes by the clock to follow; later starts are ruled out");
        limits->push_back({v1::OBSTACLE_KIND_UNCOMPUTED, "clock", options.now});
        must_start_before_ = options.now;
        break;
      }
      CP_ASSIGN_OR_RETURN(const v1::Decision then,
                          Decide(policy_, organization_, message_, options));
      for (const v1::RuleOutcome& outcome : then.outcomes()) {
        const auto rule = holding.find(outcome.rule());
        if (rule == holding.end() || outcome.status() == v1::STATUS_SATISFIED ||
            outcome.status() == v1::STATUS_NOT_APPLICABLE) {
          continue;
        }
        limits->push_back({rule->second, outcome.rule(), options.now});
        must_start_before_ = options.now;
      }
      if (must_start_before_.has_value() || !then.has_next_evaluation()) break;
      options.now = FromProto(then.next_evaluation());
    }
    return absl::OkStatus();
  }

  v1::SlotsAnswer Finish(const Subject& subject, v1::SlotsAnswer answer) const {
    answer.set_subject_id(std::string(subject.id()));
    ToProto(options_.now, answer.mutable_now());
    ToProto(from_, answer.mutable_from());
    ToProto(until_, answer.mutable_until());
    answer.set_tzdb_version(TzdbVersion());
    for (std::string& scope : *answer.mutable_unknown()) {
      scope = StrCat(subject.variable(), ".", scope);
    }
    for (const std::string& fact : unknown_) answer.add_unknown(fact);
    std::sort(answer.mutable_unknown()->begin(), answer.mutable_unknown()->end());
    for (const std::string& problem : problems_) answer.add_problems(problem);
    return answer;
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& message_;
  const SlotOptions& options_;
  absl::Time from_, until_;
  std::optional<absl::Time> must_start_before_;
  std::vector<std::string> unknown_, problems_;
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy& policy,
                                          const BoundOrganization& organization,
                                          const SubjectMessage& message,
                                          const SlotOptions& options) {
  return SlotAsker<SubjectMessage>(policy, organization, message, options).Run();
}

template absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::ChangeRequest&, const SlotOptions&);
template absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::Release&, const SlotOptions&);

}  // namespace changepolicy
