// Keeps an audit log of a decision, signs it, and checks it as somebody would who was given the
// checkpoint. Compiled and run by the tests.
#include <cstdio>
#include <iostream>

#include "changepolicy/audit_log.h"

int main() {
  using namespace changepolicy;
  const absl::Time now = absl::FromUnixSeconds(1'772'445'600);  // Monday 2026-03-02, 10:00 UTC
  constexpr char kFile[] = "example.cplog";
  std::remove(kFile);

  const Policy policy = *Policy::Builtin("starter").policy;
  const Organization organization = *Organization::Create({}).organization;
  v1::ChangeRequest change;
  change.set_id("CHG-7");
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  const Question question{.now = now};
  const auto decision = Engine(policy, organization).Decide(change, question);

  const auto log = AuditLog::Open(kFile, {.create = true, .origin = "example.com/changes"});
  const auto key = GenerateLogKey("example.com/changes");
  if (!decision.ok() || !log.ok() || !key.ok()) {
    std::cerr << log.status() << "\n";
    return 3;
  }
  const auto index = (*log)->Append(
      {.recorded_at = now,
       .recorded_by = "gate",
       .content = LoggedQuestion{policy, organization, change, question, *decision}});
  const auto checkpoint = (*log)->MakeCheckpoint({key->signer});
  if (!index.ok() || !checkpoint.ok()) return 3;

  const auto report = (*log)->Verify({.keys = {key->verifier}, .checkpoints = {*checkpoint}});
  const auto replay = Replay(log->get(), {});
  if (!report.ok() || !replay.ok()) return 3;
  std::cout << "entry " << *index << " of " << report->size() << ", problems "
            << report->problems_size() << ", replayed the same " << replay->same() << "\n";
  std::remove(kFile);
}
