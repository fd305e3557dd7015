#include "decider.h"

changepolicy_status decider_open(const changepolicy_document* policy, size_t policy_count,
                                 const changepolicy_document* organization,
                                 changepolicy_engine** engine, changepolicy_error** error) {
  changepolicy_policy* loaded = NULL;
  changepolicy_organization* people = NULL;
  changepolicy_status status = changepolicy_policy_load(policy, policy_count, &loaded, error);
  if (status == CHANGEPOLICY_OK) {
    status = changepolicy_organization_load(organization, 1, &people, error);
  }
  if (status == CHANGEPOLICY_OK) status = changepolicy_engine_create(loaded, people, engine, error);
  /* The engine keeps what it needs of both. */
  changepolicy_organization_free(people);
  changepolicy_policy_free(loaded);
  return status;
}

changepolicy_status decider_decide(const changepolicy_engine* engine,
                                   const changepolicy_subject* subject, const char* now,
                                   const char* transition, decision* made,
                                   changepolicy_error** error) {
  /* What is not named is zero: nothing of a later version is asked for. */
  const changepolicy_question question = {
      .struct_size = sizeof question, .now = now, .transition = transition};
  decision answer = {.verdict = CHANGEPOLICY_VERDICT_UNSPECIFIED};
  changepolicy_status status =
      changepolicy_decide(engine, subject, &question, CHANGEPOLICY_BINARY, &answer.message, error);
  if (status != CHANGEPOLICY_OK) return status;
  const changepolicy_message message = {CHANGEPOLICY_BINARY,
                                        changepolicy_bytes_data(answer.message),
                                        changepolicy_bytes_size(answer.message)};
  status = changepolicy_decision_digest(&message, &answer.digest, error);
  if (status == CHANGEPOLICY_OK) {
    status = changepolicy_decision_verdict(&message, &answer.verdict, error);
  }
  if (status != CHANGEPOLICY_OK) {
    decision_clear(&answer);
    return status;
  }
  *made = answer;
  return CHANGEPOLICY_OK;
}

void decision_clear(decision* made) {
  changepolicy_bytes_free(made->digest);
  changepolicy_bytes_free(made->message);
  made->digest = NULL;
  made->message = NULL;
  made->verdict = CHANGEPOLICY_VERDICT_UNSPECIFIED;
}

const char* status_name(changepolicy_status status) {
  switch (status) {
    case CHANGEPOLICY_OK:
      return "OK";
    case CHANGEPOLICY_INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case CHANGEPOLICY_NOT_FOUND:
      return "NOT_FOUND";
    case CHANGEPOLICY_PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case CHANGEPOLICY_RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case CHANGEPOLICY_FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case CHANGEPOLICY_OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case CHANGEPOLICY_INTERNAL:
      return "INTERNAL";
    case CHANGEPOLICY_UNAVAILABLE:
      return "UNAVAILABLE";
    case CHANGEPOLICY_DATA_LOSS:
      return "DATA_LOSS";
    default:
      return "UNKNOWN";
  }
}

const char* verdict_name(changepolicy_verdict value) {
  switch (value) {
    case CHANGEPOLICY_VERDICT_ALLOWED:
      return "VERDICT_ALLOWED";
    case CHANGEPOLICY_VERDICT_DENIED:
      return "VERDICT_DENIED";
    case CHANGEPOLICY_VERDICT_UNKNOWN:
      return "VERDICT_UNKNOWN";
    case CHANGEPOLICY_VERDICT_ERROR:
      return "VERDICT_ERROR";
  }
  return "VERDICT_UNSPECIFIED";
}
