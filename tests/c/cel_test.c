/* The Common Expression Language by itself. */
#include "tests/c/check.h"

/* A serialized CelValue from its JSON. */
static changepolicy_bytes* Value(const char* json) {
  const changepolicy_message message = JsonMessage(json);
  changepolicy_bytes* value = NULL;
  changepolicy_error* error = NULL;
  SUCCEEDS(changepolicy_convert("CelValue", &message, CHANGEPOLICY_BINARY, &value, &error));
  return value;
}

static changepolicy_cel_binding Binding(const char* name, const changepolicy_bytes* value) {
  changepolicy_cel_binding binding;
  binding.name = name;
  binding.value.data = changepolicy_bytes_data(value);
  binding.value.size = changepolicy_bytes_size(value);
  return binding;
}

static void Evaluates(void) {
  static const changepolicy_cel_variable kVariables[] = {{"limit", "int"},
                                                         {"names", "list(string)"}};
  changepolicy_cel_options options;
  changepolicy_cel_program *program = NULL, *residual = NULL;
  changepolicy_bytes *limit = Value("{\"int64_value\": \"2\"}"), *result = NULL, *text = NULL;
  changepolicy_list* names = NULL;
  changepolicy_error* error = NULL;
  changepolicy_cel_binding binding = Binding("limit", limit);
  const char* unknown[] = {"names"};
  uint64_t min = 0, max = 0;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.variables = kVariables;
  options.variable_count = 2;
  SUCCEEDS(
      changepolicy_cel_compile("limit > 1 && size(names) > limit", &options, &program, &error));
  SUCCEEDS(changepolicy_cel_type(program, &text, &error));
  CHECK_TEXT("bool", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  SUCCEEDS(changepolicy_cel_references(program, CHANGEPOLICY_CEL_VARIABLES, &names, &error));
  CHECK(changepolicy_list_size(names) == 2);
  CHECK_TEXT("limit", changepolicy_list_at(names, 0).data);
  changepolicy_list_free(names);
  names = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "what", "is 9",
        changepolicy_cel_references(program, 9, &names, &error));
  SUCCEEDS(changepolicy_cel_estimate_cost(program, NULL, &min, &max, NULL, &error));
  CHECK(min > 0 && min <= max);
  SUCCEEDS(changepolicy_cel_evaluate(program, &binding, 1, unknown, 1, CHANGEPOLICY_JSON, &result,
                                     &error));
  CHECK_CONTAINS("\"unknown\":{\"paths\":[\"names\"]}", changepolicy_bytes_data(result));
  changepolicy_bytes_free(result);
  SUCCEEDS(changepolicy_cel_residual(program, &binding, 1, unknown, 1, &residual, &names, &error));
  CHECK(changepolicy_list_size(names) == 1);
  changepolicy_cel_program_free(program);
  SUCCEEDS(changepolicy_cel_unparse(residual, &text, &error));
  CHECK_TEXT("size(names) > 2", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  SUCCEEDS(changepolicy_cel_dump(residual, &text, &error));
  CHECK_CONTAINS("size(names)", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  changepolicy_list_free(names);
  changepolicy_cel_program_free(residual);
  changepolicy_bytes_free(limit);
}

static void NamesWhatDoesNotCompile(void) {
  changepolicy_cel_program* program = NULL;
  changepolicy_error* error = NULL;
  changepolicy_issue issue;
  changepolicy_cel_options options;
  const char* libraries[] = {"strings", "mathh"};
  memset(&issue, 0, sizeof issue);
  issue.struct_size = sizeof issue;
  CHECK(changepolicy_cel_compile("1 + 'a' ||", NULL, &program, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(changepolicy_issues_at(changepolicy_error_issues(error), 0, &issue, NULL) ==
        CHANGEPOLICY_OK);
  CHECK(issue.line == 1 && issue.column > 1);
  changepolicy_error_free(error);
  error = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.libraries = libraries;
  options.library_count = 2;
  CHECK(changepolicy_cel_compile("1", &options, &program, &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK_CONTAINS("math", changepolicy_error_message(error));
  changepolicy_error_free(error);
  error = NULL;
  options.libraries = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "options.libraries", "has 2 elements",
        changepolicy_cel_compile("1", &options, &program, &error));
  options.library_count = 0;
  options.descriptors.data = "\xff\xff\xff";
  options.descriptors.size = 3;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "options.descriptors", "no serialized",
        changepolicy_cel_compile("1", &options, &program, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "text", "is NULL",
        changepolicy_cel_compile(NULL, NULL, &program, &error));
  CHECK(program == NULL);
}

static void Twice(void* user, const changepolicy_view* arguments, size_t count,
                  changepolicy_cel_call* call) {
  ++*(int*)user;
  if (count != 1) {
    changepolicy_cel_fail(call, "one argument");
    return;
  }
  /* A value that it was given, given back, is the same. */
  changepolicy_cel_return(call, arguments[0]);
}

static void Fails(void* user, const changepolicy_view* arguments, size_t count,
                  changepolicy_cel_call* call) {
  (void)user, (void)arguments, (void)count;
  changepolicy_cel_fail(call, "no such person");
}

static void GivesNothing(void* user, const changepolicy_view* arguments, size_t count,
                         changepolicy_cel_call* call) {
  (void)user, (void)arguments, (void)count, (void)call;
}

static void GivesRubbish(void* user, const changepolicy_view* arguments, size_t count,
                         changepolicy_cel_call* call) {
  const changepolicy_view rubbish = {"\xff\xff\xff\xff", 4};
  (void)user, (void)arguments, (void)count;
  changepolicy_cel_return(call, rubbish);
}

static void CallsBack(void) {
  int calls = 0;
  const changepolicy_cel_function functions[] = {{"same(int) -> int", Twice, &calls},
                                                 {"fails() -> int", Fails, NULL},
                                                 {"nothing() -> int", GivesNothing, NULL},
                                                 {"rubbish() -> int", GivesRubbish, NULL}};
  static const struct {
    const char *text, *says;
  } kCases[] = {{"same(20) + same(22)", "\"int64_value\":\"42\""},
                {"fails()", "no such person"},
                {"nothing()", "gave no value"},
                {"rubbish()", "no serialized CelValue"}};
  changepolicy_cel_options options;
  size_t i;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.functions = functions;
  options.function_count = 4;
  for (i = 0; i < sizeof kCases / sizeof kCases[0]; ++i) {
    changepolicy_cel_program* program = NULL;
    changepolicy_bytes* result = NULL;
    changepolicy_error* error = NULL;
    SUCCEEDS(changepolicy_cel_compile(kCases[i].text, &options, &program, &error));
    SUCCEEDS(
        changepolicy_cel_evaluate(program, NULL, 0, NULL, 0, CHANGEPOLICY_JSON, &result, &error));
    CHECK_CONTAINS(kCases[i].says, changepolicy_bytes_data(result));
    changepolicy_bytes_free(result);
    changepolicy_cel_program_free(program);
  }
  CHECK(calls == 2);
}

/* The fields of a message as variables; its bytes come under the empty name. */
static void FieldsOfAMessage(void) {
  changepolicy_cel_options options;
  changepolicy_cel_program* program = NULL;
  changepolicy_bytes
      *change = Value(
          "{\"object_value\": {\"@type\": \"type.googleapis.com/changepolicy.v1.ChangeRequest\","
          " \"id\": \"C-7\"}}"),
      *result = NULL, *number = Value("{\"int64_value\": \"2\"}");
  changepolicy_error* error = NULL;
  changepolicy_cel_binding binding = Binding("", change);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.fields_of = "changepolicy.v1.ChangeRequest";
  SUCCEEDS(changepolicy_cel_compile("id + '!'", &options, &program, &error));
  SUCCEEDS(
      changepolicy_cel_evaluate(program, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &result, &error));
  CHECK_CONTAINS("C-7!", changepolicy_bytes_data(result));
  changepolicy_bytes_free(result);
  result = NULL;
  binding = Binding("", number);
  CHECK(changepolicy_cel_evaluate(program, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &result,
                                  &error) == CHANGEPOLICY_INVALID_ARGUMENT);
  changepolicy_error_free(error);
  error = NULL;
  binding.name = NULL;
  FAILS(
      CHANGEPOLICY_INVALID_ARGUMENT, "bindings[0].name", "is NULL",
      changepolicy_cel_evaluate(program, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &result, &error));
  binding.name = "id";
  binding.value.data = "\xff";
  binding.value.size = 1;
  FAILS(
      CHANGEPOLICY_INVALID_ARGUMENT, "bindings[0].value", "no serialized CelValue",
      changepolicy_cel_evaluate(program, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &result, &error));
  CHECK(result == NULL);
  changepolicy_cel_program_free(program);
  changepolicy_bytes_free(change);
  changepolicy_bytes_free(number);
}

/* Many conditions at once, and what is wrong with some of them. */
static void FindsConditionsThatHold(void) {
  static const changepolicy_cel_variable kVariables[] = {{"role", "string"}, {"level", "int"}};
  const char* texts[] = {"role == 'nurse'", "role == 'clerk' && level > 1",
                         "role == 'nurse' && level / 0 == 1", "level > 1"};
  const char* wrong[] = {"role == 'nurse'", "role > 1", "levl == 1"};
  const char* unknown[] = {"level"};
  const char* nothing[] = {"levl"};
  changepolicy_cel_options options;
  changepolicy_cel_conditions* conditions = NULL;
  changepolicy_bytes *nurse = Value("{\"string_value\": \"nurse\"}"), *found = NULL;
  changepolicy_error* error = NULL;
  changepolicy_issue issue;
  changepolicy_cel_binding binding = Binding("role", nurse);
  memset(&issue, 0, sizeof issue);
  issue.struct_size = sizeof issue;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.variables = kVariables;
  options.variable_count = 2;
  SUCCEEDS(changepolicy_cel_conditions_compile(texts, 4, &options, &conditions, &error));
  SUCCEEDS(changepolicy_cel_conditions_find(conditions, &binding, 1, unknown, 1, CHANGEPOLICY_JSON,
                                            &found, &error));
  CHECK_CONTAINS("\"holds\":[0]", changepolicy_bytes_data(found));
  CHECK_CONTAINS("\"condition\":2", changepolicy_bytes_data(found));
  CHECK_CONTAINS("\"condition\":3", changepolicy_bytes_data(found));
  CHECK_CONTAINS("\"paths\":[\"level\"]", changepolicy_bytes_data(found));
  changepolicy_bytes_free(found);
  found = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "", "`levl` is no variable; did you mean `level`",
        changepolicy_cel_conditions_find(conditions, &binding, 1, nothing, 1, CHANGEPOLICY_JSON,
                                         &found, &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "found", "is NULL",
        changepolicy_cel_conditions_find(conditions, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, NULL,
                                         &error));
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "conditions", "is NULL",
        changepolicy_cel_conditions_find(NULL, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &found,
                                         &error));
  CHECK(found == NULL);
  changepolicy_cel_conditions_free(conditions);
  conditions = NULL;
  SUCCEEDS(changepolicy_cel_conditions_compile(NULL, 0, NULL, &conditions, &error));
  SUCCEEDS(changepolicy_cel_conditions_find(conditions, NULL, 0, NULL, 0, CHANGEPOLICY_JSON, &found,
                                            &error));
  CHECK(strcmp("{}", changepolicy_bytes_data(found)) == 0);
  changepolicy_bytes_free(found);
  changepolicy_cel_conditions_free(conditions);
  conditions = NULL;
  CHECK(changepolicy_cel_conditions_compile(wrong, 3, &options, &conditions, &error) ==
        CHANGEPOLICY_INVALID_ARGUMENT);
  CHECK(changepolicy_issues_at(changepolicy_error_issues(error), 1, &issue, NULL) ==
        CHANGEPOLICY_OK);
  CHECK(strcmp("texts[2]", issue.path) == 0);
  changepolicy_error_free(error);
  error = NULL;
  wrong[1] = "level + 1";
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "texts[1]", "gives int, expected a bool",
        changepolicy_cel_conditions_compile(wrong, 2, &options, &conditions, &error));
  wrong[1] = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "texts[1]", "is NULL",
        changepolicy_cel_conditions_compile(wrong, 2, &options, &conditions, &error));
  CHECK(conditions == NULL);
  changepolicy_cel_conditions_free(conditions);
  changepolicy_bytes_free(nurse);
}

static void CostsLimitsAndTexts(void) {
  static const changepolicy_cel_variable kNames = {"names", "list(string)"};
  changepolicy_cel_size path = {"names", 3};
  changepolicy_cel_sizes sizes;
  changepolicy_cel_options options;
  changepolicy_cel_program* program = NULL;
  changepolicy_bytes *text = NULL, *result = NULL,
                     *list = Value("{\"list_value\": {\"values\": [{\"string_value\": \"a\"}]}}");
  changepolicy_list* libraries = NULL;
  changepolicy_error* error = NULL;
  changepolicy_view value;
  uint64_t min = 0, most = 0, less = 0;
  memset(&sizes, 0, sizeof sizes);
  sizes.struct_size = sizeof sizes;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.variables = &kNames;
  options.variable_count = 1;
  options.most_cost = 5;
  SUCCEEDS(changepolicy_cel_compile("names.all(n, n != 'x')", &options, &program, &error));
  SUCCEEDS(changepolicy_cel_estimate_cost(program, NULL, &min, &most, &text, &error));
  CHECK(changepolicy_bytes_size(text) > 0);
  changepolicy_bytes_free(text);
  text = NULL;
  sizes.paths = &path;
  sizes.path_count = 1;
  SUCCEEDS(changepolicy_cel_estimate_cost(program, &sizes, &min, &less, NULL, &error));
  CHECK(less < most);
  path.path = NULL;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "sizes.paths[0].path", "is NULL",
        changepolicy_cel_estimate_cost(program, &sizes, &min, &less, &text, &error));
  CHECK(text == NULL);
  {
    const changepolicy_cel_binding binding = Binding("names", list);
    SUCCEEDS(changepolicy_cel_evaluate(program, &binding, 1, NULL, 0, CHANGEPOLICY_JSON, &result,
                                       &error));
  }
  CHECK_CONTAINS("RESOURCE_EXHAUSTED", changepolicy_bytes_data(result));
  changepolicy_bytes_free(result);
  changepolicy_cel_program_free(program);

  value.data = changepolicy_bytes_data(list);
  value.size = changepolicy_bytes_size(list);
  SUCCEEDS(changepolicy_cel_value_text(value, 0, &text, &error));
  CHECK_TEXT("[\"a\"]", changepolicy_bytes_data(text));
  changepolicy_bytes_free(text);
  text = NULL;
  value.size -= 1;
  FAILS(CHANGEPOLICY_INVALID_ARGUMENT, "value", "no serialized CelValue",
        changepolicy_cel_value_text(value, 0, &text, &error));
  changepolicy_bytes_free(list);
  SUCCEEDS(changepolicy_cel_libraries(&libraries, &error));
  CHECK(changepolicy_list_size(libraries) > 3);
  changepolicy_list_free(libraries);
}

void TestCel(void) {
  CostsLimitsAndTexts();
  Evaluates();
  NamesWhatDoesNotCompile();
  CallsBack();
  FieldsOfAMessage();
  FindsConditionsThatHold();
}
