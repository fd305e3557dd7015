// The canonical form of a message and its digests (docs/canonical.md): one sequence of bytes for
// one meaning, whatever order lists without order, maps and fields had, and whatever it was read
// from.
#ifndef LIBCHANGEPOLICY_BASE_CANONICAL_H_
#define LIBCHANGEPOLICY_BASE_CANONICAL_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/fact.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// Fields by number, maps by key, lists that are marked `set_like` by the bytes of their elements.
// The result is the wire format, so that it can be parsed again. Refuses a message with fields that
// its class does not know, by their path. O(n log n) in the size of the message.
absl::StatusOr<std::string> CanonicalBytes(const google::protobuf::Message& message);

// `sha256:<hex>` of the canonical bytes.
absl::StatusOr<std::string> CanonicalDigest(const google::protobuf::Message& message);

// Paths of fields that the message's class does not know, like `services[0].#99`; sorted.
std::vector<std::string> UnknownFields(const google::protobuf::Message& message);

// How a policy reassigns a field: the part of the change that an edit of it touches, and whether an
// edit of it matters.
struct AspectOverride {
  v1::Aspect aspect = v1::ASPECT_UNSPECIFIED;  // unspecified: as the model has it
  bool immaterial = false;
};
// By path without indices: `schedule.start`.
using AspectOverrides = std::map<std::string, AspectOverride, std::less<>>;

// Whether fields of the message have aspects of their own. In such a message inside another (a
// change in a release) only these are content, and its `id`, which belongs to every aspect: whose
// artifact or schedule it is matters for each.
bool AssignsAspects(const google::protobuf::Descriptor& message);

// Digest over the content of a change or release that belongs to one aspect: the fields whose
// option `fact` names it, those inside a field that does, and none that are immaterial.
absl::StatusOr<std::string> AspectDigest(const google::protobuf::Message& subject,
                                         v1::Aspect aspect, const AspectOverrides& overrides);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_CANONICAL_H_
