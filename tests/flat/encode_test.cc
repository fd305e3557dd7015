#include "libchangepolicy/flat/encode.h"

#include <cstring>
#include <limits>
#include <string>

#include "changepolicy/v1/cel.flat.h"
#include "changepolicy/v1/cel.pb.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/trial.flat.h"
#include "changepolicy/v1/trial.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/wire.h"

namespace changepolicy::flat {
namespace {

TEST(EncodeTest, EmptyIsNothing) {
  Buffer buffer;
  EXPECT_EQ(Encode(ChangeRequest(), &buffer), "");
}

TEST(EncodeTest, LeavesOutWhatHasItsDefaultUnlessThatIsStated) {
  Arena arena;
  Buffer buffer;
  ChangeRequest ours;
  ours.set_id("");
  ours.set_state(v1::CHANGE_STATE_UNSPECIFIED);
  ours.set_title("");
  ours.set_urgency(v1::URGENCY_UNSPECIFIED);
  ours.mutable_schedule(&arena);
  v1::ChangeRequest theirs;
  theirs.set_title("");
  theirs.set_urgency(v1::URGENCY_UNSPECIFIED);
  theirs.mutable_schedule();
  EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs));
}

TEST(EncodeTest, NumbersOfEveryLength) {
  Buffer buffer;
  for (int shift = 0; shift < 64; ++shift) {
    for (const uint64_t near : {uint64_t{1} << shift, (uint64_t{1} << shift) - 1}) {
      for (const int64_t number : {static_cast<int64_t>(near), static_cast<int64_t>(-near)}) {
        CelValue ours;
        ours.set_int64_value(number);
        v1::CelValue theirs;
        theirs.set_int64_value(number);
        EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs)) << number;
        CelEnum small;
        small.set_value(static_cast<int32_t>(number));
        v1::CelEnum their_small;
        their_small.set_value(static_cast<int32_t>(number));
        EXPECT_EQ(Encode(small, &buffer), DeterministicBytes(their_small)) << number;
        Timestamp time;
        time.set_seconds(number);
        google::protobuf::Timestamp their_time;
        their_time.set_seconds(number);
        EXPECT_EQ(Encode(time, &buffer), DeterministicBytes(their_time)) << number;
      }
    }
  }
}

TEST(EncodeTest, TextsOfEveryLength) {
  Buffer buffer;
  for (size_t size = 0; size < 300; ++size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
    CelEnum ours;
    ours.set_type(text);
    v1::CelEnum theirs;
    theirs.set_type(text);
    EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs)) << size;
  }
}

TEST(EncodeTest, GrowsWhereAMessageIsLarge) {
  Arena arena;
  Buffer buffer;
  ChangeRequest ours;
  v1::ChangeRequest theirs;
  for (int i = 0; i < 20000; ++i) {
    Approval* const approval = ours.add_approvals(&arena);
    approval->set_id("A-1");
    approval->mutable_happened_at(&arena)->set_seconds(i);
    theirs.add_approvals()->set_id("A-1");
    theirs.mutable_approvals(i)->mutable_happened_at()->set_seconds(i);
  }
  EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs));
  EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs));
}

TEST(EncodeTest, MapsAreByKey) {
  Arena arena;
  Buffer buffer;
  Expectation ours;
  v1::Expectation theirs;
  for (const char* const rule : {"b", "", "abc", "a", "b"}) {
    ours.add_rules(rule, &arena)->set_value(v1::STATUS_SATISFIED);
    (*theirs.mutable_rules())[rule] = v1::STATUS_SATISFIED;
  }
  EXPECT_EQ(ours.rules_size(), 4);
  EXPECT_EQ(Encode(ours, &buffer), DeterministicBytes(theirs));
}

// A commit of which id and committer are prepared.
struct PreparedCommit {
  PreparedCommit() {
    Commit constant;
    constant.set_id("9f3c2ab");
    constant.set_committer("bob");
    prepared = Prepare(constant, {1, 4}, &arena);
  }
  Arena arena;
  const Prepared* prepared;
};

TEST(PreparedTest, StandsAtItsPlaceByNumber) {
  const PreparedCommit made;
  Commit commit;
  commit.set_prepared(made.prepared);
  commit.set_author("ann");
  v1::Commit theirs;
  theirs.set_id("9f3c2ab");
  theirs.set_author("ann");
  theirs.set_committer("bob");
  Buffer buffer;
  EXPECT_EQ(Encode(commit, &buffer), DeterministicBytes(theirs));
  commit.set_message("why");
  theirs.set_message("why");
  EXPECT_EQ(Encode(commit, &buffer), DeterministicBytes(theirs));
}

