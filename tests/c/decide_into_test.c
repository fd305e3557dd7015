/* Decisions into bytes that are used again. */
#include <stdlib.h>

#include "tests/c/check.h"

static changepolicy_bytes* NewBytes(void) {
  changepolicy_bytes* bytes = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_bytes_create(&bytes, &error));
  return bytes;
}

static changepolicy_question QuestionAtSecond(int64_t seconds) {
  changepolicy_question question = {0};
  question.struct_size = sizeof question;
  question.now_seconds = seconds;
  question.now_is_number = 1;
  return question;
}

static changepolicy_bytes* Serialized(const char* type, const char* json) {
  const changepolicy_message given = JsonMessage(json);
  changepolicy_bytes* bytes = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_convert(type, &given, CHANGEPOLICY_BINARY, &bytes, &error));
  return bytes;
}

static changepolicy_subject SubjectIn(const changepolicy_bytes* bytes, changepolicy_kind kind) {
  changepolicy_subject subject;
  subject.kind = kind;
  subject.encoding = CHANGEPOLICY_BINARY;
  subject.data = changepolicy_bytes_data(bytes);
  subject.size = changepolicy_bytes_size(bytes);
  return subject;
}

static int AreSame(const changepolicy_bytes* one, const changepolicy_bytes* other) {
  return changepolicy_bytes_size(one) == changepolicy_bytes_size(other) &&
         memcmp(changepolicy_bytes_data(one), changepolicy_bytes_data(other),
                changepolicy_bytes_size(one)) == 0;
}

static void MakesEmptyBytes(void) {
  changepolicy_bytes* const bytes = NewBytes();
  changepolicy_error* error = NULL;
  CHECK(changepolicy_bytes_size(bytes) == 0);
  CHECK_TEXT("", changepolicy_bytes_data(bytes));
  changepolicy_bytes_free(bytes);
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "bytes", "is NULL", changepolicy_bytes_create(NULL, &error));
  CHECK(changepolicy_bytes_create(NULL, NULL) == CHANGEPOLICY_INVALID_ARGUMENT);
}

/* Whatever is asked, it is what changepolicy_decide answers: long ones after short ones, releases
 * after changes, JSON after serialized messages. */
static void AnswersAsDecideDoes(const changepolicy_engine* engine) {
  changepolicy_bytes* const change = Serialized("ChangeRequest", kChange);
  changepolicy_bytes* const small = Serialized("ChangeRequest", "{\"id\": \"C-2\"}");
  changepolicy_bytes* const release =
      Serialized("Release", "{\"id\": \"R-1\", \"version\": \"2.0.0\"}");
  const changepolicy_subject subjects[] = {
      SubjectIn(change, CHANGEPOLICY_CHANGE), SubjectIn(small, CHANGEPOLICY_CHANGE),
      SubjectIn(release, CHANGEPOLICY_RELEASE), JsonChange(kChange)};
  const char* const transitions[] = {NULL, "", "DEPLOY", "TRANSITION_SUBMIT"};
  changepolicy_bytes* const answer = NewBytes();
  changepolicy_error* error = NULL;
  size_t subject, transition;
  changepolicy_encoding output;
  changepolicy_detail detail;
  for (subject = 0; subject < 4; ++subject) {
    for (transition = 0; transition < 4; ++transition) {
      for (detail = 0; detail <= CHANGEPOLICY_DETAIL_RULES; ++detail) {
        for (output = CHANGEPOLICY_BINARY; output <= CHANGEPOLICY_JSON; ++output) {
          changepolicy_question question = QuestionAtSecond(1769851800);
          changepolicy_bytes* other = NULL;
          question.transition = transitions[transition];
          question.detail = detail;
          question.subject_digest = detail % 2;
          SUCCEEDS(changepolicy_decide_into(engine, &subjects[subject], &question, output, answer,
                                            &error));
          question.now_is_number = 0;
          question.now_seconds = 0;
          question.now = kNow;
          SUCCEEDS(
              changepolicy_decide(engine, &subjects[subject], &question, output, &other, &error));
          CHECK(changepolicy_bytes_size(answer) > 0 && AreSame(answer, other));
          SUCCEEDS(changepolicy_decide_into(engine, &subjects[subject], &question, output, answer,
                                            &error));
          CHECK(AreSame(answer, other));
          changepolicy_bytes_free(other);
        }
      }
    }
  }
  changepolicy_bytes_free(answer);
  changepolicy_bytes_free(change);
  changepolicy_bytes_free(small);
  changepolicy_bytes_free(release);
}

/* Fails after a good answer, of which nothing is left. */
#define EMPTIES(expected, blamed, part, engine_, subject_, question_, output_)                 \
  do {                                                                                         \
    SUCCEEDS(changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY, answer, \
                                      &error));                                                \
    CHECK(changepolicy_bytes_size(answer) > 0);                                                \
    FAILS(expected, blamed, part,                                                              \
          changepolicy_decide_into(engine_, subject_, question_, output_, answer, &error));    \
    CHECK(changepolicy_bytes_size(answer) == 0);                                               \
    CHECK_TEXT("", changepolicy_bytes_data(answer));                                           \
  } while (0)

