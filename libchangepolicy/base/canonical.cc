#include "libchangepolicy/base/canonical.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownFieldSet;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

namespace {

constexpr int kMaxDepth = 200;

void CollectUnknown(const Message& message, const std::string& path, int depth,
                    std::vector<std::string>* found) {
  const Reflection& reflection = *message.GetReflection();
  const UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  for (int i = 0; i < unknown.field_count(); ++i) {
    found->push_back(StrCat(path, path.empty() ? "#" : ".#", unknown.field(i).number()));
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || depth > kMaxDepth) continue;
    const std::string name = StrCat(path, path.empty() ? "" : ".", field->name());
    if (!field->is_repeated()) {
      CollectUnknown(reflection.GetMessage(message, field), name, depth + 1, found);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectUnknown(reflection.GetRepeatedMessage(message, field, i), StrCat(name, "[", i, "]"),
                     depth + 1, found);
    }
  }
}

// Which fields are written, by their path without indices.
using Filter = std::function<bool(const FieldDescriptor& field, const std::string& path)>;

void AppendVarint(uint64_t value, std::string* bytes) {
  uint8_t buffer[10];
  const uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(value, buffer);
  bytes->append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
}

// Length and content.
void AppendText(std::string_view text, std::string* bytes) {
  AppendVarint(text.size(), bytes);
  bytes->append(text);
}

// Writes the wire format field by field.
class Writer {
 public:
  explicit Writer(const Filter* filter) : filter_(filter) {}

  // Whether a message that was written has fields that its type does not have.
  bool met_unknown() const { return met_unknown_; }

  absl::Status Write(const Message& message, const std::string& path, int depth,
                     std::string* bytes) {
    if (depth > kMaxDepth) {
      return ResourceExhausted(StrCat("`", path, "` is nested deeper than ", kMaxDepth, " levels"));
    }
    met_unknown_ = met_unknown_ || !message.GetReflection()->GetUnknownFields(message).empty();
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);  // by number
    for (const FieldDescriptor* const field : fields) {
      const std::string name =
          filter_ == nullptr ? "" : StrCat(path, path.empty() ? "" : ".", field->name());
      if (filter_ != nullptr && !(*filter_)(*field, name)) continue;
      const int size =
          field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
      const bool sorted = field->is_map() || (field->is_repeated() &&
                                              field->options().GetExtension(v1::fact).set_like());
      std::vector<std::string> elements(sorted ? static_cast<size_t>(size) : 0);
      // Never packed, so that each element stands by itself.
      for (int i = 0; i < size; ++i) {
        std::string* const to = sorted ? &elements[static_cast<size_t>(i)] : bytes;
        CP_RETURN_IF_ERROR(Append(message, *field, i, name, depth, to));
      }
      std::sort(elements.begin(), elements.end());
      for (const std::string& element : elements) *bytes += element;
    }
    return absl::OkStatus();
  }

 private:
  // Tag and value of an element.
  absl::Status Append(const Message& message, const FieldDescriptor& field, int index,
                      const std::string& path, int depth, std::string* bytes) {
    const auto type = static_cast<WireFormatLite::FieldType>(field.type());
    AppendVarint(
        WireFormatLite::MakeTag(field.number(), WireFormatLite::WireTypeForFieldType(type)), bytes);
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      AppendScalar(message, field, index, bytes);
      return absl::OkStatus();
    }
    const Reflection& reflection = *message.GetReflection();
    const Message& inner = field.is_repeated()
                               ? reflection.GetRepeatedMessage(message, &field, index)
                               : reflection.GetMessage(message, &field);
    // Inside a map entry and inside values of other packages nothing is left out.
    Writer whole(nullptr);
    Writer& writer = field.is_map() ? whole : *this;
    std::string content;
    CP_RETURN_IF_ERROR(writer.Write(inner, path, depth + 1, &content));
    met_unknown_ = met_unknown_ || writer.met_unknown_;
    AppendText(content, bytes);
    return absl::OkStatus();
  }

  // Of the types that the model has (tests/base).
  static void AppendScalar(const Message& message, const FieldDescriptor& field, int index,
                           std::string* bytes) {
    const Reflection& r = *message.GetReflection();
    const bool many = field.is_repeated();
    const auto append_signed = [&](int64_t value) {
      AppendVarint(static_cast<uint64_t>(value), bytes);
    };
    switch (field.type()) {
      case FieldDescriptor::TYPE_BOOL:
        append_signed(many ? r.GetRepeatedBool(message, &field, index)
                           : r.GetBool(message, &field));
        break;
      case FieldDescriptor::TYPE_INT32:
        append_signed(many ? r.GetRepeatedInt32(message, &field, index)
                           : r.GetInt32(message, &field));
        break;
      case FieldDescriptor::TYPE_ENUM:
        append_signed(many ? r.GetRepeatedEnumValue(message, &field, index)
                           : r.GetEnumValue(message, &field));
        break;
      case FieldDescriptor::TYPE_INT64:
        append_signed(many ? r.GetRepeatedInt64(message, &field, index)
                           : r.GetInt64(message, &field));
        break;
      case FieldDescriptor::TYPE_UINT32:
        AppendVarint(
            many ? r.GetRepeatedUInt32(message, &field, index) : r.GetUInt32(message, &field),
            bytes);
        break;
      case FieldDescriptor::TYPE_UINT64:
        AppendVarint(
            many ? r.GetRepeatedUInt64(message, &field, index) : r.GetUInt64(message, &field),
            bytes);
        break;
      case FieldDescriptor::TYPE_DOUBLE: {
        const double value =
            many ? r.GetRepeatedDouble(message, &field, index) : r.GetDouble(message, &field);
        uint8_t buffer[sizeof(uint64_t)];
        CodedOutputStream::WriteLittleEndian64ToArray(WireFormatLite::EncodeDouble(Normal(value)),
                                                      buffer);
        bytes->append(reinterpret_cast<const char*>(buffer), sizeof(buffer));
        break;
      }
      default: {
        std::string scratch;
        AppendText(many ? r.GetRepeatedStringReference(message, &field, index, &scratch)
                        : r.GetStringReference(message, &field, &scratch),
                   bytes);
      }
    }
  }

  // One zero and one NaN.
  static double Normal(double value) {
    if (value == 0) return 0;
    return value != value ? __builtin_nan("") : value;
  }

  const Filter* filter_;
  bool met_unknown_ = false;
};

