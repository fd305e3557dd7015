#include "libchangepolicy/program/literal_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "libchangepolicy/base/plain_text.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utc_text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/program/enum_words.h"
#include "libchangepolicy/program/field_shape.h"

namespace changepolicy {

using google::protobuf::EnumDescriptor;

namespace {

constexpr int kDeepest = 20;

// What stands behind the backslash for a character that is escaped by a letter or itself; 0 for
// others.
char EscapeOf(char c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '"':
    case '\'':
    case '\\':
      return c;
    default:
      return 0;
  }
}

bool IsControl(unsigned char byte) { return byte < 0x20 || byte == 0x7F; }

// Into a buffer that is long enough.
class Digits {
 public:
  std::string_view view() const { return {buffer_, size_}; }
  void Add(char c) { buffer_[size_++] = c; }
  void Add(std::string_view text) {
    text.copy(buffer_ + size_, text.size());
    size_ += text.size();
  }
  void AddNumber(int64_t number) {
    const auto written = std::to_chars(buffer_ + size_, buffer_ + sizeof buffer_, number);
    size_ = static_cast<size_t>(written.ptr - buffer_);
  }
  void AddPadded(int64_t number, int width) {
    if (number < 0) {
      Add('-');
      number = -number;
      --width;
    }
    char digits[20];
    const auto written = std::to_chars(digits, digits + sizeof digits, number);
    for (auto length = written.ptr - digits; length < width; ++length) Add('0');
    Add(std::string_view(digits, static_cast<size_t>(written.ptr - digits)));
  }
  // Nine digits at most, without trailing zeros.
  void AddFraction(int64_t nanos) {
    if (nanos == 0) return;
    Add('.');
    AddPadded(nanos, 9);
    while (buffer_[size_ - 1] == '0') --size_;
  }

 private:
  char buffer_[80];
  size_t size_ = 0;
};

}  // namespace

void LiteralText::Cut() {
  if (text().ends_with("...")) return;
  std::memcpy(text_ + size_, "...", 3);
  size_ += 3;
}

bool LiteralText::Begin(int depth) {
  if (!Full() && depth <= kDeepest) return true;
  Cut();
  return false;
}

inline void LiteralText::Put(std::string_view piece) {
  if (Full() || piece.size() > max_length_ - size_) [[unlikely]] {
    PutWhatFits(piece);
    return;
  }
  piece.copy(text_ + size_, piece.size());
  size_ += piece.size();
}

void LiteralText::PutWhatFits(std::string_view piece) {
  if (!Full()) {
    const std::string_view kept = Utf8Prefix(piece, max_length_ - size_);
    kept.copy(text_ + size_, kept.size());
    size_ += kept.size();
  }
  Cut();
}

// Escaped as absl::Utf8SafeCEscape does it.
void LiteralText::Quote(std::string_view content) {
  const bool cut = content.size() > max_length_;
  const size_t length = Utf8Prefix(content, max_length_).size();
  if (size_ + length + 2 <= max_length_ && !cut && IsPlainLiteral(content)) {
    text_[size_] = '"';
    content.copy(text_ + size_ + 1, length);
    text_[size_ + length + 1] = '"';
    size_ += length + 2;
    return;
  }
  char piece[4 * kLongestValue + 8];
  size_t size = 0;
  piece[size++] = '"';
  for (const char c : content.substr(0, length)) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char escape = EscapeOf(c); escape != 0) {
      piece[size++] = '\\';
      piece[size++] = escape;
    } else if (IsControl(byte)) {
      piece[size++] = '\\';
      piece[size++] = static_cast<char>('0' + byte / 64);
      piece[size++] = static_cast<char>('0' + byte / 8 % 8);
      piece[size++] = static_cast<char>('0' + byte % 8);
    } else {
      piece[size++] = c;
    }
  }
  const std::string_view end = cut ? "...\"" : "\"";
  std::memcpy(piece + size, end.data(), end.size());
  Put({piece, size + end.size()});
}

void LiteralText::WriteNumber(int64_t number) {
  Digits digits;
  digits.AddNumber(number);
  Put(digits.view());
}

