// What the generator needs to know of messages and fields, beyond what their descriptors say.
#ifndef FLAT_GENERATOR_MODEL_H_
#define FLAT_GENERATOR_MODEL_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace changepolicy::flat_generator {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Name of the flat class: `CelMap_Entry` for a message inside another, as protobuf names it.
std::string ClassName(const Descriptor& message);

// The enum of protobuf's C++ API, like `::changepolicy::v1::Category`.
std::string EnumName(const EnumDescriptor& type);

// The name that accessors of the field have; with an underscore behind it where it is a word of
// C++.
std::string AccessorName(const FieldDescriptor& field);

// `kString` and so on; empty where flat messages have no such field.
std::string KindName(const FieldDescriptor& field);

// C++ type of one value in the accessors, and of the member that holds the field.
std::string ValueType(const FieldDescriptor& field);
std::string MemberType(const FieldDescriptor& field);

// Fields by number, which is the order of their bits.
std::vector<const FieldDescriptor*> FieldsByNumber(const Descriptor& message);

// The file's messages, those inside others as well, what is inside first.
std::vector<const Descriptor*> AllMessages(const FileDescriptor& file);

// `x/y.proto` to `x/y` + suffix.
std::string PathOf(const FileDescriptor& file, const std::string& suffix);

}  // namespace changepolicy::flat_generator

#endif  // FLAT_GENERATOR_MODEL_H_
