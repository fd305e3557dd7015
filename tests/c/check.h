/* What every file of the C tests uses. C99. */
#ifndef TESTS_C_CHECK_H_
#define TESTS_C_CHECK_H_

#include <stdio.h>
#include <string.h>

#include "bindings/c/changepolicy.h"

extern int failures;

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                     \
    }                                                                 \
  } while (0)

#define CHECK_TEXT(expected, text)                                                             \
  do {                                                                                         \
    const char* const given_ = (text);                                                         \
    if (strcmp((expected), given_) != 0) {                                                     \
      fprintf(stderr, "%s:%d: `%s`, expected `%s`\n", __FILE__, __LINE__, given_, (expected)); \
      ++failures;                                                                              \
    }                                                                                          \
  } while (0)

#define CHECK_CONTAINS(part, text)                                                     \
  do {                                                                                 \
    const char* const whole_ = (text);                                                 \
    if (strstr(whole_, (part)) == NULL) {                                              \
      fprintf(stderr, "%s:%d: no `%s` in `%s`\n", __FILE__, __LINE__, (part), whole_); \
      ++failures;                                                                      \
    }                                                                                  \
  } while (0)

/* The call, whose last argument is &error, succeeds. */
#define SUCCEEDS(call)                                                                       \
  do {                                                                                       \
    if ((call) != CHANGEPOLICY_OK) {                                                         \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, changepolicy_error_message(error)); \
      ++failures;                                                                            \
      changepolicy_error_free(error);                                                        \
      error = NULL;                                                                          \
    }                                                                                        \
    CHECK(error == NULL);                                                                    \
  } while (0)

/* The call fails with the code, blames the path, and says `part`. */
#define FAILS(expected, blamed, part, call)                    \
  do {                                                         \
    CHECK((call) == (expected));                               \
    CHECK(changepolicy_error_code(error) == (expected));       \
    CHECK_TEXT((blamed), changepolicy_error_path(error));      \
    CHECK_CONTAINS((part), changepolicy_error_message(error)); \
    changepolicy_error_free(error);                            \
    error = NULL;                                              \
  } while (0)

/* An organization of two engineers and an architect, and a change of one of them. */
extern const char kOrganization[];
extern const char kChange[];
extern const char kNow[];

changepolicy_document Document(const char* name, const char* text);
changepolicy_subject JsonChange(const char* json);
changepolicy_message JsonMessage(const char* json);
changepolicy_message BinaryMessage(const changepolicy_bytes* bytes);
changepolicy_question QuestionAt(const char* now);

/* Of builtin:starter; the caller frees them. */
changepolicy_policy* LoadPolicy(void);
changepolicy_organization* LoadOrganization(void);
changepolicy_engine* LoadEngine(void);

/* One function per topic. */
void TestValues(void);
void TestPolicies(void);
void TestQuestions(void);
void TestInstants(void);
void TestDecideInto(void);
void TestBatches(void);
void TestDuties(void);
void TestSeries(void);
void TestCalendar(void);
void TestCel(void);
void TestAudit(void);
void TestHandles(void);

#endif /* TESTS_C_CHECK_H_ */
