#include "libchangepolicy/eval/visibility.h"

#include <algorithm>
#include <optional>

#include "changepolicy/v1/evidence.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/against_permission.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

template <typename T>
const T* As(const Message& message) {
  return message.GetDescriptor() == T::descriptor() ? static_cast<const T*>(&message) : nullptr;
}

}  // namespace

bool IsAgainstPermission(const Message& record) {
  return SpeaksAgainstPermission(
      [&](auto type) { return As<typename decltype(type)::Proto>(record); });
}

namespace {

std::optional<absl::Time> TimeField(const Message& message, const FieldDescriptor* field) {
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE || field->is_repeated() ||
      !message.GetReflection()->HasField(message, field)) {
    return std::nullopt;
  }
  const Message& value = message.GetReflection()->GetMessage(message, field);
  const auto* timestamp = As<Timestamp>(value);
  return timestamp == nullptr ? std::nullopt : std::optional(FromProto(*timestamp));
}

// The instant from which a record counts; nothing for what is no record.
std::optional<absl::Time> VisibleFrom(const Message& message, absl::Duration clock_skew) {
  const Descriptor& type = *message.GetDescriptor();
  const FieldDescriptor* recorded = type.FindFieldByName("recorded_at");
  if (recorded == nullptr) {
    return std::nullopt;
  }
  const auto recorded_at = TimeField(message, recorded);
  const auto happened_at = TimeField(message, type.FindFieldByName("happened_at"));
  if (!recorded_at && !happened_at) {
    return std::nullopt;
  }
  const absl::Time from = std::max(recorded_at.value_or(absl::InfinitePast()),
                                   happened_at.value_or(absl::InfinitePast()));
  return IsAgainstPermission(message) ? from - clock_skew : from;
}

// Walks the message; `visit(field, index)` is asked for each invisible record, and says whether to
// go on. Depth is bounded by the model, except for snapshots, which are not walked: they are
// content, and hold no records that count.
class Walker {
 public:
  Walker(absl::Time now, absl::Duration clock_skew) : now_(now), clock_skew_(clock_skew) {}

  absl::Time AllVisibleFrom(const Message& message) const {
    absl::Time from = std::max(VisibleFrom(message, clock_skew_).value_or(absl::InfinitePast()),
                               LiftVisibleFrom(message).value_or(absl::InfinitePast()));
    ForInner(message, [&](const Message& inner) { from = std::max(from, AllVisibleFrom(inner)); });
    return from;
  }

  // `outer`: from when on what the message is part of is visible.
  void AddBoundaries(const Message& message, absl::Time outer,
                     std::vector<absl::Time>* boundaries) const {
    const auto add = [&](std::optional<absl::Time> from) {
      if (!from) return outer;
      boundaries->push_back(std::max(outer, *from));
      return boundaries->back();
    };
    outer = add(VisibleFrom(message, clock_skew_));
    add(LiftVisibleFrom(message));
    ForInner(message, [&](const Message& inner) { AddBoundaries(inner, outer, boundaries); });
  }

  void Prune(Message* message, std::vector<absl::Time>* changes) const {
    ClearInvisibleLift(message, changes);
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (!IsWalked(*field)) continue;
      if (field->is_repeated()) {
        PruneList(message, field, changes);
      } else {
        PruneSingle(message, field, changes);
      }
    }
  }

 private:
  // Calls `visit` for each message inside that is walked.
  template <typename Visit>
  static void ForInner(const Message& message, Visit visit) {
    std::vector<const FieldDescriptor*> fields;
    const Reflection& reflection = *message.GetReflection();
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (!IsWalked(*field)) continue;
      if (!field->is_repeated()) {
        visit(reflection.GetMessage(message, field));
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        visit(reflection.GetRepeatedMessage(message, field, i));
      }
    }
  }

  static bool IsWalked(const FieldDescriptor& field) {
    return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
           field.name() != "snapshot" &&
           field.message_type()->file()->package() == "changepolicy.v1";
  }

  bool IsInvisible(const Message& record) const {
    const auto from = VisibleFrom(record, clock_skew_);
    return from && *from > now_;
  }

  // The lifting of a veto is a record for permission inside one against it.
  static std::optional<absl::Time> LiftVisibleFrom(const Message& message) {
    const auto* veto = As<v1::Veto>(message);
    if (veto == nullptr || veto->lifted_by().empty()) return std::nullopt;
    absl::Time from = absl::InfinitePast();
    if (veto->has_lifted_at()) from = std::max(from, FromProto(veto->lifted_at()));
    if (veto->has_lift_recorded_at()) from = std::max(from, FromProto(veto->lift_recorded_at()));
    return from;
  }

  bool HasInvisibleLift(const Message& message) const {
    const auto from = LiftVisibleFrom(message);
    return from && *from > now_;
  }

  void ClearInvisibleLift(Message* message, std::vector<absl::Time>* changes) const {
    if (!HasInvisibleLift(*message)) return;
    changes->push_back(*LiftVisibleFrom(*message));
    auto* veto = static_cast<v1::Veto*>(message);
    veto->clear_lifted_by();
    veto->clear_lifted_at();
    veto->clear_lift_recorded_at();
  }

  void PruneList(Message* message, const FieldDescriptor* field,
                 std::vector<absl::Time>* changes) const {
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, field);
    int kept = 0;
    for (int i = 0; i < size; ++i) {
      Message* element = reflection.MutableRepeatedMessage(message, field, i);
      if (IsInvisible(*element)) {
        changes->push_back(*VisibleFrom(*element, clock_skew_));
        continue;
      }
      Prune(element, changes);
      if (kept != i) reflection.SwapElements(message, field, kept, i);
      ++kept;
    }
    for (int i = size; i > kept; --i) {
      reflection.RemoveLast(message, field);
    }
  }

  void PruneSingle(Message* message, const FieldDescriptor* field,
                   std::vector<absl::Time>* changes) const {
    const Reflection& reflection = *message->GetReflection();
    Message* value = reflection.MutableMessage(message, field);
    if (IsInvisible(*value)) {
      changes->push_back(*VisibleFrom(*value, clock_skew_));
      reflection.ClearField(message, field);
      return;
    }
    Prune(value, changes);
  }

  const absl::Time now_;
  const absl::Duration clock_skew_;
};

}  // namespace

void KeepVisible(absl::Time now, absl::Duration clock_skew, Message* message,
                 std::vector<absl::Time>* changes) {
  Walker(now, clock_skew).Prune(message, changes);
}

absl::Time AllVisibleFrom(absl::Duration clock_skew, const Message& message) {
  return Walker(absl::InfinitePast(), clock_skew).AllVisibleFrom(message);
}

std::vector<absl::Time> BoundariesOf(absl::Duration clock_skew, const Message& message) {
  std::vector<absl::Time> boundaries;
  Walker(absl::InfinitePast(), clock_skew)
      .AddBoundaries(message, absl::InfinitePast(), &boundaries);
  std::sort(boundaries.begin(), boundaries.end());
  boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
  return boundaries;
}

}  // namespace changepolicy
