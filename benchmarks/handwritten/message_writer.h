// Writes the Decision as a message, by its setters.
#ifndef BENCHMARKS_HANDWRITTEN_MESSAGE_WRITER_H_
#define BENCHMARKS_HANDWRITTEN_MESSAGE_WRITER_H_

#include <string>

#include "benchmarks/handwritten/case.h"
#include "benchmarks/handwritten/reading_order.h"
#include "benchmarks/handwritten/write.h"
#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy::handwritten {

class MessageWriter {
 public:
  MessageWriter(Case* decided, v1::Decision* decision) : case_(*decided), decision_(*decision) {}

  void Head() {
    decision_.set_semantics_version(kSemanticsVersion);
    decision_.set_subject_kind(v1::SUBJECT_KIND_CHANGE);
    decision_.set_subject_id(case_.change->id());
    SetInstant(case_.now, decision_.mutable_now());
    decision_.set_transition(case_.transition);
    decision_.set_verdict(case_.verdict);
  }

  void Categorization() {
    v1::Categorization& told = *decision_.mutable_categorization();
    const Words& words = case_.tables.categories[case_.category_rule];
    told.set_category(case_.category);
    told.set_status(v1::STATUS_SATISFIED);
    told.set_rule(words.id);
    AddAll(words.clauses, told.mutable_clauses());
    told.set_claimed(case_.change->claimed_category());
    told.set_differs(case_.claim_differs);
    AddFacts(case_.emergency_reading, told.mutable_facts());
    if (case_.standard_was_asked) AddFacts(case_.standard_reading, told.mutable_facts());
    if (case_.claim_differs) {
      told.set_claim_rule(ClaimRule());
      AddFacts(case_.claim_reading, told.mutable_claim_facts());
    }
  }

  void Risk() {
    v1::RiskAssessment& told = *decision_.mutable_risk();
    told.set_level(case_.risk_level);
    told.set_score(case_.score);
    told.set_factor_level(case_.factor_level);
    told.set_matrix_level(case_.matrix_level);
    told.set_worst_case(case_.worst_case);
    told.set_matrix_impact(case_.matrix_impact);
    for (int dimension = 0; dimension <= v1::Dimension_MAX; ++dimension) {
      if ((case_.matrix_dimensions >> dimension & 1) != 0) {
        told.add_matrix_dimensions(static_cast<v1::Dimension>(dimension));
      }
    }
    told.set_matrix_likelihood(case_.matrix_likelihood);
    AddPaths(case_.matrix_unknown, told.mutable_matrix_unknown());
    for (size_t i = 0; i < case_.point_count; ++i) {
      const Point& point = case_.points[i];
      const Words& words = case_.tables.factors[point.factor];
      v1::RiskPoint& added = *told.add_points();
      added.set_factor(words.id);
      added.set_points(case_.tables.points[point.factor]);
      added.set_dimension(case_.tables.dimensions[point.factor]);
      AddAll(words.clauses, added.mutable_clauses());
      AddFacts(point.reading, added.mutable_facts());
      AddPaths(point.unknown, added.mutable_unknown());
    }
  }

  void Priority() {
    v1::PriorityAssessment& told = *decision_.mutable_priority();
    const Words& words = case_.tables.priorities[case_.priority_rule];
    if (case_.priority_truth.is_true()) {
      told.set_priority(
          static_cast<v1::Priority>(int{v1::PRIORITY_CRITICAL} - int{case_.priority_rule}));
      told.set_status(v1::STATUS_SATISFIED);
    } else {
      told.set_status(v1::STATUS_UNKNOWN);
      AddPaths(case_.priority_truth.unknown, told.mutable_unknown());
    }
    told.set_rule(words.id);
    AddAll(words.clauses, told.mutable_clauses());
  }

  void Model() {
    v1::ModelAssessment& told = *decision_.mutable_model();
    if (case_.model == nullptr) {
      told.set_id(case_.change->change_model());
      return;
    }
    told = case_.model->record;
    told.set_valid(case_.model_valid);
    if (case_.drift_assets) told.add_drift("assets");
    if (case_.drift_environments) told.add_drift("environments");
    if (case_.drift_kinds) told.add_drift("kinds");
  }

