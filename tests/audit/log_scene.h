// A log told as text, for tests of what is read out of logs.
//
//   --- policy
//   <YAML>
//   --- organization                 and organization-then, where decisions were made by another
//   <YAML>
//   --- let approvals                a piece that bodies below name by a line `@approvals`
//   <YAML>
//   --- decide change DEPLOY now=2026-03-02T10:00:00Z [logged=...] [detail=VERDICT]
//   <ChangeRequest or Release>
//   --- change logged=2026-03-02T11:00:00Z          or release: as it stands, as an event
//   <ChangeRequest>
//   --- event logged=2026-03-02T11:00:00Z           any other
//   <EventRecord>
//
// Decisions are made by the engine. Entries are numbered from 0; a decision is written at its `now`
// where `logged` does not say otherwise, and nowhen by `logged=never`.
#ifndef TESTS_AUDIT_LOG_SCENE_H_
#define TESTS_AUDIT_LOG_SCENE_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct LogScene {
  Policy policy;
  Organization organization;
  std::vector<LoggedEntry> entries;
};

// The program ends with the reason where the text cannot be read.
LogScene ReadLogScene(std::string_view text);

// `from` becomes `to` wherever it stands; an empty `from` appends.
struct SceneEdit {
  std::string from;
  std::string to;
};
// The program ends where a text that is to be edited is not there.
std::string EditScene(std::string text, const std::vector<SceneEdit>& edits);

absl::Time InstantOf(std::string_view text);

}  // namespace changepolicy

#endif  // TESTS_AUDIT_LOG_SCENE_H_
