// Points for what makes a change risky, and the largest effect against the likelihood of failure.
#include <algorithm>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {
namespace {

v1::RiskLevel LevelOf(int score) {
  if (score >= 14) return v1::RISK_LEVEL_CRITICAL;
  if (score >= 8) return v1::RISK_LEVEL_HIGH;
  if (score >= 4) return v1::RISK_LEVEL_MEDIUM;
  return v1::RISK_LEVEL_LOW;
}

v1::RiskLevel LevelOf(v1::Effect impact, v1::Likelihood likelihood) {
  using L = v1::RiskLevel;
  constexpr L kLevels[4][3] = {
      {v1::RISK_LEVEL_LOW, v1::RISK_LEVEL_LOW, v1::RISK_LEVEL_LOW},
      {v1::RISK_LEVEL_LOW, v1::RISK_LEVEL_LOW, v1::RISK_LEVEL_MEDIUM},
      {v1::RISK_LEVEL_LOW, v1::RISK_LEVEL_MEDIUM, v1::RISK_LEVEL_HIGH},
      {v1::RISK_LEVEL_MEDIUM, v1::RISK_LEVEL_HIGH, v1::RISK_LEVEL_CRITICAL}};
  return kLevels[impact - v1::EFFECT_NONE][likelihood - v1::LIKELIHOOD_RARE];
}

}  // namespace

bool Case::AssessRisk() {
  const v1::ImpactAssessment& impact = change->impact();
  point_count = 0;
  score = 0;
  worst_case = false;
  // A factor counts where it holds, and where nobody knows.
  const auto factor = [&](Factor which, auto holds) {
    Reading reading = StartReading();
    reading_ = &reading;
    const Truth truth = holds();
    reading_ = &scratch_;
    if (truth.is_false()) {
      named_facts.resize(reading.first_named);
      return;
    }
    if (points.size() == point_count) points.emplace_back();
    points[point_count++] = {which, reading, truth.unknown};
    worst_case |= truth.is_unknown();
    score += tables.points[which];
  };
  const auto noticed = [&](Factor which, Fact fact, int effect) {
    factor(which, [&] { return AtLeast(fact, effect, v1::EFFECT_MEDIUM); });
  };
  const auto some_service = [&](std::string_view field, bool ServiceRow::*is) {
    Read(kServices);
    for (size_t i = 0; i < services.size(); ++i) {
      const bool holds = services[i]->*is;
      ReadNamed(pool.Join("change.services[", Number(static_cast<int64_t>(i)), "].", field),
                holds ? "true" : "false");
      if (holds) return Truth::Of(true);
    }
    return Truth::Of(false);
  };
  const auto defined = [&](const Definition& definition) {
    Use(definition);
    return definition.value;
  };
  factor(kCriticalServiceFactor, [&] { return some_service("critical", &ServiceRow::critical); });
  noticed(kAvailabilityFactor, kAvailability, impact.availability());
  factor(kDowntimeFactor, [&] {
    Read(kExpectedDowntime);
    const v1::Schedule& schedule = change->schedule();
    return schedule.has_expected_downtime() ? Truth::Of(ToNanos(schedule.expected_downtime()) > 0)
                                            : Truth::Unknown(kExpectedDowntime);
  });
  noticed(kPerformanceFactor, kPerformance, impact.performance());
  noticed(kSecurityFactor, kSecurity, impact.security());
  noticed(kComplianceFactor, kCompliance, impact.compliance());
  factor(kPersonalDataFactor,
         [&] { return HasDataClass(v1::DATA_CLASS_PERSONAL, v1::DataClass_MAX); });
  factor(kStoredDataFactor, [&] { return defined(alters_data_); });
  noticed(kDataIntegrityFactor, kDataIntegrity, impact.data_integrity());
  factor(kNoWayBackFactor, [&] { return Irreversible(); });
  factor(kClientServiceFactor,
         [&] { return some_service("client_facing", &ServiceRow::client_facing); });
  noticed(kClientEffectFactor, kClientFacing, impact.client_facing());
  factor(kOutsideServiceFactor, [&] { return defined(reaches_third_party_); });
  noticed(kThirdPartyFactor, kThirdParty, impact.third_party());
  factor_level = LevelOf(score);

  // What nobody stated counts as the largest.
  matrix_unknown = {};
  matrix_impact = v1::EFFECT_NONE;
  matrix_dimensions = 0;
  const std::pair<Fact, int> effects[] = {{kAvailability, impact.availability()},
                                          {kPerformance, impact.performance()},
                                          {kSecurity, impact.security()},
                                          {kCompliance, impact.compliance()},
                                          {kDataIntegrity, impact.data_integrity()},
                                          {kClientFacing, impact.client_facing()},
                                          {kThirdParty, impact.third_party()}};
  for (int i = 0; i < 7; ++i) {
    int effect = effects[i].second;
    if (effect == 0) {
      effect = v1::EFFECT_HIGH;
      matrix_unknown.Add(effects[i].first);
    }
    if (effect > matrix_impact) {
      matrix_impact = static_cast<v1::Effect>(effect);
      matrix_dimensions = 0;
    }
    // Dimensions are numbered as the effects are.
    if (effect == matrix_impact) matrix_dimensions |= 1u << (i + v1::DIMENSION_AVAILABILITY);
  }
  matrix_likelihood = impact.likelihood();
  if (matrix_likelihood == v1::LIKELIHOOD_UNSPECIFIED) {
    matrix_likelihood = v1::LIKELIHOOD_LIKELY;
    matrix_unknown.Add(kLikelihood);
  }
  worst_case |= !matrix_unknown.empty();
  matrix_level = LevelOf(matrix_impact, matrix_likelihood);
  risk_level = std::max(factor_level, matrix_level);
  return true;
}

}  // namespace changepolicy::handwritten
