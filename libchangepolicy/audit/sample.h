// A sample of a log that anybody can draw again.
//
//   absl::StatusOr<Sampler> sampler = Sampler::Create(
//       {.seed = "audit 2026", .stratum = v1::AUDIT_STRATUM_CATEGORY, .count = 25});
//   for (const LoggedEntry& entry : log) sampler->Add(entry);
//   v1::AuditSample sample = std::move(*sampler).Finish();
//
// The entries of a part are ranked by SHA-256 over the seed, a zero byte, and the entry's index as
// eight bytes, the highest first; those with the smallest hashes are drawn. So a sample needs no
// generator of random numbers that two programs would have to share (`sha256sum` does), and does
// not depend on the order of reading. A rank depends on seed and index alone: of a log that grew,
// an entry that was drawn is drawn again unless new ones rank before it.
#ifndef LIBCHANGEPOLICY_AUDIT_SAMPLE_H_
#define LIBCHANGEPOLICY_AUDIT_SAMPLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

struct SampleOptions {
  // Any text; required. Who draws should not choose it alone.
  std::string seed;
  // What the parts are. KIND divides all entries, the others only decisions.
  v1::AuditStratum stratum = v1::AUDIT_STRATUM_UNSPECIFIED;
  // How many are drawn from each part, all where there are fewer. Exactly one of the two:
  int64_t count = 0;    // so many ...
  int32_t percent = 0;  // ... or so many per cent, rounded up, 1 to 100.
};

// Thread-compatible.
class Sampler {
 public:
  // INVALID_ARGUMENT for an empty seed, no stratum, or not exactly one of count and per cent.
  static absl::StatusOr<Sampler> Create(SampleOptions options);

  // Each entry once, in any order. O(log n); keeps at most `count` entries of each part, or where
  // per cent are asked for the rank and subject of all.
  void Add(const LoggedEntry& entry);

  // Parts by name, their entries by index. Origin, size and root are the caller's.
  v1::AuditSample Finish() &&;

 private:
  struct Drawn {
    std::string rank;
    int64_t index = 0;
    std::string subject;

    bool operator<(const Drawn& other) const {
      return rank != other.rank ? rank < other.rank : index < other.index;
    }
  };
  struct Part {
    int64_t population = 0;
    std::vector<Drawn> drawn;  // of `count` the largest rank stands first, as in a heap
  };

  explicit Sampler(SampleOptions options) : options_(std::move(options)) {}

  SampleOptions options_;
  std::map<std::string, Part> parts_;
};

// Rank of an entry: 64 hexadecimal digits, compared as text.
std::string SampleRank(std::string_view seed, int64_t index);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_SAMPLE_H_
