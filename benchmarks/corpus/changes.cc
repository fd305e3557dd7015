// The changes: what would be complete, and then a defect or two in some of them.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "benchmarks/corpus/corpus.h"
#include "benchmarks/corpus/random.h"
#include "benchmarks/corpus/tables.h"
#include "benchmarks/corpus/texts.h"
#include "benchmarks/corpus/times.h"
#include "changepolicy/v1/change.pb.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::corpus {
namespace {

enum class Way { kNormal, kStandard, kEmergency };

constexpr std::string_view kTeams[] = {"portal", "billing", "data", "platform"};

std::string Filled(std::string_view text, std::string_view name) {
  const size_t at = text.find("{}");
  if (at == std::string_view::npos) return std::string(text);
  return StrCat(text.substr(0, at), name, text.substr(at + 2));
}

// One change, and the instant at which it is asked about.
class Maker {
 public:
  explicit Maker(size_t number) : number_(number), random_(0x6368616e67650000 + number) {}

  void Make(std::string* subject, absl::Time* now) {
    ChooseWay();
    ChooseState();
    Describe();
    Place();
    Staff();
    Assess();
    Build();
    Plan();
    Revise();
    // An emergency goes ahead from wherever it is.
    const bool goes = way_ == Way::kEmergency && state_ != v1::CHANGE_STATE_DRAFT;
    if (goes || state_ >= v1::CHANGE_STATE_ASSESSED) Approve();
    if (goes || state_ >= v1::CHANGE_STATE_APPROVED || random_.Percent(25)) Test();
    if (goes || state_ >= v1::CHANGE_STATE_SCHEDULED) Tell();
    Spoil();
    *subject = change_.SerializeAsString();
    *now = now_;
  }

 private:
  void ChooseWay() {
    const size_t lot = random_.Below(100);
    way_ = lot < 68 ? Way::kNormal : lot < 84 ? Way::kStandard : Way::kEmergency;
    switch (way_) {
      case Way::kNormal:
        team_ = kTeams[random_.Below(4)];
        break;
      case Way::kStandard:
        model_ = random_.Below(5);  // mostly the two that have earned trust
        team_ = model_ < 2 ? "platform" : model_ < 4 ? "portal" : "data";
        break;
      case Way::kEmergency:
        team_ = kTeams[random_.Below(4)];
        break;
    }
  }

  void ChooseState() {
    const size_t lot = random_.Below(100);
    if (way_ == Way::kNormal) {
      state_ = lot < 5    ? v1::CHANGE_STATE_DRAFT
               : lot < 17 ? v1::CHANGE_STATE_SUBMITTED
               : lot < 47 ? v1::CHANGE_STATE_ASSESSED
               : lot < 72 ? v1::CHANGE_STATE_APPROVED
                          : v1::CHANGE_STATE_SCHEDULED;
    } else if (way_ == Way::kStandard) {
      state_ = lot < 6    ? v1::CHANGE_STATE_DRAFT
               : lot < 45 ? v1::CHANGE_STATE_SUBMITTED
                          : v1::CHANGE_STATE_SCHEDULED;
    } else {
      state_ = lot < 5    ? v1::CHANGE_STATE_DRAFT
               : lot < 50 ? v1::CHANGE_STATE_SUBMITTED
                          : v1::CHANGE_STATE_SCHEDULED;
    }
    // What is deployed is asked about in a window: Tuesday night in Singapore, or early on
    // Wednesday in Berlin.
    now_ = Noon() + absl::Seconds(random_.Between(0, 20 * 3600));
    if (state_ == v1::CHANGE_STATE_SCHEDULED && way_ != Way::kEmergency) {
      start_ = random_.Percent(70) ? Noon() + absl::Minutes(random_.Between(120, 200))
                                   : Noon() + absl::Minutes(random_.Between(14 * 60, 14 * 60 + 50));
      now_ = start_ + absl::Seconds(random_.Between(0, 15 * 60));
    }
  }

