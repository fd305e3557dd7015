// Arbitrary bytes given to the C functions in every place that takes bytes or texts.
#ifndef TESTS_FUZZ_C_FUNCTIONS_H_
#define TESTS_FUZZ_C_FUNCTIONS_H_

#include <string_view>

namespace changepolicy::c {

// The first byte says which function, the others are what it is given. Aborts when a function
// neither answers nor says what is wrong, or touches an out parameter besides saying so.
void FuzzCFunctions(std::string_view input);
// How many functions there are to choose from.
int FuzzedCFunctions();

}  // namespace changepolicy::c

#endif  // TESTS_FUZZ_C_FUNCTIONS_H_
