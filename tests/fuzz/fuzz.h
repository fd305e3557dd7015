// What must hold for any bytes; shared by the libFuzzer targets and the replay under ctest. Each
// function stops the process (by std::abort) where a property does not hold, as fuzzers expect.
#ifndef TESTS_FUZZ_FUZZ_H_
#define TESTS_FUZZ_FUZZ_H_

#include <string_view>

namespace changepolicy::cel {

// Parsing ends; complaints lie within the text; what parses dumps the same twice.
void FuzzParse(std::string_view text);

// Checking ends; complaints lie within the text; what is accepted has a type for every node.
void FuzzCheck(std::string_view text);

// What compiles evaluates within the limits, twice to the same value, and not to a value of another
// type than the checker's.
void FuzzEvaluate(std::string_view text);

}  // namespace changepolicy::cel

#endif  // TESTS_FUZZ_FUZZ_H_