  void Describe() {
    change_.set_id(StrCat("CHG-", 2000 + number_));
    const auto services = ServicesOf(team_);
    if (way_ == Way::kStandard) {
      const std::string_view id = model_ < 2   ? "build-farm"
                                  : model_ < 4 ? "feature-flags"
                                               : "search";
      service_ = *std::find_if(services.begin(), services.end(),
                               [&](const ServiceRow* row) { return row->id == id; });
    } else {
      service_ = random_.Of(services);
    }
    change_.set_title(Filled(random_.Of(kTitles), service_->id));
    change_.mutable_tracker()->set_system("jira");
    change_.mutable_tracker()->set_key(change_.id());
    if (random_.Percent(60)) {
      change_.mutable_tracker()->set_url(StrCat("https://jira.harbourline.example/", change_.id()));
    }
    change_.set_state(state_);
    change_.set_claimed_category(way_ == Way::kNormal     ? v1::CATEGORY_NORMAL
                                 : way_ == Way::kStandard ? v1::CATEGORY_STANDARD
                                                          : v1::CATEGORY_EMERGENCY);
    v1::ChangeDocuments& documents = *change_.mutable_documents();
    documents.mutable_description()->set_text(Filled(random_.Of(kDescriptions), service_->id));
    documents.mutable_rationale()->set_text(std::string(random_.Of(kRationales)));
    if (way_ == Way::kEmergency) return;
    documents.mutable_impact_analysis()->set_text(Filled(random_.Of(kImpacts), service_->id));
    documents.mutable_risk_assessment()->set_text(std::string(random_.Of(kRisks)));
    if (state_ < v1::CHANGE_STATE_ASSESSED && way_ == Way::kNormal) return;
    documents.mutable_testing_plan()->set_text(std::string(random_.Of(kTests)));
    documents.mutable_rollback_strategy()->set_text(std::string(random_.Of(kRollbacks)));
  }

  void Place() {
    change_.add_services()->set_id(std::string(service_->id));
    for (const std::string_view asset : service_->assets) change_.add_assets(std::string(asset));
    const bool production = way_ != Way::kNormal || random_.Percent(88);
    if (!production || random_.Percent(15)) change_.add_environments(v1::ENVIRONMENT_STAGING);
    if (production) change_.add_environments(v1::ENVIRONMENT_PRODUCTION);
    change_.set_team(std::string(team_));
    if (way_ == Way::kStandard) {
      change_.set_change_model(model_ < 2   ? "monthly-os-patch"
                               : model_ < 4 ? "flag-rollout"
                                            : "search-reindex");
      change_.add_kinds(model_ < 2   ? v1::CHANGE_KIND_OS_UPDATE
                        : model_ < 4 ? v1::CHANGE_KIND_CONFIGURATION
                                     : v1::CHANGE_KIND_MIDDLEWARE);
      return;
    }
    const size_t lot = random_.Below(10);
    change_.add_kinds(team_ == "platform" ? (lot < 4   ? v1::CHANGE_KIND_INFRASTRUCTURE_AS_CODE
                                             : lot < 7 ? v1::CHANGE_KIND_CONFIGURATION
                                                       : v1::CHANGE_KIND_SECURITY_PATCH)
                      : lot < 6           ? v1::CHANGE_KIND_APPLICATION_CODE
                      : lot < 8           ? v1::CHANGE_KIND_CONFIGURATION
                                          : v1::CHANGE_KIND_DATABASE_SCHEMA);
    if (lot == 8 && team_ != "platform") change_.add_kinds(v1::CHANGE_KIND_APPLICATION_CODE);
    if (service_->id == "bank-link" || random_.Percent(6)) {
      change_.add_kinds(v1::CHANGE_KIND_THIRD_PARTY_INTEGRATION);
      change_.add_third_parties("northbank");
    }
  }

  std::string_view Somebody(const std::vector<std::string_view>& people,
                            const std::vector<std::string_view>& but_not) {
    std::vector<std::string_view> left;
    for (const std::string_view person : people) {
      if (std::find(but_not.begin(), but_not.end(), person) == but_not.end()) {
        left.push_back(person);
      }
    }
    return left.empty() ? std::string_view() : random_.Of(left);
  }

  void Staff() {
    const std::vector<std::string_view> members = TeamOf(team_);
    author_ = Somebody(members, {LeadOf(team_)});
    requester_ = random_.Percent(70) ? author_ : Somebody(members, {});
    v1::People& people = *change_.mutable_people();
    people.set_requester(std::string(requester_));
    people.set_owner(std::string(LeadOf(team_)));
    people.add_authors(std::string(author_));
    if (random_.Percent(20)) {
      people.add_co_authors(std::string(Somebody(members, {author_, LeadOf(team_)})));
    }
    implementer_ = team_ == "platform" || random_.Percent(60) ? author_ : Somebody(members, {});
    people.add_implementers(std::string(implementer_));
    if (way_ == Way::kNormal) {
      people.add_testers(std::string(Somebody(TeamOf("quality"), {})));
    }
    people.add_deployers(std::string(Somebody(WithRole("devops"), {})));
  }

