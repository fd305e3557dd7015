// Every message, field and value of the model says what it means.
#include "cli/comments.h"

#include <string>
#include <vector>

#include "changepolicy/v1/cel.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/mapping.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using cli::CommentOf;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;

class Silent {
 public:
  // The names of `file`, and of what it imports of the model, that no comment explains.
  std::vector<std::string> In(const FileDescriptor& file) {
    for (int i = 0; i < file.message_type_count(); ++i) Visit(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) Visit(*file.enum_type(i));
    for (int i = 0; i < file.dependency_count(); ++i) {
      if (file.dependency(i)->package() == file.package()) In(*file.dependency(i));
    }
    return names_;
  }
  int visited() const { return visited_; }

 private:
  void Ask(const std::string& full_name) {
    ++visited_;
    if (CommentOf(full_name).empty()) names_.push_back(full_name);
  }
  void Visit(const Descriptor& type) {
    if (type.options().map_entry()) return;
    Ask(type.full_name());
    for (int i = 0; i < type.field_count(); ++i) Ask(type.field(i)->full_name());
    for (int i = 0; i < type.nested_type_count(); ++i) Visit(*type.nested_type(i));
    for (int i = 0; i < type.enum_type_count(); ++i) Visit(*type.enum_type(i));
  }
  void Visit(const EnumDescriptor& type) {
    Ask(type.full_name());
    for (int i = 0; i < type.value_count(); ++i) {
      // Zero means that nothing was said.
      if (type.value(i)->number() != 0) Ask(type.value(i)->full_name());
    }
  }

  std::vector<std::string> names_;
  int visited_ = 0;
};

TEST(CommentsTest, NothingOfTheModelIsSilent) {
  Silent silent;
  for (const Descriptor* const type :
       {v1::Decision::descriptor(), v1::Organization::descriptor(), v1::Mapping::descriptor(),
        v1::Suite::descriptor(), v1::CelResult::descriptor()}) {
    EXPECT_THAT(silent.In(*type->file()), testing::IsEmpty());
  }
  EXPECT_GT(silent.visited(), 1000);
}

TEST(CommentsTest, StandAboveOrBeside) {
  EXPECT_EQ(CommentOf("changepolicy.v1.ChangeRequest.id"), "Unique; required.");
  EXPECT_EQ(CommentOf("changepolicy.v1.EFFECT_NONE"), "None, and somebody said so.");
  EXPECT_EQ(CommentOf("changepolicy.v1.NoSuchMessage"), "");
}

}  // namespace
}  // namespace changepolicy
