/* Every question about one subject. */
#include <stdlib.h>

#include "tests/c/check.h"

typedef changepolicy_status (*Ask)(const changepolicy_engine*, const changepolicy_subject*,
                                   const changepolicy_question*, changepolicy_encoding,
                                   changepolicy_bytes**, changepolicy_error**);

static const struct {
  Ask ask;
  const char* type;
  const char* says; /* in the JSON of its answer about kChange */
} kAsks[] = {
    {changepolicy_decide, "Decision", "\"subject_id\":\"C-1\""},
    {changepolicy_categorize, "CategorizeAnswer", "\"category\":\"CATEGORY_NORMAL\""},
    {changepolicy_required_approvals, "ApprovalsAnswer", "\"subject_id\":\"C-1\""},
    {changepolicy_check_readiness, "ReadinessAnswer", "\"transitions\":"},
    {changepolicy_evaluate_transition, "TransitionAnswer", "\"legal\":true"},
    {changepolicy_lint_documents, "DocumentsAnswer", "\"documents\":"},
};
static const size_t kAskCount = sizeof kAsks / sizeof kAsks[0];

/* The answer in both encodings is the same message. */
static void Answers(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  size_t i;
  for (i = 0; i < kAskCount; ++i) {
    changepolicy_bytes *binary = NULL, *json = NULL, *converted = NULL;
    changepolicy_error* error = NULL;
    changepolicy_message message;
    SUCCEEDS(kAsks[i].ask(engine, &change, &question, CHANGEPOLICY_BINARY, &binary, &error));
    SUCCEEDS(kAsks[i].ask(engine, &change, &question, CHANGEPOLICY_JSON, &json, &error));
    CHECK_CONTAINS(kAsks[i].says, changepolicy_bytes_data(json));
    message = BinaryMessage(binary);
    SUCCEEDS(changepolicy_convert(kAsks[i].type, &message, CHANGEPOLICY_JSON, &converted, &error));
    CHECK_TEXT(changepolicy_bytes_data(json), changepolicy_bytes_data(converted));
    changepolicy_bytes_free(binary);
    changepolicy_bytes_free(json);
    changepolicy_bytes_free(converted);
  }
}

/* The same change as serialized bytes: they pass by another way. */
static void AnswersBytesAsJson(const changepolicy_engine* engine) {
  const changepolicy_subject json = JsonChange(kChange);
  const changepolicy_message given = {CHANGEPOLICY_JSON, json.data, json.size};
  changepolicy_bytes* serialized = NULL;
  changepolicy_error* error = NULL;
  changepolicy_subject binary = json;
  int32_t detail;
  size_t i;
  SUCCEEDS(changepolicy_convert("ChangeRequest", &given, CHANGEPOLICY_BINARY, &serialized, &error));
  binary.encoding = CHANGEPOLICY_BINARY;
  binary.data = changepolicy_bytes_data(serialized);
  binary.size = changepolicy_bytes_size(serialized);
  for (i = 0; i < kAskCount; ++i) {
    for (detail = 0; detail <= CHANGEPOLICY_DETAIL_RULES; ++detail) {
      changepolicy_question question = QuestionAt(kNow);
      changepolicy_bytes *one = NULL, *other = NULL;
      question.detail = detail;
      question.subject_digest = detail % 2;
      SUCCEEDS(kAsks[i].ask(engine, &json, &question, CHANGEPOLICY_BINARY, &one, &error));
      SUCCEEDS(kAsks[i].ask(engine, &binary, &question, CHANGEPOLICY_BINARY, &other, &error));
      CHECK(changepolicy_bytes_size(one) == changepolicy_bytes_size(other) &&
            memcmp(changepolicy_bytes_data(one), changepolicy_bytes_data(other),
                   changepolicy_bytes_size(one)) == 0);
      changepolicy_bytes_free(one);
      changepolicy_bytes_free(other);
    }
  }
  changepolicy_bytes_free(serialized);
}

