#include "libchangepolicy/cel/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>

#include "absl/container/btree_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

std::shared_ptr<const Trail> Trail::Root(std::string_view name, bool is_fact) {
  return std::shared_ptr<const Trail>(new Trail(nullptr, std::string(name), is_fact));
}

std::shared_ptr<const Trail> Trail::Field(std::shared_ptr<const Trail> parent,
                                          std::string_view name) {
  const bool is_fact = parent->is_fact_;
  return std::shared_ptr<const Trail>(new Trail(std::move(parent), StrCat(".", name), is_fact));
}

std::shared_ptr<const Trail> Trail::Index(std::shared_ptr<const Trail> parent, size_t index) {
  const bool is_fact = parent->is_fact_;
  return std::shared_ptr<const Trail>(
      new Trail(std::move(parent), StrCat("[", index, "]"), is_fact));
}

std::shared_ptr<const Trail> Trail::Key(std::shared_ptr<const Trail> parent, const Value& key) {
  const bool is_fact = parent->is_fact_;
  return std::shared_ptr<const Trail>(
      new Trail(std::move(parent), StrCat("[", key.ToString(), "]"), is_fact));
}

std::string Trail::ToString() const {
  return parent_ == nullptr ? step_ : parent_->ToString() + step_;
}

Value Value::String(std::string text) {
  return Value(Representation(Text{std::make_shared<const std::string>(std::move(text))}));
}

Value Value::Bytes(std::string bytes) {
  return Value(Representation(Octets{std::make_shared<const std::string>(std::move(bytes))}));
}

Value Value::ListOf(std::vector<Value> elements) {
  return FromList(std::make_shared<const ArrayList>(std::move(elements)));
}

ArrayList::ArrayList(std::vector<Value> elements) : elements_(std::move(elements)) {
  for (const Value& element : elements_) depth_ = std::max(depth_, 1 + element.depth());
}

uint64_t Value::FreshBytes() const {
  switch (kind()) {
    case Kind::kString: {
      const Text& text = std::get<Text>(data_);
      return text.text.use_count() == 1 ? kValueBytes + text.text->size() : 0;
    }
    case Kind::kBytes: {
      const Octets& octets = std::get<Octets>(data_);
      return octets.bytes.use_count() == 1 ? kValueBytes + octets.bytes->size() : 0;
    }
    case Kind::kList: {
      const auto& list = std::get<std::shared_ptr<const List>>(data_);
      return list.use_count() == 1 ? list->bytes() : 0;
    }
    case Kind::kMap: {
      const auto& map = std::get<std::shared_ptr<const Map>>(data_);
      return map.use_count() == 1 ? map->bytes() : 0;
    }
    case Kind::kMessage:
      return 2 * message().unpacked;
    case Kind::kOptional: {
      const Box& box = std::get<Box>(data_);
      return box.value.use_count() == 1 ? kValueBytes + box.value->FreshBytes() : 0;
    }
    default:
      return 0;
  }
}

uint32_t Value::depth() const {
  switch (kind()) {
    case Kind::kList:
      return list().depth();
    case Kind::kMap:
      return map().depth();
    case Kind::kMessage:
      return message().depth;
    case Kind::kOptional:
      return has_optional_value() ? 1 + optional_value().depth() : 0;
    default:
      return 0;
  }
}

Value Value::BorrowedMessage(const google::protobuf::Message& message) {
  return FromMessage({.message = &message});
}

Value Value::OwnedMessage(std::shared_ptr<const google::protobuf::Message> message) {
  const google::protobuf::Message* const borrowed = message.get();
  return FromMessage({.owner = std::move(message), .message = borrowed});
}

Value Value::OptionalOf(Value value) {
  return Value(Representation(Box{std::make_shared<const Value>(std::move(value))}));
}

Value Value::OptionalNone() { return Value(Representation(Box{})); }

Value Value::FromError(Error error) {
  return Value(Representation(std::make_shared<const Error>(std::move(error))));
}

Value Value::FromError(absl::StatusCode code, std::string message) {
  return FromError(Error{.code = code, .message = std::move(message)});
}

Value Value::Unknown(UnknownSet attributes) {
  std::sort(attributes.begin(), attributes.end());
  attributes.erase(std::unique(attributes.begin(), attributes.end()), attributes.end());
  return Value(Representation(std::make_shared<const UnknownSet>(std::move(attributes))));
}

bool HasParts(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kList:
    case Value::Kind::kMap:
    case Value::Kind::kMessage:
    case Value::Kind::kOptional:
      return true;
    default:
      return false;
  }
}

