/* The instant of a question, as text or as a number; and the question as it was before it could be
 * a number. */
#include <stddef.h>
#include <stdint.h>

#include "tests/c/check.h"

static const struct {
  const char* text;
  int64_t seconds;
  int32_t nanos;
} kInstants[] = {
    {"1970-01-01T00:00:00Z", 0, 0},
    {"1970-01-01T00:00:00.000000001Z", 0, 1},
    {"1969-12-31T23:59:59.5Z", -1, 500000000},
    {"2026-01-31T09:30:00Z", 1769851800, 0},
    {"2026-01-31T09:30:00.999999999Z", 1769851800, 999999999},
    {"2000-02-29", 951782400, 0},
    {"0001-01-01T00:00:00Z", -62135596800, 0},
    {"9999-12-31T23:59:59.999999999Z", 253402300799, 999999999},
};
static const size_t kInstantCount = sizeof kInstants / sizeof kInstants[0];

static changepolicy_question NumberQuestion(int64_t seconds, int32_t nanos) {
  changepolicy_question question = {0};
  question.struct_size = sizeof question;
  question.now_seconds = seconds;
  question.now_nanos = nanos;
  question.now_is_number = 1;
  return question;
}

static void CheckSame(changepolicy_bytes* one, changepolicy_bytes* other) {
  CHECK(changepolicy_bytes_size(one) > 0);
  CHECK(changepolicy_bytes_size(one) == changepolicy_bytes_size(other) &&
        memcmp(changepolicy_bytes_data(one), changepolicy_bytes_data(other),
               changepolicy_bytes_size(one)) == 0);
  changepolicy_bytes_free(one);
  changepolicy_bytes_free(other);
}

/* The same answer as with the text, whatever is asked and in whichever encoding. */
static void IsTheSameAsText(const changepolicy_engine* engine) {
  const changepolicy_message message = JsonMessage(kChange);
  const changepolicy_subject json = JsonChange(kChange);
  changepolicy_subject binary = json;
  changepolicy_bytes* serialized = NULL;
  changepolicy_error* error = NULL;
  size_t i, way;
  SUCCEEDS(
      changepolicy_convert("ChangeRequest", &message, CHANGEPOLICY_BINARY, &serialized, &error));
  binary.encoding = CHANGEPOLICY_BINARY;
  binary.data = changepolicy_bytes_data(serialized);
  binary.size = changepolicy_bytes_size(serialized);
  for (i = 0; i < kInstantCount; ++i) {
    const changepolicy_question text = QuestionAt(kInstants[i].text);
    const changepolicy_question number = NumberQuestion(kInstants[i].seconds, kInstants[i].nanos);
    for (way = 0; way < 2; ++way) {
      const changepolicy_subject* const subject = way == 0 ? &json : &binary;
      changepolicy_bytes *one = NULL, *other = NULL;
      changepolicy_batch* batch = NULL;
      SUCCEEDS(changepolicy_decide(engine, subject, &text, CHANGEPOLICY_JSON, &one, &error));
      SUCCEEDS(changepolicy_decide(engine, subject, &number, CHANGEPOLICY_JSON, &other, &error));
      CheckSame(one, other);
      SUCCEEDS(changepolicy_decide(engine, subject, &text, CHANGEPOLICY_BINARY, &one, &error));
      SUCCEEDS(changepolicy_decide_many(engine, subject, 1, &number, NULL, CHANGEPOLICY_BINARY,
                                        &batch, &error));
      CHECK(changepolicy_batch_decision(batch, 0).size == changepolicy_bytes_size(one) &&
            memcmp(changepolicy_batch_decision(batch, 0).data, changepolicy_bytes_data(one),
                   changepolicy_bytes_size(one)) == 0);
      changepolicy_batch_free(batch);
      SUCCEEDS(changepolicy_decide(engine, subject, &number, CHANGEPOLICY_BINARY, &other, &error));
      CheckSame(one, other);
      SUCCEEDS(changepolicy_checklist(engine, 0, subject, &text, CHANGEPOLICY_JSON, &one, &error));
      SUCCEEDS(
          changepolicy_checklist(engine, 0, subject, &number, CHANGEPOLICY_JSON, &other, &error));
      CheckSame(one, other);
    }
  }
  changepolicy_bytes_free(serialized);
}

