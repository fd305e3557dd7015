#include "flat_changes.h"

#include <random>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using Random = std::mt19937;

constexpr int64_t kMonday = 1760313600;

void SetTime(int64_t seconds, google::protobuf::Timestamp* time) { time->set_seconds(seconds); }

std::string Name(Random* random) {
  static const char* const kNames[] = {"ann", "ben",   "chen",  "dina",
                                       "eli", "farah", "gopal", "hana"};
  return kNames[(*random)() % 8];
}

void AddApproval(unsigned index, int64_t at, Random* random, v1::ChangeRequest* change) {
  v1::Approval& approval = *change->add_approvals();
  approval.set_id(StrCat("a", index));
  approval.set_by(Name(random));
  approval.set_kind(v1::APPROVAL_KIND_APPROVED);
  approval.set_revision(1);
  SetTime(at, approval.mutable_happened_at());
  SetTime(at + 60, approval.mutable_recorded_at());
}

void AddEvidence(unsigned index, int64_t at, Random* random, v1::ChangeRequest* change) {
  static const char* const kTypes[] = {"unit", "integration", "regression", "security"};
  v1::Evidence& evidence = *change->add_evidence();
  evidence.set_id(StrCat("e", index));
  evidence.set_type(kTypes[(*random)() % 4]);
  evidence.set_conclusion(v1::CONCLUSION_PASSED);
  evidence.set_source("ci");
  evidence.set_trust(v1::TRUST_REPORTED);
  SetTime(at, evidence.mutable_happened_at());
  SetTime(at + 300, evidence.mutable_recorded_at());
}

}  // namespace

v1::ChangeRequest MadeChange(unsigned number) {
  Random random(number);
  v1::ChangeRequest change;
  change.set_id(StrCat("CHG-", 1000 + number));
  change.set_title(number % 2 == 0 ? "Separate given and family names of portal users"
                                   : "Raise the connection limit");
  change.set_state(v1::CHANGE_STATE_ASSESSED);
  change.set_claimed_category(v1::CATEGORY_NORMAL);
  change.add_kinds(v1::CHANGE_KIND_APPLICATION_CODE);
  if (random() % 2 == 0) change.add_kinds(v1::CHANGE_KIND_DATABASE_SCHEMA);
  for (unsigned i = random() % 3 + 1; i > 0; --i) {
    change.add_services()->set_id(StrCat("service-", random() % 200));
  }
  change.add_assets(StrCat("host-", random() % 1000));
  change.add_environments(v1::ENVIRONMENT_PRODUCTION);
  change.set_team(StrCat("team-", random() % 20));
  change.mutable_documents()->mutable_description()->set_text(
      "Add two columns for given and family name, fill them, and read from them.");
  change.mutable_documents()->mutable_impact_analysis()->set_text(
      "The users table grows by two columns; no other service reads it.");
  change.mutable_documents()->mutable_risk_assessment()->set_text(
      "Names with several parts may be split wrongly; the old column stays for a month.");
  change.mutable_documents()->mutable_rollback_strategy()->set_text("Deploy 1.9.3 again.");
  v1::ImpactAssessment& impact = *change.mutable_impact();
  impact.set_availability(static_cast<v1::Effect>(1 + random() % 4));
  impact.set_performance(v1::EFFECT_LOW);
  impact.set_security(v1::EFFECT_NONE);
  impact.set_data_integrity(static_cast<v1::Effect>(1 + random() % 4));
  impact.set_likelihood(v1::LIKELIHOOD_RARE);
  impact.add_data_classes(v1::DATA_CLASS_PERSONAL);
  impact.set_user_interface(random() % 2 == 0);
  change.set_urgency(v1::URGENCY_MEDIUM);
  const int64_t start = kMonday + static_cast<int64_t>(random() % 604800);
  SetTime(start, change.mutable_schedule()->mutable_start());
  SetTime(start + 3600, change.mutable_schedule()->mutable_end());
  change.mutable_schedule()->mutable_rollback_reserve()->set_seconds(1800);
  change.mutable_people()->set_requester(Name(&random));
  change.mutable_people()->set_owner(Name(&random));
  change.mutable_people()->add_authors(Name(&random));
  change.mutable_people()->add_implementers(Name(&random));
  change.mutable_artifact()->set_digest(
      "sha256:2222222222222222222222222222222222222222222222222222222222222222");
  change.mutable_artifact()->set_revision("9f3c2ab");
  change.mutable_rollback()->set_known_good_state("portal 1.9.3");
  change.mutable_rollback()->set_irreversible(false);
  SetTime(start - 604800, change.mutable_created_at());
  for (unsigned i = 2 + random() % 4; i > 0; --i) AddApproval(i, start - 9000, &random, &change);
  for (unsigned i = 2 + random() % 5; i > 0; --i) AddEvidence(i, start - 90000, &random, &change);
  (*change.mutable_facts())["budget"].set_number_value(random() % 1000);
  (*change.mutable_facts())["region"].set_string_value("eu-west");
  return change;
}

std::vector<std::string> MadeChanges(unsigned count) {
  std::vector<std::string> changes;
  for (unsigned i = 0; i < count; ++i) changes.push_back(MadeChange(i).SerializeAsString());
  return changes;
}

}  // namespace changepolicy
