// Values of the language as data.
#ifndef LIBCHANGEPOLICY_PROGRAM_SCALAR_DATUM_H_
#define LIBCHANGEPOLICY_PROGRAM_SCALAR_DATUM_H_

#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// Open for an unknown or an error; beyond for kinds other than bool, int, enum, double, string and
// times, for lists too, and for a time between two nanoseconds. A text is that of the value, which
// must outlive it.
Datum ScalarDatum(const cel::Value& value);

// The other way about, lists of scalars included; enums, or those among the elements of a list, are
// of `enum_type`. An error for what is not known, beyond, or a message.
cel::Value ValueOf(const Datum& datum, const google::protobuf::EnumDescriptor* enum_type);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_SCALAR_DATUM_H_
