/* Many subjects in one call. */
#include <stdlib.h>

#include "tests/c/check.h"

enum { kCount = 500 };

static void EachHasItsOwnAnswer(const changepolicy_engine* engine) {
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_batch_options options = {sizeof options, 1};
  changepolicy_batch *one = NULL, *many = NULL;
  changepolicy_error* error = NULL;
  changepolicy_subject* const subjects = malloc(kCount * sizeof *subjects);
  char(*texts)[64] = malloc(kCount * sizeof *texts);
  size_t i;
  CHECK(subjects != NULL && texts != NULL);
  if (subjects == NULL || texts == NULL) return;
  for (i = 0; i < kCount; ++i) {
    /* Every seventh is no change. */
    snprintf(texts[i], sizeof texts[i], i % 7 == 3 ? "{\"id\": %d" : "{\"id\": \"C-%d\"}", (int)i);
    subjects[i] = JsonChange(texts[i]);
  }
  subjects[11].kind = 0;
  SUCCEEDS(changepolicy_decide_many(engine, subjects, kCount, &question, &options,
                                    CHANGEPOLICY_BINARY, &one, &error));
  options.threads = 8;
  SUCCEEDS(changepolicy_decide_many(engine, subjects, kCount, &question, &options,
                                    CHANGEPOLICY_BINARY, &many, &error));
  CHECK(changepolicy_batch_size(one) == kCount && changepolicy_batch_size(many) == kCount);
  for (i = 0; i < kCount; ++i) {
    const changepolicy_view a = changepolicy_batch_decision(one, i);
    const changepolicy_view b = changepolicy_batch_decision(many, i);
    const changepolicy_error* const wrong = changepolicy_batch_error(one, i);
    changepolicy_bytes* alone = NULL;
    CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    CHECK((wrong != NULL) == (i % 7 == 3 || i == 11));
    CHECK((a.size == 0) == (wrong != NULL));
    if (wrong != NULL) {
      CHECK(changepolicy_error_code(wrong) == CHANGEPOLICY_INVALID_ARGUMENT);
      CHECK_TEXT(changepolicy_error_message(wrong),
                 changepolicy_error_message(changepolicy_batch_error(many, i)));
      continue;
    }
    SUCCEEDS(
        changepolicy_decide(engine, &subjects[i], &question, CHANGEPOLICY_BINARY, &alone, &error));
    CHECK(changepolicy_bytes_size(alone) == a.size &&
          memcmp(changepolicy_bytes_data(alone), a.data, a.size) == 0);
    changepolicy_bytes_free(alone);
  }
  CHECK(changepolicy_batch_decision(one, kCount).size == 0);
  CHECK(changepolicy_batch_error(one, kCount) == NULL);
  changepolicy_batch_free(one);
  changepolicy_batch_free(many);
  free(subjects);
  free(texts);
}

static void RefusesTheCall(const changepolicy_engine* engine) {
  const changepolicy_subject change = JsonChange(kChange);
  const changepolicy_question question = QuestionAt(kNow);
  changepolicy_batch_options options = {sizeof options, -1};
  changepolicy_batch* batch = NULL;
  changepolicy_error* error = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "options.threads", "negative",
        changepolicy_decide_many(engine, &change, 1, &question, &options, CHANGEPOLICY_JSON, &batch,
                                 &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subjects", "has 1 elements",
        changepolicy_decide_many(engine, NULL, 1, &question, NULL, CHANGEPOLICY_JSON, &batch,
                                 &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "subjects", "is the count wrong",
        changepolicy_decide_many(engine, &change, (size_t)-1, &question, NULL, CHANGEPOLICY_JSON,
                                 &batch, &error));
  CHECK(batch == NULL);
  SUCCEEDS(changepolicy_decide_many(engine, NULL, 0, &question, NULL, CHANGEPOLICY_JSON, &batch,
                                    &error));
  CHECK(changepolicy_batch_size(batch) == 0);
  changepolicy_batch_free(batch);
}

void TestBatches(void) {
  changepolicy_engine* const engine = LoadEngine();
  EachHasItsOwnAnswer(engine);
  RefusesTheCall(engine);
  changepolicy_engine_free(engine);
}
