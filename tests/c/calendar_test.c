/* Questions about time. */
#include "tests/c/check.h"

static const char kPlanned[] =
    "directory:\n"
    "  people: [{id: ann}]\n"
    "  calendar:\n"
    "    freezes:\n"
    "      - id: year-end\n"
    "        times: [{zone: UTC, start: \"2026-12-20T00:00:00\", duration: 240h}]\n"
    "    trains:\n"
    "      - id: monthly\n"
    "        kind: minor\n"
    "        cadence: {zone: UTC, start: \"2026-01-06T10:00:00\", rrule: FREQ=MONTHLY}\n";

static changepolicy_engine* Planned(void) {
  const changepolicy_document document = Document("planned.yaml", kPlanned);
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_organization* organization = NULL;
  changepolicy_engine* engine = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_organization_load(&document, 1, &organization, &error));
  SUCCEEDS(changepolicy_engine_create(policy, organization, &engine, &error));
  changepolicy_organization_free(organization);
  changepolicy_policy_free(policy);
  return engine;
}

void TestCalendar(void) {
  changepolicy_engine* const engine = Planned();
  const changepolicy_subject change = JsonChange(kChange);
  changepolicy_subject release = JsonChange("{\"id\": \"R-1\"}");
  changepolicy_slot_question slots = {sizeof slots, NULL, NULL, NULL, 0, NULL};
  changepolicy_message freeze;
  changepolicy_bytes* answer = NULL;
  changepolicy_list* departures = NULL;
  changepolicy_error* error = NULL;
  size_t i;
  slots.now = kNow;
  slots.until = "2026-02-28";
  slots.count = 2;
  slots.length = "1h30m";
  SUCCEEDS(changepolicy_next_slots(engine, &change, &slots, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  slots.length = "long";
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "question.length", "no duration",
        changepolicy_next_slots(engine, &change, &slots, CHANGEPOLICY_JSON, &answer, &error));
  slots.length = NULL;
  slots.count = -1;
  CHECK(changepolicy_next_slots(engine, &change, &slots, CHANGEPOLICY_JSON, &answer, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  CHECK(answer == NULL);

  SUCCEEDS(changepolicy_conflicts(engine, kNow, CHANGEPOLICY_JSON, &answer, &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  SUCCEEDS(changepolicy_find_freeze(engine, "year-end", CHANGEPOLICY_JSON, &answer, &error));
  CHECK_CONTAINS("year-end", changepolicy_bytes_data(answer));
  freeze = JsonMessage(changepolicy_bytes_data(answer));
  {
    changepolicy_bytes* impact = NULL;
    SUCCEEDS(
        changepolicy_freeze_impact(engine, &freeze, kNow, CHANGEPOLICY_BINARY, &impact, &error));
    changepolicy_bytes_free(impact);
  }
  changepolicy_bytes_free(answer);
  answer = NULL;
  CHECK(changepolicy_find_freeze(engine, "yearend?", CHANGEPOLICY_JSON, &answer, &error) ==
        CHANGEPOLICY_NOT_FOUND);
  CHECK(answer == NULL);
  changepolicy_error_free(error);
  error = NULL;

  SUCCEEDS(changepolicy_forward_schedule(engine, kNow, "2026-12-01", "2027-01-01",
                                         CHANGEPOLICY_JSON, &answer, &error));
  CHECK_CONTAINS("year-end", changepolicy_bytes_data(answer));
  changepolicy_bytes_free(answer);
  answer = NULL;
  CHECK(changepolicy_forward_schedule(engine, kNow, "2026-12-01", "2056-01-01", CHANGEPOLICY_JSON,
                                      &answer, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;

  SUCCEEDS(changepolicy_departures(engine, "2026-02-01", "2026-05-01", CHANGEPOLICY_JSON,
                                   &departures, &error));
  CHECK(changepolicy_list_size(departures) == 3);
  for (i = 0; i < changepolicy_list_size(departures); ++i) {
    CHECK_CONTAINS("monthly", changepolicy_list_at(departures, i).data);
  }
  CHECK(changepolicy_list_at(departures, 3).size == 0);
  changepolicy_list_free(departures);

  SUCCEEDS(changepolicy_plan_train(engine, "monthly", &change, 1, kNow, CHANGEPOLICY_JSON, &answer,
                                   &error));
  changepolicy_bytes_free(answer);
  answer = NULL;
  CHECK(changepolicy_plan_train(engine, "weekly", &change, 1, kNow, CHANGEPOLICY_JSON, &answer,
                                &error) == CHANGEPOLICY_NOT_FOUND);
  changepolicy_error_free(error);
  error = NULL;
  release.kind = CHANGEPOLICY_RELEASE;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "changes", "give no releases",
        changepolicy_plan_train(engine, "monthly", &release, 1, kNow, CHANGEPOLICY_JSON, &answer,
                                &error));
  CHECK(answer == NULL);
  changepolicy_engine_free(engine);
}