  v1::Effect EffectUpTo(int most) {
    return static_cast<v1::Effect>(random_.Between(v1::EFFECT_NONE, most));
  }

  void Assess() {
    // Three in five are harmless, one in six is not at all.
    const size_t lot = random_.Below(100);
    const int most = way_ == Way::kStandard ? v1::EFFECT_LOW
                     : lot < 60             ? v1::EFFECT_LOW
                     : lot < 84             ? v1::EFFECT_MEDIUM
                                            : v1::EFFECT_HIGH;
    v1::ImpactAssessment& impact = *change_.mutable_impact();
    impact.set_availability(EffectUpTo(most));
    impact.set_performance(EffectUpTo(most));
    impact.set_security(EffectUpTo(std::min<int>(most, v1::EFFECT_LOW + (lot % 5 == 0))));
    impact.set_compliance(EffectUpTo(std::min<int>(most, v1::EFFECT_LOW + (lot % 7 == 0))));
    impact.set_data_integrity(EffectUpTo(most));
    impact.set_client_facing(EffectUpTo(most));
    impact.set_third_party(EffectUpTo(v1::EFFECT_LOW));
    impact.set_likelihood(random_.Percent(most == v1::EFFECT_LOW ? 85 : 50)
                              ? v1::LIKELIHOOD_RARE
                              : v1::LIKELIHOOD_POSSIBLE);
    if (service_->data_class == v1::DATA_CLASS_PERSONAL && random_.Percent(45)) {
      impact.add_data_classes(v1::DATA_CLASS_PERSONAL);
      if (random_.Percent(70)) impact.add_jurisdictions("SG");
      if (impact.jurisdictions().empty() || random_.Percent(40)) impact.add_jurisdictions("EU");
    } else if (random_.Percent(35)) {
      impact.add_data_classes(v1::DATA_CLASS_INTERNAL);
    }
    impact.set_user_interface(random_.Percent(20));
    change_.set_urgency(way_ == Way::kEmergency ? v1::URGENCY_URGENT
                                                : static_cast<v1::Urgency>(random_.Between(
                                                      v1::URGENCY_LOW, v1::URGENCY_HIGH)));
    if (way_ == Way::kEmergency) {
      v1::EmergencyBasis* basis = change_.add_emergency_basis();
      basis->set_kind(random_.Percent(75)   ? v1::BASIS_KIND_INCIDENT
                      : random_.Percent(50) ? v1::BASIS_KIND_OUTAGE
                                            : v1::BASIS_KIND_VULNERABILITY);
      basis->set_reference(basis->kind() == v1::BASIS_KIND_VULNERABILITY
                               ? StrCat("CVE-2025-", 1000 + random_.Below(9000))
                               : StrCat("INC-", 41 + random_.Below(5)));
      SetTimes(Noon() - absl::Minutes(random_.Between(40, 300)), absl::Minutes(4), basis);
    }
  }

  std::string Hex(size_t digits) {
    std::string text;
    while (text.size() < digits) {
      char chunk[17];
      std::snprintf(chunk, sizeof(chunk), "%016llx",
                    static_cast<unsigned long long>(random_.Next()));
      text += chunk;
    }
    text.resize(digits);
    return text;
  }

  void Build() {
    v1::Artifact& artifact = *change_.mutable_artifact();
    artifact.set_name(std::string(service_->id));
    if (random_.Percent(40)) artifact.set_digest(StrCat("sha256:", Hex(64)));
    artifact.set_revision(Hex(12));
    const size_t minor = random_.Below(40);
    artifact.set_version(StrCat(1 + random_.Below(6), ".", minor + 1, ".", random_.Below(9)));
    v1::Rollback& rollback = *change_.mutable_rollback();
    rollback.set_irreversible(way_ == Way::kNormal && random_.Percent(5));
    if (rollback.irreversible()) {
      rollback.mutable_forward_recovery()->set_text(
          "Run the second migration, which repairs what the first left behind.");
    } else {
      rollback.set_known_good_state(StrCat(service_->id, " ", 1 + random_.Below(6), ".", minor));
    }
    Set(absl::Minutes(5 * random_.Between(1, 6)), rollback.mutable_duration());
  }

