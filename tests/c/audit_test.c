/* The audit log: what goes in comes out, proofs hold, and what is wrong is said. */
#include <stdlib.h>
#include <unistd.h>

#include "tests/c/check.h"

static const char kNoBlob[] =
    "sha256:0000000000000000000000000000000000000000000000000000000000000000";

typedef struct Visit {
  size_t entries;
  size_t decisions;
  size_t stop_after;
} Visit;

static int32_t Count(void* user, const changepolicy_audit_entry_view* entry) {
  Visit* const visit = user;
  CHECK(entry->struct_size == sizeof *entry);
  CHECK(entry->index == (int64_t)visit->entries);
  ++visit->entries;
  if (entry->subject_kind == CHANGEPOLICY_CHANGE) {
    CHECK(entry->subject.size > 0 && entry->decision.size > 0);
    ++visit->decisions;
  }
  return visit->entries == visit->stop_after;
}

static void CountProgress(void* user, int64_t done, int64_t total) {
  CHECK(done <= total);
  ++*(int*)user;
}

static void Append(changepolicy_audit_log* log, const changepolicy_engine* engine,
                   const changepolicy_policy* policy) {
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_message event = JsonMessage(
      "{\"subject_id\": \"C-1\", \"approval\": {\"id\": \"a-1\", \"by\": \"cleo\","
      " \"happened_at\": \"2026-01-31T08:00:00Z\"}}");
  changepolicy_message decided;
  changepolicy_audit_items* items = NULL;
  changepolicy_bytes* decision = NULL;
  changepolicy_error* error = NULL;
  int64_t indexes[2] = {-1, -1};
  int64_t size = -1;
  SUCCEEDS(changepolicy_decide(engine, &change, &question, CHANGEPOLICY_BINARY, &decision, &error));
  decided = BinaryMessage(decision);
  SUCCEEDS(changepolicy_audit_items_create(kNow, "deploy-bot", &items, &error));
  SUCCEEDS(changepolicy_audit_add_decision(items, engine, &change, &question, &decided, &error));
  SUCCEEDS(changepolicy_audit_add_event(items, policy, &event, &error));
  CHECK(changepolicy_audit_items_size(items) == 2);
  SUCCEEDS(changepolicy_audit_append(log, items, indexes, &error));
  CHECK(indexes[0] == 0 && indexes[1] == 1);
  CHECK(changepolicy_audit_items_size(items) == 0);
  SUCCEEDS(changepolicy_audit_size(log, &size, &error));
  CHECK(size == 2);
  event = JsonMessage("{}");
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "event", "says nothing",
        changepolicy_audit_add_event(items, policy, &event, &error));
  changepolicy_audit_items_free(items);
  items = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "recorded_at", "is NULL",
        changepolicy_audit_items_create(NULL, NULL, &items, &error));
  CHECK(items == NULL);
  changepolicy_bytes_free(decision);
}

static void ReadBack(changepolicy_audit_log* log) {
  changepolicy_audit_entry* entry = NULL;
  changepolicy_audit_entry_view view;
  changepolicy_bytes *bytes = NULL, *origin = NULL;
  changepolicy_list* openings = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message decision;
  Visit visit = {0, 0, 0};
  memset(&view, 0, sizeof view);
  view.struct_size = sizeof view;
  SUCCEEDS(changepolicy_audit_read(log, 0, CHANGEPOLICY_JSON, &entry, &error));
  SUCCEEDS(changepolicy_audit_entry_get(entry, &view, &error));
  CHECK(view.index == 0 && view.subject_kind == CHANGEPOLICY_CHANGE && view.erased == 0);
  CHECK_CONTAINS("deploy-bot", view.message.data);
  CHECK_CONTAINS("C-1", view.subject.data);
  CHECK_CONTAINS("VERDICT_", view.decision.data);
  decision = JsonMessage(view.decision.data);
  SUCCEEDS(changepolicy_decision_digest(&decision, &bytes, &error));
  changepolicy_bytes_free(bytes);
  bytes = NULL;
  changepolicy_audit_entry_free(entry);
  entry = NULL;
  CHECK(changepolicy_audit_read(log, 9, CHANGEPOLICY_JSON, &entry, &error) ==
        CHANGEPOLICY_NOT_FOUND);
  CHECK(entry == NULL);
  changepolicy_error_free(error);
  error = NULL;

  SUCCEEDS(changepolicy_audit_read_all(log, 0, CHANGEPOLICY_BINARY, Count, &visit, &error));
  CHECK(visit.entries == 2 && visit.decisions == 1);
  memset(&visit, 0, sizeof visit);
  visit.stop_after = 1;
  SUCCEEDS(changepolicy_audit_read_all(log, 0, CHANGEPOLICY_BINARY, Count, &visit, &error));
  CHECK(visit.entries == 1);
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "visitor", "is NULL",
        changepolicy_audit_read_all(log, 0, CHANGEPOLICY_BINARY, NULL, &visit, &error));

  SUCCEEDS(changepolicy_audit_openings(log, CHANGEPOLICY_JSON, &openings, &error));
  changepolicy_list_free(openings);
  CHECK(changepolicy_audit_read_blob(log, kNoBlob, &bytes, &error) == CHANGEPOLICY_NOT_FOUND);
  CHECK(bytes == NULL);
  changepolicy_error_free(error);
  error = NULL;
  SUCCEEDS(changepolicy_audit_origin(log, &origin, &error));
  CHECK_TEXT("example.com/c-test", changepolicy_bytes_data(origin));
  changepolicy_bytes_free(origin);
}

