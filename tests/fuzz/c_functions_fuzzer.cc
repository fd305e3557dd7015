// libFuzzer target; what it asks is in c_functions.h.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/c_functions.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  changepolicy::c::FuzzCFunctions(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