  void Plan() {
    const auto set = [&](absl::Time start, absl::Duration length, absl::Duration reserve) {
      v1::Schedule& schedule = *change_.mutable_schedule();
      Set(start, schedule.mutable_start());
      Set(start + length, schedule.mutable_end());
      Set(reserve, schedule.mutable_rollback_reserve());
      Set(random_.Percent(15) ? absl::Minutes(5) : absl::ZeroDuration(),
          schedule.mutable_expected_downtime());
      start_ = start;
    };
    if (way_ == Way::kEmergency) {
      set(now_ - absl::Minutes(random_.Between(1, 20)), absl::Minutes(30), absl::Minutes(15));
    } else if (state_ == v1::CHANGE_STATE_SCHEDULED) {
      set(start_, absl::Minutes(random_.Between(20, 60)), absl::Minutes(15));
    } else {
      // One of the next nights, in a window.
      constexpr int kHours[] = {50, 62, 96, 170, 182, 218, 264};
      set(Noon() + absl::Hours(kHours[random_.Below(7)]) +
              absl::Minutes(5 * random_.Between(24, 30)),
          absl::Minutes(5 * random_.Between(4, 12)), absl::Minutes(15));
    }
    created_ = way_ == Way::kEmergency ? now_ - absl::Minutes(random_.Between(25, 39))
                                       : now_ - absl::Minutes(random_.Between(6 * 1440, 12 * 1440));
    Set(created_, change_.mutable_created_at());
    const auto state = [&](std::string_view field) {
      v1::Statement* statement = change_.add_stated();
      statement->set_field(std::string(field));
      statement->set_by(std::string(requester_));
      SetTimes(created_, absl::ZeroDuration(), statement);
    };
    if (change_.third_parties().empty()) state("third_parties");
    if (change_.impact().data_classes().empty()) state("impact.data_classes");
  }

  void Revise() {
    revised_ = created_ + absl::Minutes(way_ == Way::kEmergency ? 3 : 30);
    v1::Revision* first = change_.add_revisions();
    first->set_number(1);
    first->set_by(std::string(author_));
    first->set_source_digest(change_.artifact().revision());
    SetTimes(revised_, absl::ZeroDuration(), first);
  }

  void AddApproval(std::string_view by, absl::Time at) {
    v1::Approval* approval = change_.add_approvals();
    approval->set_id(StrCat("a", change_.approvals_size()));
    approval->set_by(std::string(by));
    approval->set_kind(v1::APPROVAL_KIND_APPROVED);
    approval->set_revision(1);
    SetTimes(at, absl::ZeroDuration(), approval);
  }

  // More than what the policy asks for at times, as people do; less at others.
  void Approve() {
    const auto soon = [&] {
      return revised_ + absl::Minutes(way_ == Way::kEmergency ? random_.Between(4, 15)
                                                              : random_.Between(90, 4 * 1440));
    };
    if (way_ == Way::kStandard) return;
    if (way_ == Way::kEmergency) {
      AddApproval(random_.Of(WithRole("emergency_approver")), soon());
      return;
    }
    const v1::ImpactAssessment& impact = change_.impact();
    const auto is_noticed = [](v1::Effect effect) { return effect >= v1::EFFECT_MEDIUM; };
    const bool about_people = std::count(impact.data_classes().begin(), impact.data_classes().end(),
                                         v1::DATA_CLASS_PERSONAL) > 0;
    int weight = service_->critical + service_->client_facing + 2 * about_people +
                 2 * is_noticed(impact.availability()) + is_noticed(impact.performance()) +
                 is_noticed(impact.data_integrity()) + is_noticed(impact.client_facing()) +
                 2 * is_noticed(impact.security()) + 2 * is_noticed(impact.compliance()) +
                 2 * change_.rollback().irreversible();
    std::vector<std::string_view> no_peer = {author_, requester_};
    for (const std::string& other : change_.people().co_authors()) no_peer.emplace_back(other);
    AddApproval(Somebody(TeamOf(team_), no_peer), soon());
    if (weight >= 3) {
      std::vector<std::string_view> no_board = no_peer;
      no_board.push_back(implementer_);
      no_board.emplace_back(change_.approvals(0).by());
      for (int i = 0; i < 2; ++i) {
        const std::string_view member = Somebody(WithRole("cab"), no_board);
        no_board.push_back(member);
        AddApproval(member, soon());
      }
    }
    if (weight >= 8 || change_.rollback().irreversible()) AddApproval("ada.tan", soon());
    if (about_people || is_noticed(impact.security()) || is_noticed(impact.compliance())) {
      AddApproval("ben.lim", soon());
    }
  }

