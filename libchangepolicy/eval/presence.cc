#include "libchangepolicy/eval/presence.h"

#include "libchangepolicy/base/text.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

v1::World WorldOf(const FieldDescriptor& field) {
  const v1::World world = field.options().GetExtension(v1::fact).world();
  return world == v1::WORLD_UNSPECIFIED ? v1::WORLD_ATTRIBUTE : world;
}

bool IsStatedIn(const Message& parent, const FieldDescriptor& field) {
  const Reflection& reflection = *parent.GetReflection();
  if (field.is_repeated()) {
    return reflection.FieldSize(parent, &field) > 0;
  }
  if (field.type() == FieldDescriptor::TYPE_ENUM) {
    return reflection.HasField(parent, &field) && reflection.GetEnumValue(parent, &field) != 0;
  }
  return reflection.HasField(parent, &field);
}

std::string StatementPath(std::string_view fact_path) {
  std::string path;
  const size_t root = fact_path.find('.');
  if (root == std::string_view::npos) {
    return path;
  }
  bool inside_index = false;
  for (const char c : fact_path.substr(root + 1)) {
    if (c == '[') {
      inside_index = true;
    } else if (c == ']') {
      inside_index = false;
    } else if (!inside_index) {
      path += c;
    }
  }
  return path;
}

namespace {

// Messages of the model hold facts of their own; Timestamp, Duration, Value and the like are
// values.
bool HoldsFacts(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_repeated() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

}  // namespace

bool IsFactKnown(const Message& parent, const FieldDescriptor& field, std::string_view fact_path,
                 const StatedFields& stated, bool test) {
  return WorldOf(field) != v1::WORLD_ATTRIBUTE || (!test && HoldsFacts(field)) ||
         IsStatedIn(parent, field) ||
         (!stated.empty() && stated.contains(StatementPath(fact_path)));
}

}  // namespace changepolicy
