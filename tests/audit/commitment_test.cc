// The form of commitments, and what opens them.
#include "libchangepolicy/audit/commitment.h"

#include <string>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

const std::string kSalt(kSaltBytes, 's');

TEST(Commitment, IsTheDigestOfSaltAndValue) {
  // As `sha256sum` has it, of 32 letters `s` and `ann`.
  EXPECT_EQ(MakeCommitment(kSalt, "ann"),
            "commitment:e078101cffe87703431fda404500e60eef67b709ccdbc04f1c52b8e53338e7ba");
  EXPECT_NE(MakeCommitment(kSalt, "ann"), MakeCommitment(std::string(kSaltBytes, 't'), "ann"));
  EXPECT_NE(MakeCommitment(kSalt, "ann"), MakeCommitment(kSalt, "Ann"));
}

TEST(Commitment, IsToldByItsForm) {
  const std::string commitment = MakeCommitment(kSalt, "ann");
  EXPECT_TRUE(IsCommitment(commitment));
  EXPECT_FALSE(IsCommitment(""));
  EXPECT_FALSE(IsCommitment(commitment + "0"));
  EXPECT_FALSE(IsCommitment(commitment.substr(0, commitment.size() - 1)));
  EXPECT_FALSE(IsCommitment(" " + commitment.substr(1)));
  std::string other = commitment;
  other.back() = 'g';
  EXPECT_FALSE(IsCommitment(other));
  other.back() = 'A';
  EXPECT_FALSE(IsCommitment(other));
}

std::string Problem(const v1::Opening& opening) {
  return std::string(CheckOpening(opening).ToString());
}

TEST(Commitment, IsOpenedByItsSaltAndValueAlone) {
  v1::Opening opening;
  opening.set_commitment(MakeCommitment(kSalt, "ann"));
  opening.set_salt(kSalt);
  opening.set_value("ann");
  EXPECT_TRUE(CheckOpening(opening).ok());

  v1::Opening other = opening;
  other.set_value("bo");
  EXPECT_EQ(Problem(other),
            "DATA_LOSS: the opening of " + opening.commitment() + " does not open it");
  other = opening;
  other.mutable_salt()->back() = 't';
  EXPECT_EQ(CheckOpening(other).code(), absl::StatusCode::kDataLoss);
  // Salt and value together are the same bytes, cut elsewhere.
  other.set_salt(kSalt + "a");
  other.set_value("nn");
  EXPECT_EQ(Problem(other), "INVALID_ARGUMENT: `salt` has 33 bytes instead of 32");
  other = opening;
  other.set_commitment("ann");
  EXPECT_EQ(Problem(other), "INVALID_ARGUMENT: `commitment` is no commitment: `ann`");
}

}  // namespace
}  // namespace changepolicy