Value MergeUnknowns(const Value& a, const Value& b) {
  const UnknownSet& left = a.unknown();
  const UnknownSet& right = b.unknown();
  if (std::includes(left.begin(), left.end(), right.begin(), right.end())) return a;
  UnknownSet all;
  all.reserve(left.size() + right.size());
  std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(all));
  return Value::Unknown(std::move(all));
}

Type Value::type() const {
  switch (kind()) {
    case Kind::kNull:
      return Type::Null();
    case Kind::kBool:
      return Type::Bool();
    case Kind::kInt:
      return Type::Int();
    case Kind::kUint:
      return Type::Uint();
    case Kind::kDouble:
      return Type::Double();
    case Kind::kString:
      return Type::String();
    case Kind::kBytes:
      return Type::Bytes();
    case Kind::kList:
      return Type::List(Type::Dyn());
    case Kind::kMap:
      return Type::Map(Type::Dyn(), Type::Dyn());
    case Kind::kMessage:
      return Type::Message(message().message->GetDescriptor());
    case Kind::kTimestamp:
      return Type::Timestamp();
    case Kind::kDuration:
      return Type::Duration();
    case Kind::kType:
      return Type::TypeOf(Type::Dyn());
    case Kind::kEnum:
      return Type::Enum(enum_value().descriptor);
    case Kind::kOptional:
      return Type::Optional(Type::Dyn());
    case Kind::kOpaque:
      return opaque().type();
    case Kind::kError:
      return Type::Error();
    case Kind::kUnknown:
      break;
  }
  return Type::Dyn();
}

std::string RuntimeTypeName(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kList:
      return "list";
    case TypeKind::kMap:
      return "map";
    case TypeKind::kType:
      return "type";
    case TypeKind::kOpaque:
      return type.name();
    case TypeKind::kWrapper:
      return RuntimeTypeName(type.first());
    default:
      return type.ToString();
  }
}

std::string Value::type_name() const { return RuntimeTypeName(type()); }

namespace {

// Nine digits at most, without trailing zeros.
std::string Fraction(int64_t nanos) {
  if (nanos == 0) return "";
  std::string digits = absl::StrFormat("%09d", nanos);
  digits.erase(digits.find_last_not_of('0') + 1);
  return "." + digits;
}

}  // namespace

std::string TimestampText(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t nanos = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", civil.year(), civil.month(),
                         civil.day(), civil.hour(), civil.minute(), civil.second(),
                         Fraction(nanos));
}

std::string DurationText(absl::Duration duration) {
  const bool negative = duration < absl::ZeroDuration();
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(absl::AbsDuration(duration), absl::Seconds(1), &rest);
  return StrCat(negative ? "-" : "", seconds, Fraction(absl::ToInt64Nanoseconds(rest)), "s");
}

std::string DoubleText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  // Plain digits for numbers of everyday size, an exponent for the rest.
  const double size = std::fabs(value);
  const bool plain = value == 0 || (size >= 1e-5 && size < 1e21);
  char buffer[40];
  const auto written =
      std::to_chars(buffer, buffer + sizeof buffer, value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return std::string(buffer, written.ptr);
}

std::string PlainDoubleText(double value) {
  if (!std::isfinite(value)) return DoubleText(value);
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                     std::chars_format::scientific);
  // d.ddde[+-]xx: the digits, and where the point stands among them.
  const std::string_view text(buffer, static_cast<size_t>(written.ptr - buffer));
  const size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  const char* const first = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(first, written.ptr, exponent);
  if (exponent < 0) {
    digits.insert(0, static_cast<size_t>(-exponent), '0');
    exponent = 0;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  if (digits.size() > whole) digits.insert(whole, 1, '.');
  return std::signbit(value) ? "-" + digits : digits;
}

namespace {

// Appends until the text is as long as it may be.
class Writer {
 public:
  explicit Writer(size_t max_length) : max_length_(max_length) {}

  void Write(const Value& value, int depth = 0) {
    if (Full() || depth > 20) {
      Cut();
      return;
    }
    switch (value.kind()) {
      case Value::Kind::kString:
        Quote("", value.string_value(), absl::Utf8SafeCEscape);
        return;
      case Value::Kind::kBytes:
        Quote("b", value.bytes_value(), absl::CHexEscape);
        return;
      case Value::Kind::kList:
        WriteList(value.list(), depth);
        return;
      case Value::Kind::kMap:
        WriteMap(value.map(), depth);
        return;
      case Value::Kind::kMessage:
        WriteMessage(value.message(), depth);
        return;
      case Value::Kind::kOptional:
        if (!value.has_optional_value()) {
          Put("optional.none()");
          return;
        }
        Put("optional.of(");
        Write(value.optional_value(), depth + 1);
        Put(")");
        return;
      default:
        Put(Scalar(value));
    }
  }
  std::string Take() { return std::move(text_); }

