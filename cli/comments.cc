#include "cli/comments.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.pb.h"
#include "libchangepolicy/base/embedded.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

// Written by cmake/embed.cmake from the protos.
const std::vector<EmbeddedFile>& EmbeddedDescriptors();

namespace cli {

namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FileDescriptorProto;
using Comments = std::map<std::string, std::string, std::less<>>;

void AddEnum(const EnumDescriptorProto& type, std::string scope, std::vector<int> path,
             std::map<std::vector<int>, std::string>* names) {
  (*names)[path] = StrCat(scope, ".", type.name());
  for (int i = 0; i < type.value_size(); ++i) {
    std::vector<int> value = path;
    value.insert(value.end(), {EnumDescriptorProto::kValueFieldNumber, i});
    (*names)[value] = StrCat(scope, ".", type.value(i).name());
  }
}

void AddMessage(const DescriptorProto& type, const std::string& scope, const std::vector<int>& path,
                std::map<std::vector<int>, std::string>* names) {
  const std::string name = StrCat(scope, ".", type.name());
  (*names)[path] = name;
  const auto below = [&path](int number, int index) {
    std::vector<int> longer = path;
    longer.insert(longer.end(), {number, index});
    return longer;
  };
  for (int i = 0; i < type.field_size(); ++i) {
    (*names)[below(DescriptorProto::kFieldFieldNumber, i)] =
        StrCat(name, ".", type.field(i).name());
  }
  for (int i = 0; i < type.enum_type_size(); ++i) {
    AddEnum(type.enum_type(i), name, below(DescriptorProto::kEnumTypeFieldNumber, i), names);
  }
  for (int i = 0; i < type.nested_type_size(); ++i) {
    AddMessage(type.nested_type(i), name, below(DescriptorProto::kNestedTypeFieldNumber, i), names);
  }
}

Comments Read() {
  Comments comments;
  google::protobuf::FileDescriptorSet set;
  const std::string_view bytes = EmbeddedDescriptors().front().bytes;
  if (!set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return comments;
  for (const FileDescriptorProto& file : set.file()) {
    std::map<std::vector<int>, std::string> names;
    for (int i = 0; i < file.message_type_size(); ++i) {
      AddMessage(file.message_type(i), file.package(),
                 {FileDescriptorProto::kMessageTypeFieldNumber, i}, &names);
    }
    for (int i = 0; i < file.enum_type_size(); ++i) {
      AddEnum(file.enum_type(i), file.package(), {FileDescriptorProto::kEnumTypeFieldNumber, i},
              &names);
    }
    for (const auto& location : file.source_code_info().location()) {
      const auto name = names.find({location.path().begin(), location.path().end()});
      if (name == names.end() || location.leading_comments().empty()) continue;
      std::string text = location.leading_comments();
      absl::RemoveExtraAsciiWhitespace(&text);
      comments.emplace(name->second, std::move(text));
    }
  }
  return comments;
}

}  // namespace

std::string_view CommentOf(std::string_view full_name) {
  static const Comments& comments = *new Comments(Read());
  const auto found = comments.find(full_name);
  return found == comments.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace cli
}  // namespace changepolicy
