// The encoders library: base64 and JSON texts.
#include <algorithm>
#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

// ---- base64

bool Spend(CallContext& context, size_t bytes) { return context.Charge(1 + bytes / 64); }

template <bool kUrl>
Value Encode(CallContext& context, Args args) {
  const std::string& bytes = args[0].bytes_value();
  if (!Spend(context, bytes.size())) return Value::Null();
  std::string text = absl::Base64Escape(bytes);
  for (char& c : text) {
    if (kUrl && c == '+') c = '-';
    if (kUrl && c == '/') c = '_';
  }
  return Value::String(std::move(text));
}

int SixBits(char c, bool url) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == (url ? '-' : '+')) return 62;
  return c == (url ? '_' : '/') ? 63 : -1;
}

// The digits without the padding, which is there whole or not at all; line ends count for nothing.
std::optional<std::string> Digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c != '\n' && c != '\r') digits += c;
  }
  const size_t end = digits.find('=');
  if (end == std::string::npos) return digits;
  const size_t padding = digits.size() - end;
  const bool whole = digits.size() % 4 == 0 && padding <= 2 &&
                     digits.find_first_not_of('=', end) == std::string::npos;
  return whole ? std::optional<std::string>(digits.substr(0, end)) : std::nullopt;
}

template <bool kUrl>
Value Decode(CallContext& context, Args args) {
  if (!Spend(context, args[0].string_value().size())) return Value::Null();
  const Value failed = Value::FromError(absl::StatusCode::kInvalidArgument,
                                        StrCat(args[0].ToString(), " is no base64"));
  const std::optional<std::string> digits = Digits(args[0].string_value());
  // A single digit of a group is less than a byte.
  if (!digits.has_value() || digits->size() % 4 == 1) return failed;
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : *digits) {
    const int six = SixBits(c, kUrl);
    if (six < 0) return failed;
    bits = bits << 6 | static_cast<uint32_t>(six);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return Value::Bytes(std::move(bytes));
}

// ---- JSON

// Writes values as JSON, for as long as the budget lasts.
class JsonWriter {
 public:
  explicit JsonWriter(CallContext& context) : context_(context) {}

  Value Run(const Value& value) {
    return Append(value, 0) ? Value::String(std::move(out_)) : *std::move(failed_);
  }

 private:
  // Numbers beyond it are written as strings, since readers of JSON keep them as doubles.
  static constexpr int64_t kMaxExact = 9'007'199'254'740'991;
  static constexpr int kMaxDepth = 200;

  bool Fail(absl::StatusCode code, std::string message) {
    failed_ = Value::FromError(code, std::move(message));
    return false;
  }

  // For a part whose text has at least so many bytes: the values may share what is written anew for
  // each of them.
  bool Spend(size_t bytes) {
    if (context_.Charge(1 + bytes / 16) && context_.Reserve(out_.size() + bytes)) return true;
    return Fail(absl::StatusCode::kResourceExhausted, "the JSON is too long");
  }

  bool Append(const Value& value, int depth) {
    if (!value.is_known()) {
      failed_ = value;
      return false;
    }
    if (depth > kMaxDepth) {
      return Fail(absl::StatusCode::kInvalidArgument,
                  StrCat("a value nested deeper than ", kMaxDepth, " levels has no JSON"));
    }
    if (!Spend(0)) return false;
    switch (value.kind()) {
      case Kind::kList:
        return AppendList(value.list(), depth + 1);
      case Kind::kMap:
        return AppendMap(value.map(), depth + 1);
      case Kind::kMessage:
        return AppendMessage(*value.message().message);
      case Kind::kOptional:
        if (value.has_optional_value()) return Append(value.optional_value(), depth + 1);
        return AppendScalar(value);
      default:
        return AppendScalar(value);
    }
  }

