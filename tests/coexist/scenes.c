/* Scenes in which libchangepolicy.so shares a process; each is run in a process of its own:
 *
 *   scenes NAME LIBRARY OTHER COPY
 *
 * LIBRARY is libchangepolicy.so, OTHER a library that uses Debian's shared protobuf for the same
 * .proto files, COPY the path at which the scene may leave a copy of LIBRARY.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/coexist/use.h"

static const char *library, *other, *copy;

static void* Open(const char* path, int flags) {
  void* handle = dlopen(path, flags);
  if (handle == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(EXIT_FAILURE);
  }
  return handle;
}

static void Expect(int good, const char* what) {
  if (good) return;
  fprintf(stderr, "%s\n", what);
  exit(EXIT_FAILURE);
}

static void UseOther(void* handle) {
  int (*works)(void) = (int (*)(void))(size_t)dlsym(handle, "OtherUserWorks");
  Expect(works != NULL && works(), "the other library does not work");
}

static void UseOurs(void* handle) {
  Expect(UseChangepolicy(handle) == 0, "libchangepolicy does not work");
}

/* Each is used before and after the second is there. */
static void Both(const char* first, void (*use_first)(void*), const char* second,
                 void (*use_second)(void*), int flags) {
  void* one = Open(first, flags);
  use_first(one);
  void* two = Open(second, flags);
  use_second(two);
  use_first(one);
}

static void OtherFirst(void) { Both(other, UseOther, library, UseOurs, RTLD_NOW | RTLD_LOCAL); }
static void OursFirst(void) { Both(library, UseOurs, other, UseOther, RTLD_NOW | RTLD_LOCAL); }
static void OtherFirstGlobal(void) {
  Both(other, UseOther, library, UseOurs, RTLD_NOW | RTLD_GLOBAL);
}
static void OursFirstGlobal(void) {
  Both(library, UseOurs, other, UseOther, RTLD_NOW | RTLD_GLOBAL);
}
static void OursFirstLazy(void) {
  Both(library, UseOurs, other, UseOther, RTLD_LAZY | RTLD_GLOBAL);
}

static void CopyLibrary(void) {
  FILE* from = fopen(library, "rb");
  FILE* to = fopen(copy, "wb");
  Expect(from != NULL && to != NULL, "the library cannot be copied");
  char bytes[1 << 16];
  size_t size;
  while ((size = fread(bytes, 1, sizeof bytes, from)) > 0) {
    Expect(fwrite(bytes, 1, size, to) == size, "the copy cannot be written");
  }
  fclose(from);
  Expect(fclose(to) == 0, "the copy cannot be written");
}

/* As when a host loads two plugins that each bring the library. */
static void Twice(void) {
  CopyLibrary();
  Both(library, UseOurs, copy, UseOurs, RTLD_NOW | RTLD_LOCAL);
  Expect(Open(library, RTLD_NOW) != Open(copy, RTLD_NOW), "the copy is not a second library");
  remove(copy);
}

static void Reopened(void) {
  for (int i = 0; i < 50; ++i) {
    void* handle = Open(library, RTLD_NOW | RTLD_LOCAL);
    UseOurs(handle);
    Expect(dlclose(handle) == 0, "dlclose");
  }
}

static void* OpenAndUse(void* barrier) {
  pthread_barrier_wait(barrier);
  UseOurs(Open(library, RTLD_NOW | RTLD_LOCAL));
  return NULL;
}

static void TwoThreads(void) {
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    Expect(pthread_create(&threads[i], NULL, OpenAndUse, &barrier) == 0, "pthread_create");
  }
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&barrier);
}

static pthread_barrier_t used, closed;

static void* UseAndOutlive(void* handle) {
  UseOurs(handle);
  pthread_barrier_wait(&used);
  pthread_barrier_wait(&closed);
  return NULL;
}

/* What the library keeps per thread is cleaned up after its last dlclose. */
static void ThreadOutlivesClose(void) {
  pthread_barrier_init(&used, NULL, 2);
  pthread_barrier_init(&closed, NULL, 2);
  void* handle = Open(library, RTLD_NOW | RTLD_LOCAL);
  pthread_t thread;
  Expect(pthread_create(&thread, NULL, UseAndOutlive, handle) == 0, "pthread_create");
  pthread_barrier_wait(&used);
  Expect(dlclose(handle) == 0, "dlclose");
  pthread_barrier_wait(&closed);
  pthread_join(thread, NULL);
}

static const struct {
  const char* name;
  void (*run)(void);
} kScenes[] = {
    {"other_first", OtherFirst},
    {"ours_first", OursFirst},
    {"other_first_global", OtherFirstGlobal},
    {"ours_first_global", OursFirstGlobal},
    {"ours_first_lazy", OursFirstLazy},
    {"twice", Twice},
    {"reopened", Reopened},
    {"two_threads", TwoThreads},
    {"thread_outlives_close", ThreadOutlivesClose},
};

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: scenes NAME LIBRARY OTHER COPY\n");
    return 3;
  }
  library = argv[2];
  other = argv[3];
  copy = argv[4];
  for (size_t i = 0; i < sizeof kScenes / sizeof kScenes[0]; ++i) {
    if (strcmp(argv[1], kScenes[i].name) != 0) continue;
    kScenes[i].run();
    return EXIT_SUCCESS;
  }
  fprintf(stderr, "there is no scene `%s`\n", argv[1]);
  return 3;
}
