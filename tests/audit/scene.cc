#include "tests/audit/scene.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

absl::Time SceneTime(int64_t number) { return absl::FromUnixSeconds(1772366400 + number); }

const Policy& ScenePolicy() {
  static const Policy* const kPolicy = new Policy(*Policy::Builtin("saas").policy);
  return *kPolicy;
}

LogItem DeploymentItem(int64_t number) {
  v1::EventRecord event;
  event.set_subject_id(absl::StrCat("CHG-", number));
  v1::Deployment& deployment = *event.mutable_deployment();
  deployment.set_id(absl::StrCat("D-", number));
  deployment.set_environment(v1::ENVIRONMENT_PRODUCTION);
  deployment.set_conclusion(v1::CONCLUSION_PASSED);
  deployment.set_by("ann");
  ToProto(SceneTime(number), deployment.mutable_happened_at());
  return {.recorded_at = SceneTime(number),
          .recorded_by = "pipeline",
          .content = LoggedEvent{ScenePolicy(), event}};
}

const Organization& SceneOrganization() {
  static const Organization* const kOrganization = [] {
    v1::Organization organization;
    v1::Directory& directory = *organization.mutable_directory();
    ToProto(SceneTime(-86400), directory.mutable_taken_at());
    for (const char* const id : {"ann", "bob", "eve"}) {
      v1::Person& person = *directory.add_people();
      person.set_id(id);
      person.set_name(absl::StrCat("Name Of ", id));
      person.add_accounts(absl::StrCat(id, "@example.com"));
    }
    v1::Role& role = *directory.add_roles();
    role.set_id("cto");
    role.add_members("bob");
    v1::MaintenanceWindow& window = *directory.mutable_calendar()->add_windows();
    window.set_id("nights");
    v1::TimePattern& times = *window.add_times();
    times.set_zone("Asia/Singapore");
    times.set_start("2026-01-01T22:00:00");
    times.set_duration("4h");
    times.set_rrule("FREQ=DAILY");
    return new Organization(*Organization::Create(organization).organization);
  }();
  return *kOrganization;
}

LogItem DecisionItem(int64_t number) {
  v1::ChangeRequest change;
  change.set_id(absl::StrCat("CHG-", number));
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  change.mutable_people()->set_requester("ann");
  change.mutable_people()->add_implementers("eve@example.com");
  change.add_environments(v1::ENVIRONMENT_PRODUCTION);
  v1::Approval& approval = *change.add_approvals();
  approval.set_id("A-1");
  approval.set_by("bob");
  approval.set_kind(v1::APPROVAL_KIND_APPROVED);
  ToProto(SceneTime(-60), approval.mutable_happened_at());
  ToProto(SceneTime(-60), approval.mutable_recorded_at());
  const Question question{.now = SceneTime(number)};
  const v1::Decision decision =
      *Engine(ScenePolicy(), SceneOrganization()).Decide(change, question);
  return {
      .recorded_at = SceneTime(number),
      .recorded_by = "gate",
      .content = LoggedQuestion{ScenePolicy(), SceneOrganization(), change, question, decision}};
}

std::vector<LogItem> DeploymentItems(int64_t first, int64_t count) {
  std::vector<LogItem> items;
  for (int64_t number = first; number < first + count; ++number) {
    items.push_back(DeploymentItem(number));
  }
  return items;
}

SceneKey KeyOf(char seed, const std::string& name) {
  Ed25519Seed bytes;
  bytes.fill(static_cast<uint8_t>(seed));
  const SignerKey key = *GenerateKey(name, bytes);
  return {.signer = WriteSignerKey(key), .verifier = WriteVerifierKey(key.verifier)};
}

SceneFolder::SceneFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "changepolicy-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}
SceneFolder::~SceneFolder() { std::filesystem::remove_all(path_); }

}  // namespace changepolicy
