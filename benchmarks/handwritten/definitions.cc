// Words of the policy that several rules use. Each is found once; what it reads, its users read.
#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {

Reading Case::StartReading() {
  Reading reading;
  reading.first_named = static_cast<uint16_t>(named_facts.size());
  return reading;
}

void Case::ReadNamed(std::string_view path, std::string_view value, bool known) {
  named_facts.push_back({path, value, known});
  ++reading_->named;
}

void Case::SetTruth(Fact fact, const Truth& truth) {
  if (truth.is_unknown()) {
    unknown_facts.Add(fact);
    Set(fact, {});
  } else {
    Set(fact, truth.is_true() ? "true" : "false");
  }
}

// Enum attributes: zero says that nobody said.
Truth Case::AtLeast(Fact fact, int value, int least) {
  Read(fact);
  return value == 0 ? Truth::Unknown(fact) : Truth::Of(value >= least);
}
Truth Case::Equals(Fact fact, int value, int wanted) {
  Read(fact);
  return value == 0 ? Truth::Unknown(fact) : Truth::Of(value == wanted);
}

Truth Case::HasDataClass(int least, int most) {
  Read(kDataClasses);
  if (data_classes.empty() && !data_classes_stated) return Truth::Unknown(kDataClasses);
  for (const int each : data_classes) {
    if (each >= least && each <= most) return Truth::Of(true);
  }
  return Truth::Of(false);
}

Truth Case::Irreversible() {
  Read(kIrreversible);
  const v1::Rollback& rollback = change->rollback();
  return rollback.has_irreversible() ? Truth::Of(rollback.irreversible())
                                     : Truth::Unknown(kIrreversible);
}

// `text.given` of an attribute.
Truth Case::Given(Fact fact, bool known, std::string_view text) {
  Read(fact);
  if (!known) return Truth::Unknown(fact);
  const bool given = IsGiven(text);
  std::string_view quoted = Quoted(text);
  if (quoted.size() > 60) quoted = pool.Join(quoted.substr(0, 60), "...");
  ReadNamed(pool.Join("text.given(", quoted, ")"), given ? "true" : "false");
  return Truth::Of(given);
}

namespace {

constexpr uint32_t Bits(std::initializer_list<int> numbers) {
  uint32_t bits = 0;
  for (const int number : numbers) bits |= 1u << number;
  return bits;
}

constexpr uint32_t kAltersData =
    Bits({v1::CHANGE_KIND_DATABASE_SCHEMA, v1::CHANGE_KIND_DATA_MIGRATION});
constexpr uint32_t kAltersSources =
    Bits({v1::CHANGE_KIND_APPLICATION_CODE, v1::CHANGE_KIND_INFRASTRUCTURE_AS_CODE,
          v1::CHANGE_KIND_CONFIGURATION});
constexpr uint32_t kAltersPlatform =
    Bits({v1::CHANGE_KIND_SECURITY_PATCH, v1::CHANGE_KIND_OS_UPDATE, v1::CHANGE_KIND_MIDDLEWARE});

}  // namespace

void Case::Define() {
  const v1::ImpactAssessment& impact = change->impact();
  const auto define = [&](Definition* definition, auto find) {
    Reading reading;
    reading_ = &reading;
    definition->value = find();
    definition->reads = reading.facts;
    reading_ = &scratch_;
  };
  const auto about_kinds = [&](uint32_t bits) {
    Read(kKinds);
    return Truth::Of((kind_bits & bits) != 0);
  };
  define(&to_production_, [&] {
    Read(kEnvironments);
    return Truth::Of((environment_bits >> v1::ENVIRONMENT_PRODUCTION & 1) != 0);
  });
  define(&alters_data_, [&] { return about_kinds(kAltersData); });
  define(&alters_sources_, [&] { return about_kinds(kAltersSources); });
  define(&alters_platform_, [&] { return about_kinds(kAltersPlatform); });
  define(&reaches_third_party_, [&] {
    return OrElse(about_kinds(Bits({v1::CHANGE_KIND_THIRD_PARTY_INTEGRATION})), [&] {
      Read(kThirdParties);
      if (third_parties.empty() && !third_parties_stated) return Truth::Unknown(kThirdParties);
      return Truth::Of(!third_parties.empty());
    });
  });
  define(&about_people_, [&] { return HasDataClass(v1::DATA_CLASS_PERSONAL, v1::DataClass_MAX); });
  define(&concerns_dpo_, [&] {
    Truth truth = AtLeast(kSecurity, impact.security(), v1::EFFECT_MEDIUM);
    truth =
        OrElse(truth, [&] { return AtLeast(kCompliance, impact.compliance(), v1::EFFECT_MEDIUM); });
    return OrElse(truth, [&] { return HasDataClass(v1::DATA_CLASS_PERSONAL, v1::DataClass_MAX); });
  });
  define(&risky_for_people_, [&] {
    return OrElse(
        HasDataClass(v1::DATA_CLASS_SENSITIVE_PERSONAL, v1::DATA_CLASS_SENSITIVE_PERSONAL),
        [&] { return AtLeast(kCompliance, impact.compliance(), v1::EFFECT_HIGH); });
  });
  const auto largest = [&](int least) {
    Truth truth = AtLeast(kAvailability, impact.availability(), least);
    truth = OrElse(truth, [&] { return AtLeast(kPerformance, impact.performance(), least); });
    truth = OrElse(truth, [&] { return AtLeast(kSecurity, impact.security(), least); });
    truth = OrElse(truth, [&] { return AtLeast(kCompliance, impact.compliance(), least); });
    truth = OrElse(truth, [&] { return AtLeast(kDataIntegrity, impact.data_integrity(), least); });
    truth = OrElse(truth, [&] { return AtLeast(kClientFacing, impact.client_facing(), least); });
    return OrElse(truth, [&] { return AtLeast(kThirdParty, impact.third_party(), least); });
  };
  define(&impact_high_, [&] { return largest(v1::EFFECT_HIGH); });
  define(&impact_medium_, [&] { return largest(v1::EFFECT_MEDIUM); });
}

void Case::DefineRisky() {
  significant_.value = Truth::Of(risk_level >= v1::RISK_LEVEL_HIGH);
  significant_.reads = kRiskLevel;
  Reading reading;
  reading_ = &reading;
  Read(kRiskLevel);
  major_.value =
      OrElse(Truth::Of(risk_level == v1::RISK_LEVEL_CRITICAL), [&] { return Irreversible(); });
  major_.reads = reading.facts;
  reading_ = &scratch_;
}

}  // namespace changepolicy::handwritten
