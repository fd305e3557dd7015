// The notation in which two implementations write a value so that equal texts are equal values:
//
//   null  true  42  42u  double(3ff8000000000000)  double(nan)  "a\xc3\xa9"  b"\xff"
//   timestamp(0.000000000)  duration(1000000000)  type(list)  [..]  {key: value} sorted by text
//   optional(..)  optional.none()  pkg.Message"deterministic bytes"  error
#ifndef TESTS_ORACLE_CANONICAL_H_
#define TESTS_ORACLE_CANONICAL_H_

#include <string>

#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

std::string Canonical(const Value& value);

}  // namespace changepolicy::cel

#endif  // TESTS_ORACLE_CANONICAL_H_
