#include "cli/json.h"

#include <stdexcept>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

namespace {

constexpr char kTypePrefix[] = "type.googleapis.com";

}  // namespace

std::string MessageBytes(const google::protobuf::Message& message) {
  return DeterministicBytes(message);
}

std::string MessageJson(const google::protobuf::Message& message, bool pretty) {
  // By way of bytes whose maps are sorted; MessageToJsonString writes maps in the order of hashes.
  const std::string bytes = MessageBytes(message);
  static google::protobuf::util::TypeResolver* const types =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypePrefix, google::protobuf::DescriptorPool::generated_pool());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = pretty;
  std::string json;
  const std::string url = StrCat(kTypePrefix, "/", message.GetDescriptor()->full_name());
  // An instant that JSON cannot write, beyond the year 9999, is no empty answer.
  const auto written =
      google::protobuf::util::BinaryToJsonString(types, url, bytes, &json, options);
  if (!written.ok()) {
    throw std::runtime_error(StrCat("the answer cannot be written as JSON: ",
                                    written.message().ToString(), "; ask for text or binary"));
  }
  while (json.ends_with('\n')) json.pop_back();
  return json;
}

std::string Quoted(std::string_view text) {
  google::protobuf::Value value;
  value.set_string_value(std::string(text));
  return MessageJson(value, false);
}

namespace {

// Between the members of an object.
std::string AnnotationsJson(const Record& record) {
  std::string members;
  for (const auto& [name, json] : record.annotations) {
    StrAppend(&members, ",", Quoted(name), ":", json);
  }
  return members;
}

}  // namespace

std::string DecisionJson(const v1::Decision& decision, const Record& record, bool pretty) {
  const std::string extra =
      StrCat("\"source\":", Quoted(record.name),
             ",\"decision_digest\":", Quoted(DecisionDigest(decision)), AnnotationsJson(record));
  const std::string json = MessageJson(decision, pretty);
  return StrCat("{", extra, ",", json.substr(1));
}

std::string ApprovalsJson(const v1::ApprovalsAnswer& answer, const Record& record, absl::Time now,
                          bool pretty) {
  const std::string json = MessageJson(answer, pretty);
  return StrCat("{\"source\":", Quoted(record.name), ",\"now\":", Quoted(InstantText(now)),
                AnnotationsJson(record), ",", json.substr(1));
}

std::string InvalidLine(const Record& record, const std::string& problem) {
  return StrCat("{\"source\":", Quoted(record.name), ",\"invalid\":", Quoted(problem), "}");
}

}  // namespace changepolicy::cli
