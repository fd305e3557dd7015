/* Decides changes or releases of a file by the built-in policy, in as many threads as it says. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decider.h"
#include "files.h"

enum { ALLOWED = 0, NOT_ALLOWED = 1, FAILED = 2, THREADS = 4 };

/* A subject of the file, and what came of it: a decision, or an error. */
typedef struct task {
  changepolicy_subject subject;
  size_t line; /* 0: it is the whole file */
  decision made;
  changepolicy_status status;
  changepolicy_error* error; /* NULL as well where there was no memory for one */
} task;

typedef struct work {
  const changepolicy_engine* engine;
  const char* now;
  const char* transition;
  task* tasks;
  size_t count;
} work;

/* Every THREADS-th task from `first` on: nobody else touches them. */
typedef struct share {
  const work* all;
  size_t first;
} share;

static void* decide_share(void* argument) {
  const share* const mine = argument;
  size_t i;
  for (i = mine->first; i < mine->all->count; i += THREADS) {
    task* const one = &mine->all->tasks[i];
    one->status = decider_decide(mine->all->engine, &one->subject, mine->all->now,
                                 mine->all->transition, &one->made, &one->error);
  }
  return NULL;
}

static void decide_all(const work* all) {
  pthread_t threads[THREADS];
  int started[THREADS];
  share shares[THREADS];
  size_t i;
  for (i = 0; i < THREADS; ++i) {
    shares[i].all = all;
    shares[i].first = i;
    started[i] = i < all->count && pthread_create(&threads[i], NULL, decide_share, &shares[i]) == 0;
    if (!started[i]) decide_share(&shares[i]);
  }
  for (i = 0; i < THREADS; ++i) {
    if (started[i]) pthread_join(threads[i], NULL);
  }
}

static void print_error(size_t line, changepolicy_status status, const changepolicy_error* error) {
  const char* const path = changepolicy_error_path(error);
  if (line > 0) fprintf(stderr, "line %zu: ", line);
  fprintf(stderr, "%s", status_name(status));
  if (path[0] != '\0') fprintf(stderr, " %s", path);
  fprintf(stderr, ": %s\n", changepolicy_error_message(error));
}

static void print_decision(const decision* made, int hex) {
  printf("%s %s", verdict_name(made->verdict), changepolicy_bytes_data(made->digest));
  if (hex) {
    const char* const data = changepolicy_bytes_data(made->message);
    const size_t size = changepolicy_bytes_size(made->message);
    size_t i;
    putchar(' ');
    for (i = 0; i < size; ++i) printf("%02x", (unsigned char)data[i]);
  }
  putchar('\n');
}

/* In the order of the file; gives the exit code. */
static int print_all(const work* all, int hex) {
  int code = ALLOWED;
  size_t i;
  for (i = 0; i < all->count; ++i) {
    task* const one = &all->tasks[i];
    if (one->status != CHANGEPOLICY_OK) {
      print_error(one->line, one->status, one->error);
      code = FAILED;
    } else {
      print_decision(&one->made, hex);
      if (one->made.verdict != CHANGEPOLICY_VERDICT_ALLOWED && code == ALLOWED) code = NOT_ALLOWED;
    }
    decision_clear(&one->made);
    changepolicy_error_free(one->error);
  }
  return code;
}

static int ends_with(const char* name, const char* ending) {
  const size_t size = strlen(name);
  const size_t length = strlen(ending);
  return size >= length && strcmp(name + size - length, ending) == 0;
}