bool IsContent(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->file()->package() == "changepolicy.v1" && !field.is_map();
}

// Decides per field whether it belongs to an aspect, with what it inherits from the field above it.
class AspectFilter {
 public:
  AspectFilter(v1::Aspect aspect, const AspectOverrides& overrides)
      : aspect_(aspect), overrides_(overrides) {}

  bool operator()(const FieldDescriptor& field, const std::string& path) {
    const v1::FactOptions& options = field.options().GetExtension(v1::fact);
    Assigned assigned = Above(path);
    const bool inner =
        path.find('.') != std::string::npos && AssignsAspects(*field.containing_type());
    if (inner) assigned.aspect = v1::ASPECT_UNSPECIFIED;
    if (options.aspect() != v1::ASPECT_UNSPECIFIED) assigned.aspect = options.aspect();
    assigned.immaterial = assigned.immaterial || options.immaterial();
    if (const auto found = overrides_.find(path); found != overrides_.end()) {
      if (found->second.aspect != v1::ASPECT_UNSPECIFIED) assigned.aspect = found->second.aspect;
      assigned.immaterial = found->second.immaterial;
    }
    assigned_[path] = assigned;
    if (inner && field.name() == "id" && !assigned.immaterial) return true;
    if (assigned.aspect == aspect_ && !assigned.immaterial) return true;
    // A message of another aspect, or of none, may hold fields of this one.
    return IsContent(field) && HoldsAspect(field, path);
  }

 private:
  struct Assigned {
    v1::Aspect aspect = v1::ASPECT_UNSPECIFIED;
    bool immaterial = false;
  };

  Assigned Above(const std::string& path) const {
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return {};
    const auto found = assigned_.find(path.substr(0, dot));
    return found == assigned_.end() ? Assigned{} : found->second;
  }

  // Records hold no content of the change.
  bool HoldsAspect(const FieldDescriptor& field, const std::string& path) const {
    for (const auto& [overridden, unused] : overrides_) {
      if (overridden.starts_with(path + ".")) return true;
    }
    return Holds(field);
  }

  // Below the field, as the model assigns aspects.
  bool Holds(const FieldDescriptor& field) const {
    if (field.is_repeated() && field.options().GetExtension(v1::fact).world() == v1::WORLD_RECORD) {
      return false;
    }
    for (int i = 0; i < field.message_type()->field_count(); ++i) {
      const FieldDescriptor& inner = *field.message_type()->field(i);
      if (inner.options().GetExtension(v1::fact).aspect() == aspect_) return true;
      if (IsContent(inner) && Holds(inner)) return true;
    }
    return false;
  }

  const v1::Aspect aspect_;
  const AspectOverrides& overrides_;
  std::map<std::string, Assigned> assigned_;
};

}  // namespace

std::vector<std::string> UnknownFields(const Message& message) {
  std::vector<std::string> found;
  CollectUnknown(message, "", 0, &found);
  std::sort(found.begin(), found.end());
  return found;
}

bool AssignsAspects(const google::protobuf::Descriptor& message) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->options().GetExtension(v1::fact).aspect() != v1::ASPECT_UNSPECIFIED) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<std::string> CanonicalBytes(const Message& message) {
  Writer writer(nullptr);
  std::string bytes;
  const absl::Status written = writer.Write(message, "", 0, &bytes);
  // They are only looked for where there may be some: a large policy has many messages.
  if (writer.met_unknown() || !written.ok()) {
    const std::vector<std::string> unknown = UnknownFields(message);
    if (!unknown.empty()) {
      return InvalidArgument(StrCat("`", unknown[0], "` is no field of ",
                                    message.GetDescriptor()->full_name(),
                                    "; a message of a newer schema has no canonical form here"));
    }
  }
  CP_RETURN_IF_ERROR(written);
  return bytes;
}

absl::StatusOr<std::string> CanonicalDigest(const Message& message) {
  CP_ASSIGN_OR_RETURN(const std::string bytes, CanonicalBytes(message));
  return Sha256(bytes);
}

absl::StatusOr<std::string> AspectDigest(const Message& subject, v1::Aspect aspect,
                                         const AspectOverrides& overrides) {
  AspectFilter aspect_filter(aspect, overrides);
  const Filter filter = [&](const FieldDescriptor& field, const std::string& path) {
    return aspect_filter(field, path);
  };
  std::string bytes;
  CP_RETURN_IF_ERROR(Writer(&filter).Write(subject, "", 0, &bytes));
  return Sha256(bytes);
}

}  // namespace changepolicy
