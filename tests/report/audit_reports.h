// Answers about an audit log, as YAML, for the tests of their reports.
#ifndef TESTS_REPORT_AUDIT_REPORTS_H_
#define TESTS_REPORT_AUDIT_REPORTS_H_

#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

template <typename Message>
Message ParseAudit(std::string_view yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

}  // namespace changepolicy

#endif  // TESTS_REPORT_AUDIT_REPORTS_H_
