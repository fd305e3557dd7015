#include "libchangepolicy/domain/train_plan.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/conventional_commit.h"
#include "libchangepolicy/domain/implied_kind.h"

namespace changepolicy {

namespace {

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool IsFix(const v1::ChangeRequest& change) {
  const std::optional<CommitHeader> title = ParseCommitHeader(change.title());
  return Has(change.kinds(), v1::CHANGE_KIND_SECURITY_PATCH) || !change.emergency_basis().empty() ||
         (title.has_value() && title->is("fix"));
}

bool Migrates(const v1::ChangeRequest& change) {
  return Has(change.kinds(), v1::CHANGE_KIND_DATABASE_SCHEMA) ||
         Has(change.kinds(), v1::CHANGE_KIND_DATA_MIGRATION);
}

v1::ReleaseKind KindNamed(const std::string& kind) {
  if (kind == "major") return v1::RELEASE_KIND_MAJOR;
  return kind == "minor" ? v1::RELEASE_KIND_MINOR : v1::RELEASE_KIND_PATCH;
}

class Planner {
 public:
  explicit Planner(const TrainQuestion& question) : question_(question) {
    *plan_.mutable_departure() = question.departure;
    std::vector<const v1::ChangeRequest*> ordered = question.changes;
    std::sort(ordered.begin(), ordered.end(),
              [this](const auto* a, const auto* b) { return Rank(*a) < Rank(*b); });
    for (const v1::ChangeRequest* const change : ordered) by_id_.emplace(change->id(), change);
    order_ = std::move(ordered);
  }

  v1::TrainPlan Run() {
    for (const v1::ChangeRequest* const change : order_) Judge(*change);
    LeaveOutCircles();
    for (const v1::ChangeRequest* const change : order_) Visit(*change);
    for (auto& [id, left] : left_out_) *plan_.add_left_out() = std::move(left);
    return std::move(plan_);
  }

 private:
  using Order = std::tuple<bool, absl::Time, std::string_view>;
  Order Rank(const v1::ChangeRequest& change) const {
    return {!Has(question_.departure.changes(), change.id()),
            change.has_created_at() ? FromProto(change.created_at()) : absl::InfiniteFuture(),
            change.id()};
  }

  void LeaveOut(const v1::ChangeRequest& change, v1::LeftOutReason reason,
                const std::vector<std::string>& about) {
    v1::LeftOut left;
    left.set_change(change.id());
    left.set_reason(reason);
    *left.mutable_about() = {about.begin(), about.end()};
    left_out_.emplace(change.id(), std::move(left));
  }

  // The step that the train has passed and that shuts out this sort of change.
  std::optional<std::string> TooLateFor(const v1::ChangeRequest& change) const {
    const v1::TrainDeparture& departure = question_.departure;
    const auto passed = [&](bool set, const google::protobuf::Timestamp& time) {
      return set && FromProto(time) <= question_.now;
    };
    if (passed(departure.has_release(), departure.release())) return "release";
    if (IsFix(change)) return std::nullopt;
    if (passed(departure.has_candidate(), departure.candidate())) return "candidate";
    if (passed(departure.has_code_freeze(), departure.code_freeze())) return "code_freeze";
    const std::optional<CommitHeader> title = ParseCommitHeader(change.title());
    const bool adds = !title.has_value() || title->is("feat") || title->breaking;
    if (adds && passed(departure.has_feature_freeze(), departure.feature_freeze())) {
      return "feature_freeze";
    }
    return std::nullopt;
  }

  void Judge(const v1::ChangeRequest& change) {
    if (change.state() >= v1::CHANGE_STATE_IMPLEMENTING) {
      return LeaveOut(change, v1::LEFT_OUT_REASON_STATE, {ValueName(change.state())});
    }
    if (!question_.in_scope(change)) return LeaveOut(change, v1::LEFT_OUT_REASON_SCOPE, {});
    if (const std::optional<std::string> step = TooLateFor(change); step.has_value()) {
      return LeaveOut(change, v1::LEFT_OUT_REASON_TOO_LATE, {*step});
    }
    if (const std::vector<std::string> closed = question_.closed(change); !closed.empty()) {
      return LeaveOut(change, v1::LEFT_OUT_REASON_CALENDAR, closed);
    }
    const v1::ReleaseKind kind = KindOfCommit(change.title());
    if (kind > KindNamed(question_.departure.kind())) {
      return LeaveOut(change, v1::LEFT_OUT_REASON_KIND, {ValueName(kind)});
    }
    if (const auto other = question_.elsewhere.find(change.id());
        other != question_.elsewhere.end()) {
      LeaveOut(change, v1::LEFT_OUT_REASON_OTHER_TRAIN, {other->second});
    }
  }

