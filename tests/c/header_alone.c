/* The header compiles alone, as C99. */
#include "bindings/c/changepolicy.h"

typedef changepolicy_question header_alone_in_c;
