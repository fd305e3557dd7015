#include "facade_shop.h"

#include <utility>

#include "google/protobuf/compiler/parser.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::Message;

constexpr char kShop[] = R"(
  syntax = "proto3";
  package shop;
  import "google/protobuf/any.proto";
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/wrappers.proto";
  enum Color { BLACK = 0; RED = 1; }
  message Line { string name = 1; int32 count = 2; }
  message Order {
    double total = 1;
    repeated Line lines = 2;
    map<string, int64> stock = 3;
    Color color = 4;
    Line first = 5;
    google.protobuf.Any extra = 6;
    google.protobuf.Timestamp placed = 7;
    google.protobuf.StringValue note = 8;
    repeated string tags = 9;
  })";

}  // namespace

FileDescriptorProto ParseFile(const std::string& name, const std::string& text) {
  google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  google::protobuf::io::Tokenizer tokenizer(&stream, nullptr);
  FileDescriptorProto file;
  EXPECT_TRUE(google::protobuf::compiler::Parser().Parse(&tokenizer, &file));
  file.set_name(name);
  return file;
}

CelSchema Shop() {
  FileDescriptorSet files;
  *files.add_file() = ParseFile("shop.proto", kShop);
  absl::StatusOr<CelSchema> schema = CelSchema::Create(files);
  EXPECT_TRUE(schema.ok()) << schema.status();
  return *schema;
}

std::unique_ptr<Message> Fill(const CelSchema& schema, const std::string& type,
                              const std::string& text) {
  std::unique_ptr<Message> message = *schema.New(type);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get()));
  return message;
}

std::unique_ptr<Message> Order(const CelSchema& schema) {
  return Fill(schema, "shop.Order", R"(
    total: 120.5 color: RED note { value: "soon" } placed { seconds: 1769850000 } tags: "gift"
    lines { name: "pen" count: 12 } lines { name: "ink" count: 1 } stock { key: "pen" value: 7 }
    extra { type_url: "type.googleapis.com/shop.Line" value: "\n\003box" })");
}

std::string Show(const v1::CelResult& result, const CelSchema& schema) {
  if (result.has_error()) return "error " + result.error().code() + ": " + result.error().message();
  if (result.has_unknown()) {
    std::string text = "unknown";
    for (const std::string& path : result.unknown().paths()) text += " " + path;
    return text;
  }
  return ToText(result.value(), schema);
}

CelEnvironment Environment(const CelOptions& options) {
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create(options);
  EXPECT_TRUE(environment.ok()) << environment.status();
  return *std::move(environment);
}

CelExpression Compiled(const CelEnvironment& environment, std::string_view text) {
  CelCompiled compiled = environment.Compile(text);
  EXPECT_TRUE(compiled.expression.has_value()) << ToText(compiled.issues);
  return *std::move(compiled.expression);
}

}  // namespace changepolicy
