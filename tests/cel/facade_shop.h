// A shop's messages, and what the tests of the facade do with an expression over them.
#ifndef TESTS_CEL_FACADE_SHOP_H_
#define TESTS_CEL_FACADE_SHOP_H_

#include <memory>
#include <string>
#include <string_view>

#include "changepolicy/v1/cel.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {

// An expression and what Show says of its result.
struct ShownExpression {
  std::string expression;
  std::string expected;
};

// The file of a schema that `text` declares.
google::protobuf::FileDescriptorProto ParseFile(const std::string& name, const std::string& text);

// shop.Order and shop.Line.
CelSchema Shop();

// A message of the schema from its text format.
std::unique_ptr<google::protobuf::Message> Fill(const CelSchema& schema, const std::string& type,
                                                const std::string& text);

// An order of two lines; `first` is not set.
std::unique_ptr<google::protobuf::Message> Order(const CelSchema& schema);

// The result as an expression, `unknown PATHS` or `error CODE: MESSAGE`.
std::string Show(const v1::CelResult& result, const CelSchema& schema);

CelEnvironment Environment(const CelOptions& options = {});

CelExpression Compiled(const CelEnvironment& environment, std::string_view text);

}  // namespace changepolicy

#endif  // TESTS_CEL_FACADE_SHOP_H_
