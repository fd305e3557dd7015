/* A program of somebody else, in C99: decides a change by the policy that comes with the library. */
#include <changepolicy.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static const char change[] = "{\"id\": \"C-1\", \"state\": \"SCHEDULED\"}";
  const changepolicy_document document = {"builtin:saas", NULL, 0};
  const changepolicy_subject subject = {CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, change,
                                        sizeof change - 1};
  changepolicy_question question;
  changepolicy_policy* policy = NULL;
  changepolicy_engine* engine = NULL;
  changepolicy_bytes* decision = NULL;
  changepolicy_error* error = NULL;
  memset(&question, 0, sizeof question);
  question.struct_size = sizeof question;
  question.now = "2026-01-31T09:30:00Z";
  if (changepolicy_policy_load(&document, 1, &policy, &error) != CHANGEPOLICY_OK ||
      changepolicy_engine_create(policy, NULL, &engine, &error) != CHANGEPOLICY_OK ||
      changepolicy_decide(engine, &subject, &question, CHANGEPOLICY_JSON, &decision, &error) !=
          CHANGEPOLICY_OK) {
    fprintf(stderr, "%s\n", changepolicy_error_message(error));
    return 1;
  }
  printf("%s %s\n", changepolicy_version(),
         strstr(changepolicy_bytes_data(decision), "VERDICT_DENIED") != NULL ? "denied" : "other");
  changepolicy_bytes_free(decision);
  changepolicy_engine_free(engine);
  changepolicy_policy_free(policy);
  return 0;
}
