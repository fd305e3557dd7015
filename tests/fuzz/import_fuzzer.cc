// libFuzzer target; what it asks is in import_records.h.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/import_records.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  changepolicy::FuzzImport(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
