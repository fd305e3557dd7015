/* c_test [TOPIC]: the C functions, compiled as C99. All topics where none is given. */
#include <stdlib.h>

#include "tests/c/check.h"

int failures = 0;

const char kOrganization[] =
    "directory:\n"
    "  people: [{id: ann}, {id: bob}, {id: cleo}]\n"
    "  roles:\n"
    "    - {id: engineer, members: [ann, bob]}\n"
    "    - {id: architect, members: [cleo]}\n";
const char kChange[] =
    "{\"id\": \"C-1\", \"state\": \"SCHEDULED\", \"environments\": [\"STAGING\"],"
    " \"people\": {\"requester\": \"ann\", \"authors\": [\"ann\"]}}";
const char kNow[] = "2026-01-31T09:30:00Z";

changepolicy_document Document(const char* name, const char* text) {
  changepolicy_document document;
  document.name = name;
  document.text = text;
  document.size = text == NULL ? 0 : strlen(text);
  return document;
}

changepolicy_subject JsonChange(const char* json) {
  changepolicy_subject subject;
  subject.kind = CHANGEPOLICY_CHANGE;
  subject.encoding = CHANGEPOLICY_JSON;
  subject.data = json;
  subject.size = strlen(json);
  return subject;
}

changepolicy_message JsonMessage(const char* json) {
  changepolicy_message message;
  message.encoding = CHANGEPOLICY_JSON;
  message.data = json;
  message.size = strlen(json);
  return message;
}

changepolicy_message BinaryMessage(const changepolicy_bytes* bytes) {
  changepolicy_message message;
  message.encoding = CHANGEPOLICY_BINARY;
  message.data = changepolicy_bytes_data(bytes);
  message.size = changepolicy_bytes_size(bytes);
  return message;
}

changepolicy_question QuestionAt(const char* now) {
  changepolicy_question question = {0};
  question.struct_size = sizeof question;
  question.now = now;
  return question;
}

changepolicy_policy* LoadPolicy(void) {
  const changepolicy_document document = Document("builtin:starter", NULL);
  changepolicy_policy* policy = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_policy_load(&document, 1, &policy, &error));
  return policy;
}

changepolicy_organization* LoadOrganization(void) {
  const changepolicy_document document = Document("organization.yaml", kOrganization);
  changepolicy_organization* organization = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_organization_load(&document, 1, &organization, &error));
  return organization;
}

changepolicy_engine* LoadEngine(void) {
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_organization* const organization = LoadOrganization();
  changepolicy_engine* engine = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_engine_create(policy, organization, &engine, &error));
  /* The engine keeps what it needs of them. */
  changepolicy_policy_free(policy);
  changepolicy_organization_free(organization);
  return engine;
}

static const struct {
  const char* name;
  void (*run)(void);
} kTopics[] = {{"values", TestValues},
               {"policies", TestPolicies},
               {"questions", TestQuestions},
               {"instants", TestInstants},
               {"decide_into", TestDecideInto},
               {"batches", TestBatches},
               {"duties", TestDuties},
               {"series", TestSeries},
               {"calendar", TestCalendar},
               {"cel", TestCel},
               {"audit", TestAudit},
               {"handles", TestHandles}};

int main(int argc, char** argv) {
  size_t i;
  int ran = 0;
  for (i = 0; i < sizeof kTopics / sizeof kTopics[0]; ++i) {
    if (argc > 1 && strcmp(argv[1], kTopics[i].name) != 0) continue;
    kTopics[i].run();
    ++ran;
  }
  if (ran == 0) fprintf(stderr, "there is no topic `%s`\n", argv[1]);
  return failures == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
