// Fields that nobody stated: unknown, not false, and named by their path.
#include <set>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

class Stated final : public FactPresence {
 public:
  explicit Stated(std::set<std::string, std::less<>> unknown) : unknown_(std::move(unknown)) {}
  bool IsKnown(const google::protobuf::Message& parent,
               const google::protobuf::FieldDescriptor& field, std::string_view path,
               bool test) const override {
    return !unknown_.contains(path);
  }

 private:
  std::set<std::string, std::less<>> unknown_;
};

class Unknowns : public testing::Test {
 protected:
  Unknowns() {
    change_.add_services()->set_client_facing(true);
    change_.add_services();
    activation_.SetFact("change", change_);
    activation_.SetPresence(&presence_);
  }
  v1::ChangeRequest change_;
  Stated presence_{{"change.urgency", "change.services[1].client_facing", "change.third_parties"}};
  Activation activation_;
};

TEST_F(Unknowns, Propagate) {
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("!(change.urgency == Urgency.HIGH)", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("has(change.urgency)", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("size(change.third_parties)", activation_), "unknown change.third_parties");
}

TEST_F(Unknowns, AreNotFalse) {
  EXPECT_EQ(Answer("false && change.urgency == Urgency.HIGH", activation_), "false");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH && false", activation_), "false");
  EXPECT_EQ(Answer("true && change.urgency == Urgency.HIGH", activation_),
            "unknown change.urgency");
  EXPECT_EQ(Answer("true || change.urgency == Urgency.HIGH", activation_), "true");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH ? 1 : 1", activation_),
            "unknown change.urgency");
}

TEST_F(Unknowns, StandAboveErrors) {
  EXPECT_EQ(Answer("1 / 0 == 1 && change.urgency == Urgency.HIGH", activation_),
            "unknown change.urgency");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH || 1 / 0 == 1", activation_),
            "unknown change.urgency");
}

TEST_F(Unknowns, OfSeveralFieldsAreAllNamed) {
  EXPECT_EQ(
      Answer("change.urgency == Urgency.HIGH && size(change.third_parties) == 0", activation_),
      "unknown change.third_parties change.urgency");
}

TEST_F(Unknowns, InAListDecideOnlyWhereNothingElseDoes) {
  EXPECT_EQ(Answer("change.services.exists(x, x.client_facing)", activation_), "true");
  EXPECT_EQ(Answer("change.services.all(x, x.client_facing)", activation_),
            "unknown change.services[1].client_facing");
  EXPECT_EQ(Answer("change.services.all(x, !x.client_facing)", activation_), "false");
}

}  // namespace
}  // namespace changepolicy::cel
