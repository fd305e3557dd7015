#include "tests/oracle/canonical.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

using Kind = Value::Kind;

namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') {
      quoted += absl::StrFormat("\\x%02x", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) StrAppend(&text, text.empty() ? "" : ", ", piece);
  return text;
}

std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

std::string OfMap(const Map& map) {
  std::vector<std::string> entries;
  for (size_t i = 0; i < map.size(); ++i) {
    entries.push_back(StrCat(Canonical(map.KeyAt(i)), ": ", Canonical(map.ValueAt(i))));
  }
  std::sort(entries.begin(), entries.end());
  return StrCat("{", Joined(entries), "}");
}

}  // namespace

std::string Canonical(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Kind::kInt:
      return StrCat(value.int_value());
    case Kind::kUint:
      return StrCat(value.uint_value(), "u");
    case Kind::kDouble:
      if (std::isnan(value.double_value())) return "double(nan)";
      return absl::StrFormat("double(%016x)", std::bit_cast<uint64_t>(value.double_value()));
    case Kind::kString:
      return Quoted(value.string_value());
    case Kind::kBytes:
      return "b" + Quoted(value.bytes_value());
    case Kind::kTimestamp: {
      const int64_t seconds = absl::ToUnixSeconds(value.timestamp_value());
      const int64_t nanos =
          absl::ToInt64Nanoseconds(value.timestamp_value() - absl::FromUnixSeconds(seconds));
      return absl::StrFormat("timestamp(%d.%09d)", seconds, nanos);
    }
    case Kind::kDuration:
      return absl::StrFormat("duration(%d)", absl::ToInt64Nanoseconds(value.duration_value()));
    case Kind::kType:
      return StrCat("type(", RuntimeTypeName(value.type_value()), ")");
    case Kind::kOptional:
      return value.has_optional_value()
                 ? StrCat("optional(", Canonical(value.optional_value()), ")")
                 : "optional.none()";
    case Kind::kList: {
      std::vector<std::string> elements;
      for (size_t i = 0; i < value.list().size(); ++i) {
        elements.push_back(Canonical(value.list().At(i)));
      }
      return StrCat("[", Joined(elements), "]");
    }
    case Kind::kMap:
      return OfMap(value.map());
    case Kind::kMessage:
      return StrCat(value.type_name(), Quoted(Bytes(*value.message().message)));
    case Kind::kError:
      return "error";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kEnum:
    case Kind::kOpaque:
      break;
  }
  return StrCat("other(", value.type_name(), ")");
}

}  // namespace changepolicy::cel
