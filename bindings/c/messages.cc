#include "bindings/c/messages.h"

#include <set>
#include <string>
#include <vector>

#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/cel.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/mapping.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::c {

namespace {

using google::protobuf::FileDescriptor;

constexpr std::string_view kPackage = "changepolicy.v1.";

// Files that no other file imports; with what they import they are all there are.
std::vector<const FileDescriptor*> Roots() {
  return {v1::AuditEntry::descriptor()->file(),   v1::CelValue::descriptor()->file(),
          v1::DueAnswer::descriptor()->file(),    v1::Mapping::descriptor()->file(),
          v1::Organization::descriptor()->file(), v1::SlotsAnswer::descriptor()->file(),
          v1::Suite::descriptor()->file()};
}

void AddWithImports(const FileDescriptor& file, std::vector<const FileDescriptor*>* files) {
  for (const FileDescriptor* const added : *files) {
    if (added == &file) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), files);
  files->push_back(&file);
}

std::vector<const FileDescriptor*> Files() {
  std::vector<const FileDescriptor*> files;
  for (const FileDescriptor* const root : Roots()) AddWithImports(*root, &files);
  return files;
}

std::vector<std::string_view> MessageNames() {
  std::vector<std::string_view> names;
  for (const FileDescriptor* const file : Files()) {
    if (file->package() != "changepolicy.v1") continue;
    for (int i = 0; i < file->message_type_count(); ++i) {
      names.push_back(file->message_type(i)->name());
    }
  }
  return names;
}

}  // namespace

google::protobuf::FileDescriptorSet Descriptors() {
  google::protobuf::FileDescriptorSet set;
  for (const FileDescriptor* const file : Files()) {
    google::protobuf::FileDescriptorProto& added = *set.add_file();
    file->CopyTo(&added);
    file->CopyJsonNameTo(&added);
  }
  return set;
}

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> NewMessage(Call& call,
                                                                      std::string_view name) {
  std::string_view bare = name;
  if (bare.starts_with(kPackage)) bare.remove_prefix(kPackage.size());
  const google::protobuf::Descriptor* const found =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          StrCat(kPackage, bare));
  if (found == nullptr) {
    const std::vector<std::string_view> names = MessageNames();
    const std::string_view nearest = Nearest(bare, names);
    return call.Wrong("type", StrCat("changepolicy.v1 has no message `", Printable(bare), "`; ",
                                     nearest.empty() ? std::string("write one like `Decision`")
                                                     : StrCat("did you mean `", nearest, "`?")));
  }
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(found)->New());
}

}  // namespace changepolicy::c
