// Messages of generated and of dynamic classes: presence, defaults, construction, enums.
#include <memory>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

v1::ChangeRequest Example() {
  v1::ChangeRequest change;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "C-1"
        urgency: URGENCY_HIGH
        services { id: "shop" client_facing: false }
        services { id: "mail" }
        schedule { start { seconds: 86400 } }
      )pb",
      &change));
  return change;
}

TEST(Messages, AreReadByField) {
  const v1::ChangeRequest change = Example();
  Activation activation;
  activation.Set("change", Value::BorrowedMessage(change));
  EXPECT_EQ(Answer("change.id", activation), "\"C-1\"");
  EXPECT_EQ(Answer("change.services.size()", activation), "2");
  EXPECT_EQ(Answer("has(change.services[0].client_facing)", activation), "true");
  EXPECT_EQ(Answer("has(change.services[1].client_facing)", activation), "false");
  EXPECT_EQ(Answer("change.services[1].client_facing", activation), "false");
  EXPECT_EQ(Answer("has(change.schedule)", activation), "true");
  EXPECT_EQ(Answer("has(change.rollback)", activation), "false");
  EXPECT_EQ(Answer("change.schedule.start < timestamp('1970-01-03T00:00:00Z')", activation),
            "true");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH", activation), "true");
  EXPECT_EQ(Answer("change.urgency == Urgency.URGENCY_HIGH", activation), "true");
  EXPECT_EQ(Answer("change.urgency >= Urgency.MEDIUM", activation), "true");
}

TEST(Messages, AreBuiltAndCompared) {
  EXPECT_EQ(Answer("ChangeRequest{id: 'x'}.id"), "\"x\"");
  EXPECT_EQ(Answer("ChangeRequest{id: 'x'} == ChangeRequest{id: 'x'}"), "true");
  EXPECT_EQ(Answer("ChangeRequest{id: 'x'} == ChangeRequest{id: 'y'}"), "false");
  EXPECT_EQ(Answer("changepolicy.v1.ChangeRequest{}.id"), "\"\"");
  EXPECT_EQ(Answer("google.protobuf.Int64Value{value: 3} + 1"), "4");
  EXPECT_EQ(Answer("google.protobuf.BoolValue{} == false"), "true");
  EXPECT_EQ(
      Answer("google.protobuf.Struct{fields: {'a': google.protobuf.Value{number_value: 1.0}}}.a"),
      "1");
}

// Nothing of the language knows a generated class: a schema of run time is as good.
TEST(Messages, OfASchemaThatIsLoadedAtRunTime) {
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        name: "ticket.proto"
        package: "desk"
        syntax: "proto3"
        message_type {
          name: "Ticket"
          field { name: "title" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
          field { name: "votes" number: 2 type: TYPE_INT32 label: LABEL_REPEATED }
        }
      )pb",
      &file));
  google::protobuf::DescriptorPool pool;
  ASSERT_NE(pool.BuildFile(file), nullptr);
  google::protobuf::DynamicMessageFactory factory(&pool);
  Environment environment(&pool, &factory, {.container = "desk"});
  const google::protobuf::Descriptor* type = pool.FindMessageTypeByName("desk.Ticket");
  ASSERT_TRUE(environment.AddVariable("ticket", Type::Message(type)).ok());
  const std::unique_ptr<google::protobuf::Message> ticket(factory.GetPrototype(type)->New());
  ASSERT_TRUE(
      google::protobuf::TextFormat::ParseFromString("title: 'T' votes: [1, 2]", ticket.get()));
  Activation activation;
  activation.Set("ticket", Value::BorrowedMessage(*ticket));
  const CompileResult compiled = environment.Compile(
      "ticket.title == 'T' && ticket.votes.all(v, v > 0) && ticket == "
      "Ticket{title: 'T', votes: [1, 2]}");
  ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
  EXPECT_EQ(Show(Evaluate(*compiled.expression, activation)), "true");
}

}  // namespace
}  // namespace changepolicy::cel
