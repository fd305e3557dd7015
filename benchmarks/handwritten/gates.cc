// The gates of each step, in the policy's order: what each asks for, and what it reads to tell.
#include <algorithm>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {
namespace {

constexpr auto kAlways = [] { return Truth::Of(true); };

// Where a test before production counts, and the order in which it is looked for.
constexpr v1::Environment kPlaces[] = {v1::ENVIRONMENT_TEST, v1::ENVIRONMENT_STAGING,
                                       v1::ENVIRONMENT_PRE_PRODUCTION};

template <typename Ask>
Truth AnyPlace(Ask ask) {
  Truth truth = Truth::Of(false);
  for (size_t i = 0; i < std::size(kPlaces) && !truth.is_true(); ++i) {
    truth = OrElse(truth, [&] { return ask(i); });
  }
  return truth;
}

}  // namespace

// Where the GDPR applies.
bool Case::IsInEea(std::string_view place) {
  static constexpr std::string_view kEea[] = {"EU", "AT", "BE", "BG", "CY", "CZ", "DE", "DK",
                                              "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
                                              "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL",
                                              "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
  return std::find(std::begin(kEea), std::end(kEea), place) != std::end(kEea);
}

// A condition that does not hold because no window is declared cannot be met.
template <typename Applies, typename Must>
void Case::Gate(Rule rule, Applies applies, Must must) {
  Reading reading = StartReading();
  reading_ = &reading;
  Truth truth = applies();
  v1::Status status = v1::STATUS_UNKNOWN;
  if (truth.is_true()) {
    truth = must();
    status = truth.is_true()    ? v1::STATUS_SATISFIED
             : truth.is_false() ? v1::STATUS_UNSATISFIED
                                : v1::STATUS_UNKNOWN;
    if (status == v1::STATUS_UNSATISFIED && !calendar.windows_declared &&
        reading.facts.Has(kCalendarInsideWindow)) {
      status = v1::STATUS_UNSATISFIABLE;
    }
  }
  reading_ = &scratch_;
  if (truth.is_false() && status == v1::STATUS_UNKNOWN) {
    named_facts.resize(reading.first_named);
    ++rules_not_applicable;
    return;
  }
  outcomes.push_back({rule, status, reading, truth.unknown, -1});
}

Truth Case::AllHaveRole(Fact list, People people, std::initializer_list<RoleIs> roles, bool any) {
  Read(list);
  bool all = true;
  bool some = false;
  for (People left = people; left != 0; left &= left - 1) {
    const int person = __builtin_ctzll(left);
    bool has = false;
    for (const RoleIs role : roles) {
      has = (tables.roles[role] & Only(person)) != 0;
      ReadNamed(pool.Join("people.has_role(\"", tables.people[static_cast<size_t>(person)].id,
                          "\", \"", kRoleIds[role], "\")"),
                has ? "true" : "false");
      if (has) break;
    }
    all &= has;
    some |= has;
    if (any ? some : !all) break;
  }
  return Truth::Of(any ? some : people != 0 && all);
}

Truth Case::Trained(Fact fact, People people) {
  Read(fact);
  bool all = people != 0;
  for (People left = people; left != 0 && all; left &= left - 1) {
    bool trained = false;
    for (const Span& span : tables.people[static_cast<size_t>(__builtin_ctzll(left))].trained) {
      Note(span.start);
      if (span.end != kNever) Note(span.end);
      trained |= span.start <= now && now < span.end;
    }
    all = trained;
  }
  const Truth truth = Truth::Of(all);
  SetTruth(fact, truth);
  return truth;
}

bool Case::Sent(v1::Audience audience, v1::Notice notice) const {
  const auto& sent = change->communications();
  return std::any_of(sent.begin(), sent.end(), [&](const v1::Communication& each) {
    return each.audience() == audience && each.notice() == notice;
  });
}

// So long before the planned start.
Truth Case::SentAhead(Fact fact, v1::Audience audience, Nanos lead) {
  const Nanos start = ToNanos(change->schedule().start());
  const auto& sent = change->communications();
  const Truth truth =
      Truth::Of(std::any_of(sent.begin(), sent.end(), [&](const v1::Communication& each) {
        return each.audience() == audience && each.notice() == v1::NOTICE_UPCOMING &&
               ToNanos(each.happened_at()) + lead <= start;
      }));
  if (fact == kFactCount) return truth;
  Read(fact);
  SetTruth(fact, truth);
  return truth;
}

bool Case::GatesOfSubmit() {
  const v1::ChangeRequest& c = *change;
  Gate(kTracked, kAlways, [&] {
    return AndThen(Given(kTrackerSystem, c.tracker().has_system(), c.tracker().system()),
                   [&] { return Given(kTrackerKey, c.tracker().has_key(), c.tracker().key()); });
  });
  const auto written = [&](Fact fact, const v1::Document& document) {
    Read(fact);
    const Truth truth = Truth::Of(IsWritten(document));
    SetTruth(fact, truth);
    return truth;
  };
  Gate(kDescribed, kAlways, [&] {
    return AndThen(written(kDescriptionWritten, c.documents().description()),
                   [&] { return written(kRationaleWritten, c.documents().rationale()); });
  });
  Gate(kScopeStated, kAlways, [&] {
    Read(kKinds);
    Read(kEnvironments);
    return Truth::Of(true);  // neither list is empty
  });
  Gate(kProposedByEngineering, kAlways, [&] {
    return AllHaveRole(kRequesters, requesters,
                       {kDeveloper, kQa, kDevops, kSecurityRole, kChangeManager, kReleaseManager},
                       true);
  });
  return true;
}

bool Case::GatesOfAssess() {
  const v1::ChangeRequest& c = *change;
  const v1::ImpactAssessment& impact = c.impact();
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const auto written = [&](Fact fact, const v1::Document& document) {
    Read(fact);
    const Truth truth = Truth::Of(IsWritten(document));
    SetTruth(fact, truth);
    return truth;
  };
  const auto stated = [&](Fact fact, int effect) {
    return [this, fact, effect] { return AtLeast(fact, effect, v1::EFFECT_NONE); };
  };
  Gate(
      kAssessmentDocumented, [&] { return Truth::Of(!emergency); },
      [&] {
        return AndThen(written(kImpactAnalysisWritten, c.documents().impact_analysis()), [&] {
          return written(kRiskAssessmentWritten, c.documents().risk_assessment());
        });
      });
  Gate(kImpactEvaluated, kAlways, [&] {
    Truth truth = stated(kAvailability, impact.availability())();
    truth = AndThen(truth, stated(kPerformance, impact.performance()));
    truth = AndThen(truth, stated(kSecurity, impact.security()));
    return AndThen(truth, stated(kCompliance, impact.compliance()));
  });
  Gate(kReachDetermined, kAlways, [&] {
    Truth truth = stated(kClientFacing, impact.client_facing())();
    truth = AndThen(truth, stated(kDataIntegrity, impact.data_integrity()));
    truth = AndThen(truth, stated(kThirdParty, impact.third_party()));
    Read(kServices);  // never empty here
    Read(kThirdParties);
    return AndThen(truth, [&] {
      return third_parties.empty() && !third_parties_stated ? Truth::Unknown(kThirdParties)
                                                            : Truth::Of(true);
    });
  });
  Gate(kPrioritized, kAlways, [&] {
    const Truth known = priority_truth.is_unknown() ? priority_truth : Truth::Of(true);
    return AndThen(known, [&] { return AtLeast(kUrgency, c.urgency(), v1::URGENCY_LOW); });
  });
  Gate(
      kPlacesStated,
      [&] {
        Use(about_people_);
        return emergency ? Truth::Of(false) : about_people_.value;
      },
      [&] {
        Read(kJurisdictions);
        return jurisdictions.empty() ? Truth::Unknown(kJurisdictions) : Truth::Of(true);
      });
  return true;
}

bool Case::GatesOfApprove() {
  const v1::ChangeRequest& c = *change;
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  Gate(
      kPlansDocumented, [&] { return Truth::Of(!emergency); },
      [&] {
        const auto written = [&](Fact fact, const v1::Document& document) {
          Read(fact);
          const Truth truth = Truth::Of(IsWritten(document));
          SetTruth(fact, truth);
          return truth;
        };
        return AndThen(written(kTestingPlanWritten, c.documents().testing_plan()), [&] {
          return written(kRollbackStrategyWritten, c.documents().rollback_strategy());
        });
      });
  KnownGoodState();
  DataProtection();
  DpoOpinion();
  return true;
}

void Case::KnownGoodState() {
  const v1::Rollback& rollback = change->rollback();
  Gate(kKnownGoodStateRule, kAlways, [&] {
    return OrElse(Irreversible(), [&] {
      return Given(kKnownGoodState, rollback.has_known_good_state(), rollback.known_good_state());
    });
  });
}

// The impact on people whose data it is, by the law of the place.
void Case::DataProtection() {
  const auto in_singapore = [](std::string_view place) { return place == "SG"; };
  const auto where = [&](auto lies_in) {
    return [this, lies_in] {
      Use(about_people_);
      Use(risky_for_people_);
      if (category == v1::CATEGORY_EMERGENCY) return Truth::Of(false);
      const Truth truth = AndThen(about_people_.value, [&] { return risky_for_people_.value; });
      return AndThen(truth, [&] {
        Read(kJurisdictions);
        if (jurisdictions.empty()) return Truth::Unknown(kJurisdictions);
        return Truth::Of(std::any_of(jurisdictions.begin(), jurisdictions.end(), lies_in));
      });
    };
  };
  const auto settled = [&] {
    return Settled(kDataProtectionImpact, v1::ENVIRONMENT_UNSPECIFIED, kDataProtectionSettled);
  };
  Gate(kGdprImpactAssessed, where(IsInEea), settled);
  Gate(kPdpaImpactAssessed, where(in_singapore), settled);
}

// Of use only where a house makes an opinion of the DPO's approval.
void Case::DpoOpinion() { ++rules_not_applicable; }

bool Case::GatesOfScheduleAndDeploy() {
  const bool deploys = transition == v1::TRANSITION_DEPLOY;
  KnownGoodState();
  if (deploys) DataProtection();
  GatesOfKinds();
  GatesOfTests();
  GatesOfPeople();
  GatesOfTime();
  if (deploys) GatesOfNotices();
  ++rules_not_applicable;  // exception-documented: nobody accepted a risk
  return true;
}

// What each kind of change owes.
void Case::GatesOfKinds() {
  const v1::ChangeRequest& c = *change;
  const auto defined = [&](const Definition& definition) {
    return [this, &definition] {
      Use(definition);
      return definition.value;
    };
  };
  Gate(kSourcesVersioned, defined(alters_sources_), [&] {
    return Given(kArtifactRevision, c.artifact().has_revision(), c.artifact().revision());
  });
  if (transition == v1::TRANSITION_DEPLOY) ++rules_not_applicable;  // no branch is stated
  Gate(kMigrationRehearsed, defined(alters_data_), [&] {
    constexpr Fact kFacts[] = {kMigrationPassedTest, kMigrationPassedStaging,
                               kMigrationPassedPreProduction};
    return AnyPlace([&](size_t i) { return Passed(kMigrationRehearsal, kPlaces[i], kFacts[i]); });
  });
  Gate(kPlatformItemsNamed, defined(alters_platform_), [&] {
    Read(kAssets);
    return assets.empty() ? Truth::Unknown(kAssets) : Truth::Of(true);
  });
  Gate(kIntegrationContract, defined(reaches_third_party_), [&] {
    Read(kThirdParties);
    Truth truth = Truth::Of(!third_parties.empty());
    if (third_parties.empty() && !third_parties_stated) truth = Truth::Unknown(kThirdParties);
    return AndThen(
        truth, [&] { return Settled(kContract, v1::ENVIRONMENT_UNSPECIFIED, kContractSettled); });
  });
  Gate(
      kForwardRecovery, [&] { return Irreversible(); },
      [&] {
        Read(kForwardRecoveryWritten);
        const Truth truth = Truth::Of(IsWritten(c.rollback().forward_recovery()));
        SetTruth(kForwardRecoveryWritten, truth);
        return AndThen(truth, [&] {
          return Passed(kForwardRecoveryTest, v1::ENVIRONMENT_UNSPECIFIED, kForwardRecoveryPassed);
        });
      });
  Gate(
      kRollbackRehearsed,
      [&] {
        Use(to_production_);
        if (category != v1::CATEGORY_NORMAL || to_production_.value.is_false()) {
          return Truth::Of(false);
        }
        return AndThen(!Irreversible(), [&] {
          Read(kRiskLevel);
          return Truth::Of(risk_level >= v1::RISK_LEVEL_MEDIUM);
        });
      },
      [&] {
        return Settled(kRollbackRehearsal, v1::ENVIRONMENT_UNSPECIFIED, kRollbackRehearsalSettled);
      });
}

void Case::GatesOfTests() {
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const bool deploys = transition == v1::TRANSITION_DEPLOY;
  const auto anywhere = [&](EvidenceType type, Fact fact) {
    return [this, type, fact] { return Settled(type, v1::ENVIRONMENT_UNSPECIFIED, fact); };
  };
  Gate(
      kTestsComplete, [&] { return Truth::Of(!emergency); },
      [&] {
        Truth truth = anywhere(kUnit, kUnitSettled)();
        truth = AndThen(truth, anywhere(kIntegration, kIntegrationSettled));
        truth = AndThen(truth, anywhere(kRegression, kRegressionSettled));
        return AndThen(truth, anywhere(kSecurityScan, kSecuritySettled));
      });
  Gate(
      kTestedBeforeProduction,
      [&] {
        Use(to_production_);
        return emergency ? Truth::Of(false) : to_production_.value;
      },
      [&] {
        constexpr Fact kFunctionalFacts[] = {kFunctionalSettledTest, kFunctionalSettledStaging,
                                             kFunctionalSettledPreProduction};
        constexpr Fact kPerformanceFacts[] = {kPerformanceSettledTest, kPerformanceSettledStaging,
                                              kPerformanceSettledPreProduction};
        constexpr Fact kSecurityFacts[] = {kSecuritySettledTest, kSecuritySettledStaging,
                                           kSecuritySettledPreProduction};
        const auto somewhere = [&](EvidenceType type, const Fact* facts) {
          return [this, type, facts] {
            return AnyPlace([&](size_t i) { return Settled(type, kPlaces[i], facts[i]); });
          };
        };
        Truth truth = somewhere(kFunctional, kFunctionalFacts)();
        truth = AndThen(truth, somewhere(kPerformanceTest, kPerformanceFacts));
        return AndThen(truth, somewhere(kSecurityScan, kSecurityFacts));
      });
  Gate(kNoSevereFindings, kAlways, [&] {
    Read(kSecurityFindings);
    const EvidenceState state = StateOf(kSecurityScan, v1::ENVIRONMENT_UNSPECIFIED);
    if (!state.unknown.empty()) {
      unknown_facts.Add(kSecurityFindings);
      Set(kSecurityFindings, {});
      return Truth::Unknown(state.unknown);
    }
    const int64_t findings = state.record == nullptr ? 0
                                                     : int64_t{state.record->findings_critical()} +
                                                           state.record->findings_high();
    Set(kSecurityFindings, Number(findings));
    return Truth::Of(findings == 0);
  });
  if (!deploys) return;
  Gate(
      kEmergencyStillOn, [&] { return Truth::Of(emergency); },
      [&] {
        Read(kEmergencyBasis);
        // An emergency here has exactly one basis.
        const std::string& reference = change->emergency_basis(0).reference();
        const std::string_view quoted = Quoted(reference);
        ReadNamed("change.emergency_basis[0].reference", quoted);
        bool over = false;
        const auto incident = tables.incidents.find(reference);
        if (incident != tables.incidents.end() && !incident->second.open) {
          const Nanos until = incident->second.resolved + 72 * kHour;
          Note(until);
          over = until <= now;
        }
        ReadNamed(pool.Join("incidents.over(", quoted, ", duration(\"259200s\"))"),
                  over ? "true" : "false");
        return Truth::Of(!over);
      });
  Gate(
      kEmergencyTested,
      [&] {
        Use(to_production_);
        return emergency ? to_production_.value : Truth::Of(false);
      },
      [&] {
        constexpr Fact kFacts[] = {kFunctionalPassedTest, kFunctionalPassedStaging,
                                   kFunctionalPassedPreProduction};
        return AnyPlace([&](size_t i) { return Passed(kFunctional, kPlaces[i], kFacts[i]); });
      });
  DpoOpinion();
}

void Case::GatesOfPeople() {
  const bool normal = category == v1::CATEGORY_NORMAL;
  const auto have_role = [&](Fact fact, People people, RoleIs role) {
    Read(fact);
    const Truth truth = Truth::Of(people != 0 && (people & ~tables.roles[role]) == 0);
    SetTruth(fact, truth);
    return truth;
  };
  Gate(kImplementedByEngineering, kAlways, [&] {
    return AllHaveRole(kImplementers, implementers, {kDeveloper, kDevops}, false);
  });
  Gate(
      kTestedByEngineering, [&] { return Truth::Of(normal); },
      [&] {
        return AllHaveRole(kTesters, testers, {kQa, kDeveloper}, false);
      });
  Gate(
      kTesterIsNotAuthor, [&] { return Truth::Of(normal); },
      [&] {
        Read(kAuthorAndTesterApart);
        const Truth truth = Truth::Of((authors & testers) == 0);
        SetTruth(kAuthorAndTesterApart, truth);
        return truth;
      });
  Gate(
      kInfrastructureByDevops,
      [&] {
        Use(alters_platform_);
        return OrElse(alters_platform_.value, [&] {
          Read(kKinds);
          return Truth::Of((kind_bits >> v1::CHANGE_KIND_INFRASTRUCTURE_AS_CODE & 1) != 0);
        });
      },
      [&] { return have_role(kImplementersAreDevops, implementers, kDevops); });
  if (transition != v1::TRANSITION_DEPLOY) return;
  Gate(
      kDeploymentByDevops,
      [&] {
        Use(to_production_);
        return to_production_.value;
      },
      [&] { return have_role(kDeployersAreDevops, deployers, kDevops); });
  Gate(
      kPeopleTrainedForIt, [&] { return Truth::Of(category != v1::CATEGORY_EMERGENCY); },
      [&] {
        const auto nobody_or_trained = [&](Fact list, Fact trained, People people) {
          return [this, list, trained, people] {
            Read(list);
            return people == 0 ? Truth::Of(true) : Trained(trained, people);
          };
        };
        Truth truth = Trained(kImplementersTrained, implementers);
        truth = AndThen(truth, nobody_or_trained(kTesters, kTestersTrained, testers));
        return AndThen(truth, nobody_or_trained(kDeployers, kDeployersTrained, deployers));
      });
}

void Case::GatesOfTime() {
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const bool deploys = transition == v1::TRANSITION_DEPLOY;
  const auto no_emergency = [&] { return Truth::Of(!emergency); };
  const CalendarFindings& found = calendar;
  if (!deploys) {
    Gate(kPlanned, kAlways, [&] {
      if (emergency) return Truth::Of(true);
      Read(kScheduleStart);
      Read(kScheduleEnd);
      if (ToNanos(change->schedule().start()) >= ToNanos(change->schedule().end())) {
        return Truth::Of(false);
      }
      Read(kRollbackReserve);
      return Truth::Of(ToNanos(change->schedule().rollback_reserve()) >= 0);
    });
  }
  Gate(
      kInsideMaintenanceWindow,
      [&] {
        Use(to_production_);
        return emergency ? Truth::Of(false) : to_production_.value;
      },
      [&] {
        Read(kCalendarInsideWindow);
        return Truth::Of(found.inside_window);
      });
  Gate(kNoFreeze, kAlways, [&] {
    Read(kCalendarFrozen);
    if (found.freeze_count == 0) return Truth::Of(true);
    if (!emergency) return Truth::Of(false);
    Read(kCalendarCrossingPossible);
    return Truth::Of(found.crossing_possible);
  });
  Gate(kNoConflict, no_emergency, [&] {
    Read(kCalendarConflicts);
    return Truth::Of(found.conflict_count == 0);
  });
  Gate(kPeopleThere, no_emergency, [&] {
    Read(kCalendarUnavailable);
    return Truth::Of(true);  // the directory knows of no absences
  });
  if (!deploys) return;
  Gate(kAtPlannedTime, no_emergency, [&] {
    Read(kCalendarPlanned);
    Read(kCalendarStart);
    const auto meet = [&](Nanos at) { Note(at == now ? now + 1 : at); };
    meet(found.planned.start);
    if (now < found.planned.start) return Truth::Of(false);
    Read(kCalendarEnd);
    meet(found.planned.end);
    return Truth::Of(now < found.planned.end);
  });
}

void Case::GatesOfNotices() {
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const auto sent = [&](Fact fact, v1::Audience audience) {
    Read(fact);
    const Truth truth = Truth::Of(Sent(audience, v1::NOTICE_UPCOMING));
    SetTruth(fact, truth);
    return truth;
  };
  Gate(kStakeholdersTold, kAlways, [&] {
    if (emergency) return sent(kStakeholdersSent, v1::AUDIENCE_STAKEHOLDERS);
    Read(kEnvironments);
    if ((environment_bits >> v1::ENVIRONMENT_PRODUCTION & 1) == 0) return Truth::Of(true);
    return SentAhead(kStakeholdersSentAhead, v1::AUDIENCE_STAKEHOLDERS, 24 * kHour);
  });
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
  Gate(
      kClientsTold,
      [&] {
        Use(to_production_);
        Use(significant_);
        if (emergency || to_production_.value.is_false() || significant_.value.is_false()) {
          return Truth::Of(false);
        }
        return some_service("client_facing", &ServiceRow::client_facing);
      },
      [&] { return SentAhead(kClientsSentAhead, v1::AUDIENCE_CLIENTS, 72 * kHour); });
  Gate(
      kLeadTimesKept, [&] { return Truth::Of(!emergency); },
      [&] {
        Read(kCalendarNotices);
        for (size_t i = 0; i < calendar.notices.size(); ++i) {
          const std::string_view place =
              pool.Join("calendar.notices[", Number(static_cast<int64_t>(i)), "].");
          ReadNamed(pool.Join(place, "met"), calendar.notices[i].met ? "true" : "false");
          // All of them are contracts'.
          if (!calendar.notices[i].met) ReadNamed(pool.Join(place, "by_contract"), "true");
        }
        return Truth::Of(true);
      });
  Gate(
      kOwedNoticeGiven,
      [&] {
        Use(to_production_);
        if (emergency || to_production_.value.is_false()) return Truth::Of(false);
        return some_service("notice_owed", &ServiceRow::notice_owed);
      },
      [&] {
        return AndThen(sent(kClientsSent, v1::AUDIENCE_CLIENTS), [&] { return OwedNotices(); });
      });
}

// Each service of the directory that the change touches, against its notice period.
Truth Case::OwedNotices() {
  Read(kDirectoryServices);
  size_t ids_read = 0;
  std::vector<std::string_view> leads_read;
  bool all = true;
  for (size_t k = 0; k < tables.services.size() && all; ++k) {
    const ServiceRow& service = tables.services[k];
    const std::string_view place =
        pool.Join("organization.directory.services[", Number(static_cast<int64_t>(k)), "].");
    ReadNamed(pool.Join(place, "id"), Quoted(service.id));
    Read(kServices);
    bool touched = false;
    for (size_t i = 0; i < services.size() && !touched; ++i) {
      if (i >= ids_read) {
        ReadNamed(pool.Join("change.services[", Number(static_cast<int64_t>(i)), "].id"),
                  Quoted(services[i]->id));
        ids_read = i + 1;
      }
      touched = services[i] == &service;
    }
    if (!touched) continue;
    ReadNamed(pool.Join(place, "notice_period"), service.notice_text);
    all = SentAhead(kFactCount, v1::AUDIENCE_CLIENTS, std::max<Nanos>(service.notice_period, 0))
              .is_true();
    const std::string_view path =
        pool.Join("communications.sent_ahead(Audience.CLIENTS, ", service.notice_text, ")");
    if (std::find(leads_read.begin(), leads_read.end(), path) != leads_read.end()) continue;
    leads_read.push_back(path);
    if (path == kFactPaths[kClientsSentAhead]) {
      Read(kClientsSentAhead);
      SetTruth(kClientsSentAhead, Truth::Of(all));
    } else {
      ReadNamed(path, all ? "true" : "false");
    }
  }
  return Truth::Of(all);
}

bool Case::EvaluateGates() {
  switch (transition) {
    case v1::TRANSITION_SUBMIT:
      return GatesOfSubmit();
    case v1::TRANSITION_ASSESS:
      return GatesOfAssess();
    case v1::TRANSITION_APPROVE:
      return GatesOfApprove();
    case v1::TRANSITION_SCHEDULE:
    case v1::TRANSITION_DEPLOY:
      return GatesOfScheduleAndDeploy();
    default:
      return false;
  }
}

}  // namespace changepolicy::handwritten
