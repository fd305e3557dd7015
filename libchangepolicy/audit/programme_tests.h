// The tests of the auditor's programme, a file per family (programme_*.cc). Each adds its result to
// the examination's findings.
#ifndef LIBCHANGEPOLICY_AUDIT_PROGRAMME_TESTS_H_
#define LIBCHANGEPOLICY_AUDIT_PROGRAMME_TESTS_H_

#include "libchangepolicy/audit/duty_book.h"
#include "libchangepolicy/audit/examination.h"

namespace changepolicy {

void TestCompleteness(Examination* examination);
void TestApproval(Examination* examination);
void TestSeparation(Examination* examination);
void TestEvidence(Examination* examination);
void TestCommunication(Examination* examination);
void TestRetention(Examination* examination);
void TestEmergencyShare(Examination* examination);
void TestExceptions(Examination* examination);
void TestBackdating(Examination* examination);
void TestPopulation(Examination* examination);

// What was owed in an emergency: rule and subject of each obligation that was looked at.
DutyNames TestEmergencyFollowUp(const DutyBook& duties, Examination* examination);
// All others.
void TestObligations(const DutyBook& duties, const DutyNames& looked_at, Examination* examination);
void TestOverrides(const DutyBook& duties, Examination* examination);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_PROGRAMME_TESTS_H_
