/* Lints, what is owed, and the versions of a policy. */
#include <stdlib.h>

#include "tests/c/check.h"

void TestDuties(void) {
  changepolicy_engine* const engine = LoadEngine();
  changepolicy_subject subjects[2];
  changepolicy_message population;
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_lint_policy(engine, kNow, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  SUCCEEDS(changepolicy_lint_organization(engine, kNow, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  population = JsonMessage("{\"changes\": [{\"id\": \"C-1\"}]}");
  SUCCEEDS(
      changepolicy_lint_population(engine, &population, kNow, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  population = JsonMessage("{\"chnages\": []}");
  FAILS(
      CHANGEPOLICY_INVALID_ARGUMENT, "chnages", "did you mean `changes`",
      changepolicy_lint_population(engine, &population, kNow, CHANGEPOLICY_JSON, &answer, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "now", "is NULL",
        changepolicy_lint_policy(engine, NULL, CHANGEPOLICY_JSON, &answer, &error));

  subjects[0] = JsonChange(kChange);
  subjects[1] = JsonChange("{\"id\": \"R-1\"}");
  subjects[1].kind = CHANGEPOLICY_RELEASE;
  SUCCEEDS(changepolicy_list_due(engine, subjects, 2, kNow, "2026-03-01", CHANGEPOLICY_JSON,
                                 &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  subjects[1].size = 5;
  CHECK(changepolicy_list_due(engine, subjects, 2, kNow, NULL, CHANGEPOLICY_JSON, &answer,
                              &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("subjects[1]:1:", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  FAILS(
      CHANGEPOLICY_INVALID_ARGUMENT, "until", "no instant",
      changepolicy_list_due(engine, subjects, 1, kNow, "soon", CHANGEPOLICY_JSON, &answer, &error));
  CHECK(answer == NULL);
  changepolicy_engine_free(engine);
}

/* The policy to start from, with another version and the day from which it is in force. */
static changepolicy_policy* Version(const char* version) {
  static const char kMarker[] = "version: \"0.1\"";
  changepolicy_document document = Document("version.yaml", NULL);
  changepolicy_policy* policy = NULL;
  changepolicy_bytes* starter = NULL;
  changepolicy_error* error = NULL;
  const char *text, *marker;
  char* whole;
  SUCCEEDS(changepolicy_builtin_policy("starter", &starter, &error));
  text = changepolicy_bytes_data(starter);
  marker = strstr(text, kMarker);
  whole = malloc(strlen(text) + strlen(version) + 1);
  CHECK(marker != NULL && whole != NULL);
  if (marker == NULL || whole == NULL) return NULL;
  memcpy(whole, text, (size_t)(marker - text));
  strcpy(whole + (marker - text), version);
  strcat(whole, marker + sizeof kMarker - 1);
  document.text = whole;
  document.size = strlen(whole);
  SUCCEEDS(changepolicy_policy_load(&document, 1, &policy, &error));
  free(whole);
  changepolicy_bytes_free(starter);
  return policy;
}

void TestSeries(void) {
  const changepolicy_policy* versions[2];
  changepolicy_policy *chosen = NULL, *first, *second;
  changepolicy_series* series = NULL;
  changepolicy_bytes *until = NULL, *answer = NULL;
  changepolicy_error* error = NULL;
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  first = Version("version: \"1.1\"\n  effective_from: 2025-01-01");
  second = Version("version: \"1.2\"\n  effective_from: 2026-01-01");
  versions[0] = first;
  versions[1] = second;
  SUCCEEDS(changepolicy_series_create(versions, 2, &series, &error));
  SUCCEEDS(changepolicy_series_choose(series, NULL, "2025-06-01", &chosen, &until, &error));
  CHECK_TEXT(changepolicy_policy_digest(first), changepolicy_policy_digest(chosen));
  CHECK(changepolicy_bytes_size(until) == 0);
  changepolicy_policy_free(chosen);
  changepolicy_bytes_free(until);
  chosen = NULL;
  SUCCEEDS(changepolicy_series_choose(series, &change, kNow, &chosen, NULL, &error));
  CHECK_TEXT(changepolicy_policy_digest(second), changepolicy_policy_digest(chosen));
  changepolicy_policy_free(chosen);
  chosen = NULL;
  CHECK(changepolicy_series_choose(series, NULL, "2024-06-01", &chosen, NULL, &error) ==
        CHANGEPOLICY_FAILED_PRECONDITION);
  CHECK(chosen == NULL);
  changepolicy_error_free(error);
  error = NULL;
  SUCCEEDS(changepolicy_series_decide(series, NULL, &change, &question, CHANGEPOLICY_JSON, &answer,
                                      &error));
  CHECK_CONTAINS("\"policy_version\":\"1.2\"", changepolicy_bytes_data(answer));
  changepolicy_bytes_free(answer);
  answer = NULL;
  SUCCEEDS(changepolicy_compare_policies(first, second, NULL, &change, 1, kNow, CHANGEPOLICY_JSON,
                                         &answer, &error));
  changepolicy_bytes_free(answer);
  changepolicy_series_free(series);
  series = NULL;
  versions[0] = second;
  CHECK(changepolicy_series_create(versions, 2, &series, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  versions[0] = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "versions[0]", "is NULL",
        changepolicy_series_create(versions, 2, &series, &error));
  CHECK(series == NULL);
  changepolicy_policy_free(first);
  changepolicy_policy_free(second);
}
