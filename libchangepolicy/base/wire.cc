#include "libchangepolicy/base/wire.h"

#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

constexpr char kTypePrefix[] = "type.googleapis.com";

}  // namespace

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

absl::StatusOr<std::string> DeterministicJson(const google::protobuf::Message& message,
                                              bool pretty) {
  // By way of bytes whose maps are sorted; MessageToJsonString writes maps in the order of hashes.
  static google::protobuf::util::TypeResolver* const types =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypePrefix, google::protobuf::DescriptorPool::generated_pool());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = pretty;
  std::string json;
  const std::string url = StrCat(kTypePrefix, "/", message.GetDescriptor()->full_name());
  const auto written = google::protobuf::util::BinaryToJsonString(
      types, url, DeterministicBytes(message), &json, options);
  if (!written.ok()) {
    return InvalidArgument(StrCat("the ", message.GetDescriptor()->name(),
                                  " cannot be written as JSON: ", written.message().ToString()));
  }
  while (json.ends_with('\n')) json.pop_back();
  return json;
}

}  // namespace changepolicy