static void LeavesNoEarlierAnswer(const changepolicy_engine* engine) {
  changepolicy_bytes* const given = Serialized("ChangeRequest", kChange);
  const changepolicy_subject change = SubjectIn(given, CHANGEPOLICY_CHANGE);
  const changepolicy_question question = QuestionAtSecond(1769851800);
  changepolicy_bytes* const answer = NewBytes();
  changepolicy_error* error = NULL;
  changepolicy_subject bad = change;
  changepolicy_question asked = question;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "`engine` is NULL", NULL, &change, &question,
          CHANGEPOLICY_BINARY);
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "engine", "no live changepolicy_engine",
          (const changepolicy_engine*)answer, &change, &question, CHANGEPOLICY_BINARY);
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "`subject` is NULL", engine, NULL, &question,
          CHANGEPOLICY_BINARY);
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "question", "`question` is NULL", engine, &change, NULL,
          CHANGEPOLICY_BINARY);
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "output", "`output` is 3", engine, &change, &question, 3);
  /* A cut one, one without id, one of neither kind, one that is NULL, one that is none. */
  --bad.size;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "", "no serialized changepolicy.v1.ChangeRequest", engine,
          &bad, &question, CHANGEPOLICY_BINARY);
  bad.size = 0;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "", "id: the change has none", engine, &bad, &question,
          CHANGEPOLICY_BINARY);
  bad = change;
  bad.kind = 3;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "subject.kind", "kind is 3", engine, &bad, &question,
          CHANGEPOLICY_BINARY);
  bad = change;
  bad.data = NULL;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "is NULL", engine, &bad, &question,
          CHANGEPOLICY_BINARY);
  bad = change;
  bad.size = (size_t)-1;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "is its size wrong", engine, &bad, &question,
          CHANGEPOLICY_BINARY);
  bad = JsonChange("{\"id\": \"C-1\", \"poeple\": {}}");
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "poeple", "did you mean `people`", engine, &bad, &question,
          CHANGEPOLICY_BINARY);
  asked.transition = "DEPLOI";
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "question.transition", "did you mean `DEPLOY`", engine,
          &change, &asked, CHANGEPOLICY_BINARY);
  asked = question;
  asked.detail = 5;
  EMPTIES(CHANGEPOLICY_INVALID_ARGUMENT, "question.detail", "is 5", engine, &change, &asked,
          CHANGEPOLICY_BINARY);
  /* Nobody has to ask for the error. */
  SUCCEEDS(
      changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY, answer, &error));
  CHECK(changepolicy_decide_into(engine, &change, &asked, CHANGEPOLICY_BINARY, answer, NULL) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(changepolicy_bytes_size(answer) == 0);
  /* What is no answer is not touched. */
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "answer", "`answer` is NULL",
        changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY, NULL, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "answer", "no live changepolicy_bytes",
        changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY,
                                 (changepolicy_bytes*)engine, &error));
  changepolicy_bytes_free(answer);
  changepolicy_bytes_free(given);
}

/* A subject that lies in the answer would be written over while it is read. */
static void RefusesItsOwnBytes(const changepolicy_engine* engine) {
  const changepolicy_question question = QuestionAtSecond(1769851800);
  changepolicy_bytes* answer = Serialized("ChangeRequest", kChange);
  changepolicy_subject change = SubjectIn(answer, CHANGEPOLICY_CHANGE);
  changepolicy_error* error = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "lies in the bytes of `answer`",
        changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY, answer, &error));
  CHECK(changepolicy_bytes_size(answer) == 0);
  changepolicy_bytes_free(answer);
  answer = Serialized("ChangeRequest", kChange);
  change = SubjectIn(answer, CHANGEPOLICY_CHANGE);
  ++change.data;
  --change.size;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subject", "lies in the bytes of `answer`",
        changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_JSON, answer, &error));
  changepolicy_bytes_free(answer);
}

/* Only where every handle is known. */
static void RefusesFreedBytes(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAtSecond(1769851800);
  changepolicy_bytes* const answer = NewBytes();
  changepolicy_error* error = NULL;
  changepolicy_bytes_free(answer);
  if (!changepolicy_checks_handles()) return;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "answer", "not freed",
        changepolicy_decide_into(engine, &change, &question, CHANGEPOLICY_BINARY, answer, &error));
}

void TestDecideInto(void) {
  changepolicy_engine* const engine = LoadEngine();
  MakesEmptyBytes();
  AnswersAsDecideDoes(engine);
  LeavesNoEarlierAnswer(engine);
  RefusesItsOwnBytes(engine);
  RefusesFreedBytes(engine);
  changepolicy_engine_free(engine);
}
