// Arbitrary bytes as a file of a foreign system, through every mapping that is built in.
#ifndef TESTS_FUZZ_IMPORT_RECORDS_H_
#define TESTS_FUZZ_IMPORT_RECORDS_H_

#include <string_view>

namespace changepolicy {

// Reading and importing end; what is refused is said with a reason; what is not has an id; a second
// import gives the same bytes. Aborts where that does not hold.
void FuzzImport(std::string_view bytes);

}  // namespace changepolicy

#endif  // TESTS_FUZZ_IMPORT_RECORDS_H_
