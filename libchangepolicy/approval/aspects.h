// Which aspects of a subject each of its revisions touched: what decides whether an approval of an
// earlier revision still counts.
#ifndef LIBCHANGEPOLICY_APPROVAL_ASPECTS_H_
#define LIBCHANGEPOLICY_APPROVAL_ASPECTS_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/fact.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// A set of aspects; bit n stands for the aspect with number n.
using AspectMask = uint32_t;
inline constexpr AspectMask kAllAspects = 0b111110;
inline constexpr AspectMask MaskOf(v1::Aspect aspect) { return AspectMask{1} << aspect; }

// Lies in an arena, its texts there and in the subject.
struct AspectHistory {
  struct Revision {
    int number = 0;
    // Not before any revision with a smaller number. Infinite past: nobody knows.
    absl::Time happened_at = absl::InfinitePast();
    // Infinite past: not stated.
    absl::Time recorded_at = absl::InfinitePast();
    std::string_view source_digest;
    // Aspects with a material edit against the revision before; all for the first.
    AspectMask touched = kAllAspects;
  };
  // By number, from 1 without gaps. Empty: the subject as it stands is its only revision.
  std::span<const Revision> revisions;
  // Aspects in which the subject as it stands differs from the last snapshot although no revision
  // since touched them: an edit that nobody recorded, which no approval can have seen.
  AspectMask unrecorded = 0;
  // Not empty: the revisions make no history (a gap, a number twice). Approvals then cannot be
  // judged, and every rule that asks for some is an error.
  std::string_view problem;
};

// Digest of the material content of a change or release that belongs to an aspect
// (base/canonical.h, with the policy's overrides).
using AspectDigester = std::function<absl::StatusOr<std::string>(
    const google::protobuf::Message& subject, v1::Aspect aspect)>;

// From the snapshots where both of two neighbouring revisions have one, otherwise from `edited`;
// without either every aspect counts as touched, and so it does where a digest fails. A snapshot
// also tells what differs from an earlier one that is no neighbour, although no revision in between
// says so. Another source digest touches CODE in any case. `subject` may contain invisible
// revisions only if the caller removed them before. O(revisions * size of a snapshot).
//
// Digests are of protobuf's messages, which are made of the snapshots: nothing is where there is
// none.
AspectHistory BuildAspectHistory(const flat::ChangeRequest& subject, const v1::Policy& policy,
                                 const AspectDigester& digest, flat::Arena* arena);
AspectHistory BuildAspectHistory(const flat::Release& subject, const v1::Policy& policy,
                                 const AspectDigester& digest, flat::Arena* arena);

// Aspects that an edit of the field voids, by path like `documents.testing_plan` or
// `services[0].id`: the field's own, else that of the nearest field around it, else all that lie
// below it. 0 for what is no content or immaterial; all for a path that is no field.
AspectMask AspectsOfField(const google::protobuf::Descriptor& subject, std::string_view path,
                          const v1::Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ASPECTS_H_