  // Everything that the change depends on over any number of steps, among the changes given.
  const std::set<std::string>& Needs(const v1::ChangeRequest& change) {
    const auto [entry, is_new] = needs_.try_emplace(change.id());
    if (!is_new) return entry->second;
    std::vector<std::string> open(change.depends_on().begin(), change.depends_on().end());
    std::set<std::string>& needs = entry->second;
    while (!open.empty()) {
      const std::string id = std::move(open.back());
      open.pop_back();
      if (!needs.insert(id).second) continue;
      const auto other = by_id_.find(id);
      if (other == by_id_.end()) continue;
      open.insert(open.end(), other->second->depends_on().begin(),
                  other->second->depends_on().end());
    }
    return needs;
  }

  bool IsOrdered(const v1::ChangeRequest& a, const v1::ChangeRequest& b) {
    return Needs(a).count(b.id()) > 0 || Needs(b).count(a.id()) > 0;
  }

  void LeaveOutCircles() {
    for (const v1::ChangeRequest* const change : order_) {
      if (Needs(*change).count(change->id()) == 0) continue;
      std::vector<std::string> circle;
      for (const std::string& id : Needs(*change)) {
        const auto other = by_id_.find(id);
        if (id != change->id() && other != by_id_.end() &&
            Needs(*other->second).count(change->id()) > 0) {
          circle.push_back(id);
        }
      }
      LeaveOut(*change, v1::LEFT_OUT_REASON_CYCLE, circle);
    }
  }

  bool IsSettled(const std::string& id) const {
    return left_out_.count(id) > 0 || taken_ids_.count(id) > 0;
  }

  // Settles the change after what it depends on. Circles are settled already, so that it ends.
  void Visit(const v1::ChangeRequest& change) {
    std::vector<const v1::ChangeRequest*> open = {&change};
    while (!open.empty()) {
      const v1::ChangeRequest& at = *open.back();
      const size_t depth = open.size();
      for (const std::string& id : at.depends_on()) {
        const auto other = by_id_.find(id);
        if (other != by_id_.end() && !IsSettled(id)) open.push_back(other->second);
      }
      if (open.size() > depth) continue;
      open.pop_back();
      if (!IsSettled(at.id())) Settle(at);
    }
  }

  // Takes the change, or leaves it out.
  void Settle(const v1::ChangeRequest& change) {
    std::vector<std::string> missing;
    for (const std::string& id : change.depends_on()) {
      if (question_.in_place.count(id) == 0 && taken_ids_.count(id) == 0) missing.push_back(id);
    }
    if (!missing.empty()) return LeaveOut(change, v1::LEFT_OUT_REASON_DEPENDENCY, missing);
    for (const v1::ChangeRequest* const taken : taken_) {
      if (IsOrdered(change, *taken)) continue;
      for (const std::string& asset : change.assets()) {
        if (!Has(taken->assets(), asset)) continue;
        return LeaveOut(change, v1::LEFT_OUT_REASON_ASSET, {taken->id(), asset});
      }
      if (!Migrates(change) || !Migrates(*taken)) continue;
      for (const v1::AffectedService& service : change.services()) {
        for (const v1::AffectedService& other : taken->services()) {
          if (service.id() != other.id()) continue;
          return LeaveOut(change, v1::LEFT_OUT_REASON_MIGRATION_ORDER, {taken->id(), service.id()});
        }
      }
    }
    taken_.push_back(&change);
    taken_ids_.insert(change.id());
    plan_.add_changes(change.id());
  }

  const TrainQuestion& question_;
  v1::TrainPlan plan_;
  std::vector<const v1::ChangeRequest*> order_, taken_;
  std::map<std::string, const v1::ChangeRequest*, std::less<>> by_id_;
  std::map<std::string, std::set<std::string>> needs_;
  std::map<std::string, v1::LeftOut> left_out_;
  std::set<std::string> taken_ids_;
};

}  // namespace

v1::TrainPlan PlanTrain(const TrainQuestion& question) { return Planner(question).Run(); }

}  // namespace changepolicy