/* What is wrong with them is said as of a document. */
static void RefusesBytes(const changepolicy_engine* engine) {
  static const char kCut[] =
      "\x0a\x05"
      "C-1";
  static const char kNoId[] =
      "\x12\x01"
      "a";
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_bytes* const untouched = (changepolicy_bytes*)&failures;
  const size_t over = ((size_t)16 << 20) + 1;
  char* const large = calloc(over, 1);
  size_t i;
  CHECK(large != NULL);
  if (large == NULL) return;
  for (i = 0; i < kAskCount; ++i) {
    changepolicy_subject change = {CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY, NULL, 0};
    changepolicy_bytes* answer = untouched;
    changepolicy_error* error = NULL;
    change.data = kCut;
    change.size = sizeof kCut - 1;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "",
          "subject: error: the bytes are no serialized changepolicy.v1.ChangeRequest",
          kAsks[i].ask(engine, &change, &question, CHANGEPOLICY_BINARY, &answer, &error));
    change.data = kNoId;
    change.size = sizeof kNoId - 1;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "", "id: the change has none",
          kAsks[i].ask(engine, &change, &question, CHANGEPOLICY_BINARY, &answer, &error));
    change.data = large;
    change.size = over;
    FAILS(CHANGEPOLICY_RESOURCE_EXHAUSTED, "", "subject: error: the document has 16777217 bytes",
          kAsks[i].ask(engine, &change, &question, CHANGEPOLICY_BINARY, &answer, &error));
    CHECK(answer == untouched);
  }
  free(large);
}

/* Nothing is touched but the error. */
static void Refuses(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_bytes* const untouched = (changepolicy_bytes*)&failures;
  size_t i;
  for (i = 0; i < kAskCount; ++i) {
    const Ask ask = kAsks[i].ask;
    changepolicy_bytes* answer = untouched;
    changepolicy_error* error = NULL;
    changepolicy_subject bad = change;
    changepolicy_question asked = question;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "`engine` is NULL",
          ask(NULL, &change, &question, CHANGEPOLICY_JSON, &answer, &error));
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "`subject` is NULL",
          ask(engine, NULL, &question, CHANGEPOLICY_JSON, &answer, &error));
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question", "`question` is NULL",
          ask(engine, &change, NULL, CHANGEPOLICY_JSON, &answer, &error));
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "answer", "is NULL",
          ask(engine, &change, &question, CHANGEPOLICY_JSON, NULL, &error));
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "output", "`output` is -1",
          ask(engine, &change, &question, -1, &answer, &error));
    bad.kind = 7;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject.kind", "kind is 7",
          ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error));
    bad = change;
    bad.encoding = 0;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject.encoding", "is 0",
          ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error));
    bad = change;
    bad.data = NULL;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "is NULL",
          ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error));
    bad = change;
    bad.size /= 2;
    CHECK(ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error) ==
          CHANGEPOLICY_INVALID_ARGUMENT);
    CHECK_CONTAINS("subject:1:", changepolicy_error_message(error));
    changepolicy_error_free(error);
    error = NULL;
    bad = JsonChange("{\"id\": \"C-1\", \"poeple\": {}}");
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "poeple", "did you mean `people`",
          ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error));
    bad = JsonChange("{}");
    CHECK(ask(engine, &bad, &question, CHANGEPOLICY_JSON, &answer, &error) ==
          CHANGEPOLICY_INVALID_ARGUMENT);
    CHECK_CONTAINS("id", changepolicy_error_message(error));
    changepolicy_error_free(error);
    error = NULL;
    asked.now = NULL;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.now", "is NULL",
          ask(engine, &change, &asked, CHANGEPOLICY_JSON, &answer, &error));
    asked.now = "yesterday";
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.now", "`yesterday` is no instant",
          ask(engine, &change, &asked, CHANGEPOLICY_JSON, &answer, &error));
    asked = question;
    asked.transition = "DEPLOI";
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.transition", "did you mean `DEPLOY`",
          ask(engine, &change, &asked, CHANGEPOLICY_JSON, &answer, &error));
    asked = question;
    asked.detail = 5;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.detail", "is 5",
          ask(engine, &change, &asked, CHANGEPOLICY_JSON, &answer, &error));
    asked = question;
    asked.struct_size = 0;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.struct_size", "is 0",
          ask(engine, &change, &asked, CHANGEPOLICY_JSON, &answer, &error));
    CHECK(answer == untouched);
  }
}

