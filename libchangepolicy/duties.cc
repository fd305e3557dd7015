#include "libchangepolicy/duties.h"

#include "libchangepolicy/eval/checklist.h"
#include "libchangepolicy/eval/due.h"

namespace changepolicy {

absl::StatusOr<v1::DueAnswer> ListDue(const Policy& policy, const Organization& organization,
                                      const std::vector<v1::ChangeRequest>& changes,
                                      const std::vector<v1::Release>& releases,
                                      const DueQuestion& question) {
  return ListDue(*policy.checked(), *organization.bound(), changes, releases,
                 DueOptions{.now = question.now, .until = question.until});
}

namespace {

ChecklistOptions OptionsOf(const ChecklistQuestion& question) {
  return {.role = question.role, .transition = question.transition, .kind = question.kind};
}

}  // namespace

absl::StatusOr<v1::Checklist> MakeChecklist(const Policy& policy,
                                            const ChecklistQuestion& question) {
  return MakeChecklist(*policy.checked(), OptionsOf(question));
}

absl::StatusOr<v1::Checklist> MakeChecklist(const Engine& engine, const v1::ChangeRequest& change,
                                            const ChecklistQuestion& question) {
  return MakeChecklist(*engine.policy().checked(), *engine.organization().bound(), change,
                       question.now, OptionsOf(question));
}

absl::StatusOr<v1::Checklist> MakeChecklist(const Engine& engine, const v1::Release& release,
                                            const ChecklistQuestion& question) {
  return MakeChecklist(*engine.policy().checked(), *engine.organization().bound(), release,
                       question.now, OptionsOf(question));
}

}  // namespace changepolicy
