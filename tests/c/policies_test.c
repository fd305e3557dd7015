/* Policies and organizations: loading, what is wrong with them, ownership. */
#include "tests/c/check.h"

#define LEDGER(day) "{\"taken_at\": \"" day "T00:00:00Z\"}"

static void LoadsAndTells(void) {
  changepolicy_policy* const policy = LoadPolicy();
  changepolicy_bytes *message = NULL, *text = NULL;
  changepolicy_error* error = NULL;
  CHECK(strncmp(changepolicy_policy_digest(policy), "sha256:", 7) == 0);
  CHECK(strlen(changepolicy_policy_digest(policy)) == 71);
  SUCCEEDS(changepolicy_policy_message(policy, CHANGEPOLICY_JSON, &message, &error));
  CHECK_CONTAINS("\"my-policy\"", changepolicy_bytes_data(message));
  /* Maps stand by key. */
  CHECK_CONTAINS("\"clauses\":{\"C-1\":", changepolicy_bytes_data(message));
  changepolicy_bytes_free(message);
  changepolicy_policy_free(policy);

  SUCCEEDS(changepolicy_builtin_policy("saas", &text, &error));
  CHECK_CONTAINS("policy:", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  text = NULL;
  FAILS(CHANGEPOLICY_NOT_FOUND, "", "did you mean `saas`",
        changepolicy_builtin_policy("sass", &text, &error));
  CHECK(text == NULL);
}

/* All issues of all documents, each with its place. */
static void NamesEveryIssue(void) {
  const changepolicy_document document =
      Document("p.yaml", "policy: {id: p, version: \"1\"}\ngatess: []\nrisc: {}\n");
  changepolicy_policy* policy = NULL;
  changepolicy_error* error = NULL;
  const changepolicy_issues* issues;
  changepolicy_issue issue;
  memset(&issue, 0, sizeof issue);
  CHECK(changepolicy_policy_load(&document, 1, &policy, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(policy == NULL);
  issues = changepolicy_error_issues(error);
  CHECK(changepolicy_issues_size(issues) == 2);
  issue.struct_size = sizeof issue;
  CHECK(changepolicy_issues_at(issues, 0, &issue, NULL) == CHANGEPOLICY_OK);
  CHECK(issue.severity == CHANGEPOLICY_ERROR);
  CHECK_TEXT("unknown-field", issue.id);
  CHECK_TEXT("p.yaml", issue.file);
  CHECK(issue.line == 2 && issue.column == 1 && issue.length == 6);
  CHECK_TEXT("gatess: []", issue.source_line);
  CHECK_CONTAINS("did you mean `gates`", issue.help);
  CHECK_CONTAINS("^", issue.text);
  CHECK_CONTAINS(issue.text, changepolicy_error_message(error));
  CHECK_TEXT(issue.path, changepolicy_error_path(error));
  CHECK(changepolicy_issues_at(issues, 2, &issue, NULL) == CHANGEPOLICY_OUT_OF_RANGE);
  issue.struct_size = 3;
  CHECK(changepolicy_issues_at(issues, 0, &issue, NULL) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(changepolicy_issues_at(issues, 0, NULL, NULL) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
}

static void RefusesWhatIsNoPolicy(void) {
  changepolicy_document document = Document("empty.yaml", "");
  changepolicy_policy* policy = NULL;
  changepolicy_error* error = NULL;
  static char zeros[100000];
  CHECK(changepolicy_policy_load(&document, 1, &policy, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("empty.yaml", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  document.text = zeros;
  document.size = sizeof zeros;
  CHECK(changepolicy_policy_load(&document, 1, &policy, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  CHECK(changepolicy_policy_load(NULL, 0, &policy, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "documents", "has 2 elements",
        changepolicy_policy_load(NULL, 2, &policy, &error));
  document = Document(NULL, "policy: {}");
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "documents[0].name", "is NULL",
        changepolicy_policy_load(&document, 1, &policy, &error));
  document = Document("builtin:saas", "policy: {}");
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "documents[0]", "has no text",
        changepolicy_policy_load(&document, 1, &policy, &error));
  document = Document("builtin:sass", NULL);
  CHECK(changepolicy_policy_load(&document, 1, &policy, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("did you mean `saas`", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  document = Document("builtin:saas", NULL);
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "policy", "is NULL",
        changepolicy_policy_load(&document, 1, NULL, &error));
  CHECK(policy == NULL);
}

static void Organizations(void) {
  changepolicy_document documents[2];
  changepolicy_organization *organization = NULL, *other = NULL;
  changepolicy_bytes* message = NULL;
  changepolicy_error* error = NULL;
  changepolicy_message ledger = JsonMessage(LEDGER("2026-01-30"));
  documents[0] = Document("directory.yaml", "people: [{id: ann}]\n");
  documents[1] = Document("ledger.json", "{\"ledger\": " LEDGER("2026-01-01") "}");
  SUCCEEDS(changepolicy_organization_load(documents, 2, &organization, &error));
  SUCCEEDS(changepolicy_organization_with_ledger(organization, &ledger, &other, &error));
  changepolicy_organization_free(organization);
  SUCCEEDS(changepolicy_organization_message(other, CHANGEPOLICY_JSON, &message, &error));
  CHECK_CONTAINS("\"ann\"", changepolicy_bytes_data(message));
  CHECK_CONTAINS("2026-01-30", changepolicy_bytes_data(message));
  changepolicy_bytes_free(message);
  CHECK(changepolicy_issues_size(changepolicy_organization_issues(other)) == 0);
  changepolicy_organization_free(other);

  organization = NULL;
  documents[0] = Document("a.yaml", "directory:\n  people: [{id: ann}, {id: ann}]\n");
  CHECK(changepolicy_organization_load(documents, 1, &organization, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("a.yaml:2", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  CHECK(organization == NULL);
  /* None at all is one of nobody. */
  SUCCEEDS(changepolicy_organization_load(NULL, 0, &organization, &error));
  changepolicy_organization_free(organization);
}

void TestPolicies(void) {
  LoadsAndTells();
  NamesEveryIssue();
  RefusesWhatIsNoPolicy();
  Organizations();
}
