#include "libchangepolicy/approval/aspects.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// What is known of a field from the fields around it.
struct Standing {
  v1::Aspect aspect = v1::ASPECT_UNSPECIFIED;
  bool immaterial = false;
  bool every = false;  // belongs to every aspect
};

AspectMask Touch(const Standing& standing) {
  if (standing.immaterial) return 0;
  // An aspect of a later version may be any.
  if (standing.every || !v1::Aspect_IsValid(standing.aspect)) return kAllAspects;
  if (standing.aspect == v1::ASPECT_UNSPECIFIED) return 0;
  return MaskOf(standing.aspect);
}

class FieldAspects {
 public:
  explicit FieldAspects(const v1::Policy& policy) : policy_(policy) {}

  AspectMask Of(const Descriptor& root, std::string_view path) {
    const Descriptor* message = &root;
    Standing standing;
    std::string seen;
    while (true) {
      const size_t dot = path.find('.');
      const std::string name(Name(path.substr(0, dot)));
      const FieldDescriptor* field = message->FindFieldByName(name);
      if (field == nullptr) return kAllAspects;
      StrAppend(&seen, seen.empty() ? "" : ".", name);
      standing = Enter(*field, seen, standing);
      const bool leaf = field->type() != FieldDescriptor::TYPE_MESSAGE || field->is_map() ||
                        field->message_type()->file()->package() != "changepolicy.v1";
      // What follows the name of a map or a value is a key of the user's.
      if (leaf) return Touch(standing);
      if (dot == std::string_view::npos) {
        return Touch(standing) | Below(*field->message_type(), seen, standing);
      }
      message = field->message_type();
      path.remove_prefix(dot + 1);
    }
  }

 private:
  static std::string_view Name(std::string_view segment) {
    return segment.substr(0, segment.find('['));
  }

  Standing Enter(const FieldDescriptor& field, const std::string& path, Standing standing) const {
    const v1::FactOptions& fact = field.options().GetExtension(v1::fact);
    // As in digests (base/canonical.h).
    if (path.find('.') != std::string::npos && AssignsAspects(*field.containing_type())) {
      standing.aspect = v1::ASPECT_UNSPECIFIED;
      standing.every = field.name() == "id";
    }
    if (fact.aspect() != v1::ASPECT_UNSPECIFIED) standing.aspect = fact.aspect();
    // What stands in a field that does not matter does not either, whatever its aspect: as in
    // digests.
    standing.immaterial |= fact.immaterial();
    for (const v1::AspectRule& rule : policy_.aspects()) {
      if (rule.field() != path) continue;
      if (rule.aspect() != v1::ASPECT_UNSPECIFIED) standing.aspect = rule.aspect();
      standing.immaterial = rule.immaterial();
    }
    return standing;
  }

  // Everything below a message; a message inside itself adds nothing new.
  AspectMask Below(const Descriptor& message, const std::string& path, const Standing& standing) {
    if (!inside_.insert(&message).second) return 0;
    AspectMask mask = 0;
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      const std::string below = StrCat(path, ".", field.name());
      const Standing own = Enter(field, below, standing);
      mask |= Touch(own);
      if (field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
          field.message_type()->file()->package() == "changepolicy.v1") {
        mask |= Below(*field.message_type(), below, own);
      }
    }
    inside_.erase(&message);
    return mask;
  }

  const v1::Policy& policy_;
  std::set<const Descriptor*> inside_;
};

using Digests = std::vector<std::string>;  // by aspect

// Nothing too where protobuf cannot hold it.
template <typename Message, typename Flat>
std::optional<Digests> DigestsOf(const Flat& flat, const AspectDigester& digest) {
  Message content;
  if (!flat::CopyTo(flat, &content)) return std::nullopt;
  Digests digests;
  for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
    auto value = digest(content, static_cast<v1::Aspect>(aspect));
    if (!value.ok()) return std::nullopt;
    digests.push_back(*std::move(value));
  }
  return digests;
}

