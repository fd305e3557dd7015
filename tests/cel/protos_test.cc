// The protos library, over a schema with extensions that is loaded at run time.
#include <memory>
#include <string>

#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

// package desk; message Ticket with extensions desk.votes, desk.names and desk.Scope.depth.
class Protos : public testing::Test {
 protected:
  Protos() : factory_(&pool_) {
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(
          name: "ticket.proto"
          package: "desk"
          syntax: "proto2"
          message_type {
            name: "Ticket"
            extension_range { start: 100 end: 200 }
          }
          message_type {
            name: "Scope"
            extension {
              name: "depth"
              number: 102
              type: TYPE_INT64
              label: LABEL_OPTIONAL
              extendee: ".desk.Ticket"
              default_value: "7"
            }
          }
          extension {
            name: "votes"
            number: 100
            type: TYPE_INT32
            label: LABEL_OPTIONAL
            extendee: ".desk.Ticket"
          }
          extension {
            name: "names"
            number: 101
            type: TYPE_STRING
            label: LABEL_REPEATED
            extendee: ".desk.Ticket"
          }
        )pb",
        &file));
    EXPECT_NE(pool_.BuildFile(file), nullptr);
    environment_ = std::make_unique<Environment>(&pool_, &factory_, EnvironmentOptions{});
    const google::protobuf::Descriptor* const type = pool_.FindMessageTypeByName("desk.Ticket");
    EXPECT_TRUE(environment_->AddVariable("ticket", Type::Message(type)).ok());
    EXPECT_TRUE(environment_->AddVariable("any", Type::Dyn()).ok());
    ticket_.reset(factory_.GetPrototype(type)->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString("[desk.votes]: 3", ticket_.get()));
  }

  // Value and type.
  std::string Gives(std::string_view text, bool check = true) const {
    const CompileResult compiled = environment_->Compile(text, {.check = check});
    if (!compiled.expression) return "refused " + compiled.diagnostics.front().id;
    Activation activation;
    activation.Set("ticket", Value::BorrowedMessage(*ticket_));
    activation.Set("any", Value::BorrowedMessage(*ticket_));
    return Show(Evaluate(*compiled.expression, activation)) + " " +
           compiled.expression->type().ToString();
  }

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<google::protobuf::Message> ticket_;
};

TEST_F(Protos, ExtensionsAreReadByTheirFullNames) {
  EXPECT_EQ(Gives("proto.getExt(ticket, desk.votes)"), "3 int");
  EXPECT_EQ(Gives("proto.getExt(ticket, desk.votes)", false), "3 dyn");
  EXPECT_EQ(Gives("proto.getExt(ticket, desk.names)"), "[] list(string)");
  EXPECT_EQ(Gives("proto.getExt(ticket, desk.Scope.depth)"), "7 int");
  EXPECT_EQ(Gives("proto.getExt(any, desk.votes) + 1"), "4 int");
  EXPECT_EQ(Gives("proto.getExt(ticket, .desk.votes)"), "3 int");
  EXPECT_EQ(Gives("ticket.`desk.votes`"), "3 int");
}

TEST_F(Protos, ExtensionsAreTested) {
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.votes)"), "true bool");
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.names)"), "false bool");
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.Scope.depth)"), "false bool");
  EXPECT_EQ(Gives("proto.hasExt(any, desk.votes)"), "true bool");
}

TEST_F(Protos, WhatIsNoExtensionIsRefused) {
  EXPECT_EQ(Gives("proto.getExt(ticket, desk.nothing)"), "refused cel-unknown-field");
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.nothing)"), "refused cel-unknown-field");
  EXPECT_EQ(Gives("proto.getExt(any, desk.nothing)"), "error NOT_FOUND dyn");
  EXPECT_EQ(Gives("proto.getExt(ticket, votes)"), "refused cel-macro");
  EXPECT_EQ(Gives("proto.getExt(ticket, 'desk.votes')"), "refused cel-macro");
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.votes[0])"), "refused cel-macro");
  EXPECT_EQ(Gives("proto.hasExt(ticket, desk.f().votes)"), "refused cel-macro");
}

}  // namespace
}  // namespace changepolicy::cel
