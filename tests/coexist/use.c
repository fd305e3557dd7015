#include "tests/coexist/use.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "bindings/c/changepolicy.h"

static const char kChange[] = "{\"id\": \"C-1\", \"state\": \"SCHEDULED\"}";

/* A function of the library under its own type. */
#define FIND(name) __typeof__(&name) name##_found = (__typeof__(&name))(size_t)dlsym(handle, #name)

int UseChangepolicy(void* handle) {
  FIND(changepolicy_engine_create);
  FIND(changepolicy_engine_free);
  FIND(changepolicy_decide);
  FIND(changepolicy_text_data);
  FIND(changepolicy_text_free);
  if (changepolicy_engine_create_found == NULL || changepolicy_engine_free_found == NULL ||
      changepolicy_decide_found == NULL || changepolicy_text_data_found == NULL ||
      changepolicy_text_free_found == NULL) {
    fprintf(stderr, "a function is missing: %s\n", dlerror());
    return 1;
  }
  changepolicy_document policy = {"builtin:saas", NULL, 0};
  changepolicy_engine* engine = NULL;
  changepolicy_text *decision = NULL, *error = NULL;
  int good =
      changepolicy_engine_create_found(&policy, 1, NULL, 0, &engine, &error) == CHANGEPOLICY_OK &&
      changepolicy_decide_found(engine, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, kChange,
                                sizeof kChange - 1, "2026-01-31T09:30:00Z", NULL, CHANGEPOLICY_JSON,
                                &decision, &error) == CHANGEPOLICY_OK &&
      strstr(changepolicy_text_data_found(decision), "VERDICT_DENIED") != NULL;
  if (!good) {
    fprintf(stderr, "no decision as expected: %s%s\n", changepolicy_text_data_found(error),
            changepolicy_text_data_found(decision));
  }
  changepolicy_text_free_found(decision);
  changepolicy_text_free_found(error);
  changepolicy_engine_free_found(engine);
  return good ? 0 : 1;
}
