#include "libchangepolicy/eval/apply_steps.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/eval/filler_text.h"
#include "libchangepolicy/eval/literal_value.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The enum's value with this short name; its zero value for any other text.
template <typename Enum>
Enum ValueNamed(std::string_view name) {
  const auto* const type = google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type->value_count(); ++i) {
    if (ShortName(*type->value(i)) == name) return static_cast<Enum>(type->value(i)->number());
  }
  return static_cast<Enum>(0);
}

template <typename SubjectMessage>
class Taker {
 public:
  Taker(FactFinder<SubjectMessage>* facts, const std::vector<v1::FixStep>& steps)
      : policy_(facts->policy()), facts_(*facts), steps_(steps) {
    taken_.subject = facts->subject();
    taken_.now = facts->now();
  }

  absl::StatusOr<Taken<SubjectMessage>> Run() {
    // Edits first: whatever the order of steps, the last revision is the one that is approved.
    for (const v1::FixStep& step : steps_) CP_RETURN_IF_ERROR(Edit(step));
    // Facts of the others are found by their places, so that a change goes last.
    for (const v1::FixStep& step : steps_) {
      if (step.kind() == v1::FIX_KIND_CHANGE) CP_RETURN_IF_ERROR(TakeOut(step.what()));
    }
    AddRevision();
    for (const v1::FixStep& step : steps_) Record(step);
    return std::move(taken_);
  }

 private:
  static constexpr bool kIsChange = std::is_same_v<SubjectMessage, v1::ChangeRequest>;
  SubjectMessage& subject() { return taken_.subject; }

  // ---- Edits

  absl::Status Edit(const v1::FixStep& step) {
    switch (step.kind()) {
      case v1::FIX_KIND_DOCUMENT:
        return WriteDocument(step);
      case v1::FIX_KIND_STATE:
        return StateFact(step);
      case v1::FIX_KIND_SLOT:
        *subject().mutable_schedule()->mutable_start() = step.start();
        *subject().mutable_schedule()->mutable_end() = step.end();
        edited_.insert(edited_.end(), {"schedule.start", "schedule.end"});
        return absl::OkStatus();
      default:
        return absl::OkStatus();
    }
  }

  absl::Status WriteDocument(const v1::FixStep& step) {
    const std::string root = kIsChange ? "change." : "release.";
    const auto place = facts_.Find(StrCat(root, step.what()));
    if (!place.has_value() || place->field().message_type() != v1::Document::descriptor() ||
        place->field().is_repeated()) {
      return InvalidArgument(StrCat("`", step.what(), "` is no document of the subject"));
    }
    Message* message = &subject();
    for (const FactPlace::Step& part : place->steps) {
      message = message->GetReflection()->MutableMessage(message, part.field);
    }
    v1::Document document;
    document.set_text(FillerText(policy_.policy(), step.what(), step.what()));
    message->CopyFrom(document);
    edited_.push_back(step.what());
    return absl::OkStatus();
  }

  absl::Status StateFact(const v1::FixStep& step) {
    auto place = facts_.Find(step.what());
    // Of an element that a step before it has made.
    if (!place.has_value()) {
      place = FactFinder(policy_, facts_.organization(), subject(), taken_.now).Find(step.what());
    }
    const auto value =
        place.has_value() ? ReadLiteral(step.value(), place->field().enum_type()) : std::nullopt;
    if (!value.has_value() || !SetFact(*place, *value, taken_.now, &subject())) {
      return InvalidArgument(
          StrCat("`", step.what(), "` cannot be stated to be `", step.value(), "`"));
    }
    edited_.push_back(place->statement());
    return absl::OkStatus();
  }

  absl::Status TakeOut(const std::string& id) {
    if constexpr (!kIsChange) {
      auto* const changes = subject().mutable_changes();
      for (int i = 0; i < changes->size(); ++i) {
        if (changes->Get(i).id() != id) continue;
        changes->DeleteSubrange(i, 1);
        if (changes->empty()) {
          // That it has none is known then.
          v1::Statement* const none = subject().add_stated();
          none->set_field("changes");
          Date(taken_.now, none);
        }
        return absl::OkStatus();
      }
    }
    return InvalidArgument(StrCat("the subject has no change `", id, "`"));
  }

  void AddRevision() {
    if (edited_.empty() || subject().revisions().empty()) return;
    const auto last =
        *std::max_element(subject().revisions().begin(), subject().revisions().end(),
                          [](const auto& a, const auto& b) { return a.number() < b.number(); });
    auto& revision = *subject().add_revisions();
    revision.set_number(last.number() + 1);
    revision.set_source_digest(last.source_digest());
    Date(taken_.now, &revision);
    std::sort(edited_.begin(), edited_.end());
    edited_.erase(std::unique(edited_.begin(), edited_.end()), edited_.end());
    for (const std::string& field : edited_) revision.add_edited(field);
  }

