// What a new version would change, as a person reads it.
#include "libchangepolicy/report/comparison_text.h"

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

v1::PolicyComparison Parse(const std::string& yaml) {
  v1::PolicyComparison comparison;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &comparison);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return comparison;
}

TEST(ComparisonText, NamesWhatMakesTheDifference) {
  EXPECT_EQ(ComparisonText(Parse(R"(
before_version: "1.0"
after_version: "2.0"
now: 2026-03-10T12:00:00Z
subjects: 7
flips:
  - {subject_id: C-1, subject_kind: SUBJECT_KIND_CHANGE, before_transition: DEPLOY, before: ALLOWED,
     after_transition: DEPLOY, after: DENIED, newly_blocking: [cab, tested], no_longer_blocking: [peer],
     category_before: NORMAL, category_after: NORMAL}
  - {subject_id: C-2, subject_kind: SUBJECT_KIND_CHANGE, before_transition: ASSESS, before: UNKNOWN,
     after_transition: SCHEDULE, after: ALLOWED, grandfathered: true, category_before: NORMAL,
     category_after: STANDARD}
  - {subject_id: R-1, subject_kind: SUBJECT_KIND_RELEASE, before: ERROR, after_transition: PUBLISH, after: ALLOWED}
problems: ["change C-9: is given 2 times"]
)"),
                           {}),
            R"(now 2026-03-10T12:00:00Z
1.0 against 2.0: 7 open subjects, 3 answered differently

  subject  1.0                     2.0                         why
  C-1      deploy ALLOWED          deploy DENIED               now held by cab, tested; no longer by
                                                               peer
  C-2      assess UNKNOWN, normal  schedule ALLOWED, standard  stays with the earlier version for
                                                               now
  R-1      no step ERROR           publish ALLOWED

Could not be asked
  change C-9: is given 2 times
)");
}

TEST(ComparisonText, NoneIsAnAnswer) {
  EXPECT_EQ(ComparisonText(
                Parse("{before_version: a, after_version: b, now: 2026-03-10, subjects: 1}"), {}),
            "now 2026-03-10T00:00:00Z\na against b: 1 open subject, none answered differently\n");
}

}  // namespace
}  // namespace changepolicy
