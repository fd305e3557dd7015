#include "decider.h"

#include <stdint.h>

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

/* Base-128, the lowest seven bits first. 0 where the bytes end before it does. */
static int read_varint(const unsigned char** at, const unsigned char* end, uint64_t* value) {
  int shift;
  *value = 0;
  for (shift = 0; shift < 64 && *at < end; shift += 7) {
    const unsigned char byte = *(*at)++;
    *value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return 1;
  }
  return 0;
}

/* Field 6 of a serialized Decision, without a protobuf library. Whatever is not understood is
 * VERDICT_UNSPECIFIED, which allows nothing. */
static verdict read_verdict(const changepolicy_bytes* message) {
  const unsigned char* at = (const unsigned char*)changepolicy_bytes_data(message);
  const unsigned char* const end = at + changepolicy_bytes_size(message);
  verdict found = VERDICT_UNSPECIFIED;
  while (at < end) {
    uint64_t tag = 0;
    uint64_t value = 0;
    uint64_t skipped = 0;
    if (!read_varint(&at, end, &tag)) return VERDICT_UNSPECIFIED;
    switch (tag & 7) {
      case 0:
        if (!read_varint(&at, end, &value)) return VERDICT_UNSPECIFIED;
        if (tag >> 3 == 6) found = value <= VERDICT_ERROR ? (verdict)value : VERDICT_UNSPECIFIED;
        break;
      case 1:
        skipped = 8;
        break;
      case 2:
        if (!read_varint(&at, end, &skipped)) return VERDICT_UNSPECIFIED;
        break;
      case 5:
        skipped = 4;
        break;
      default:
        return VERDICT_UNSPECIFIED;
    }
    if (skipped > (uint64_t)(end - at)) return VERDICT_UNSPECIFIED;
    at += skipped;
  }
  return found;
}

changepolicy_status decider_decide(const changepolicy_engine* engine,
                                   const changepolicy_subject* subject, const char* now,
                                   const char* transition, decision* made,
                                   changepolicy_error** error) {
  /* What is not named is zero: nothing of a later version is asked for. */
  const changepolicy_question question = {
      .struct_size = sizeof question, .now = now, .transition = transition};
  decision answer = {.verdict = VERDICT_UNSPECIFIED};
  changepolicy_status status =
      changepolicy_decide(engine, subject, &question, CHANGEPOLICY_BINARY, &answer.message, error);
  if (status != CHANGEPOLICY_OK) return status;
  const changepolicy_message message = {CHANGEPOLICY_BINARY,
                                        changepolicy_bytes_data(answer.message),
                                        changepolicy_bytes_size(answer.message)};
  status = changepolicy_decision_digest(&message, &answer.digest, error);
  if (status != CHANGEPOLICY_OK) {
    decision_clear(&answer);
    return status;
  }
  answer.verdict = read_verdict(answer.message);
  *made = answer;
  return CHANGEPOLICY_OK;
}

void decision_clear(decision* made) {
  changepolicy_bytes_free(made->digest);
  changepolicy_bytes_free(made->message);
  made->digest = NULL;
  made->message = NULL;
  made->verdict = VERDICT_UNSPECIFIED;
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

const char* verdict_name(verdict value) {
  switch (value) {
    case VERDICT_ALLOWED:
      return "VERDICT_ALLOWED";
    case VERDICT_DENIED:
      return "VERDICT_DENIED";
    case VERDICT_UNKNOWN:
      return "VERDICT_UNKNOWN";
    case VERDICT_ERROR:
      return "VERDICT_ERROR";
    case VERDICT_UNSPECIFIED:
      break;
  }
  return "VERDICT_UNSPECIFIED";
}