  void Calendar() {
    const CalendarFindings& found = case_.calendar;
    v1::CalendarAnswer& told = *decision_.mutable_calendar();
    told.set_planned(true);
    SetInstant(found.planned.start, told.mutable_start());
    SetInstant(found.planned.end, told.mutable_end());
    told.set_windows_declared(found.windows_declared);
    told.set_inside_window(found.inside_window);
    if (found.window >= 0) {
      SetEntry(found.windows[static_cast<size_t>(found.window)], told.mutable_window());
    }
    if (found.has_latest_start) SetInstant(found.latest_start, told.mutable_latest_start());
    told.set_frozen(found.freeze_count > 0);
    for (size_t i = 0; i < found.freeze_count; ++i) SetEntry(found.freezes[i], told.add_freezes());
    told.set_crossing_possible(found.crossing_possible);
    for (size_t i = 0; i < found.conflict_count; ++i) {
      v1::CalendarEntry* const entry = told.add_conflicts();
      SetEntry(found.conflicts[i], entry);
      for (const v1::Clash& clash : found.conflicts[i].clashes) *entry->add_clashes() = clash;
    }
    for (size_t i = 0; i < found.window_count; ++i) SetEntry(found.windows[i], told.add_windows());
    for (const std::string_view part : found.uncovered) Add(part, told.mutable_uncovered());
    for (const Notice& notice : found.notices) {
      v1::NoticeDue& due = *told.add_notices();
      due.set_id(notice.id.data(), notice.id.size());
      due.set_audience(v1::AUDIENCE_CLIENTS);
      due.mutable_lead()->set_seconds(notice.service->notice_period / kSecond);
      due.mutable_lead()->set_nanos(static_cast<int32_t>(notice.service->notice_period % kSecond));
      if (notice.sent) SetInstant(notice.earliest_start, due.mutable_earliest_start());
      due.set_met(notice.met);
      due.set_by_contract(true);
    }
  }

  void RuleOutcome(const Outcome& outcome) {
    const Words& words = case_.tables.rules[outcome.rule];
    v1::RuleOutcome& told = *decision_.add_outcomes();
    told.set_rule(words.id);
    told.set_status(outcome.status);
    told.set_kind(outcome.rule < kApprovalRules ? "approval" : "gate");
    AddAll(words.clauses, told.mutable_clauses());
    AddAll(words.controls, told.mutable_controls());
    AddFacts(outcome.reading, told.mutable_facts());
    AddPaths(outcome.unknown, told.mutable_unknown());
    const bool failed =
        outcome.status == v1::STATUS_UNSATISFIED || outcome.status == v1::STATUS_UNSATISFIABLE;
    if (failed && outcome.rule >= kApprovalRules && words.names_change) {
      v1::Parameter& parameter = *told.add_parameters();
      parameter.set_name("change.id");
      parameter.set_value(case_.change->id());
    }
    if (outcome.approval >= 0) {
      SetApproval(case_.approvals[static_cast<size_t>(outcome.approval)], told.mutable_approval());
    }
  }

  void Obligation(const OwedEntry& owed) {
    const Words& words = case_.tables.obligations_words[owed.owed];
    v1::ObligationDue& told = *decision_.add_obligations();
    told.set_rule(words.id);
    told.set_owner(owed.owner.data(), owed.owner.size());
    AddAll(words.clauses, told.mutable_clauses());
    if (owed.after_plan) {
      SetInstant(owed.due, told.mutable_due_at());
    } else {
      told.mutable_due_after()->set_seconds(owed.due / kSecond);
    }
  }

  void Remark(const RemarkText& remark) {
    v1::Remark& told = *decision_.add_remarks();
    told.set_id(remark.id.data(), remark.id.size());
    for (const std::string_view about : remark.about) Add(about, told.mutable_about());
  }

  void Tail() {
    const Tables& tables = case_.tables;
    SetInstant(case_.next, decision_.mutable_valid_until());
    SetInstant(case_.next, decision_.mutable_next_evaluation());
    decision_.set_policy_digest(tables.policy_digest);
    decision_.set_directory_digest(tables.directory_digest);
    decision_.set_ledger_digest(tables.ledger_digest);
    decision_.set_tzdb_version(tables.tzdb_version);
    decision_.set_policy_id(tables.policy_id);
    decision_.set_policy_version(tables.policy_version);
    decision_.set_change_state(case_.change->state());
    for (int i = 0; i < case_.legal_count; ++i) {
      decision_.add_legal_transitions(case_.legal[static_cast<size_t>(i)]);
    }
    decision_.set_detail(v1::DETAIL_REASONS);
    decision_.set_change_state_after(case_.state_after);
    decision_.set_rules_not_applicable(case_.rules_not_applicable);
  }

