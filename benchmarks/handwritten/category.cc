// The model, the category, the priority, and the step that is asked about.
#include <algorithm>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {

void Case::AssessModel() {
  has_model = !change->change_model().empty();
  model = nullptr;
  model_valid = drift_assets = drift_environments = drift_kinds = false;
  if (!has_model) return;
  const auto found = tables.models.find(change->change_model());
  if (found == tables.models.end()) return;
  model = &found->second;
  if (model->approved && model->valid_from < model->valid_until) {
    Note(model->valid_from);
    if (model->valid_until != kNever) Note(model->valid_until);
    model_valid = model->valid_from <= now && now < model->valid_until;
  }
  const auto allowed = [&](std::string_view asset) {
    return std::find(model->assets.begin(), model->assets.end(), asset) != model->assets.end();
  };
  drift_assets =
      model->fixes_assets && (assets.empty() ? !model->assets.empty()
                                             : !std::all_of(assets.begin(), assets.end(), allowed));
  drift_environments = model->fixes_environments && (environment_bits & ~model->environments) != 0;
  drift_kinds = model->fixes_kinds && (kind_bits & ~model->kinds) != 0;
}

// The condition of the category EMERGENCY.
bool Case::IsEmergency(Truth* truth) {
  Read(kEmergencyBasis);
  *truth = Truth::Of(false);
  if (!change->emergency_basis().empty()) {
    const v1::EmergencyBasis& basis = change->emergency_basis(0);
    if (!v1::BasisKind_IsValid(basis.kind())) return false;
    constexpr std::string_view kKinds[] = {"BasisKind.UNSPECIFIED", "BasisKind.INCIDENT",
                                           "BasisKind.VULNERABILITY", "BasisKind.OUTAGE"};
    ReadNamed("change.emergency_basis[0].kind", kKinds[basis.kind()]);
    if (basis.kind() != v1::BASIS_KIND_UNSPECIFIED) {
      if (basis.reference().size() > 50) return false;
      const std::string_view reference = Quoted(basis.reference());
      ReadNamed("change.emergency_basis[0].reference", reference);
      const bool given = IsGiven(basis.reference());
      if (given) {
        *truth = Equals(kUrgency, change->urgency(), v1::URGENCY_URGENT);
      }
      ReadNamed(pool.Join("text.given(", reference, ")"), given ? "true" : "false");
    }
  }
  return true;
}

// The condition of the category STANDARD.
Truth Case::IsStandard() {
  Read(kRiskLevel);
  if (risk_level != v1::RISK_LEVEL_LOW) return Truth::Of(false);
  Read(kModelKnown);
  if (model == nullptr) return Truth::Of(false);
  Read(kModelValid);
  if (!model_valid) return Truth::Of(false);
  Read(kModelTrusted);
  if (!model->record.trusted()) return Truth::Of(false);
  Read(kModelDrift);
  return Truth::Of(!drift_assets && !drift_environments && !drift_kinds);
}

bool Case::Categorize() {
  emergency_reading = StartReading();
  reading_ = &emergency_reading;
  Truth truth;
  const bool known = IsEmergency(&truth);
  reading_ = &scratch_;
  // Where the category is unknown, so is most of what follows.
  if (!known || truth.is_unknown()) return false;
  standard_was_asked = !truth.is_true();
  standard_reading = StartReading();
  category_rule = kIsEmergency;
  category = v1::CATEGORY_EMERGENCY;
  if (standard_was_asked) {
    reading_ = &standard_reading;
    const bool standard = IsStandard().is_true();
    reading_ = &scratch_;
    category_rule = standard ? kIsStandard : kIsNormal;
    category = standard ? v1::CATEGORY_STANDARD : v1::CATEGORY_NORMAL;
  }
  const v1::Category claimed = change->claimed_category();
  claim_differs = claimed != v1::CATEGORY_UNSPECIFIED && claimed != category;
  claim_reading = StartReading();
  if (claim_differs && claimed == v1::CATEGORY_EMERGENCY) claim_reading = emergency_reading;
  if (claim_differs && claimed == v1::CATEGORY_STANDARD) {
    reading_ = &claim_reading;
    IsStandard();
    reading_ = &scratch_;
  }
  return true;
}

