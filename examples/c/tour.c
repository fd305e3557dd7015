/* A tour of the C library: a policy, a decision and who is missing, the next slots, an expression,
 * and an audit log that somebody else can check.
 *
 *   cc -std=c99 tour.c $(pkg-config --cflags --libs changepolicy) -o tour
 *   ./tour ORGANIZATION.yaml CHANGE.json LOG
 *
 * Every function that can fail gives back a status; `Must` stops the program where one does, with
 * what the library says. A service would answer its caller with it instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changepolicy.h"

static const char kNow[] = "2025-10-14T14:40:00Z";

/* The error by its address: arguments are evaluated in any order, the call maybe last. */
static void Must(changepolicy_status status, changepolicy_error** error) {
  if (status == CHANGEPOLICY_OK) return;
  fprintf(stderr, "status %d, at `%s`:\n%s\n", (int)status, changepolicy_error_path(*error),
          changepolicy_error_message(*error));
  changepolicy_error_free(*error);
  exit(2);
}

/* The whole file, with a NUL behind it; the caller frees it. */
static char* ReadFile(const char* path, size_t* size) {
  FILE* const file = fopen(path, "rb");
  char* text = NULL;
  long length;
  if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0 ||
      fseek(file, 0, SEEK_SET) != 0 || (text = malloc((size_t)length + 1)) == NULL ||
      fread(text, 1, (size_t)length, file) != (size_t)length) {
    perror(path);
    exit(2);
  }
  text[length] = '\0';
  *size = (size_t)length;
  fclose(file);
  return text;
}

static changepolicy_policy* LoadPolicy(void) {
  /* The first document is the policy, others would be overlays. */
  const changepolicy_document document = {"builtin:saas", NULL, 0};
  changepolicy_policy* policy = NULL;
  changepolicy_error* error = NULL;
  Must(changepolicy_policy_load(&document, 1, &policy, &error), &error);
  printf("policy %.20s...\n", changepolicy_policy_digest(policy));
  return policy;
}

static changepolicy_engine* LoadEngine(const changepolicy_policy* policy, const char* path) {
  size_t size;
  char* const text = ReadFile(path, &size);
  const changepolicy_document document = {path, text, size};
  changepolicy_organization* organization = NULL;
  changepolicy_engine* engine = NULL;
  changepolicy_error* error = NULL;
  Must(changepolicy_organization_load(&document, 1, &organization, &error), &error);
  Must(changepolicy_engine_create(policy, organization, &engine, &error), &error);
  changepolicy_organization_free(organization); /* the engine keeps what it needs */
  free(text);
  return engine;
}

/* The decision, serialized; and what it says to a person. */
static changepolicy_bytes* Decide(const changepolicy_engine* engine,
                                  const changepolicy_policy* policy,
                                  const changepolicy_subject* change,
                                  const changepolicy_question* question) {
  changepolicy_bytes *decision = NULL, *text = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message message;
  Must(changepolicy_decide(engine, change, question, CHANGEPOLICY_BINARY, &decision, &error),
       &error);
  message.encoding = CHANGEPOLICY_BINARY;
  message.data = changepolicy_bytes_data(decision);
  message.size = changepolicy_bytes_size(decision);
  Must(changepolicy_decision_text(policy, &message, 0, &text, &error), &error);
  printf("\n%s", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  return decision;
}

static void ShowSlots(const changepolicy_engine* engine, const changepolicy_subject* change) {
  changepolicy_slot_question question = {sizeof question, NULL, NULL, NULL, 0, NULL};
  changepolicy_bytes* slots = NULL;
  changepolicy_error* error = NULL;
  question.now = kNow;
  question.count = 2;
  question.length = "2h";
  Must(changepolicy_next_slots(engine, change, &question, CHANGEPOLICY_JSON, &slots, &error),
       &error);
  printf("\nslots: %.120s...\n", changepolicy_bytes_data(slots));
  changepolicy_bytes_free(slots);
}

static void Compute(void) {
  changepolicy_cel_program* program = NULL;
  changepolicy_bytes* result = NULL;
  changepolicy_error* error = NULL;
  Must(changepolicy_cel_compile("[1, 2, 3].map(x, x * x).filter(x, x > 1)", NULL, &program, &error),
       &error);
  Must(changepolicy_cel_evaluate(program, NULL, 0, NULL, 0, CHANGEPOLICY_JSON, &result, &error),
       &error);
  printf("\nexpression: %s\n", changepolicy_bytes_data(result));
  changepolicy_bytes_free(result);
  changepolicy_cel_program_free(program);
}

/* The decision with all that it was made from, in a file to which is only added; then everything is
 * decided again from the file alone. */
static void Log(const char* path, const changepolicy_engine* engine,
                const changepolicy_subject* change, const changepolicy_question* question,
                const changepolicy_bytes* decision) {
  changepolicy_audit_options options = {sizeof options, 1, 0, "example.com/tour", 0, NULL};
  changepolicy_audit_log* log = NULL;
  changepolicy_audit_items* items = NULL;
  changepolicy_bytes *signer = NULL, *verifier = NULL, *note = NULL, *report = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message message;
  const char* signers[1];
  message.encoding = CHANGEPOLICY_BINARY;
  message.data = changepolicy_bytes_data(decision);
  message.size = changepolicy_bytes_size(decision);
  Must(changepolicy_audit_open(path, &options, &log, &error), &error);
  Must(changepolicy_audit_items_create(kNow, "tour", &items, &error), &error);
  Must(changepolicy_audit_add_decision(items, engine, change, question, &message, &error), &error);
  Must(changepolicy_audit_append(log, items, NULL, &error), &error);
  Must(changepolicy_generate_log_key("example.com/tour", &signer, &verifier, &error), &error);
  signers[0] = changepolicy_bytes_data(signer);
  Must(changepolicy_audit_make_checkpoint(log, signers, 1, &note, &error), &error);
  Must(changepolicy_audit_replay(log, NULL, CHANGEPOLICY_JSON, &report, &error), &error);
  printf("\nreplay: %s\n", changepolicy_bytes_data(report));
  changepolicy_bytes_free(report);
  changepolicy_bytes_free(note);
  changepolicy_bytes_free(signer);
  changepolicy_bytes_free(verifier);
  changepolicy_audit_items_free(items);
  changepolicy_audit_log_free(log);
}

int main(int argc, char** argv) {
  changepolicy_policy* policy;
  changepolicy_engine* engine;
  changepolicy_bytes* decision;
  changepolicy_subject change;
  changepolicy_question question = {0};
  char* json;
  if (argc != 4) {
    fprintf(stderr, "usage: %s ORGANIZATION.yaml CHANGE.json LOG\n", argv[0]);
    return 3;
  }
  policy = LoadPolicy();
  engine = LoadEngine(policy, argv[1]);
  json = ReadFile(argv[2], &change.size);
  change.kind = CHANGEPOLICY_CHANGE;
  change.encoding = CHANGEPOLICY_JSON;
  change.data = json;
  question.struct_size = sizeof question;
  question.now = kNow;
  question.transition = "DEPLOY";
  decision = Decide(engine, policy, &change, &question);
  ShowSlots(engine, &change);
  Compute();
  Log(argv[3], engine, &change, &question, decision);
  changepolicy_bytes_free(decision);
  changepolicy_engine_free(engine);
  changepolicy_policy_free(policy);
  free(json);
  return 0;
}
