/* The library itself, bytes, lists, errors. */
#include "tests/c/check.h"

static void Versions(void) {
  CHECK(changepolicy_abi_version() == CHANGEPOLICY_ABI_VERSION);
  CHECK(strchr(changepolicy_version(), '.') != NULL);
  CHECK(changepolicy_checks_handles() == 0 || changepolicy_checks_handles() == 1);
}

/* NULL is nothing, for everything that only looks or frees. */
static void NullIsNothing(void) {
  changepolicy_bytes_free(NULL);
  changepolicy_list_free(NULL);
  changepolicy_error_free(NULL);
  changepolicy_policy_free(NULL);
  changepolicy_organization_free(NULL);
  changepolicy_engine_free(NULL);
  changepolicy_series_free(NULL);
  changepolicy_batch_free(NULL);
  changepolicy_cel_program_free(NULL);
  changepolicy_audit_log_free(NULL);
  changepolicy_audit_items_free(NULL);
  changepolicy_audit_entry_free(NULL);
  CHECK_TEXT("", changepolicy_bytes_data(NULL));
  CHECK(changepolicy_bytes_size(NULL) == 0);
  CHECK(changepolicy_list_size(NULL) == 0);
  CHECK(changepolicy_list_at(NULL, 0).size == 0);
  CHECK(changepolicy_error_code(NULL) == CHANGEPOLICY_OK);
  CHECK_TEXT("", changepolicy_error_message(NULL));
  CHECK_TEXT("", changepolicy_error_path(NULL));
  CHECK(changepolicy_error_issues(NULL) == NULL);
  CHECK(changepolicy_issues_size(NULL) == 0);
  CHECK_TEXT("", changepolicy_policy_digest(NULL));
  CHECK(changepolicy_policy_issues(NULL) == NULL);
  CHECK(changepolicy_batch_size(NULL) == 0);
  CHECK(changepolicy_batch_error(NULL, 0) == NULL);
  CHECK(changepolicy_audit_items_size(NULL) == 0);
  changepolicy_cel_fail(NULL, "nobody called");
}

static void Descriptors(void) {
  changepolicy_bytes* bytes = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_descriptors(&bytes, &error));
  /* Every file is there; the name of one lies in the bytes. */
  CHECK(changepolicy_bytes_size(bytes) > 10000);
  changepolicy_bytes_free(bytes);
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "descriptors", "is NULL",
        changepolicy_descriptors(NULL, &error));
}

static void ConvertsThereAndBack(void) {
  changepolicy_bytes *binary = NULL, *json = NULL, *again = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message message = JsonMessage(kChange);
  SUCCEEDS(changepolicy_convert("ChangeRequest", &message, CHANGEPOLICY_BINARY, &binary, &error));
  message = BinaryMessage(binary);
  SUCCEEDS(changepolicy_convert("changepolicy.v1.ChangeRequest", &message, CHANGEPOLICY_JSON, &json,
                                &error));
  CHECK_CONTAINS("\"CHANGE_STATE_SCHEDULED\"", changepolicy_bytes_data(json));
  message = JsonMessage(changepolicy_bytes_data(json));
  SUCCEEDS(changepolicy_convert("ChangeRequest", &message, CHANGEPOLICY_BINARY, &again, &error));
  CHECK(changepolicy_bytes_size(binary) == changepolicy_bytes_size(again));
  CHECK(memcmp(changepolicy_bytes_data(binary), changepolicy_bytes_data(again),
               changepolicy_bytes_size(again)) == 0);
  changepolicy_bytes_free(binary);
  changepolicy_bytes_free(json);
  changepolicy_bytes_free(again);

  json = NULL;
  message = JsonMessage("{}");
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "type", "did you mean `Decision`",
        changepolicy_convert("Decison", &message, CHANGEPOLICY_JSON, &json, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "type", "write one like",
        changepolicy_convert("", &message, CHANGEPOLICY_JSON, &json, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "output", "is 3",
        changepolicy_convert("Decision", &message, 3, &json, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "message", "is NULL",
        changepolicy_convert("Decision", NULL, CHANGEPOLICY_JSON, &json, &error));
  message.encoding = 0;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "message.encoding", "is 0",
        changepolicy_convert("Decision", &message, CHANGEPOLICY_JSON, &json, &error));
  message.encoding = CHANGEPOLICY_BINARY;
  message.data = NULL;
  message.size = 7;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "message", "has 7 bytes",
        changepolicy_convert("Decision", &message, CHANGEPOLICY_JSON, &json, &error));
  message.data = "x";
  message.size = (size_t)-1;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "message", "is its size wrong",
        changepolicy_convert("Decision", &message, CHANGEPOLICY_JSON, &json, &error));
  CHECK(json == NULL);
  /* Nobody has to ask for the error. */
  CHECK(changepolicy_convert("", &message, CHANGEPOLICY_JSON, &json, NULL) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
}

/* 64-bit numbers stand in quotes in JSON, as protobuf writes them, and are read again. */
static void ReadsTheNumbersThatItWrites(void) {
  const changepolicy_message entry = JsonMessage("{\"decisions\": 9007199254740993}");
  changepolicy_bytes *json = NULL, *again = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message message;
  SUCCEEDS(changepolicy_convert("ReplayReport", &entry, CHANGEPOLICY_JSON, &json, &error));
  CHECK_CONTAINS("\"9007199254740993\"", changepolicy_bytes_data(json));
  message = JsonMessage(changepolicy_bytes_data(json));
  SUCCEEDS(changepolicy_convert("ReplayReport", &message, CHANGEPOLICY_JSON, &again, &error));
  CHECK_TEXT(changepolicy_bytes_data(json), changepolicy_bytes_data(again));
  changepolicy_bytes_free(json);
  changepolicy_bytes_free(again);
}

void TestValues(void) {
  Versions();
  NullIsNothing();
  Descriptors();
  ConvertsThereAndBack();
  ReadsTheNumbersThatItWrites();
}