  void AddEvidence(std::string_view type, v1::Environment environment) {
    v1::Evidence* evidence = change_.add_evidence();
    evidence->set_id(StrCat("e", change_.evidence_size()));
    evidence->set_type(std::string(type));
    evidence->set_conclusion(v1::CONCLUSION_PASSED);
    evidence->set_revision(change_.artifact().revision());
    evidence->set_environment(environment);
    evidence->set_source(type == "security" ? "scanner" : "ci");
    evidence->set_trust(v1::TRUST_REPORTED);
    SetTimes(revised_ + absl::Minutes(way_ == Way::kEmergency ? random_.Between(2, 12)
                                                              : random_.Between(20, 5 * 1440)),
             absl::ZeroDuration(), evidence);
    if (type == "security") evidence->set_findings_high(0);
  }

  void Test() {
    const v1::Environment place =
        random_.Percent(80) ? v1::ENVIRONMENT_STAGING : v1::ENVIRONMENT_PRE_PRODUCTION;
    if (way_ == Way::kEmergency) {
      AddEvidence("functional", place);
      if (random_.Percent(40)) AddEvidence("unit", v1::ENVIRONMENT_TEST);
      return;
    }
    AddEvidence("unit", v1::ENVIRONMENT_TEST);
    for (const std::string_view type :
         {"integration", "regression", "security", "functional", "performance"}) {
      AddEvidence(type, place);
    }
    const auto& kinds = change_.kinds();
    if (std::count(kinds.begin(), kinds.end(), v1::CHANGE_KIND_DATABASE_SCHEMA) > 0) {
      AddEvidence("migration-rehearsal", place);
    }
    if (!change_.third_parties().empty()) AddEvidence("contract", place);
    if (change_.rollback().irreversible()) {
      AddEvidence("forward-recovery", place);
    } else if (change_.approvals_size() > 2 || random_.Percent(55)) {
      AddEvidence("rollback-rehearsal", place);
    }
    if (way_ == Way::kStandard && random_.Percent(50)) {
      v1::Evidence* unit = change_.mutable_evidence(0);
      unit->set_conclusion(v1::CONCLUSION_NOT_APPLICABLE);
      unit->clear_revision();
      unit->clear_environment();
      unit->clear_source();
      unit->clear_trust();
      unit->set_reason("It has no units of ours to test");
      unit->set_by("ivan.petrov");
    }
  }

  void AddNotice(v1::Audience audience, absl::Time at) {
    v1::Communication* communication = change_.add_communications();
    communication->set_id(StrCat("c", change_.communications_size()));
    communication->set_audience(audience);
    communication->set_notice(v1::NOTICE_UPCOMING);
    communication->set_channel(audience == v1::AUDIENCE_CLIENTS ? "email" : "chat");
    communication->set_by(change_.people().owner());
    SetTimes(at, absl::ZeroDuration(), communication);
  }

  void Tell() {
    if (way_ == Way::kEmergency) {
      AddNotice(v1::AUDIENCE_STAKEHOLDERS, now_ - absl::Minutes(random_.Between(0, 10)));
      return;
    }
    AddNotice(v1::AUDIENCE_STAKEHOLDERS, start_ - absl::Hours(random_.Between(26, 90)));
    if (service_->client_facing) {
      AddNotice(v1::AUDIENCE_CLIENTS, start_ - absl::Hours(random_.Between(98, 130)));
    }
  }

  // Takes something away, or puts something wrong in, in most of them.
  void Spoil() {
    const size_t lot = random_.Below(100);
    const int defects = lot < 15 ? 0 : lot < 65 ? 1 : 2;
    for (int i = 0; i < defects; ++i) SpoilOnce();
  }

  template <typename List>
  void RemoveOne(List* list) {
    if (!list->empty()) {
      list->DeleteSubrange(static_cast<int>(random_.Below(static_cast<size_t>(list->size()))), 1);
    }
  }

