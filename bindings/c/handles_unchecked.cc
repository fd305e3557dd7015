// Handles are known by the tag in their memory alone.
#include "bindings/c/handles.h"

namespace changepolicy::c {

namespace {

constexpr char kFreed[] = "freed";

}  // namespace

const bool kHandlesAreChecked = false;

void HandleWasMade(const void*, const char*) {}

bool HandleIsKnown(const void*, const char*) { return false; }

bool HandleIsFreed(void* handle, const char* type) {
  Tag* const tag = static_cast<Tag*>(handle);
  if (tag->type != type) return false;
  tag->type = kFreed;
  return true;
}

}  // namespace changepolicy::c
