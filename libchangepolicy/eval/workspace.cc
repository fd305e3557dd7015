#include "libchangepolicy/eval/workspace.h"

#include <utility>

namespace changepolicy {
namespace {

std::vector<std::unique_ptr<Workspace>>& Idle() {
  thread_local std::vector<std::unique_ptr<Workspace>> idle;
  return idle;
}

}  // namespace

WorkspaceLease::WorkspaceLease() {
  std::vector<std::unique_ptr<Workspace>>& idle = Idle();
  if (idle.empty()) {
    workspace_ = std::make_unique<Workspace>();
  } else {
    workspace_ = std::move(idle.back());
    idle.pop_back();
  }
  workspace_->arena.Reset();
  workspace_->subject_changes.clear();
  workspace_->changes.clear();
}

WorkspaceLease::~WorkspaceLease() {
  // One that a very large subject made large is not kept for the small ones that follow.
  if (workspace_ == nullptr || workspace_->arena.capacity() > kMostKept) return;
  Idle().push_back(std::move(workspace_));
}

}  // namespace changepolicy