/* A file of JSON lines has a subject on each that is not empty. 0 where memory ran out. */
static int find_tasks(const char* name, const text* file, changepolicy_kind kind, work* all) {
  const int lines = ends_with(name, ".jsonl");
  const char* data = file->data;
  size_t size = file->size;
  size_t offset = 0;
  size_t line = 0;
  size_t room = 1;
  if (lines) {
    while (next_line(file, &offset, &data, &size)) ++room;
    offset = 0;
  }
  all->tasks = calloc(room, sizeof *all->tasks);
  if (all->tasks == NULL) return 0;
  for (all->count = 0; !lines || next_line(file, &offset, &data, &size);) {
    if (lines) ++line;
    if (!lines || size > 0) {
      task* const one = &all->tasks[all->count++];
      one->subject.kind = kind;
      one->subject.encoding = CHANGEPOLICY_JSON;
      one->subject.data = data;
      one->subject.size = size;
      one->line = line;
    }
    if (!lines) break;
  }
  return 1;
}

typedef struct arguments {
  const char* overlay; /* NULL: none */
  int hex;
  const char* organization;
  changepolicy_kind kind;
  const char* file;
  const char* now;
  const char* transition; /* NULL: the next one */
} arguments;

static int read_arguments(int argc, char** argv, arguments* given) {
  int at = 1;
  while (at < argc && strncmp(argv[at], "--", 2) == 0) {
    if (strcmp(argv[at], "--hex") == 0) {
      given->hex = 1;
    } else if (strcmp(argv[at], "--overlay") == 0 && at + 1 < argc) {
      given->overlay = argv[++at];
    } else {
      return 0;
    }
    ++at;
  }
  if (argc - at != 4 && argc - at != 5) return 0;
  given->organization = argv[at];
  if (strcmp(argv[at + 1], "change") == 0) {
    given->kind = CHANGEPOLICY_CHANGE;
  } else if (strcmp(argv[at + 1], "release") == 0) {
    given->kind = CHANGEPOLICY_RELEASE;
  } else {
    return 0;
  }
  given->file = argv[at + 2];
  given->now = argv[at + 3];
  given->transition = argv[at + 4]; /* NULL after the last one */
  return 1;
}

static int read_or_complain(const char* name, text* read) {
  if (name == NULL || read_file(name, read)) return 1;
  fprintf(stderr, "%s %s: %s\n", errno == ENOENT ? "NOT_FOUND" : "INVALID_ARGUMENT", name,
          strerror(errno));
  return 0;
}

/* With everything read. */
static int run(const arguments* given, const text* overlay, const text* people, const text* file) {
  const changepolicy_document policy[] = {{"builtin:saas", NULL, 0},
                                          {given->overlay, overlay->data, overlay->size}};
  const changepolicy_document organization = {given->organization, people->data, people->size};
  changepolicy_engine* engine = NULL;
  changepolicy_error* error = NULL;
  work all = {.now = given->now, .transition = given->transition};
  int code = FAILED;
  const changepolicy_status status =
      decider_open(policy, given->overlay != NULL ? 2 : 1, &organization, &engine, &error);
  if (status != CHANGEPOLICY_OK) {
    print_error(0, status, error);
    changepolicy_error_free(error);
    return FAILED;
  }
  all.engine = engine;
  if (find_tasks(given->file, file, given->kind, &all)) {
    decide_all(&all);
    code = print_all(&all, given->hex);
    free(all.tasks);
  }
  changepolicy_engine_free(engine);
  return code;
}

int main(int argc, char** argv) {
  arguments given = {.overlay = NULL};
  text overlay = {NULL, 0};
  text people = {NULL, 0};
  text file = {NULL, 0};
  int code = FAILED;
  if (!read_arguments(argc, argv, &given)) {
    fprintf(stderr,
            "usage: %s [--overlay FILE] [--hex] ORGANIZATION change|release FILE NOW "
            "[TRANSITION]\n",
            argv[0]);
    return FAILED;
  }
  if (read_or_complain(given.overlay, &overlay) && read_or_complain(given.organization, &people) &&
      read_or_complain(given.file, &file)) {
    code = run(&given, &overlay, &people, &file);
  }
  free(overlay.data);
  free(people.data);
  free(file.data);
  return fflush(stdout) == 0 ? code : FAILED;
}