/* A caller that was built with a later header: what it does not use is let pass, what it uses and
 * this library does not know is refused. */
static void KnowsLaterStructs(const changepolicy_engine* engine) {
  struct {
    changepolicy_question known;
    int64_t later;
  } question = {{0}, 0};
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  question.known.struct_size = sizeof question;
  question.known.now = kNow;
  SUCCEEDS(
      changepolicy_decide(engine, &change, &question.known, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  question.later = 1;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question", "says more than",
        changepolicy_decide(engine, &change, &question.known, CHANGEPOLICY_JSON, &answer, &error));
  CHECK(answer == NULL);
}

static void DetailAndDigests(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_question question = QuestionAt("2026-01-31");
  changepolicy_bytes *decision = NULL, *digest = NULL, *again = NULL, *text = NULL, *binary = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message message;
  changepolicy_policy* policy = NULL;
  changepolicy_verdict verdict = CHANGEPOLICY_VERDICT_UNSPECIFIED;
  question.transition = "DEPLOY";
  question.detail = CHANGEPOLICY_DETAIL_FULL;
  question.subject_digest = 1;
  SUCCEEDS(changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &decision, &error));
  CHECK_CONTAINS("\"verdict\":\"VERDICT_", changepolicy_bytes_data(decision));
  CHECK_CONTAINS("\"subject_digest\":\"sha256:", changepolicy_bytes_data(decision));
  CHECK_CONTAINS("\"explanation\":", changepolicy_bytes_data(decision));
  message = JsonMessage(changepolicy_bytes_data(decision));
  SUCCEEDS(changepolicy_decision_digest(&message, &digest, &error));
  CHECK(changepolicy_bytes_size(digest) == 71);
  SUCCEEDS(changepolicy_decision_verdict(&message, &verdict, &error));
  CHECK(verdict == CHANGEPOLICY_VERDICT_DENIED);
  CHECK_CONTAINS("\"VERDICT_DENIED\"", changepolicy_bytes_data(decision));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "verdict", "is NULL",
        changepolicy_decision_verdict(&message, NULL, &error));
  SUCCEEDS(changepolicy_convert("Decision", &message, CHANGEPOLICY_BINARY, &binary, &error));
  verdict = CHANGEPOLICY_VERDICT_UNSPECIFIED;
  message = BinaryMessage(binary);
  SUCCEEDS(changepolicy_decision_verdict(&message, &verdict, &error));
  CHECK(verdict == CHANGEPOLICY_VERDICT_DENIED);
  --message.size;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "", "no serialized changepolicy.v1.Decision",
        changepolicy_decision_verdict(&message, &verdict, &error));
  CHECK(verdict == CHANGEPOLICY_VERDICT_DENIED);
  changepolicy_bytes_free(binary);
  message = JsonMessage(changepolicy_bytes_data(decision));
  policy = LoadPolicy();
  SUCCEEDS(changepolicy_decision_text(policy, &message, 0, &text, &error));
  CHECK_CONTAINS("C-1", changepolicy_bytes_data(text));
  changepolicy_bytes_free(decision);
  decision = NULL;
  SUCCEEDS(changepolicy_decide(engine, &change, &question, CHANGEPOLICY_BINARY, &decision, &error));
  message = BinaryMessage(decision);
  SUCCEEDS(changepolicy_decision_digest(&message, &again, &error));
  CHECK_TEXT(changepolicy_bytes_data(digest), changepolicy_bytes_data(again));
  message.size -= 1;
  changepolicy_bytes_free(again);
  again = NULL;
  CHECK(changepolicy_decision_digest(&message, &again, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(again == NULL);
  changepolicy_error_free(error);
  changepolicy_policy_free(policy);
  changepolicy_bytes_free(decision);
  changepolicy_bytes_free(digest);
  changepolicy_bytes_free(text);
}

static void NamesWhatIsTooLarge(const changepolicy_engine* engine) {
  const size_t size = (size_t)17 << 20;
  char* const blanks = malloc(size);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_subject change;
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  CHECK(blanks != NULL);
  if (blanks == NULL) return;
  memset(blanks, ' ', size);
  change.kind = CHANGEPOLICY_CHANGE;
  change.encoding = CHANGEPOLICY_JSON;
  change.data = blanks;
  change.size = size;
  FAILS(CHANGEPOLICY_RESOURCE_EXHAUSTED, "", "at most",
        changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &answer, &error));
  CHECK(answer == NULL);
  free(blanks);
}

