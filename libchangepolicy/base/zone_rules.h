// Which rules of time zones hold: those of this machine, or for a while those of a folder, so that
// an old decision can be made again by the rules that it was made by. Everything that loads a zone
// does it here.
#ifndef LIBCHANGEPOLICY_BASE_ZONE_RULES_H_
#define LIBCHANGEPOLICY_BASE_ZONE_RULES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace changepolicy {

// Rules of zones as files of RFC 8536 (TZif) by their names, like `Asia/Singapore` below `path`.
struct ZoneFolder {
  std::string path;     // absolute
  std::string version;  // of the rules, like `2026a`
};

// While it lives, zones on this thread are those of the folder: a name that the folder lacks is
// unknown, except for UTC, which needs no rules. Scopes nest; the inner one holds. Whatever was
// compiled outside, like a calendar, keeps the zones that it has: load policy and organization
// inside.
//
// Zones are kept by path for the life of the process. A path whose files are written anew
// afterwards goes on standing for the old ones, so that each set of rules needs a path of its own,
// for example by their digest.
class ScopedZoneFolder {
 public:
  // REQUIRES: the path is absolute.
  explicit ScopedZoneFolder(ZoneFolder folder);
  ~ScopedZoneFolder();
  ScopedZoneFolder(const ScopedZoneFolder&) = delete;
  ScopedZoneFolder& operator=(const ScopedZoneFolder&) = delete;

 private:
  const ZoneFolder folder_;
  const ZoneFolder* const outer_;
};

// A zone by its name. Nothing for other names: no file, no offset, not the zone of this machine.
// Zones are loaded once and kept.
std::optional<absl::TimeZone> LoadZone(std::string_view name);

// The bytes of the file from which LoadZone would load the zone on this thread. NOT_FOUND where it
// has none.
absl::StatusOr<std::string> ReadZoneFile(std::string_view name);

// Version of the rules on this thread, like `2026a`; `unknown` where the system does not say. Valid
// for as long as the scope in which it was asked.
const std::string& ZoneRulesVersion();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_ZONE_RULES_H_
