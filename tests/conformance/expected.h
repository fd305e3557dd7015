// The suite's own values and types (cel.expr.Value, cel.expr.Type) as ours.
#ifndef TESTS_CONFORMANCE_EXPECTED_H_
#define TESTS_CONFORMANCE_EXPECTED_H_

#include <optional>

#include "google/protobuf/message.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::conformance {

// A cel.expr.Value; an error value where it cannot be understood.
cel::Value ToValue(const google::protobuf::Message& value, const cel::ProtoContext& context);

// A cel.expr.Type.
cel::Type ToType(const google::protobuf::Message& type, const cel::ProtoContext& context);

// Same kind and equal; NaN is itself here.
bool Matches(const cel::Value& expected, const cel::Value& actual);

}  // namespace changepolicy::conformance

#endif  // TESTS_CONFORMANCE_EXPECTED_H_