 private:
  bool Full() const { return text_.size() >= max_length_; }
  void Cut() {
    if (!text_.ends_with("...")) text_ += "...";
  }
  void Put(std::string_view piece) {
    if (Full()) {
      Cut();
      return;
    }
    if (piece.size() > max_length_ - text_.size()) {
      text_ += Utf8Prefix(piece, max_length_ - text_.size());
      Cut();
      return;
    }
    text_ += piece;
  }

  template <typename Escape>
  void Quote(std::string_view prefix, const std::string& content, Escape escape) {
    const std::string_view kept = Utf8Prefix(content, max_length_);
    Put(StrCat(prefix, "\"", escape(ToAbsl(kept)), kept.size() < content.size() ? "...\"" : "\""));
  }

  void WriteMessage(const MessageValue& message, int depth) {
    const google::protobuf::Reflection& reflection = *message.message->GetReflection();
    const ProtoContext context{.pool = message.message->GetDescriptor()->file()->pool(),
                               .factory = reflection.GetMessageFactory(),
                               .enums = EnumProfile::kStrong};
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflection.ListFields(*message.message, &fields);
    Put(StrCat(message.message->GetDescriptor()->full_name(), "{"));
    for (size_t i = 0; i < fields.size() && !Full(); ++i) {
      Put(StrCat(i > 0 ? ", " : "", fields[i]->name(), ": "));
      Write(ReadField(message, *fields[i], context), depth + 1);
    }
    Put("}");
  }

  void WriteList(const List& list, int depth) {
    Put("[");
    for (size_t i = 0; i < list.size() && !Full(); ++i) {
      if (i > 0) Put(", ");
      Write(list.At(i), depth + 1);
    }
    Put("]");
  }

  void WriteMap(const Map& map, int depth) {
    Put("{");
    for (size_t i = 0; i < map.size() && !Full(); ++i) {
      if (i > 0) Put(", ");
      Write(map.KeyAt(i), depth + 1);
      Put(": ");
      Write(map.ValueAt(i), depth + 1);
    }
    Put("}");
  }

  static std::string Scalar(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kNull:
        return "null";
      case Value::Kind::kBool:
        return value.bool_value() ? "true" : "false";
      case Value::Kind::kInt:
        return StrCat(value.int_value());
      case Value::Kind::kUint:
        return StrCat(value.uint_value(), "u");
      case Value::Kind::kDouble:
        return DoubleText(value.double_value());
      case Value::Kind::kTimestamp:
        return StrCat("timestamp(\"", TimestampText(value.timestamp_value()), "\")");
      case Value::Kind::kDuration:
        return StrCat("duration(\"", DurationText(value.duration_value()), "\")");
      case Value::Kind::kType:
        return RuntimeTypeName(value.type_value());
      case Value::Kind::kEnum: {
        const EnumValue& number = value.enum_value();
        return EnumValueText(*number.descriptor, number.number);
      }
      case Value::Kind::kOpaque:
        return value.opaque().ToText();
      case Value::Kind::kError:
        return StrCat("error: ", value.error().message);
      case Value::Kind::kUnknown: {
        std::string text = "unknown";
        for (size_t i = 0; i < value.unknown().size(); ++i) {
          StrAppend(&text, i == 0 ? "(" : ", ", value.unknown()[i]);
        }
        return text + (value.unknown().empty() ? "" : ")");
      }
      default:
        return "";
    }
  }

  const size_t max_length_;
  std::string text_;
};

}  // namespace

std::string Value::ToString(size_t max_length) const {
  Writer writer(max_length);
  writer.Write(*this);
  return writer.Take();
}

std::optional<KeyView> ToKeyView(uint64_t number) {
  if (number <= INT64_MAX) return KeyView{static_cast<int64_t>(number)};
  return KeyView{number};
}

std::optional<KeyView> ToKeyView(double number) {
  if (number != std::trunc(number)) return std::nullopt;
  if (number >= -0x1p63 && number < 0x1p63) return KeyView{static_cast<int64_t>(number)};
  if (number >= 0x1p63 && number < 0x1p64) return KeyView{static_cast<uint64_t>(number)};
  return std::nullopt;
}

std::optional<KeyView> ToKeyView(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kBool:
      return KeyView{value.bool_value()};
    case Value::Kind::kInt:
      return KeyView{value.int_value()};
    case Value::Kind::kUint:
      return ToKeyView(value.uint_value());
    case Value::Kind::kDouble:
      return ToKeyView(value.double_value());
    case Value::Kind::kString:
      return KeyView{std::string_view(value.string_value())};
    default:
      return std::nullopt;
  }
}

