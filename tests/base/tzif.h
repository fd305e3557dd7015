// Files of zones whose rules nobody has: one offset for ever.
#ifndef TESTS_BASE_TZIF_H_
#define TESTS_BASE_TZIF_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy {

// RFC 8536, version 2: a block of version 1 that nobody reads, the block, and the footer.
inline std::string TzifOf(int hours) {
  const auto number = [](uint32_t n) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(n >> shift));
    return bytes;
  };
  std::string block = "TZif2" + std::string(15, '\0');
  // No leap seconds and transitions; one type, whose name has one letter.
  for (const uint32_t count : {0, 0, 0, 0, 1, 2}) block += number(count);
  block += number(static_cast<uint32_t>(hours * 3600)) + std::string(2, '\0') + "X";
  block.push_back('\0');
  return block + block + "\n<X>" + std::to_string(-hours) + "\n";
}

// A folder of such zones that goes away with it.
class MadeZones {
 public:
  // Each set of rules needs a path of its own.
  explicit MadeZones(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              (name + "-" + std::to_string(reinterpret_cast<uintptr_t>(this)))) {
    std::filesystem::remove_all(path_);
  }
  ~MadeZones() { std::filesystem::remove_all(path_); }

  void Add(const std::string& zone, int hours) const {
    std::filesystem::create_directories((path_ / zone).parent_path());
    std::ofstream(path_ / zone, std::ios::binary) << TzifOf(hours);
  }
  ZoneFolder folder() const { return {.path = path_.string(), .version = "made"}; }

 private:
  const std::filesystem::path path_;
};

}  // namespace changepolicy

#endif  // TESTS_BASE_TZIF_H_
