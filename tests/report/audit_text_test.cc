// What verification, replay and sampling of an audit log say, as a person reads it.
#include "libchangepolicy/report/audit_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/report/table.h"
#include "tests/report/audit_reports.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kSound = R"(
origin: example.com/changes
size: 1234
root: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
entries_verified: 1234
blobs_verified: 12
openings_verified: 1
checkpoints_verified: 3
cosignatures_verified: 2
signed_size: 1200
entries_erased: 4
signatures_checked: true
)";

TEST(VerificationText, SaysWhatWasLookedAt) {
  EXPECT_EQ(VerificationText(ParseAudit<v1::VerificationReport>(kSound)),
            R"(VERIFIED: nothing is wrong

  log           example.com/changes
  size          1,234 entries
  root          47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
  entries       1,234 of 1,234 hashed again; personal data erased in 4
  blobs         12 hashed again
  openings      1 opens its commitment
  checkpoints   3 good, the largest of them over 1,200 of 1,234 entries
  cosignatures  2 of trusted witnesses
  signatures    checked with the keys that were given
)");
}

TEST(VerificationText, IsNotCalledVerifiedWithoutSignatures) {
  auto report = ParseAudit<v1::VerificationReport>(kSound);
  report.set_signatures_checked(false);
  const std::string text = VerificationText(report);
  EXPECT_THAT(text, StartsWith("HASHES VERIFIED: nothing is wrong, but signatures were not "
                               "checked\n"));
  EXPECT_THAT(text, HasSubstr("1,200 of 1,234 entries; signatures were not checked\n"));
  EXPECT_THAT(text, HasSubstr("  signatures    not checked: no key to trust was given\n"));
}

TEST(VerificationText, NamesTheFirstBadEntryOfEachProblem) {
  auto report = ParseAudit<v1::VerificationReport>(R"(
size: 40
entries_verified: 40
problems:
  - {kind: DATABASE, detail: "page 7 is no page"}
  - {kind: FORKED, first_bad_index: 10, before_index: 20, detail: "the checkpoint over 20 entries has another root"}
  - {kind: ENTRY_ALTERED, first_bad_index: 17, detail: "the bytes hash to something else"}
  - {kind: TREE_ALTERED, before_index: 1, detail: "level 2"}
  - {kind: TAIL_CUT, first_bad_index: 40, before_index: 41, detail: "a checkpoint is over 50 entries"}
)");
  EXPECT_EQ(VerificationText(report), R"(NOT VERIFIED: 5 problems, first bad entry 0

  log           without a name
  size          40 entries
  root          not computed
  entries       40 of 40 hashed again
  blobs         0 hashed again
  openings      0 open their commitments
  checkpoints   none that is good
  cosignatures  0 of trusted witnesses
  signatures    not checked: no key to trust was given

Problems
  database       no entry is bad                    page 7 is no page
  forked         first bad entry between 10 and 19  the checkpoint over 20 entries has another root
  entry altered  first bad entry 17                 the bytes hash to something else
  tree altered   first bad entry 0                  level 2
  tail cut       first bad entry 40                 a checkpoint is over 50 entries
)");
  report.mutable_problems()->DeleteSubrange(2, 2);
  EXPECT_THAT(VerificationText(report),
              StartsWith("NOT VERIFIED: 3 problems, first bad entry between 10 and 19\n"));
  report.mutable_problems()->DeleteSubrange(1, 2);
  EXPECT_THAT(VerificationText(report), StartsWith("NOT VERIFIED: 1 problem\n"));
}

TEST(ReplayText, IsShortWhenAllIsWell) {
  EXPECT_EQ(ReplayText(ParseAudit<v1::ReplayReport>("{decisions: 4096, same: 4096}")),
            "Replayed 4,096 decisions, all the same to the byte\n");
  EXPECT_EQ(ReplayText(v1::ReplayReport()), "Replayed no decisions\n");
}