  // ---- Records

  template <typename Message>
  static void Date(absl::Time at, Message* record) {
    ToProto(at, record->mutable_happened_at());
    ToProto(at, record->mutable_recorded_at());
  }

  template <typename List>
  std::string NewId(const List& records) {
    std::string id;
    do {
      id = StrCat("fix-", ++ids_);
    } while (std::any_of(records.begin(), records.end(),
                         [&](const auto& record) { return record.id() == id; }));
    return id;
  }

  void Record(const v1::FixStep& step) {
    switch (step.kind()) {
      case v1::FIX_KIND_APPROVAL:
        return Approve(step);
      case v1::FIX_KIND_EVIDENCE:
        return AddEvidence(step);
      case v1::FIX_KIND_COMMUNICATION:
        return Tell(step.what());
      case v1::FIX_KIND_DEPLOYMENT:
        return Deploy(step.environment());
      case v1::FIX_KIND_HEALTH_CHECK:
        return CheckHealth(step);
      case v1::FIX_KIND_REVIEW: {
        v1::Review& review = *subject().add_reviews();
        review.set_by(step.person().empty() ? Somebody() : step.person());
        review.set_findings(FillerText(policy_.policy(), "how it went", ""));
        return Date(taken_.now, &review);
      }
      case v1::FIX_KIND_MATERIAL: {
        v1::MaterialUpdate& update = *subject().add_material_updates();
        update.set_material(ValueNamed<v1::Material>(step.what()));
        update.set_by(Somebody());
        return Date(taken_.now, &update);
      }
      case v1::FIX_KIND_TAG:
        return Tag(ValueNamed<v1::TagKind>(step.what()));
      case v1::FIX_KIND_WAIT:
        taken_.now = FromProto(step.start());
        return;
      case v1::FIX_KIND_PERSON:
        return TakePart(step);
      case v1::FIX_KIND_CRITERION:
        return Confirm(step);
      case v1::FIX_KIND_CONDITION: {
        v1::ConditionMet& met = *subject().add_conditions_met();
        met.set_condition(step.what());
        met.set_by(step.person());
        return Date(taken_.now, &met);
      }
      case v1::FIX_KIND_MONITORING:
        return Watch();
      default:
        return;
    }
  }

  void Approve(const v1::FixStep& step) {
    v1::Approval approval;
    approval.set_id(NewId(subject().approvals()));
    approval.set_by(step.person());
    approval.set_kind(v1::APPROVAL_KIND_APPROVED);
    approval.set_criterion(step.what());
    approval.set_trust(v1::TRUST_SIGNED);
    for (const auto& revision : subject().revisions()) {
      approval.set_revision(std::max(approval.revision(), revision.number()));
    }
    Date(taken_.now, &approval);
    *subject().add_approvals() = std::move(approval);
  }

  // A source that the policy trusts enough for the type.
  std::string SourceOf(const std::string& type) const {
    const v1::EvidenceRules& rules = policy_.policy().evidence();
    for (const v1::EvidenceSource& source : rules.sources()) {
      const bool reports =
          source.types().empty() ||
          std::find(source.types().begin(), source.types().end(), type) != source.types().end();
      if (!reports || source.trust() < NeededTrust()) continue;
      std::string id = source.id();
      if (id.ends_with('*')) id.pop_back();
      return id;
    }
    return "ci";
  }

  v1::Trust NeededTrust() const {
    const v1::Trust trust = policy_.policy().evidence().trust();
    return trust == v1::TRUST_UNSPECIFIED ? v1::TRUST_REPORTED : trust;
  }

  void AddEvidence(const v1::FixStep& step) {
    const v1::EvidenceRules& rules = policy_.policy().evidence();
    v1::Evidence evidence;
    evidence.set_id(NewId(subject().evidence()));
    evidence.set_type(step.what());
    evidence.set_environment(step.environment());
    evidence.set_conclusion(rules.passing().empty()
                                ? v1::CONCLUSION_PASSED
                                : static_cast<v1::Conclusion>(rules.passing(0)));
    const v1::Artifact& artifact = subject().artifact();
    if (!artifact.digest().empty()) evidence.set_digest(artifact.digest());
    if (artifact.digest().empty() && !artifact.revision().empty()) {
      evidence.set_revision(artifact.revision());
    }
    evidence.set_source(SourceOf(step.what()));
    evidence.set_trust(NeededTrust());
    Date(taken_.now, &evidence);
    *subject().add_evidence() = std::move(evidence);
  }

  // `CLIENTS`, or with the notice where it is not UPCOMING, `CLIENTS COMPLETED`.
  void Tell(std::string_view what) {
    const size_t blank = what.find(' ');
    v1::Communication communication;
    communication.set_id(NewId(subject().communications()));
    communication.set_audience(ValueNamed<v1::Audience>(what.substr(0, blank)));
    communication.set_notice(blank == std::string_view::npos
                                 ? v1::NOTICE_UPCOMING
                                 : ValueNamed<v1::Notice>(what.substr(blank + 1)));
    Date(taken_.now, &communication);
    *subject().add_communications() = std::move(communication);
  }