  bool AppendScalar(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull:
      case Kind::kBool:
        out_ += value.ToString();
        return true;
      case Kind::kInt:
      case Kind::kUint:
        AppendWhole(value);
        return true;
      case Kind::kDouble:
        return AppendDouble(value.double_value());
      case Kind::kString:
        return AppendText(value.string_value());
      case Kind::kBytes:
        return Spend(value.bytes_value().size()) &&
               AppendText(absl::Base64Escape(value.bytes_value()));
      case Kind::kTimestamp:
        return AppendText(TimestampText(value.timestamp_value()));
      case Kind::kDuration:
        return AppendText(DurationText(value.duration_value()));
      case Kind::kEnum:
        return AppendEnum(value.enum_value());
      default:
        return Fail(absl::StatusCode::kInvalidArgument,
                    StrCat("`", value.type_name(), "` has no JSON"));
    }
  }

  void AppendWhole(const Value& value) {
    const bool exact = value.Is(Kind::kInt)
                           ? value.int_value() >= -kMaxExact && value.int_value() <= kMaxExact
                           : value.uint_value() <= static_cast<uint64_t>(kMaxExact);
    const std::string digits =
        value.Is(Kind::kInt) ? StrCat(value.int_value()) : StrCat(value.uint_value());
    StrAppend(&out_, exact ? "" : "\"", digits, exact ? "" : "\"");
  }

  bool AppendDouble(double number) {
    if (!std::isfinite(number)) {
      return Fail(absl::StatusCode::kInvalidArgument, StrCat(DoubleText(number), " has no JSON"));
    }
    const double size = std::fabs(number);
    if (size == 0 || (size >= 1e-6 && size < 1e21)) {
      out_ += PlainDoubleText(number);
      return true;
    }
    std::string text = DoubleText(number);
    // An exponent is as short as it can be here: 1e-7, not 1e-07.
    const size_t sign = text.find('e') + 1;
    if (text[sign + 1] == '0') text.erase(sign + 1, 1);
    out_ += text;
    return true;
  }

  bool AppendEnum(const EnumValue& value) {
    const auto* const named = value.descriptor->FindValueByNumber(value.number);
    if (named != nullptr) return AppendText(named->name());
    StrAppend(&out_, value.number);
    return true;
  }

  bool AppendText(std::string_view text) {
    if (!Spend(text.size())) return false;
    out_ += '"';
    while (!text.empty()) {
      const size_t plain = std::min(text.find_first_of(kSpecial), text.size());
      out_ += text.substr(0, plain);
      text.remove_prefix(plain);
      if (text.empty()) break;
      text.remove_prefix(AppendSpecial(text));
      if (!context_.Reserve(out_.size() + text.size())) return Spend(text.size());
    }
    out_ += '"';
    return true;
  }

  // Control characters, and the first byte of the two line ends that scripts trip over. These and
  // `<`, `>`, `&` are escaped as well, so that the text can stand in a page.
  static constexpr std::string_view kSpecial{
      "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37"
      "\"\\<>&\xe2",
      38};

  // What `text` begins with; gives its length.
  size_t AppendSpecial(std::string_view text) {
    static constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
    static constexpr std::string_view kLetters = "bfnrt\"\\";
    const size_t letter = kShort.find(text[0]);
    if (letter != std::string_view::npos) {
      out_ += '\\';
      out_ += kLetters[letter];
      return 1;
    }
    if (text[0] != '\xe2') {
      out_ += absl::StrFormat("\\u%04x", static_cast<unsigned>(text[0]));
      return 1;
    }
    const bool line_end = text.starts_with("\u2028") || text.starts_with("\u2029");
    if (line_end) {
      out_ += text[2] == '\xa8' ? "\\u2028" : "\\u2029";
    } else {
      out_ += text.substr(0, 3);
    }
    return 3;
  }

  bool AppendList(const List& list, int depth) {
    out_ += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ',';
      if (!Append(list.At(i), depth)) return false;
    }
    out_ += ']';
    return true;
  }

  bool AppendMap(const Map& map, int depth) {
    out_ += '{';
    for (size_t i = 0; i < map.size(); ++i) {
      if (i > 0) out_ += ',';
      if (!AppendKey(map.KeyAt(i))) return false;
      out_ += ':';
      if (!Append(map.ValueAt(i), depth)) return false;
    }
    out_ += '}';
    return true;
  }

  bool AppendKey(const Value& key) {
    if (key.Is(Kind::kString)) return AppendText(key.string_value());
    if (key.Is(Kind::kUint)) return AppendText(StrCat(key.uint_value()));
    return AppendText(key.ToString());
  }

  bool AppendMessage(const google::protobuf::Message& message) {
    if (!Spend(message.ByteSizeLong())) return false;
    std::string text;
    if (!google::protobuf::util::MessageToJsonString(message, &text).ok()) {
      return Fail(absl::StatusCode::kInvalidArgument,
                  StrCat("a `", message.GetDescriptor()->full_name(), "` has no JSON"));
    }
    out_ += text;
    return true;
  }

  CallContext& context_;
  std::string out_;
  std::optional<Value> failed_;
};

// How long the JSON of a value is, its size does not tell.
Shape AnyText(Shapes) { return ShapeOf(Interval::UpTo(kUnbounded)); }
constexpr CostModel kJsonText{cost::RewriteAll, AnyText};

Value EncodeJson(CallContext& context, Args args) { return JsonWriter(context).Run(args[0]); }

}  // namespace

void AddEncoders(FunctionTable* table) {
  const FunctionTable rows = {
      {"base64.encode(bytes) -> string", Encode<false>, "the bytes in base64, padded",
       cost::kBase64Encode},
      {"base64.decode(string) -> bytes", Decode<false>,
       "the bytes of a base64 text, padded or not; an error where it is none", cost::kBase64Decode},
      {"base64.encodeUrl(bytes) -> string", Encode<true>,
       "the bytes in base64 with - and _ for + and /, padded", cost::kBase64Encode},
      {"base64.decodeUrl(string) -> bytes", Decode<true>,
       "the bytes of a base64 text with - and _ for + and /, padded or not", cost::kBase64Decode},
      {"json.encode(dyn) -> string", EncodeJson,
       "the value as JSON; integers that no double holds exactly as strings", kJsonText},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
