#include "cli/comments.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "libchangepolicy/base/embedded.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

// Written by cmake/embed.cmake from the protos.
const std::vector<EmbeddedFile>& EmbeddedDescriptors();

namespace cli {

namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::SourceLocation;

// The protos again, with their comments, which generated code does not keep.
const google::protobuf::FileDescriptorSet& Files() {
  static const auto& files = *[] {
    auto* const read = new google::protobuf::FileDescriptorSet;
    const std::string_view bytes = EmbeddedDescriptors().front().bytes;
    if (!read->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) read->Clear();
    return read;
  }();
  return files;
}

const DescriptorPool& Pool() {
  static const DescriptorPool& pool = []() -> const DescriptorPool& {
    auto* const built = new DescriptorPool();
    for (const google::protobuf::FileDescriptorProto& file : Files().file()) built->BuildFile(file);
    return *built;
  }();
  return pool;
}

template <typename Descriptor>
std::string Comment(const Descriptor& descriptor) {
  SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  std::string text = StrCat(location.leading_comments, location.leading_comments.empty() ? "" : " ",
                            location.trailing_comments);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

}  // namespace

std::string CommentOf(std::string_view full_name) {
  const std::string name(full_name);
  if (const auto* type = Pool().FindMessageTypeByName(name); type != nullptr) return Comment(*type);
  if (const auto* field = Pool().FindFieldByName(name); field != nullptr) return Comment(*field);
  if (const auto* type = Pool().FindEnumTypeByName(name); type != nullptr) return Comment(*type);
  if (const auto* value = Pool().FindEnumValueByName(name); value != nullptr) {
    return Comment(*value);
  }
  return "";
}

std::vector<std::string> DescribedMessages() {
  std::vector<std::string> names;
  for (const google::protobuf::FileDescriptorProto& file : Files().file()) {
    if (file.package().starts_with("google.")) continue;
    for (const google::protobuf::DescriptorProto& message : file.message_type()) {
      names.push_back(StrCat(file.package(), ".", message.name()));
    }
  }
  return names;
}

}  // namespace cli
}  // namespace changepolicy
