// The header compiles alone, as C++.
#include "bindings/c/changepolicy.h"

using HeaderAlone = changepolicy_question;