static size_t Views(const changepolicy_list* list, changepolicy_view* views) {
  size_t i;
  for (i = 0; i < changepolicy_list_size(list); ++i) views[i] = changepolicy_list_at(list, i);
  return i;
}

static void Prove(changepolicy_audit_log* log) {
  changepolicy_bytes *root = NULL, *before = NULL, *leaf = NULL;
  changepolicy_list* proof = NULL;
  changepolicy_error* error = NULL;
  changepolicy_view views[64], root_view, before_view, leaf_view;
  size_t count;
  SUCCEEDS(changepolicy_audit_root(log, 2, &root, &error));
  SUCCEEDS(changepolicy_audit_root(log, 1, &before, &error));
  SUCCEEDS(changepolicy_audit_read_bytes(log, 1, &leaf, &error));
  root_view.data = changepolicy_bytes_data(root);
  root_view.size = changepolicy_bytes_size(root);
  before_view.data = changepolicy_bytes_data(before);
  before_view.size = changepolicy_bytes_size(before);
  leaf_view.data = changepolicy_bytes_data(leaf);
  leaf_view.size = changepolicy_bytes_size(leaf);
  CHECK(root_view.size == 32);
  SUCCEEDS(changepolicy_audit_prove_inclusion(log, 1, 2, &proof, &error));
  count = Views(proof, views);
  SUCCEEDS(changepolicy_check_inclusion(leaf_view, 1, 2, views, count, root_view, &error));
  CHECK(changepolicy_check_inclusion(leaf_view, 0, 2, views, count, root_view, NULL) ==
        CHANGEPOLICY_DATA_LOSS);
  changepolicy_list_free(proof);
  proof = NULL;
  SUCCEEDS(changepolicy_audit_prove_consistency(log, 1, 2, &proof, &error));
  count = Views(proof, views);
  SUCCEEDS(changepolicy_check_consistency(1, 2, views, count, before_view, root_view, &error));
  CHECK(changepolicy_check_consistency(1, 2, views, count, root_view, before_view, NULL) ==
        CHANGEPOLICY_DATA_LOSS);
  CHECK(changepolicy_check_consistency(1, 2, NULL, 3, before_view, root_view, NULL) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_list_free(proof);
  changepolicy_bytes_free(root);
  changepolicy_bytes_free(before);
  changepolicy_bytes_free(leaf);
}

static void SignVerifyReplay(changepolicy_audit_log* log) {
  changepolicy_bytes *signer = NULL, *verifier = NULL, *note = NULL, *report = NULL;
  changepolicy_list* notes = NULL;
  changepolicy_error* error = NULL;
  changepolicy_verify_options verify;
  changepolicy_replay_options replay;
  changepolicy_view kept;
  const char* keys[1];
  int told = 0;
  SUCCEEDS(changepolicy_generate_log_key("example.com/c-test", &signer, &verifier, &error));
  keys[0] = changepolicy_bytes_data(signer);
  SUCCEEDS(changepolicy_audit_make_checkpoint(log, keys, 1, &note, &error));
  CHECK_CONTAINS("example.com/c-test\n2\n", changepolicy_bytes_data(note));
  SUCCEEDS(changepolicy_audit_checkpoints(log, &notes, &error));
  CHECK(changepolicy_list_size(notes) == 1);
  changepolicy_list_free(notes);
  memset(&verify, 0, sizeof verify);
  verify.struct_size = sizeof verify;
  keys[0] = changepolicy_bytes_data(verifier);
  verify.keys = keys;
  verify.key_count = 1;
  kept.data = changepolicy_bytes_data(note);
  kept.size = changepolicy_bytes_size(note);
  verify.checkpoints = &kept;
  verify.checkpoint_count = 1;
  verify.progress = CountProgress;
  verify.user = &told;
  SUCCEEDS(changepolicy_audit_verify(log, &verify, CHANGEPOLICY_JSON, &report, &error));
  CHECK_CONTAINS("\"signed_size\":\"2\"", changepolicy_bytes_data(report));
  CHECK(strstr(changepolicy_bytes_data(report), "problems") == NULL);
  CHECK(told > 0);
  changepolicy_bytes_free(report);
  report = NULL;
  CHECK(changepolicy_audit_add_cosignatures(log, kept, &error) == CHANGEPOLICY_OK);
  kept.data = "no note";
  kept.size = 7;
  CHECK(changepolicy_audit_add_cosignatures(log, kept, NULL) != CHANGEPOLICY_OK);
  memset(&replay, 0, sizeof replay);
  replay.struct_size = sizeof replay;
  replay.threads = 2;
  SUCCEEDS(changepolicy_audit_replay(log, &replay, CHANGEPOLICY_JSON, &report, &error));
  CHECK_CONTAINS("\"decisions\":\"1\",\"same\":\"1\"", changepolicy_bytes_data(report));
  changepolicy_bytes_free(report);
  report = NULL;
  replay.threads = -1;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "options", "negative",
        changepolicy_audit_replay(log, &replay, CHANGEPOLICY_JSON, &report, &error));
  changepolicy_bytes_free(signer);
  changepolicy_bytes_free(verifier);
  changepolicy_bytes_free(note);
}