static void Releases(const changepolicy_engine* engine) {
  changepolicy_subject release = JsonChange("{\"id\": \"R-1\", \"state\": \"RELEASE_STATE_OPEN\"}");
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  release.kind = CHANGEPOLICY_RELEASE;
  /* Its states are those of a release. */
  CHECK(changepolicy_decide(engine, &release, &question, CHANGEPOLICY_JSON, &answer, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("RELEASE_STATE_OPEN", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  release = JsonChange("{\"id\": \"R-1\"}");
  release.kind = CHANGEPOLICY_RELEASE;
  SUCCEEDS(changepolicy_decide(engine, &release, &question, CHANGEPOLICY_JSON, &answer, &error));
  CHECK_CONTAINS("SUBJECT_KIND_RELEASE", changepolicy_bytes_data(answer));
  changepolicy_bytes_free(answer);
  answer = NULL;
  FAILS(
      CHANGEPOLICY_INVALID_ARGUMENT, "subject.kind", "only changes have documents",
      changepolicy_lint_documents(engine, &release, &question, CHANGEPOLICY_JSON, &answer, &error));
}

static void Checklists(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_question question = QuestionAt(NULL);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_checklist(engine, 0, NULL, &question, CHANGEPOLICY_JSON, &answer, &error));
  CHECK_CONTAINS("\"steps\":", changepolicy_bytes_data(answer));
  changepolicy_bytes_free(answer);
  answer = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.now", "is NULL",
        changepolicy_checklist(engine, 0, &change, &question, CHANGEPOLICY_JSON, &answer, &error));
  question.now = kNow;
  SUCCEEDS(
      changepolicy_checklist(engine, 0, &change, &question, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  question.role = "nobody-knows";
  CHECK(changepolicy_checklist(engine, 0, NULL, &question, CHANGEPOLICY_JSON, &answer, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("nobody-knows", changepolicy_error_message(error));
  changepolicy_error_free(error);
  CHECK(answer == NULL);
}

void TestQuestions(void) {
  changepolicy_engine* const engine = LoadEngine();
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_engine* alone = NULL;
  changepolicy_error* error = NULL;
  Answers(engine);
  AnswersBytesAsJson(engine);
  Refuses(engine);
  RefusesBytes(engine);
  KnowsLaterStructs(engine);
  DetailAndDigests(engine);
  NamesWhatIsTooLarge(engine);
  Releases(engine);
  Checklists(engine);
  changepolicy_engine_free(engine);
  /* An organization of nobody. */
  SUCCEEDS(changepolicy_engine_create(policy, NULL, &alone, &error));
  changepolicy_engine_free(alone);
  changepolicy_policy_free(policy);
}