TEST(PreparedTest, StandsInPlaceOfWhatTheMessageHolds) {
  const PreparedCommit made;
  Commit commit;
  commit.set_id("something else");
  commit.set_prepared(made.prepared);
  v1::Commit theirs;
  theirs.set_id("9f3c2ab");
  theirs.set_committer("bob");
  Buffer buffer;
  EXPECT_EQ(Encode(commit, &buffer), DeterministicBytes(theirs));
}

TEST(PreparedTest, CountsInLengthsAroundIt) {
  const PreparedCommit made;
  Arena arena;
  ChangeRequest change;
  change.set_id("CHG-1");
  change.add_commits(&arena)->set_prepared(made.prepared);
  Commit* const second = change.add_commits(&arena);
  second->set_prepared(made.prepared);
  second->set_author("ann");
  v1::ChangeRequest theirs;
  theirs.set_id("CHG-1");
  for (int i = 0; i < 2; ++i) {
    v1::Commit& commit = *theirs.add_commits();
    commit.set_id("9f3c2ab");
    if (i == 1) commit.set_author("ann");
    commit.set_committer("bob");
  }
  Buffer buffer;
  EXPECT_EQ(Encode(change, &buffer), DeterministicBytes(theirs));
}

TEST(PreparedTest, AWholeMessageStandsInSeveral) {
  Arena arena;
  Buffer buffer;
  ChangeRequest change;
  Commit* const commit = change.add_commits(&arena);
  commit->set_id("9f3c2ab");
  commit->set_author("ann");
  change.add_commits(commit, &arena);
  const std::string plain(Encode(change, &buffer));
  const Prepared* const prepared = PrepareWhole(*commit, &buffer, &arena);
  commit->set_prepared(prepared);
  EXPECT_EQ(Encode(change, &buffer), plain);
  // All that was set is prepared, and nothing else.
  commit->set_author("bob");
  EXPECT_EQ(Encode(change, &buffer), plain);
  commit->set_committer("cy");
  v1::ChangeRequest read;
  ASSERT_TRUE(read.ParseFromString(std::string(Encode(change, &buffer))));
  EXPECT_EQ(read.commits(1).author(), "ann");
  EXPECT_EQ(read.commits(1).committer(), "cy");
}

TEST(PreparedTest, AlsoInAnInstant) {
  Arena arena;
  Timestamp constant;
  constant.set_seconds(7);
  const Prepared* const prepared = Prepare(constant, {1}, &arena);
  EmergencyBasis basis;
  basis.mutable_happened_at(&arena)->set_seconds(8);
  basis.mutable_happened_at(&arena)->set_prepared(prepared);
  v1::EmergencyBasis theirs;
  theirs.mutable_happened_at()->set_seconds(7);
  Buffer buffer;
  EXPECT_EQ(Encode(basis, &buffer), DeterministicBytes(theirs));
}

TEST(PreparedTest, FieldsThatAreNotSetAreNothing) {
  Arena arena;
  const Prepared* const prepared = Prepare(Commit(), {1, 2, 99}, &arena);
  Commit commit;
  commit.set_prepared(prepared);
  commit.set_id("not looked at");
  commit.set_author("ann");
  v1::Commit theirs;
  theirs.set_author("ann");
  Buffer buffer;
  EXPECT_EQ(Encode(commit, &buffer), DeterministicBytes(theirs));
}

TEST(PreparedTest, EveryChoiceOfFields) {
  for (unsigned choice = 0; choice < 16; ++choice) {
    Arena arena;
    Buffer buffer;
    Commit commit;
    commit.set_id("1");
    commit.set_message("22");
    commit.set_author("333");
    commit.set_committer("4444");
    const std::string whole(Encode(commit, &buffer));
    std::vector<int> numbers;
    for (int number = 1; number <= 4; ++number) {
      if ((choice >> (number - 1) & 1) != 0) numbers.push_back(number);
    }
    const Prepared* const prepared = Prepare(Commit::table(), &commit, numbers, &arena);
    commit.set_prepared(prepared);
    EXPECT_EQ(Encode(commit, &buffer), whole) << choice;
    if ((choice & 1) != 0) commit.clear_id();
    if ((choice & 4) != 0) commit.clear_author();
    EXPECT_EQ(Encode(commit, &buffer), whole) << choice;
  }
}

}  // namespace
}  // namespace changepolicy::flat
