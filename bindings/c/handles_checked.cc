// Every handle that is alive is known, and memory that is no handle is not looked at.
#include <mutex>
#include <unordered_map>

#include "bindings/c/handles.h"

namespace changepolicy::c {

namespace {

struct Register {
  std::mutex mutex;
  // By address: the type, or null once it was freed.
  std::unordered_map<const void*, const char*> handles;
};

// Never destroyed: handles may be freed while the process ends.
Register& TheRegister() {
  static Register& made = *new Register;
  return made;
}

}  // namespace

const bool kHandlesAreChecked = true;

void HandleWasMade(const void* handle, const char* type) {
  Register& known = TheRegister();
  const std::lock_guard<std::mutex> lock(known.mutex);
  known.handles[handle] = type;
}

bool HandleIsKnown(const void* handle, const char* type) {
  Register& known = TheRegister();
  const std::lock_guard<std::mutex> lock(known.mutex);
  const auto found = known.handles.find(handle);
  return found != known.handles.end() && found->second == type;
}

bool HandleIsFreed(void* handle, const char* type) {
  Register& known = TheRegister();
  const std::lock_guard<std::mutex> lock(known.mutex);
  const auto found = known.handles.find(handle);
  if (found == known.handles.end() || found->second != type) return false;
  found->second = nullptr;
  return true;
}

}  // namespace changepolicy::c