AspectMask Difference(const std::optional<Digests>& one, const std::optional<Digests>& other) {
  if (!one || !other) return kAllAspects;
  AspectMask mask = 0;
  for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
    const size_t i = aspect - v1::ASPECT_DESCRIPTION;
    if ((*one)[i] != (*other)[i]) mask |= MaskOf(static_cast<v1::Aspect>(aspect));
  }
  return mask;
}

// `Message` is the subject as protobuf has it.
template <typename Message, typename Subject>
AspectHistory Build(const Subject& subject, const v1::Policy& policy, const AspectDigester& digest,
                    flat::Arena* arena) {
  using Stated = typename std::decay_t<decltype(subject.revisions())>::value_type;
  AspectHistory history;
  const auto sorted = NewList<const Stated*>(subject.revisions().size(), arena);
  for (size_t i = 0; i < sorted.size(); ++i) sorted[i] = &subject.revisions()[static_cast<int>(i)];
  StableSort(sorted, [](const Stated* a, const Stated* b) { return a->number() < b->number(); });
  const auto revisions = NewList<AspectHistory::Revision>(sorted.size(), arena);
  FieldAspects fields(policy);
  std::optional<Digests> last;  // of the latest snapshot so far
  bool has_last = false;
  AspectMask since = 0;  // touched after it
  absl::Time latest = absl::InfinitePast();
  for (size_t i = 0; i < sorted.size(); ++i) {
    const Stated& revision = *sorted[i];
    if (revision.number() != static_cast<int>(i) + 1) {
      history.problem =
          arena->Copy(StrCat("expected revision ", i + 1, ", found revision ", revision.number()));
      return history;
    }
    AspectHistory::Revision entry;
    entry.number = revision.number();
    entry.source_digest = revision.source_digest();
    if (revision.has_recorded_at()) entry.recorded_at = FromProto(revision.recorded_at());
    entry.happened_at =
        revision.has_happened_at() ? FromProto(revision.happened_at()) : entry.recorded_at;
    if (entry.happened_at != absl::InfinitePast()) {
      latest = entry.happened_at = std::max(entry.happened_at, latest);
    }
    std::optional<Digests> digests;
    if (revision.has_snapshot()) digests = DigestsOf<Message>(revision.snapshot(), digest);
    if (i > 0) {
      const Stated& previous = *sorted[i - 1];
      if (revision.has_snapshot() && previous.has_snapshot()) {
        entry.touched = Difference(last, digests);
      } else if (!revision.edited().empty()) {
        entry.touched = 0;
        for (const std::string_view path : revision.edited()) {
          entry.touched |= fields.Of(*Message::descriptor(), path);
        }
      }
      if (revision.source_digest() != previous.source_digest()) {
        entry.touched |= MaskOf(v1::ASPECT_CODE);
      }
      if (revision.has_snapshot() && has_last) {
        entry.touched |= Difference(last, digests) & ~since;
      }
      since |= entry.touched;
    }
    if (revision.has_snapshot()) {
      last = std::move(digests);
      has_last = true;
      since = 0;
    }
    revisions[i] = entry;
    history.revisions = revisions.first(i + 1);
  }
  if (has_last) history.unrecorded = Difference(last, DigestsOf<Message>(subject, digest)) & ~since;
  return history;
}

}  // namespace

AspectHistory BuildAspectHistory(const flat::ChangeRequest& subject, const v1::Policy& policy,
                                 const AspectDigester& digest, flat::Arena* arena) {
  return Build<v1::ChangeRequest>(subject, policy, digest, arena);
}

AspectHistory BuildAspectHistory(const flat::Release& subject, const v1::Policy& policy,
                                 const AspectDigester& digest, flat::Arena* arena) {
  return Build<v1::Release>(subject, policy, digest, arena);
}

AspectMask AspectsOfField(const Descriptor& subject, std::string_view path,
                          const v1::Policy& policy) {
  return FieldAspects(policy).Of(subject, path);
}

}  // namespace changepolicy