  void Deploy(v1::Environment environment) {
    const bool checked = std::any_of(steps_.begin(), steps_.end(), [&](const v1::FixStep& step) {
      return step.kind() == v1::FIX_KIND_HEALTH_CHECK && step.environment() == environment;
    });
    v1::Deployment deployment;
    deployment.set_id(NewId(subject().deployments()));
    deployment.set_environment(environment);
    deployment.set_digest(subject().artifact().digest());
    deployment.set_automated(true);
    deployment.set_infrastructure_as_code(true);
    deployment.set_procedure("pipeline");
    deployment.set_conclusion(v1::CONCLUSION_PASSED);
    Date(checked ? taken_.now - absl::Seconds(1) : taken_.now, &deployment);
    *subject().add_deployments() = std::move(deployment);
  }

  // Every check that ran there before, and the one that is asked for.
  void CheckHealth(const v1::FixStep& step) {
    std::vector<std::string> names;
    if (!step.what().empty()) names.push_back(step.what());
    for (const v1::HealthCheck& check : subject().health_checks()) {
      if (check.environment() == step.environment()) names.push_back(check.name());
    }
    if (names.empty()) names.emplace_back("smoke");
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string& name : names) {
      v1::HealthCheck& check = *subject().add_health_checks();
      check.set_name(name);
      check.set_environment(step.environment());
      check.set_conclusion(v1::CONCLUSION_PASSED);
      Date(taken_.now, &check);
    }
  }

  void Tag(v1::TagKind kind) {
    if constexpr (!kIsChange) {
      const std::string& version = subject().version();
      const bool candidate =
          kind == v1::TAG_KIND_CANDIDATE && version.find('-') == std::string::npos;
      v1::Tag& tag = *subject().mutable_version_control()->add_tags();
      tag.set_name(StrCat("v", version, candidate ? "-rc.1" : ""));
      tag.set_kind(kind);
      tag.set_commit(subject().artifact().revision());
      Date(taken_.now, &tag);
      // A candidate comes before the final version.
      if (candidate) ToProto(taken_.now - absl::Seconds(1), tag.mutable_happened_at());
    }
  }

  void TakePart(const v1::FixStep& step) {
    v1::People& people = *subject().mutable_people();
    switch (ValueNamed<v1::Part>(step.what())) {
      case v1::PART_REQUESTER:
        return people.set_requester(step.person());
      case v1::PART_OWNER:
        return people.set_owner(step.person());
      case v1::PART_AUTHOR:
        return people.add_authors(step.person());
      case v1::PART_IMPLEMENTER:
        return people.add_implementers(step.person());
      case v1::PART_TESTER:
        return people.add_testers(step.person());
      case v1::PART_DEPLOYER:
        return people.add_deployers(step.person());
      case v1::PART_RELEASE_MANAGER:
        return people.set_release_manager(step.person());
      default:
        return;
    }
  }

  void Confirm(const v1::FixStep& step) {
    if constexpr (!kIsChange) {
      v1::CriterionMet& met = *subject().add_criteria_met();
      met.set_criterion(step.what());
      met.set_by(step.person());
      Date(taken_.now, &met);
    }
  }

  void Watch() {
    if constexpr (!kIsChange) {
      v1::Monitoring& monitoring = *subject().mutable_monitoring();
      monitoring.set_performance(true);
      monitoring.set_logs(true);
      monitoring.set_security_alerts(true);
      if (!monitoring.has_started_at()) ToProto(taken_.now, monitoring.mutable_started_at());
      ToProto(taken_.now, monitoring.mutable_recorded_at());
    }
  }

  std::string Somebody() {
    const v1::People& people = subject().people();
    if (!people.owner().empty()) return people.owner();
    return people.requester().empty() ? "somebody" : people.requester();
  }

  const CheckedPolicy& policy_;
  FactFinder<SubjectMessage>& facts_;  // of the subject before any step
  const std::vector<v1::FixStep>& steps_;
  Taken<SubjectMessage> taken_;
  std::vector<std::string> edited_;
  int ids_ = 0;
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<Taken<SubjectMessage>> TakeSteps(FactFinder<SubjectMessage>* facts,
                                                const std::vector<v1::FixStep>& steps) {
  return Taker<SubjectMessage>(facts, steps).Run();
}

template absl::StatusOr<Taken<v1::ChangeRequest>> TakeSteps(FactFinder<v1::ChangeRequest>*,
                                                            const std::vector<v1::FixStep>&);
template absl::StatusOr<Taken<v1::Release>> TakeSteps(FactFinder<v1::Release>*,
                                                      const std::vector<v1::FixStep>&);

}  // namespace changepolicy
