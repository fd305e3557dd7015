#include "libchangepolicy/report/parts.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/plain_text.h"

namespace changepolicy {

namespace {

bool IsPrintable(std::string_view text) {
  return text.empty() || IsPrintableAscii(text) || Printable(text) == text;
}

// One of several of a field, or its only one.
const std::string& TextAt(const google::protobuf::Message& message,
                          const google::protobuf::Reflection& reflection,
                          const google::protobuf::FieldDescriptor& field, int i,
                          std::string* scratch) {
  return field.is_repeated() ? reflection.GetRepeatedStringReference(message, &field, i, scratch)
                             : reflection.GetStringReference(message, &field, scratch);
}

// The fields of a type in which texts can stand, which reflection tells dearly for each message.
struct TextFields {
  struct Inner {
    const google::protobuf::FieldDescriptor* field;
    const TextFields* fields;
  };

  std::vector<const google::protobuf::FieldDescriptor*> texts, text_lists;
  std::vector<Inner> messages, message_lists;
};

class TextFieldsByType {
 public:
  const TextFields& Of(const google::protobuf::Descriptor& type) {
    const auto [found, is_new] = by_type_.emplace(&type, nullptr);
    if (!is_new) return *found->second;
    found->second = std::make_unique<TextFields>();
    TextFields& fields = *found->second;
    for (int i = 0; i < type.field_count(); ++i) {
      const google::protobuf::FieldDescriptor& field = *type.field(i);
      if (field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
        (field.is_repeated() ? fields.text_lists : fields.texts).push_back(&field);
      } else if (field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE &&
                 MayHoldTexts(*field.message_type())) {
        (field.is_repeated() ? fields.message_lists : fields.messages)
            .push_back({&field, &Of(*field.message_type())});
      }
    }
    return fields;
  }

 private:
  // Not an instant or a duration, which there are many of.
  static bool MayHoldTexts(const google::protobuf::Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
      const auto kind = type.field(i)->cpp_type();
      if (kind == google::protobuf::FieldDescriptor::CPPTYPE_STRING ||
          kind == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        return true;
      }
    }
    return false;
  }

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<TextFields>> by_type_;
};

bool IsPrintable(const google::protobuf::Message& message, const TextFields& fields) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::string scratch;
  for (const google::protobuf::FieldDescriptor* const field : fields.texts) {
    if (!IsPrintable(reflection.GetStringReference(message, field, &scratch))) return false;
  }
  for (const google::protobuf::FieldDescriptor* const field : fields.text_lists) {
    for (int i = 0, size = reflection.FieldSize(message, field); i < size; ++i) {
      if (!IsPrintable(reflection.GetRepeatedStringReference(message, field, i, &scratch))) {
        return false;
      }
    }
  }
  for (const auto& [field, inner] : fields.messages) {
    if (reflection.HasField(message, field) &&
        !IsPrintable(reflection.GetMessage(message, field), *inner)) {
      return false;
    }
  }
  for (const auto& [field, inner] : fields.message_lists) {
    for (int i = 0, size = reflection.FieldSize(message, field); i < size; ++i) {
      if (!IsPrintable(reflection.GetRepeatedMessage(message, field, i), *inner)) return false;
    }
  }
  return true;
}

}  // namespace

bool IsPrintable(const v1::Decision& decision) {
  static TextFieldsByType* const types = new TextFieldsByType();
  static const TextFields* const fields = &types->Of(*v1::Decision::descriptor());
  return IsPrintable(decision, *fields);
}

void MakePrintable(google::protobuf::Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const google::protobuf::FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        MakePrintable(field->is_repeated() ? reflection.MutableRepeatedMessage(message, field, i)
                                           : reflection.MutableMessage(message, field));
      } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
        std::string scratch;
        const std::string& text = TextAt(*message, reflection, *field, i, &scratch);
        if (IsPrintable(text)) continue;
        if (field->is_repeated()) {
          reflection.SetRepeatedString(message, field, i, Printable(text));
        } else {
          reflection.SetString(message, field, Printable(text));
        }
      }
    }
  }
}

std::string FillIn(const MessageTemplate& message,
                   const google::protobuf::RepeatedPtrField<v1::Parameter>& parameters) {
  std::string text;
  int parameter = 0;
  for (const MessageTemplate::Piece& piece : message.pieces) {
    if (!piece.expression.has_value()) {
      text += piece.text;
    } else if (parameter < parameters.size()) {
      text += parameters[parameter++].value();
    }
  }
  return text;
}

std::string_view VerdictColor(v1::Verdict verdict) {
  return verdict == v1::VERDICT_ALLOWED ? "1;32" : verdict == v1::VERDICT_DENIED ? "1;31" : "1;33";
}

std::string_view StatusColor(v1::Status status) {
  return Holds(status) ? "32" : Blocks(status) ? "31" : "33";
}

bool Holds(v1::Status status) {
  return status == v1::STATUS_SATISFIED || status == v1::STATUS_NOT_APPLICABLE;
}

bool Blocks(v1::Status status) {
  return status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE ||
         status == v1::STATUS_UNKNOWN || status == v1::STATUS_ERROR;
}

std::string_view Mark(v1::Status status) {
  switch (status) {
    case v1::STATUS_SATISFIED:
      return "ok";
    case v1::STATUS_NOT_APPLICABLE:
      return "--";
    case v1::STATUS_WAIVED:
    case v1::STATUS_OVERRIDDEN:
      return "~~";
    case v1::STATUS_UNKNOWN:
    case v1::STATUS_ERROR:
      return "??";
    default:
      return "no";
  }
}

std::string FilledBy(const v1::SlotOutcome& slot) {
  std::vector<std::string> people;
  for (const v1::Assignment& assigned : slot.assigned()) {
    people.push_back(assigned.on_behalf_of().empty()
                         ? assigned.person()
                         : StrCat(assigned.person(), " for ", assigned.on_behalf_of()));
  }
  return Join(people, ", ");
}

bool IsChosen(const v1::SlotOutcome& slot, const v1::ApprovalOutcome& approval) {
  return slot.chosen() || std::none_of(approval.slots().begin(), approval.slots().end(),
                                       [](const v1::SlotOutcome& other) { return other.chosen(); });
}

}  // namespace changepolicy