// Impact against urgency; the first that applies.
void Case::Prioritize() {
  const int urgency = change->urgency();
  const auto urgent = [&](int least) {
    return [this, urgency, least] { return AtLeast(kUrgency, urgency, least); };
  };
  const auto both = [&](const Definition& definition, int least) {
    return [this, &definition, urgent, least] { return AndThen(definition.value, urgent(least)); };
  };
  reading_ = &scratch_;
  priority_rule = kIsCritical;
  priority_truth =
      OrElse(both(impact_high_, v1::URGENCY_HIGH)(), both(impact_medium_, v1::URGENCY_URGENT));
  if (!priority_truth.is_false()) return;
  priority_rule = kIsHigh;
  priority_truth = OrElse(
      OrElse(both(impact_high_, v1::URGENCY_MEDIUM)(), both(impact_medium_, v1::URGENCY_HIGH)),
      urgent(v1::URGENCY_URGENT));
  if (!priority_truth.is_false()) return;
  priority_rule = kIsModerate;
  priority_truth = OrElse(OrElse(impact_high_.value, both(impact_medium_, v1::URGENCY_MEDIUM)),
                          urgent(v1::URGENCY_HIGH));
  if (!priority_truth.is_false()) return;
  priority_rule = kIsLow;
  priority_truth = Truth::Of(true);
}

bool Case::FindStep() {
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const bool standard = category == v1::CATEGORY_STANDARD;
  legal_count = 0;
  const auto allow = [&](bool may, v1::Transition step) {
    if (may) legal[static_cast<size_t>(legal_count++)] = step;
  };
  const auto go = [&](v1::Transition step, v1::ChangeState to) {
    transition = step;
    state_after = to;
  };
  switch (change->state()) {
    case v1::CHANGE_STATE_DRAFT:
      go(v1::TRANSITION_SUBMIT, v1::CHANGE_STATE_SUBMITTED);
      allow(true, v1::TRANSITION_SUBMIT);
      break;
    case v1::CHANGE_STATE_SUBMITTED:
      if (emergency) {
        go(v1::TRANSITION_DEPLOY, v1::CHANGE_STATE_IMPLEMENTING);
      } else if (standard) {
        go(v1::TRANSITION_SCHEDULE, v1::CHANGE_STATE_SCHEDULED);
      } else {
        go(v1::TRANSITION_ASSESS, v1::CHANGE_STATE_ASSESSED);
      }
      allow(true, v1::TRANSITION_ASSESS);
      allow(standard, v1::TRANSITION_SCHEDULE);
      allow(emergency, v1::TRANSITION_DEPLOY);
      allow(true, v1::TRANSITION_REJECT);
      break;
    case v1::CHANGE_STATE_ASSESSED:
      if (emergency) {
        go(v1::TRANSITION_DEPLOY, v1::CHANGE_STATE_IMPLEMENTING);
      } else if (standard) {
        go(v1::TRANSITION_SCHEDULE, v1::CHANGE_STATE_SCHEDULED);
      } else {
        go(v1::TRANSITION_APPROVE, v1::CHANGE_STATE_APPROVED);
      }
      allow(true, v1::TRANSITION_APPROVE);
      allow(standard, v1::TRANSITION_SCHEDULE);
      allow(emergency, v1::TRANSITION_DEPLOY);
      allow(true, v1::TRANSITION_REJECT);
      break;
    case v1::CHANGE_STATE_APPROVED:
      if (emergency) {
        go(v1::TRANSITION_DEPLOY, v1::CHANGE_STATE_IMPLEMENTING);
      } else {
        go(v1::TRANSITION_SCHEDULE, v1::CHANGE_STATE_SCHEDULED);
      }
      allow(true, v1::TRANSITION_SCHEDULE);
      allow(emergency, v1::TRANSITION_DEPLOY);
      break;
    case v1::CHANGE_STATE_SCHEDULED:
      go(v1::TRANSITION_DEPLOY, v1::CHANGE_STATE_IMPLEMENTING);
      allow(true, v1::TRANSITION_DEPLOY);
      break;
    default:
      return false;  // what comes after a deployment
  }
  allow(true, v1::TRANSITION_CANCEL);  // each of these may be cancelled
  return true;
}

}  // namespace changepolicy::handwritten
