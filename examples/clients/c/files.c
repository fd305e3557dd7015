#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int read_file(const char* name, text* read) {
  text whole = {NULL, 0};
  size_t room = 0;
  int failure = 0;
  FILE* const file = fopen(name, "rb");
  if (file == NULL) return 0;
  for (;;) {
    size_t got;
    if (whole.size == room) {
      char* const larger = realloc(whole.data, room = room * 2 + 4096);
      if (larger == NULL) {
        failure = ENOMEM;
        break;
      }
      whole.data = larger;
    }
    errno = 0;
    got = fread(whole.data + whole.size, 1, room - whole.size, file);
    if (got == 0) {
      if (ferror(file)) failure = errno != 0 ? errno : EIO;
      break;
    }
    whole.size += got;
  }
  fclose(file);
  if (failure != 0) {
    free(whole.data);
    errno = failure;
    return 0;
  }
  *read = whole;
  return 1;
}

int next_line(const text* whole, size_t* offset, const char** line, size_t* size) {
  const char* end;
  if (*offset >= whole->size) return 0;
  *line = whole->data + *offset;
  end = memchr(*line, '\n', whole->size - *offset);
  *size = end != NULL ? (size_t)(end - *line) : whole->size - *offset;
  *offset += *size + (end != NULL);
  return 1;
}