 private:
  using Texts = google::protobuf::RepeatedPtrField<std::string>;
  using Facts = google::protobuf::RepeatedPtrField<v1::FactRead>;

  static void Add(std::string_view text, Texts* texts) { texts->Add()->assign(text); }
  static void AddAll(const std::vector<std::string>& from, Texts* texts) {
    texts->Reserve(static_cast<int>(from.size()));
    for (const std::string& text : from) *texts->Add() = text;
  }
  static void SetInstant(Nanos at, google::protobuf::Timestamp* told) {
    Nanos nanos = at % kSecond;
    if (nanos < 0) nanos += kSecond;
    told->set_seconds((at - nanos) / kSecond);
    told->set_nanos(static_cast<int32_t>(nanos));
  }

  void AddPaths(FactSet facts, Texts* texts) {
    facts.ForEach([&](Fact fact) { Add(kFactPaths[fact], texts); });
  }

  void AddFacts(const Reading& reading, Facts* facts) {
    facts->Reserve(facts->size() + reading.facts.size() + reading.named);
    const auto add = [&](std::string_view path, std::string_view value, bool known) {
      v1::FactRead& read = *facts->Add();
      read.set_path(path.data(), path.size());
      if (!value.empty()) read.set_value(value.data(), value.size());
      read.set_known(known);
    };
    InOrder(
        case_, reading,
        [&](Fact fact) {
          const std::string_view value = case_.ValueOf(fact);
          add(kFactPaths[fact], value, case_.IsKnown(fact));
        },
        [&](const NamedFact& named) { add(named.path, named.value, named.known); });
  }

  std::string ClaimRule() const {
    switch (case_.change->claimed_category()) {
      case v1::CATEGORY_EMERGENCY:
        return case_.tables.categories[kIsEmergency].id;
      case v1::CATEGORY_STANDARD:
        return case_.tables.categories[kIsStandard].id;
      default:
        return case_.tables.categories[kIsNormal].id;
    }
  }

  static void SetEntry(const Entry& entry, v1::CalendarEntry* told) {
    told->set_id(entry.id.data(), entry.id.size());
    SetInstant(entry.span.start, told->mutable_start());
    SetInstant(entry.span.end, told->mutable_end());
    told->set_clause(entry.clause.data(), entry.clause.size());
  }

  void SetApproval(const ApprovalResult& result, v1::ApprovalOutcome* told) {
    if (result.needed > 0) {
      v1::SlotOutcome& slot = *told->add_slots();
      slot.set_of(result.asked.data(), result.asked.size());
      slot.set_needed(result.needed);
      for (int i = 0; i < result.assigned_count; ++i) {
        const Assigned& assigned = result.assigned[static_cast<size_t>(i)];
        v1::Assignment& assignment = *slot.add_assigned();
        assignment.set_person(PersonId(assigned.person));
        assignment.set_approval(ApprovalId(assigned.ballot));
      }
      slot.set_eligible(result.eligible);
      slot.set_chosen(true);
    }
    for (const Uncounted& uncounted : result.not_counted) {
      v1::UncountedApproval& added = *told->add_not_counted();
      added.set_person(PersonId(case_.ballots[static_cast<size_t>(uncounted.ballot)].person));
      added.set_approval(ApprovalId(uncounted.ballot));
      added.set_reason(uncounted.reason);
      added.set_detail(uncounted.detail.data(), uncounted.detail.size());
    }
    for (int i = 0; i < result.suggested_count; ++i) {
      told->add_suggestions()->set_person(PersonId(result.suggested[static_cast<size_t>(i)]));
    }
    for (int i = 0; i < result.waits_count; ++i) {
      told->add_waits_for(case_.tables.rules[result.waits_for[static_cast<size_t>(i)]].id);
    }
  }

  const std::string& PersonId(int person) const {
    return case_.tables.people[static_cast<size_t>(person)].id;
  }
  const std::string& ApprovalId(int ballot) const {
    return case_.ballots[static_cast<size_t>(ballot)].approval->id();
  }

  Case& case_;
  v1::Decision& decision_;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_MESSAGE_WRITER_H_