void LiteralText::WriteEnum(int number, const EnumDescriptor& type) {
  if (const std::string_view words = EnumWords(type, number); !words.empty()) {
    Put(words);
    return;
  }
  Put(FromAbsl(type.name()));
  Digits digits;
  digits.Add('(');
  digits.AddNumber(number);
  digits.Add(')');
  Put(digits.view());
}

void LiteralText::WriteTime(const Datum& value) {
  Digits digits;
  if (value.kind() == Datum::Kind::kTimestamp) {
    digits.Add("timestamp(\"");
    if (HasUtcSeconds(value.number)) {
      char utc[kUtcSecondsSize];
      WriteUtcSeconds(value.number, utc);
      digits.Add(std::string_view(utc, sizeof utc));
      digits.AddFraction(value.extra());
      digits.Add('Z');
    } else {
      digits.Add(cel::TimestampText(value.time()));  // only `now` can be such
    }
    digits.Add("\")");
  } else {
    absl::Duration rest;
    const int64_t seconds =
        absl::IDivDuration(absl::AbsDuration(value.duration()), absl::Seconds(1), &rest);
    digits.Add("duration(\"");
    if (value.number < 0) digits.Add('-');
    digits.AddNumber(seconds);
    digits.AddFraction(absl::ToInt64Nanoseconds(rest));
    digits.Add("s\")");
  }
  Put(digits.view());
}

void LiteralText::Write(const Datum& value, const EnumDescriptor* enum_type,
                        const flat::MessageTable* messages, int depth) {
  if (!Begin(depth)) return;
  switch (value.kind()) {
    case Datum::Kind::kBool:
      Put(value.number != 0 ? "true" : "false");
      return;
    case Datum::Kind::kInt:
      WriteNumber(value.number);
      return;
    case Datum::Kind::kEnum:
      WriteEnum(static_cast<int>(value.number), *enum_type);
      return;
    case Datum::Kind::kDouble:
      Put(cel::Value::Double(value.real()).ToString());
      return;
    case Datum::Kind::kString:
      Quote(value.string());
      return;
    case Datum::Kind::kTimestamp:
    case Datum::Kind::kDuration:
      WriteTime(value);
      return;
    case Datum::Kind::kMessage:
      WriteMessage(value.message, *messages, depth);
      return;
    case Datum::Kind::kFieldList:
    case Datum::Kind::kList:
      WriteList(value, enum_type, messages, depth);
      return;
    case Datum::Kind::kOpen:
    case Datum::Kind::kBeyond:
    case Datum::Kind::kMap:
    case Datum::Kind::kNone:  // no fact is one of these
      return;
  }
}

void LiteralText::WriteList(const Datum& value, const EnumDescriptor* enum_type,
                            const flat::MessageTable* messages, int depth) {
  Put("[");
  const uint32_t size = SizeOfList(value);
  for (uint32_t i = 0; i < size && !Full(); ++i) {
    if (i > 0) Put(", ");
    Write(ElementOfList(value, i), enum_type, messages, depth + 1);
  }
  Put("]");
}

void LiteralText::WriteMessage(const void* message, const flat::MessageTable& table, int depth) {
  Put(table.full_name);
  Put("{");
  const FieldShape* const shapes = ShapesOf(table);
  bool first = true;
  for (uint32_t i = 0; i < table.field_count && !Full(); ++i) {
    const flat::FieldTable& field = table.fields[i];
    if (!IsFieldSet(message, field, uint64_t{1} << i)) continue;
    if (!first) Put(", ");
    first = false;
    Put(field.name);
    Put(": ");
    const FieldShape& shape = shapes[i];
    const Datum value = ReadField(message, field, shape.form, shape.storage);
    if (value.is_known()) {
      Write(value, shape.enum_type, field.message, depth + 1);
    } else if (Begin(depth + 1)) {
      // Only a time can be nothing that expressions have.
      Put(shape.form == FieldForm::kTimestamp ? "error: a timestamp is out of range"
                                              : "error: a duration is out of range");
    }
  }
  Put("}");
}

}  // namespace changepolicy
