#include "messages.h"

#include <array>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/logging.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy::flat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

uint64_t Below(uint64_t bound, Random* random) { return (*random)() % bound; }

std::string Text(Random* random) {
  static const std::array<const char*, 8> kPieces = {"a",
                                                     "change",
                                                     "-",
                                                     "\xc3\xa4",
                                                     "\xe2\x82\xac",
                                                     "\xf0\x9f\x9a\xa2",
                                                     "7",
                                                     " the payments service "};
  std::string text;
  const uint64_t pieces = Below(8, random) == 0 ? Below(40, random) : Below(4, random);
  for (uint64_t i = 0; i < pieces; ++i) text += kPieces[Below(kPieces.size(), random)];
  return text;
}

int64_t Number(Random* random) {
  switch (Below(4, random)) {
    case 0:
      return 0;
    case 1:
      return static_cast<int64_t>(Below(200, random));
    case 2:
      return static_cast<int64_t>((*random)() >> Below(64, random));
    default:
      return -static_cast<int64_t>(Below(1000, random));
  }
}

void SetOne(Message* message, const FieldDescriptor& field, int depth, Random* random) {
  const Reflection& r = *message->GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto value = static_cast<int32_t>(Number(random));
      return many ? r.AddInt32(message, &field, value) : r.SetInt32(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const int64_t value = Number(random);
      return many ? r.AddInt64(message, &field, value) : r.SetInt64(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.SetUInt64(message, &field, static_cast<uint64_t>(Number(random)));
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.SetBool(message, &field, Below(2, random) == 0);
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      static const std::array<double, 6> kDoubles = {
          0.0, -0.0, 1.5, -1e300, __builtin_nan("1"), __builtin_inf()};
      return r.SetDouble(message, &field, kDoubles[Below(kDoubles.size(), random)]);
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int value =
          Below(8, random) == 0
              ? static_cast<int>(Number(random))
              : field.enum_type()
                    ->value(static_cast<int>(Below(field.enum_type()->value_count(), random)))
                    ->number();
      return many ? r.AddEnumValue(message, &field, value) : r.SetEnumValue(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string value = Text(random);
      if (field.type() == FieldDescriptor::TYPE_BYTES) value += '\xff';
      return many ? r.AddString(message, &field, value) : r.SetString(message, &field, value);
    }
    default:
      Fill(many ? r.AddMessage(message, &field) : r.MutableMessage(message, &field), depth - 1,
           random);
  }
}

}  // namespace

void Fill(Message* message, int depth, Random* random) {
  const google::protobuf::Descriptor& type = *message->GetDescriptor();
  const uint64_t one_of = 1 + Below(6, random);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool inner = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const bool entry = type.options().map_entry();
    if (!entry && (Below(one_of, random) != 0 || (inner && depth == 0))) continue;
    const uint64_t times = field.is_repeated() ? 1 + Below(4, random) : 1;
    for (uint64_t t = 0; t < times; ++t) SetOne(message, field, depth, random);
  }
}

std::vector<Type> AllTypes() {
  std::vector<Type> types;
  for (size_t i = 0; i < kModelTableCount; ++i) {
    const MessageTable& table = *kModelTables[i];
    if (table.is_map_entry) continue;
    types.push_back({&table, google::protobuf::MessageFactory::generated_factory()->GetPrototype(
                                 DescriptorOf(table))});
  }
  return types;
}

std::optional<std::string> ByProtobuf(std::string_view bytes, Message* message, bool* has_unknown) {
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  *has_unknown = !UnknownFields(*message).empty();
  message->DiscardUnknownFields();
  return DeterministicBytes(*message);
}

std::string Mutated(std::string bytes, const std::string& other, Random* random) {
  static constexpr std::array<unsigned char, 16> kTelling = {0x00, 0x01, 0x02, 0x03, 0x04, 0x08,
                                                             0x0A, 0x0B, 0x0C, 0x10, 0x12, 0x62,
                                                             0x7F, 0x80, 0xC2, 0xFF};
  for (uint64_t times = 1 + Below(3, random); times > 0; --times) {
    const size_t at = Below(bytes.size() + 1, random);
    const auto byte =
        static_cast<char>(Below(2, random) == 0 ? kTelling[Below(16, random)] : Below(256, random));
    switch (Below(10, random)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, 1, byte);
        break;
      case 2:
        bytes.erase(at, 1 + Below(3, random));
        break;
      case 3:  // the same number, longer
        if (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) {
          bytes[at] = static_cast<char>(bytes[at] | 0x80);
          const size_t more = Below(11, random);
          bytes.insert(at + 1, more, '\x80');
          bytes.insert(at + 1 + more, 1, Below(4, random) == 0 ? byte : '\0');
        }
        break;
      case 4: {
        const size_t from = Below(other.size() + 1, random);
        bytes.insert(at, other.substr(from, Below(24, random)));
        break;
      }
      case 5:
        bytes += bytes.substr(at, Below(64, random));
        break;
      case 6:
        bytes += other;
        break;
      default:
        if (at < bytes.size()) bytes[at] = byte;
    }
  }
  return bytes;
}

void SilenceProtobuf() { google::protobuf::SetLogHandler(nullptr); }

}  // namespace changepolicy::flat