static void Refuses(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_question question = NumberQuestion(0, -1);
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
#define REFUSED(blamed, part)                        \
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, blamed, part, \
        changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &answer, &error))
  REFUSED("question.now_nanos", "is -1; give 0 to 999999999");
  question.now_nanos = 1000000000;
  REFUSED("question.now_nanos", "is 1000000000; give 0 to 999999999");
  question.now_nanos = INT32_MIN;
  REFUSED("question.now_nanos", "is -2147483648");
  question = NumberQuestion(253402300800, 0);
  REFUSED("question.now_seconds", "is 253402300800, outside of years 1 to 9999");
  question.now_seconds = -62135596801;
  REFUSED("question.now_seconds", "is -62135596801, outside of years 1 to 9999");
  question.now_seconds = INT64_MIN;
  REFUSED("question.now_seconds", "outside of years 1 to 9999");
  question.now_seconds = INT64_MAX;
  REFUSED("question.now_seconds", "outside of years 1 to 9999");
  /* Given twice, or without saying so. */
  question = NumberQuestion(0, 0);
  question.now = kNow;
  REFUSED("question.now", "given twice, by `question.now` and as a number");
  question.now_is_number = 0;
  question.now_seconds = 1;
  REFUSED("question.now_is_number", "`question.now_is_number` is 0; set it to 1");
  question.now_seconds = 0;
  question.now_nanos = 1;
  REFUSED("question.now_is_number", "`question.now_is_number` is 0; set it to 1");
  question.now = NULL;
  REFUSED("question.now_is_number", "`question.now_is_number` is 0; set it to 1");
  question.now_nanos = 0;
  REFUSED("question.now", "is NULL");
  CHECK(answer == NULL);
#undef REFUSED
}

/* What was built with the header of the first version gives a shorter struct. What lies behind it
 * is not its own. */
static void TakesTheFirstVersion(const changepolicy_engine* engine) {
  struct {
    size_t struct_size;
    const char* now;
    const char* transition;
    changepolicy_detail detail;
    int32_t subject_digest;
    const char* role;
  } first = {0};
  union {
    changepolicy_question question;
    unsigned char bytes[sizeof(changepolicy_question)];
  } given;
  const changepolicy_question question = QuestionAt(kNow);
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_bytes *one = NULL, *other = NULL;
  changepolicy_error* error = NULL;
  size_t size;
  CHECK(sizeof first == offsetof(changepolicy_question, now_seconds));
  memset(given.bytes, 0xab, sizeof given);
  first.struct_size = sizeof first;
  first.now = kNow;
  memcpy(given.bytes, &first, sizeof first);
  SUCCEEDS(changepolicy_decide(engine, &change, &given.question, CHANGEPOLICY_JSON, &one, &error));
  SUCCEEDS(changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &other, &error));
  CheckSame(one, other);
  one = NULL;
  given.question.now = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.now", "is NULL",
        changepolicy_decide(engine, &change, &given.question, CHANGEPOLICY_JSON, &one, &error));
  given.question.now = kNow;
  for (size = 0; size < sizeof given; ++size) {
    if (size == sizeof first) continue;
    given.question.struct_size = size;
    FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.struct_size", "fill it with zeros",
          changepolicy_decide(engine, &change, &given.question, CHANGEPOLICY_JSON, &one, &error));
  }
  CHECK(one == NULL);
}

void TestInstants(void) {
  changepolicy_engine* const engine = LoadEngine();
  IsTheSameAsText(engine);
  Refuses(engine);
  TakesTheFirstVersion(engine);
  changepolicy_engine_free(engine);
}