TEST(ReplayText, ShowsWhatDiffers) {
  const auto report = ParseAudit<v1::ReplayReport>(R"(
decisions: 20
same: 10
different: 4
erased: 2
other_semantics: 1
failed: 3
entries:
  - index: 17
    subject_id: CHG-1
    outcome: DIFFERENT
    differences:
      - {path: "outcomes[3].status", stored: SATISFIED, replayed: UNSATISFIED}
      - {path: risk.reason, stored: "", replayed: late}
  - {index: 20, subject_id: CHG-2, outcome: ERASED, detail: "2 commitments are not opened"}
  - {index: 21, outcome: OTHER_SEMANTICS, detail: "made by semantics 9"}
  - {index: 30, subject_id: CHG-3, outcome: FAILED, detail: "no blob sha256:00"}
semantics: ["8", "9"]
)");
  EXPECT_EQ(
      ReplayText(report),
      R"(Replayed 20 decisions: 10 the same, 4 different, 2 erased, 1 by other semantics, 3 failed

entry 17  CHG-1  different
  field               in the log  replayed
  outcomes[3].status  SATISFIED   UNSATISFIED
  risk.reason         nothing     late

entry 20  CHG-2  not replayable: erased
  2 commitments are not opened

entry 21  other semantics
  made by semantics 9

entry 30  CHG-3  failed
  no blob sha256:00

... and 6 more

Semantics unknown here: 8, 9
)");
}

TEST(ReplayText, ColoursTellNotReplayedFromDifferent) {
  const TextOptions color = {.color = true};
  EXPECT_THAT(ReplayText(ParseAudit<v1::ReplayReport>("{decisions: 2, same: 2}"), color),
              StartsWith("\x1b[1;32mReplayed"));
  for (const std::string_view open :
       {"{decisions: 2, same: 1, erased: 1}", "{decisions: 2, same: 1, other_semantics: 1}"}) {
    EXPECT_THAT(ReplayText(ParseAudit<v1::ReplayReport>(open), color),
                StartsWith("\x1b[1;33mReplayed"))
        << open;
  }
  for (const std::string_view bad :
       {"{decisions: 2, same: 1, different: 1}", "{decisions: 2, same: 1, failed: 1}",
        "{decisions: 2, same: 1}"}) {
    EXPECT_THAT(ReplayText(ParseAudit<v1::ReplayReport>(bad), color),
                StartsWith("\x1b[1;31mReplayed"))
        << bad;
  }
}

TEST(SampleText, SaysWhatItTakesToDrawItAgain) {
  EXPECT_EQ(SampleText(ParseAudit<v1::AuditSample>(R"(
origin: example.com/changes
size: 1234
root: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
seed: audit 2026
stratum: CATEGORY
parts:
  - {name: EMERGENCY, population: 2, indices: [7, 1030], subjects: [CHG-9, ""]}
  - {name: NORMAL, population: 1100, indices: [12], subjects: [CHG-12]}
  - {name: STANDARD, population: 0}
)")),
            R"(Sample of 3 of 1,102 entries in 3 parts

  log       example.com/changes
  size      1,234 entries
  root      47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
  seed      audit 2026
  parts by  category

EMERGENCY: 2 of 2
  entry 7     CHG-9
  entry 1030  -

NORMAL: 1 of 1,100
  entry 12  CHG-12

STANDARD: 0 of 0
)");
}

TEST(AuditText, ARecordForgesNoLine) {
  const std::string evil = "a\nVERIFIED: b\x1b[2J\u202E";
  v1::VerificationReport verification;
  verification.set_origin(evil);
  verification.add_problems()->set_detail(evil);
  v1::ReplayReport replay;
  v1::ReplayedEntry& entry = *replay.add_entries();
  entry.set_subject_id(evil);
  entry.set_detail(evil);
  entry.add_differences()->set_stored(evil);
  replay.add_semantics(evil);
  v1::AuditSample sample;
  sample.set_seed(evil);
  v1::AuditSamplePart& part = *sample.add_parts();
  part.set_name(evil);
  part.add_indices(1);
  part.add_subjects(evil);
  for (const std::string& text :
       {VerificationText(verification), ReplayText(replay), SampleText(sample)}) {
    EXPECT_THAT(text, HasSubstr("a\\nVERIFIED:"));
    EXPECT_THAT(text, Not(HasSubstr("\nVERIFIED")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\u202E")));
  }
}

}  // namespace
}  // namespace changepolicy
