/* The C functions, compiled as C: loading, deciding, errors, ownership. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/c/changepolicy.h"

static int failures = 0;
#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                     \
    }                                                                 \
  } while (0)

static const char kOrganization[] =
    "directory:\n"
    "  people: [{id: ann}, {id: bob}]\n"
    "  roles: [{id: engineer, members: [ann, bob]}]\n";
static const char kChange[] =
    "{\"id\": \"C-1\", \"state\": \"SCHEDULED\", \"environments\": [\"STAGING\"],"
    " \"people\": {\"requester\": \"ann\", \"authors\": [\"ann\"]}}";
static const char kNow[] = "2026-01-31T09:30:00Z";

static changepolicy_engine* Load(void) {
  changepolicy_document policy = {"builtin:starter", NULL, 0};
  changepolicy_document firm = {"organization.yaml", kOrganization, sizeof kOrganization - 1};
  changepolicy_engine* engine = NULL;
  changepolicy_text* error = NULL;
  changepolicy_status status = changepolicy_engine_create(&policy, 1, &firm, 1, &engine, &error);
  if (status != CHANGEPOLICY_OK) fprintf(stderr, "%s\n", changepolicy_text_data(error));
  CHECK(status == CHANGEPOLICY_OK);
  CHECK(error == NULL);
  return engine;
}

static void DecidesAndAgrees(const changepolicy_engine* engine) {
  changepolicy_text *binary = NULL, *json = NULL, *digest = NULL, *error = NULL;
  CHECK(changepolicy_decide(engine, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, kChange,
                            sizeof kChange - 1, kNow, NULL, CHANGEPOLICY_BINARY, &binary,
                            &error) == CHANGEPOLICY_OK);
  CHECK(changepolicy_decide(engine, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, kChange,
                            sizeof kChange - 1, kNow, "DEPLOY", CHANGEPOLICY_JSON, &json,
                            &error) == CHANGEPOLICY_OK);
  CHECK(strstr(changepolicy_text_data(json), "VERDICT_DENIED") != NULL);
  CHECK(changepolicy_decision_digest(changepolicy_text_data(binary), changepolicy_text_size(binary),
                                     &digest, &error) == CHANGEPOLICY_OK);
  CHECK(strncmp(changepolicy_text_data(digest), "sha256:", 7) == 0);
  CHECK(changepolicy_text_size(digest) == 71);
  printf("%s\n", changepolicy_text_data(digest));
  changepolicy_text_free(binary);
  changepolicy_text_free(json);
  changepolicy_text_free(digest);
}

static void NamesWhatIsWrong(const changepolicy_engine* engine) {
  changepolicy_text *decision = NULL, *error = NULL;
  CHECK(changepolicy_decide(engine, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, "{}", 2, kNow, NULL,
                            CHANGEPOLICY_JSON, &decision, &error) == CHANGEPOLICY_INVALID);
  CHECK(decision == NULL);
  CHECK(strstr(changepolicy_text_data(error), "id") != NULL);
  changepolicy_text_free(error);
  error = NULL;
  CHECK(changepolicy_decide(NULL, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, "{}", 2, kNow, NULL,
                            CHANGEPOLICY_JSON, &decision, &error) == CHANGEPOLICY_INVALID);
  changepolicy_text_free(error);
  error = NULL;
  CHECK(changepolicy_decide(engine, 7, CHANGEPOLICY_JSON, "{}", 2, kNow, NULL, CHANGEPOLICY_JSON,
                            &decision, &error) == CHANGEPOLICY_INVALID);
  CHECK(strstr(changepolicy_text_data(error), "kind is 7") != NULL);
  changepolicy_text_free(error);
  error = NULL;
  CHECK(changepolicy_decide(engine, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, "{}", 2, kNow, NULL, -1,
                            &decision, &error) == CHANGEPOLICY_INVALID);
  CHECK(strstr(changepolicy_text_data(error), "output encoding is -1") != NULL);
  changepolicy_text_free(error);
}

static void RefusesABadPolicy(void) {
  static const char kPolicy[] = "policy: {id: p, version: \"1\"}\ngatess: []\n";
  changepolicy_document policy = {"p.yaml", kPolicy, sizeof kPolicy - 1};
  changepolicy_engine* engine = NULL;
  changepolicy_text* error = NULL;
  CHECK(changepolicy_engine_create(&policy, 1, NULL, 0, &engine, &error) == CHANGEPOLICY_INVALID);
  CHECK(engine == NULL);
  CHECK(strstr(changepolicy_text_data(error), "did you mean `gates`") != NULL);
  changepolicy_text_free(error);
}

int main(void) {
  CHECK(changepolicy_abi_version() == CHANGEPOLICY_ABI_VERSION);
  changepolicy_engine* engine = Load();
  if (engine == NULL) return EXIT_FAILURE;
  DecidesAndAgrees(engine);
  NamesWhatIsWrong(engine);
  RefusesABadPolicy();
  changepolicy_engine_free(engine);
  changepolicy_engine_free(NULL);
  changepolicy_text_free(NULL);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