std::optional<MapKey> ToMapKey(const Value& value) {
  const std::optional<KeyView> view = ToKeyView(value);
  if (!view.has_value()) return std::nullopt;
  return std::visit(
      [](const auto& key) {
        if constexpr (std::is_same_v<std::decay_t<decltype(key)>, std::string_view>) {
          return MapKey{std::string(key)};
        } else {
          return MapKey{key};
        }
      },
      view->key);
}

std::optional<Value> Map::Find(const Value& key) const {
  const std::optional<KeyView> wanted = ToKeyView(key);
  if (!wanted.has_value()) return std::nullopt;
  const std::optional<size_t> index = IndexOf(*wanted);
  if (!index.has_value()) return std::nullopt;
  return ValueAt(*index);
}

// Entries in the order in which they were added, and from a number of them on an index over them.
class MapBuilder::Entries final : public Map {
 public:
  size_t size() const override { return entries_.size(); }
  Value KeyAt(size_t index) const override { return entries_[index].first; }
  Value ValueAt(size_t index) const override { return entries_[index].second; }
  const Value* PeekKey(size_t index) const override { return &entries_[index].first; }
  const Value* PeekValue(size_t index) const override { return &entries_[index].second; }
  // An entry, its place in the index, and the index's own copy of the key.
  uint64_t bytes() const override { return (1 + 4 * entries_.size()) * kValueBytes + text_bytes_; }
  uint32_t depth() const override { return depth_; }
  std::optional<size_t> IndexOf(const KeyView& key) const override {
    if (entries_.size() <= kSearched) return Search(key);
    const auto place = [](const auto& index, const auto& wanted) {
      const auto found = index.find(wanted);
      return found == index.end() ? std::nullopt : std::optional(found->second);
    };
    const auto* const text = std::get_if<std::string_view>(&key.key);
    return text != nullptr ? place(texts_, *text) : place(others_, key);
  }
  bool Add(const KeyView& key, const Value& original, Value value) {
    if (IndexOf(key).has_value()) return false;
    if (const auto* const text = std::get_if<std::string_view>(&key.key)) {
      text_bytes_ += text->size();
    }
    depth_ = std::max(depth_, 1 + value.depth());
    entries_.emplace_back(original, std::move(value));
    if (entries_.size() == kSearched + 1) {
      for (size_t i = 0; i < entries_.size(); ++i) Index(i);
    } else if (entries_.size() > kSearched) {
      Index(entries_.size() - 1);
    }
    return true;
  }

 private:
  // Up to so many entries are gone through, which is faster than an index.
  static constexpr size_t kSearched = 8;

  std::optional<size_t> Search(const KeyView& key) const {
    const auto* const text = std::get_if<std::string_view>(&key.key);
    for (size_t i = 0; i < entries_.size(); ++i) {
      const Value& own = entries_[i].first;
      if (own.Is(Value::Kind::kString) ? text != nullptr && own.string_value() == *text
                                       : text == nullptr && ToKeyView(own) == key) {
        return i;
      }
    }
    return std::nullopt;
  }

  void Index(size_t entry) {
    const KeyView key = *ToKeyView(entries_[entry].first);
    if (const auto* const text = std::get_if<std::string_view>(&key.key)) {
      texts_.emplace(*text, entry);
    } else {
      others_.emplace(key, entry);
    }
  }

  std::vector<std::pair<Value, Value>> entries_;
  // Of many, where each key stands; the texts are those of the entries.
  absl::btree_map<std::string_view, size_t> texts_;
  std::map<KeyView, size_t> others_;
  uint64_t text_bytes_ = 0;
  uint32_t depth_ = 1;
};

MapBuilder::MapBuilder() : entries_(std::make_shared<Entries>()) {}
MapBuilder::~MapBuilder() = default;

MapBuilder::Outcome MapBuilder::Add(const Value& key, Value value) {
  const std::optional<KeyView> view = ToKeyView(key);
  if (!view.has_value() || key.Is(Value::Kind::kDouble)) return Outcome::kBadKey;
  return entries_->Add(*view, key, std::move(value)) ? Outcome::kAdded : Outcome::kRepeatedKey;
}

size_t MapBuilder::size() const { return entries_->size(); }

Value MapBuilder::Build() {
  Value built = Value::FromMap(std::move(entries_));
  entries_ = std::make_shared<Entries>();
  return built;
}

}  // namespace changepolicy::cel
