#include "libchangepolicy/eval/outdated_parts.h"

#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

// Null where nobody said when it was taken.
using TakenAt = const google::protobuf::Timestamp*;

bool IsOutdated(TakenAt taken_at, absl::Duration limit, absl::Time now,
                std::vector<absl::Time>* changes) {
  if (taken_at == nullptr) return true;
  const absl::Time end = FromProto(*taken_at) + limit;
  if (end > now) changes->push_back(end);
  return end <= now;
}

template <typename Part>
TakenAt TakenAtOf(const Part& part) {
  return part.has_taken_at() ? &part.taken_at() : nullptr;
}

}  // namespace

bool IsDirectoryOutdated(const v1::Limits& limits, const BoundDirectory& directory, absl::Time now,
                         std::vector<absl::Time>* changes) {
  return limits.has_directory_age() &&
         IsOutdated(TakenAtOf(directory.proto()), FromProto(limits.directory_age()), now, changes);
}

OutdatedParts FindOutdatedParts(const v1::Limits& limits, const BoundOrganization& organization,
                                absl::Time now, std::vector<absl::Time>* changes) {
  OutdatedParts parts;
  parts.directory = IsDirectoryOutdated(limits, organization.directory(), now, changes);
  parts.ledger =
      limits.has_ledger_age() && IsOutdated(TakenAtOf(organization.given_ledger()),
                                            FromProto(limits.ledger_age()), now, changes);
  return parts;
}

}  // namespace changepolicy
