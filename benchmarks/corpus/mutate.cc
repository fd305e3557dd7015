#include "benchmarks/corpus/mutate.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy::corpus {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Names of the corpus, and texts that are hard to quote, to cut or to take seriously.
constexpr std::array<std::string_view, 26> kTexts = {
    "",
    "TBD",
    "n/a",
    "hana.sato",
    "HANA.SATO@harbourline.example",
    "ada.tan",
    "ben.lim",
    "dina.rahman",
    "olga.kern",
    "ivan.petrov",
    "leo.martins",
    "eli.ong",
    "deploy-bot",
    "unit",
    "security",
    "portal",
    "billing",
    "invoicing",
    "payroll",
    "INC-31",
    "INC-45",
    "SG",
    "flag-rollout",
    "a \"quoted\" \\ text\n",
    "Text mit Umlauten: \xc3\xa4\xc3\xb6\xc3\xbc und mehr davon",
    "A long text that goes on and on, so that whatever shows it has to cut it somewhere, which is "
    "at one hundred and twenty bytes or so"};

constexpr std::array<int64_t, 16> kShifts = {
    1,     -1,     60,     -60,     3600,       -3600,       5 * 3600,   -5 * 3600,
    86400, -86400, 604800, -604800, 14 * 86400, -14 * 86400, 30 * 86400, -30 * 86400};

std::string Text(Random* random) { return std::string(random->Of(kTexts)); }

int AnyValue(Random* random, const FieldDescriptor& field) {
  return static_cast<int>(random->Below(static_cast<size_t>(field.enum_type()->value_count())));
}

void Collect(Message* message, std::vector<Message*>* all) {
  all->push_back(message);
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated()) {
      Collect(reflection.MutableMessage(message, field), all);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      Collect(reflection.MutableRepeatedMessage(message, field, i), all);
    }
  }
}

void MutateList(Random* random, const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const int size = reflection.FieldSize(*message, field);
  const int one = static_cast<int>(random->Below(static_cast<size_t>(size)));
  switch (random->Below(3)) {
    case 0:
      reflection.SwapElements(message, field, one, size - 1);
      reflection.RemoveLast(message, field);
      return;
    case 1:
      reflection.SwapElements(message, field, one,
                              static_cast<int>(random->Below(static_cast<size_t>(size))));
      return;
    default:
      break;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.AddEnumValue(message, field, AnyValue(random, *field));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.AddString(message, field, Text(random));
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      reflection.AddMessage(message, field)
          ->CopyFrom(reflection.GetRepeatedMessage(*message, field, one));
      return;
    default:
      return;
  }
}

void MutateValue(Random* random, const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(message, field, !reflection.GetBool(*message, field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.SetEnumValue(message, field, AnyValue(random, *field));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.SetInt32(message, field, static_cast<int32_t>(random->Between(-1, 4)));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection.SetInt64(message, field,
                          reflection.GetInt64(*message, field) + random->Of(kShifts));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(message, field, Text(random));
      return;
    default:
      return;
  }
}

}  // namespace

void Mutate(Random* random, Message* message) {
  std::vector<Message*> all;
  Collect(message, &all);
  Message* const part = random->Of(all);
  std::vector<const FieldDescriptor*> fields;
  part->GetReflection()->ListFields(*part, &fields);
  if (fields.empty()) return;
  const FieldDescriptor* const field = random->Of(fields);
  if (field->is_map()) return;
  if (field->is_repeated()) {
    MutateList(random, field, part);
  } else if (random->Percent(45)) {
    part->GetReflection()->ClearField(part, field);
  } else {
    MutateValue(random, field, part);
  }
}

}  // namespace changepolicy::corpus