static void Erase(changepolicy_audit_log* log) {
  const char* values[] = {"nobody of this name"};
  changepolicy_error* error = NULL;
  int64_t index = -1, openings = -1;
  CHECK(changepolicy_audit_erase(log, values, 1, "request 7", kNow, NULL, &index, &openings,
                                 &error) == CHANGEPOLICY_NOT_FOUND);
  CHECK(index == -1 && openings == -1);
  changepolicy_error_free(error);
  error = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "values", "is NULL",
        changepolicy_audit_erase(log, NULL, 1, "request 7", kNow, NULL, &index, &openings, &error));
}

static void Opens(const char* path) {
  changepolicy_audit_options options = {sizeof options, 0, 0, NULL, 0, NULL};
  changepolicy_audit_log* log = NULL;
  changepolicy_error* error = NULL;
  CHECK(changepolicy_audit_open(path, NULL, &log, &error) == CHANGEPOLICY_NOT_FOUND);
  CHECK_CONTAINS(path, changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  options.create = 1;
  CHECK(changepolicy_audit_open(path, &options, &log, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  options.busy_seconds = -1;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "options.busy_seconds", "negative",
        changepolicy_audit_open(path, &options, &log, &error));
  CHECK(log == NULL);
}

void TestAudit(void) {
  char folder[] = "/tmp/changepolicy-c-test-XXXXXX";
  char path[sizeof folder + 16];
  changepolicy_engine* const engine = LoadEngine();
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_audit_options options = {sizeof options, 1, 0, "example.com/c-test", 0, NULL};
  changepolicy_audit_log* log = NULL;
  changepolicy_error* error = NULL;
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/log", folder);
  Opens(path);
  SUCCEEDS(changepolicy_audit_open(path, &options, &log, &error));
  Append(log, engine, policy);
  ReadBack(log);
  Prove(log);
  SignVerifyReplay(log);
  Erase(log);
  changepolicy_audit_log_free(log);
  changepolicy_engine_free(engine);
  changepolicy_policy_free(policy);
  log = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.read_only = 1;
  SUCCEEDS(changepolicy_audit_open(path, &options, &log, &error));
  changepolicy_audit_log_free(log);
  remove(path);
  remove(folder);
}
