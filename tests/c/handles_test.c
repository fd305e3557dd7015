/* Handles of another type, and such as were freed. */
#include "tests/c/check.h"

/* Told apart in every build. */
static void OfAnotherType(void) {
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_engine* const engine = LoadEngine();
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "no live changepolicy_engine",
        changepolicy_decide((const changepolicy_engine*)policy, &change, &question,
                            CHANGEPOLICY_JSON, &answer, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "policy", "no live changepolicy_policy",
        changepolicy_policy_message((const changepolicy_policy*)engine, CHANGEPOLICY_JSON, &answer,
                                    &error));
  CHECK_TEXT("", changepolicy_policy_digest((const changepolicy_policy*)engine));
  CHECK(changepolicy_bytes_size((const changepolicy_bytes*)policy) == 0);
  /* Freed as what it is not, it stays what it is. */
  changepolicy_engine_free((changepolicy_engine*)policy);
  CHECK(strlen(changepolicy_policy_digest(policy)) == 71);
  CHECK(answer == NULL);
  changepolicy_policy_free(policy);
  changepolicy_engine_free(engine);
}

/* Only where every handle is known; elsewhere it would be undefined behaviour. */
static void ThatWereFreed(void) {
  changepolicy_engine* const engine = LoadEngine();
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_policy* other;
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  changepolicy_engine_free(engine);
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "not freed",
        changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_engine_free(engine);
  changepolicy_policy_free(policy);
  /* One that is made afterwards is not taken for it. */
  other = LoadPolicy();
  CHECK_TEXT("", changepolicy_policy_digest(policy));
  changepolicy_policy_free(policy);
  CHECK(strlen(changepolicy_policy_digest(other)) == 71);
  changepolicy_policy_free(other);
  /* Nor is memory that never was a handle. */
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "no live",
        changepolicy_decide((const changepolicy_engine*)&failures, &change, &question,
                            CHANGEPOLICY_JSON, &answer, &error));
  CHECK(answer == NULL);
}

void TestHandles(void) {
  OfAnotherType();
  if (changepolicy_checks_handles()) {
    ThatWereFreed();
  } else {
    puts("handles that were freed: left out, this build does not know them");
  }
}
