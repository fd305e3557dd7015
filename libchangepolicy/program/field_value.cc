#include "libchangepolicy/program/field_value.h"

#include <string>

#include "changepolicy/v1/fact.flat.h"
#include "google/protobuf/duration.flat.h"
#include "google/protobuf/timestamp.flat.h"
#include "libchangepolicy/flat/field_access.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;

namespace {

// The limits of the language (specification, "Timestamps and durations").
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr int64_t kLongest = 315'576'000'000;      // 10,000 years
constexpr int32_t kNanosOfSecond = 1'000'000'000;

Datum TimestampOf(const flat::Timestamp& time) {
  const bool sane = time.nanos() >= 0 && time.nanos() < kNanosOfSecond &&
                    time.seconds() >= kFirstSecond && time.seconds() <= kLastSecond;
  return sane ? Datum::Timestamp(time.seconds(), static_cast<uint32_t>(time.nanos()))
              : Datum::Open();
}

Datum DurationOf(const flat::Duration& duration) {
  const int32_t nanos = duration.nanos();
  const bool sane = nanos > -kNanosOfSecond && nanos < kNanosOfSecond &&
                    duration.seconds() >= -kLongest && duration.seconds() <= kLongest;
  if (!sane) return Datum::Open();
  return nanos < 0 ? Datum::Duration(duration.seconds() - 1,
                                     static_cast<uint32_t>(nanos + kNanosOfSecond))
                   : Datum::Duration(duration.seconds(), static_cast<uint32_t>(nanos));
}

// All zeros are the empty message, whatever its type.
alignas(8) constexpr char kEmptyMessage[kLargestMessage] = {};

}  // namespace

FieldForm FormOf(const FieldDescriptor& field) {
  if (field.is_map()) return FieldForm::kNone;
  FieldForm form = FieldForm::kNone;
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      form = FieldForm::kBool;
      break;
    case FieldDescriptor::TYPE_INT32:
      form = FieldForm::kInt32;
      break;
    case FieldDescriptor::TYPE_INT64:
      form = FieldForm::kInt64;
      break;
    case FieldDescriptor::TYPE_ENUM:
      form = FieldForm::kEnum;
      break;
    case FieldDescriptor::TYPE_STRING:
      form = FieldForm::kString;
      break;
    case FieldDescriptor::TYPE_MESSAGE: {
      const std::string& type = field.message_type()->full_name();
      if (type == "google.protobuf.Timestamp") {
        form = FieldForm::kTimestamp;
      } else if (type == "google.protobuf.Duration") {
        form = FieldForm::kDuration;
      } else if (field.message_type()->file()->package() == "changepolicy.v1") {
        form = FieldForm::kMessage;
      }
      break;
    }
    default:
      break;
  }
  if (!field.is_repeated()) return form;
  // Lists of these are stored by no message of the model.
  const bool none = form == FieldForm::kNone || form == FieldForm::kBool ||
                    form == FieldForm::kTimestamp || form == FieldForm::kDuration;
  return none ? FieldForm::kNone : FieldForm::kList;
}

Datum::Storage StorageOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_INT32:
      return Datum::Storage::kInt32;
    case FieldDescriptor::TYPE_INT64:
      return Datum::Storage::kInt64;
    case FieldDescriptor::TYPE_ENUM:
      return Datum::Storage::kEnum;
    case FieldDescriptor::TYPE_STRING:
      return Datum::Storage::kString;
    default:
      return Datum::Storage::kMessage;
  }
}

Datum ReadField(const void* message, const flat::FieldTable& field, FieldForm form,
                Datum::Storage storage) {
  switch (form) {
    case FieldForm::kBool:
      return Datum::Bool(FieldAt<bool>(message, field));
    case FieldForm::kInt32:
      return Datum::Int(FieldAt<int32_t>(message, field));
    case FieldForm::kInt64:
      return Datum::Int(FieldAt<int64_t>(message, field));
    case FieldForm::kEnum:
      return Datum::Enum(FieldAt<int32_t>(message, field));
    case FieldForm::kString:
      return Datum::String(FieldAt<std::string_view>(message, field));
    case FieldForm::kTimestamp: {
      const auto* const time = FieldAt<const flat::Timestamp*>(message, field);
      return time == nullptr ? Datum::Timestamp(0, 0) : TimestampOf(*time);
    }
    case FieldForm::kDuration: {
      const auto* const duration = FieldAt<const flat::Duration*>(message, field);
      return duration == nullptr ? Datum::Duration(0, 0) : DurationOf(*duration);
    }
    case FieldForm::kMessage: {
      const void* const inner = FieldAt<const void*>(message, field);
      return Datum::Message(inner == nullptr ? kEmptyMessage : inner, 0);
    }
    case FieldForm::kList:
      return Datum::FieldList(&FieldAt<flat::ListStorage>(message, field), storage, 0);
    case FieldForm::kNone:
      break;
  }
  return Datum::Open();
}

uint32_t SizeOfList(const Datum& list) {
  return list.kind() == Datum::Kind::kList
             ? list.extra()
             : static_cast<const flat::ListStorage*>(list.field)->size;
}

Datum ElementOfList(const Datum& list, uint32_t index) {
  if (list.kind() == Datum::Kind::kList) return list.list[index];
  const void* const data = static_cast<const flat::ListStorage*>(list.field)->data;
  switch (list.storage()) {
    case Datum::Storage::kInt32:
      return Datum::Int(static_cast<const int32_t*>(data)[index]);
    case Datum::Storage::kInt64:
      return Datum::Int(static_cast<const int64_t*>(data)[index]);
    case Datum::Storage::kEnum:
      return Datum::Enum(static_cast<const int32_t*>(data)[index]);
    case Datum::Storage::kString:
      return Datum::String(static_cast<const std::string_view*>(data)[index]);
    case Datum::Storage::kMessage:
      break;
  }
  return Datum::Message(static_cast<const void* const*>(data)[index], 0);
}

}  // namespace changepolicy
