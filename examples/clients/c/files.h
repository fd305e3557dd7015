/* Files as a whole, and the lines of one. */
#ifndef FILES_H_
#define FILES_H_

#include <stddef.h>

typedef struct text {
  char* data; /* from malloc */
  size_t size;
} text;

/* 0 and errno where the file cannot be read; `read` is then not touched. */
int read_file(const char* name, text* read);

/* The next line from `*offset` on, without its line feed; 0 at the end. */
int next_line(const text* whole, size_t* offset, const char** line, size_t* size);

#endif /* FILES_H_ */
