#include "tests/coexist/use.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "bindings/c/changepolicy.h"

static const char kChange[] = "{\"id\": \"C-1\", \"state\": \"SCHEDULED\"}";

/* Declares a variable with a function's type, and finds the function in the library. */
#define FIND(variable, name)                                                    \
  __typeof__(&name) variable = (__typeof__(&name))(size_t)dlsym(handle, #name); \
  if (variable == NULL) {                                                       \
    fprintf(stderr, "there is no " #name "\n");                                 \
    return 1;                                                                   \
  }

int UseChangepolicy(void* handle) {
  FIND(policy_load, changepolicy_policy_load);
  FIND(policy_free, changepolicy_policy_free);
  FIND(engine_create, changepolicy_engine_create);
  FIND(engine_free, changepolicy_engine_free);
  FIND(decide, changepolicy_decide);
  FIND(bytes_data, changepolicy_bytes_data);
  FIND(bytes_free, changepolicy_bytes_free);
  FIND(error_message, changepolicy_error_message);
  FIND(error_free, changepolicy_error_free);

  const changepolicy_document document = {"builtin:saas", NULL, 0};
  const changepolicy_subject subject = {CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, kChange,
                                        sizeof kChange - 1};
  changepolicy_question question;
  memset(&question, 0, sizeof question);
  question.struct_size = sizeof question;
  question.now = "2026-01-31T09:30:00Z";
  changepolicy_policy* policy = NULL;
  changepolicy_engine* engine = NULL;
  changepolicy_bytes* decision = NULL;
  changepolicy_error* error = NULL;
  const int good = policy_load(&document, 1, &policy, &error) == CHANGEPOLICY_OK &&
                   engine_create(policy, NULL, &engine, &error) == CHANGEPOLICY_OK &&
                   decide(engine, &subject, &question, CHANGEPOLICY_JSON, &decision, &error) ==
                       CHANGEPOLICY_OK &&
                   strstr(bytes_data(decision), "VERDICT_DENIED") != NULL;
  if (!good) {
    fprintf(stderr, "no decision as expected: %s%s\n", error_message(error), bytes_data(decision));
  }
  bytes_free(decision);
  error_free(error);
  engine_free(engine);
  policy_free(policy);
  return good ? 0 : 1;
}
