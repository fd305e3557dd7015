/* Bytes that are refused leave nothing on standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bindings/c/changepolicy.h"

int main(void) {
  /* The id is no UTF-8, which protobuf would complain of by itself. */
  static const char kBytes[] = "\x0a\x02\xff\xfe";
  char said[256] = "";
  const changepolicy_message message = {CHANGEPOLICY_BINARY, kBytes, sizeof kBytes - 1};
  changepolicy_bytes* answer = NULL;
  changepolicy_error* error = NULL;
  FILE* const file = tmpfile();
  const int before = dup(STDERR_FILENO);
  changepolicy_status status;
  if (file == NULL || before < 0 || dup2(fileno(file), STDERR_FILENO) < 0) return EXIT_FAILURE;
  status = changepolicy_convert("ChangeRequest", &message, CHANGEPOLICY_JSON, &answer, &error);
  fflush(stderr);
  if (dup2(before, STDERR_FILENO) < 0) return EXIT_FAILURE;
  rewind(file);
  said[fread(said, 1, sizeof said - 1, file)] = '\0';
  printf("status %d, error `%s`, on standard error `%s`\n", (int)status,
         changepolicy_error_message(error), said);
  changepolicy_error_free(error);
  changepolicy_bytes_free(answer);
  fclose(file);
  close(before);
  return status == CHANGEPOLICY_INVALID_ARGUMENT && said[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
