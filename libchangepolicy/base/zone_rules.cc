#include "libchangepolicy/base/zone_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

thread_local const ZoneFolder* current_folder = nullptr;

// Where Abseil looks.
std::string SystemFolder() {
  const char* const folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

std::string ReadSystemVersion() {
  const std::string folder = SystemFolder();
  std::string line;
  if (std::ifstream version(folder + "/+VERSION"); std::getline(version, line)) return line;
  constexpr std::string_view kBegin = "# version ";
  std::ifstream rules(folder + "/tzdata.zi");
  if (std::getline(rules, line) && line.starts_with(kBegin)) return line.substr(kBegin.size());
  return "unknown";
}

// A name, no path, and not one of the files beside the zones that say what holds on this machine.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name != "localtime" && name != "posixrules" && name[0] != '/' &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '_' ||
                  c == '-' || c == '+';
         });
}

}  // namespace

ScopedZoneFolder::ScopedZoneFolder(ZoneFolder folder)
    : folder_(std::move(folder)), outer_(std::exchange(current_folder, &folder_)) {}

ScopedZoneFolder::~ScopedZoneFolder() { current_folder = outer_; }

std::optional<absl::TimeZone> LoadZone(std::string_view name) {
  if (!IsPlainName(name)) return std::nullopt;
  absl::TimeZone zone;
  const std::string from = current_folder == nullptr || name == "UTC"
                               ? std::string(name)
                               : StrCat(current_folder->path, "/", name);
  if (!absl::LoadTimeZone(from, &zone)) return std::nullopt;
  return zone;
}

absl::StatusOr<std::string> ReadZoneFile(std::string_view name) {
  std::string bytes;
  if (IsPlainName(name)) {
    const std::string folder = current_folder == nullptr ? SystemFolder() : current_folder->path;
    std::ifstream file(StrCat(folder, "/", name), std::ios::binary);
    // A folder opens as well; reading it fails.
    char piece[4096];
    do {
      file.read(piece, sizeof piece);
      bytes.append(piece, static_cast<size_t>(file.gcount()));
    } while (file);
  }
  if (!bytes.starts_with("TZif")) {
    return NotFound(StrCat("there are no rules of a zone `", Printable(name), "`"));
  }
  return bytes;
}

const std::string& ZoneRulesVersion() {
  static const std::string* const kSystem = new std::string(ReadSystemVersion());
  return current_folder == nullptr ? *kSystem : current_folder->version;
}

}  // namespace changepolicy
