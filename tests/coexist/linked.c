/* A program that links the C library and the other user of protobuf: both are there before main. */
#include <dlfcn.h>
#include <stdlib.h>

#include "bindings/c/changepolicy.h"
#include "tests/coexist/other_user.h"
#include "tests/coexist/use.h"

int main(void) {
  /* Named here, so that the linker keeps the library. */
  if (changepolicy_abi_version() != CHANGEPOLICY_ABI_VERSION) return EXIT_FAILURE;
  if (UseChangepolicy(RTLD_DEFAULT) != 0) return EXIT_FAILURE;
  return OtherUserWorks() ? EXIT_SUCCESS : EXIT_FAILURE;
}