  void SpoilOnce() {
    switch (random_.Below(24)) {
      case 0:
      case 1:
      case 2:
        return RemoveOne(change_.mutable_approvals());
      case 3:
        // Approved by the author.
        if (!change_.approvals().empty())
          change_.mutable_approvals(0)->set_by(std::string(author_));
        return;
      case 4:
        // Approved long ago, before the change was written as it is.
        if (!change_.approvals().empty()) {
          v1::Approval* approval = change_.mutable_approvals(change_.approvals_size() - 1);
          SetTimes(created_ - absl::Hours(24), absl::ZeroDuration(), approval);
        }
        return;
      case 5:
        // Somebody from another team.
        if (!change_.approvals().empty()) change_.mutable_approvals(0)->set_by("paul.grant");
        return;
      case 6:
      case 7:
        return RemoveOne(change_.mutable_evidence());
      case 8:
        if (!change_.evidence().empty()) {
          change_
              .mutable_evidence(
                  static_cast<int>(random_.Below(static_cast<size_t>(change_.evidence_size()))))
              ->set_conclusion(v1::CONCLUSION_FAILED);
        }
        return;
      case 9:
        // Of an earlier revision.
        if (!change_.evidence().empty()) {
          change_.mutable_evidence(change_.evidence_size() - 1)->set_revision(Hex(12));
        }
        return;
      case 10:
        for (v1::Evidence& evidence : *change_.mutable_evidence()) {
          if (evidence.type() == "security") {
            evidence.set_findings_high(static_cast<int>(random_.Between(1, 4)));
          }
        }
        return;
      case 11:
        return RemoveOne(change_.mutable_communications());
      case 12:
        // Outside of every window.
        if (change_.has_schedule()) {
          for (auto* const instant : {change_.mutable_schedule()->mutable_start(),
                                      change_.mutable_schedule()->mutable_end()}) {
            instant->set_seconds(instant->seconds() - 5 * 3600);
          }
        }
        return;
      case 13:
        change_.mutable_people()->clear_testers();
        return;
      case 14:
        change_.mutable_people()->clear_testers();
        change_.mutable_people()->add_testers(std::string(author_));
        return;
      case 15:
        change_.mutable_documents()->mutable_testing_plan()->set_text(
            std::string(random_.Of(kPlaceholders)));
        return;
      case 16:
        change_.mutable_documents()->mutable_risk_assessment()->set_text(
            std::string(random_.Of(kPlaceholders)));
        return;
      case 17:
        change_.mutable_rollback()->clear_known_good_state();
        return;
      case 18:
        change_.mutable_impact()->clear_likelihood();
        return;
      case 19:
        // Nobody said how secure it is, or what it does to clients.
        random_.Percent(50) ? change_.mutable_impact()->clear_security()
                            : change_.mutable_impact()->clear_client_facing();
        return;
      case 20:
        change_.mutable_rollback()->clear_irreversible();
        return;
      case 21:
        change_.mutable_artifact()->clear_revision();
        return;
      case 22:
        // Of an emergency the urgency is what makes it one.
        if (way_ != Way::kEmergency && random_.Percent(50)) {
          change_.clear_urgency();
        } else {
          change_.clear_stated();
        }
        return;
      default:
        // Claims to be what it is not, or a step too much.
        if (way_ == Way::kEmergency) {
          change_.clear_emergency_basis();
        } else if (way_ == Way::kStandard) {
          change_.add_assets("db-replica");
        } else {
          change_.set_claimed_category(v1::CATEGORY_STANDARD);
        }
        return;
    }
  }

  const size_t number_;
  Random random_;
  v1::ChangeRequest change_;
  Way way_ = Way::kNormal;
  v1::ChangeState state_ = v1::CHANGE_STATE_DRAFT;
  size_t model_ = 0;
  std::string_view team_;
  const ServiceRow* service_ = nullptr;
  std::string_view author_, requester_, implementer_;
  absl::Time now_, start_, created_, revised_;
};

}  // namespace

Corpus MakeCorpus(size_t n) {
  Corpus corpus;
  corpus.organization = MakeOrganization();
  corpus.subjects.resize(n);
  corpus.instants.resize(n);
  for (size_t i = 0; i < n; ++i) Maker(i).Make(&corpus.subjects[i], &corpus.instants[i]);
  return corpus;
}

}  // namespace changepolicy::corpus
