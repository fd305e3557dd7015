// Facts that came on record after a decision at which they should have been.
#include <optional>
#include <string>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

// When it was put on record: as it says, or as the log shows it.
absl::Time ShownAt(const LateFact& late) {
  const bool logged = !late.backdated && late.fact.logged_at != absl::InfiniteFuture();
  return logged ? late.fact.logged_at : late.fact.times.recorded_at;
}

Found FoundOf(const std::string& subject, const std::string& name, const LateFact& late) {
  const RecordTimes& times = late.fact.times;
  return {.id = late.backdated ? "backdated" : "inserted-afterwards",
          .subject = subject,
          .index = late.fact.index,
          .text = late.backdated
                      ? StrCat("Fact ", late.fact.name, " of ", name, " is of ",
                               UtcText(times.happened_at), " and was recorded on ",
                               UtcText(times.recorded_at), ", after the decision of ",
                               UtcText(late.decided_at), " in entry ", late.decision)
                      : StrCat("Fact ", late.fact.name, " of ", name,
                               " says that it was recorded on ", UtcText(times.recorded_at),
                               ", and the decision of ", UtcText(late.decided_at), " in entry ",
                               late.decision, " did not have it"),
          .at = ShownAt(late)};
}

class BackdatingTester {
 public:
  BackdatingTester(const Examination& examination, AuditTestRun* run)
      : examination_(examination),
        grace_(FromProto(examination.rules().audit().recording_grace())),
        run_(run) {}

  // `name` is what the sentence calls it.
  void Test(const std::string& subject, const std::string& name, const FactTrail& trail) {
    for (const auto& [key, fact] : trail.facts()) {
      const std::optional<LateFact> late = trail.Judge(fact, grace_);
      if (!examination_.Covers(late ? ShownAt(*late) : fact.times.recorded_at)) continue;
      run_->Examine();
      if (late) run_->Find(FoundOf(subject, name, *late));
    }
  }

 private:
  const Examination& examination_;
  const absl::Duration grace_;
  AuditTestRun* const run_;
};

}  // namespace

void TestBackdating(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_BACKDATING, &examination->findings);
  BackdatingTester tester(*examination, &run);
  for (const auto& [id, trail] : examination->trails.subjects()) {
    tester.Test(id, id, trail.facts);
    for (const auto& [change, facts] : trail.facts_inside) {
      tester.Test(id, StrCat(change, " in ", id), facts);
    }
  }
}

}  // namespace changepolicy
