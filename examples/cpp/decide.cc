// Decides a change of a small firm, prints the verdict, and says why. Compiled and run by the
// tests.
#include <iostream>

#include "changepolicy/engine.h"

int main() {
  using namespace changepolicy;

  PolicyResult policy = Policy::Builtin("starter");
  if (!policy.policy) {
    std::cerr << ToText(policy.issues) << "\n";
    return 3;
  }

  v1::Organization firm;
  for (const char* name : {"ann", "bob"}) firm.mutable_directory()->add_people()->set_id(name);
  v1::Role* engineers = firm.mutable_directory()->add_roles();
  engineers->set_id("engineer");
  engineers->add_members("ann");
  engineers->add_members("bob");
  OrganizationResult organization = Organization::Create(firm);

  v1::ChangeRequest change;
  change.set_id("CHG-7");
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  change.add_environments(v1::ENVIRONMENT_STAGING);
  change.add_services()->set_client_facing(false);
  change.mutable_people()->set_requester("ann");
  change.mutable_people()->add_authors("ann");
  change.mutable_documents()->mutable_description()->set_text("Raise the cache from 2 to 4 GB.");

  const Engine engine(*policy.policy, *organization.organization);
  const absl::StatusOr<v1::Decision> decision =
      engine.Decide(change, {.now = absl::FromUnixSeconds(1'769'851'800)});
  if (!decision.ok()) {
    std::cerr << decision.status() << "\n";
    return 3;
  }
  std::cout << v1::Verdict_Name(decision->verdict()) << "\n";
  for (const v1::RuleOutcome& outcome : decision->outcomes()) {
    std::cout << outcome.rule() << ": " << v1::Status_Name(outcome.status()) << "\n";
  }
  return decision->verdict() == v1::VERDICT_ALLOWED ? 0 : 1;
}
