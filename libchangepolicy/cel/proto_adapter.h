// Between protobuf messages and values: reading fields, building messages, and the well-known
// types that stand for values of the language (specification, "Protocol Buffer Data Conversion").
#ifndef LIBCHANGEPOLICY_CEL_PROTO_ADAPTER_H_
#define LIBCHANGEPOLICY_CEL_PROTO_ADAPTER_H_

#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/meter.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

struct ProtoContext {
  const google::protobuf::DescriptorPool* pool = nullptr;
  google::protobuf::MessageFactory* factory = nullptr;
  EnumProfile enums = EnumProfile::kLegacy;
  // Asked before messages are built or filled; not by those that read, whose lists and maps may
  // outlive it. Null: whatever it takes.
  Meter* meter = nullptr;
};

// By name, or an extension by its full name; null where there is none.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& message,
                                                   std::string_view name,
                                                   const google::protobuf::DescriptorPool& pool);

// The value that the message stands for: itself, or that of a well-known type. An Any is unpacked;
// an error where its type is not known or its bytes are none of it.
Value AdaptMessage(MessageValue message, const ProtoContext& context);

// Whether AdaptMessage leaves messages of the type as they are: a FieldMask, too, which the
// language has no value for.
bool StandsForItself(const google::protobuf::Descriptor& type);

// The value of a field: its default where it is unset, null for an unset wrapper. Lists and maps
// refer to the message. Trails continue.
Value ReadField(const MessageValue& message, const google::protobuf::FieldDescriptor& field,
                const ProtoContext& context);

// As the macro `has` sees it: presence where the field has it, otherwise a value that is no
// default.
bool HasField(const google::protobuf::Message& message,
              const google::protobuf::FieldDescriptor& field);

struct FieldValue {
  const google::protobuf::FieldDescriptor* field = nullptr;
  Value value;
};
// A new message of the type, or the value that it stands for; an error where a value does not fit.
Value BuildMessage(const google::protobuf::Descriptor& type, const std::vector<FieldValue>& fields,
                   const ProtoContext& context);

// Copies a value into a message of a type that can hold it; an error value, or null when all is
// well. Used by whoever turns results into messages.
Value StoreValue(const Value& value, google::protobuf::Message* message,
                 const ProtoContext& context);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PROTO_ADAPTER_H_
