// Where two messages of one type differ, field by field.
#include <algorithm>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "libchangepolicy/audit/replay.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kLongest = 200;

class Comparer {
 public:
  explicit Comparer(size_t most) : most_(most) {}

  void Compare(const Message& stored, const Message& replayed, const std::string& path) {
    const auto* const descriptor = stored.GetDescriptor();
    std::vector<const FieldDescriptor*> fields;
    for (int i = 0; i < descriptor->field_count(); ++i) fields.push_back(descriptor->field(i));
    std::sort(fields.begin(), fields.end(),
              [](const auto* a, const auto* b) { return a->number() < b->number(); });
    for (const FieldDescriptor* const field : fields) {
      const std::string name = StrCat(path, path.empty() ? "" : ".", FromAbsl(field->name()));
      if (field->is_repeated()) {
        CompareLists(stored, replayed, field, name);
      } else {
        CompareField(stored, replayed, field, name);
      }
    }
  }

  std::vector<v1::FieldDifference> Take() && { return std::move(differences_); }

 private:
  void CompareField(const Message& stored, const Message& replayed, const FieldDescriptor* field,
                    const std::string& name) {
    const auto* const reflection = stored.GetReflection();
    const bool in_stored = !field->has_presence() || reflection->HasField(stored, field);
    const bool in_replayed = !field->has_presence() || reflection->HasField(replayed, field);
    if (in_stored != in_replayed) {
      Add(name, in_stored ? TextOf(stored, field, -1) : "(not set)",
          in_replayed ? TextOf(replayed, field, -1) : "(not set)");
    } else if (in_stored && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
               !IsInstant(field)) {
      Compare(reflection->GetMessage(stored, field), reflection->GetMessage(replayed, field), name);
    } else if (in_stored) {
      AddIfOther(name, TextOf(stored, field, -1), TextOf(replayed, field, -1));
    }
  }

  void CompareLists(const Message& stored, const Message& replayed, const FieldDescriptor* field,
                    const std::string& name) {
    const auto* const reflection = stored.GetReflection();
    const int in_stored = reflection->FieldSize(stored, field);
    const int in_replayed = reflection->FieldSize(replayed, field);
    for (int i = 0; i < std::max(in_stored, in_replayed); ++i) {
      const std::string element = StrCat(name, "[", i, "]");
      if (i >= in_stored || i >= in_replayed) {
        Add(element, i < in_stored ? TextOf(stored, field, i) : "(not there)",
            i < in_replayed ? TextOf(replayed, field, i) : "(not there)");
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Compare(reflection->GetRepeatedMessage(stored, field, i),
                reflection->GetRepeatedMessage(replayed, field, i), element);
      } else {
        AddIfOther(element, TextOf(stored, field, i), TextOf(replayed, field, i));
      }
    }
  }

  // Read as one value.
  static bool IsInstant(const FieldDescriptor* field) {
    const auto& name = field->message_type()->full_name();
    return name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration";
  }

  static std::string TextOf(const Message& message, const FieldDescriptor* field, int index) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const auto* const reflection = message.GetReflection();
      return index < 0 ? reflection->GetString(message, field)
                       : reflection->GetRepeatedString(message, field, index);
    }
    google::protobuf::TextFormat::Printer printer;
    printer.SetSingleLineMode(true);
    std::string text;
    printer.PrintFieldValueToString(message, field, index, &text);
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  void AddIfOther(const std::string& name, const std::string& stored, const std::string& replayed) {
    if (stored != replayed) Add(name, stored, replayed);
  }

  void Add(const std::string& name, const std::string& stored, const std::string& replayed) {
    if (differences_.size() >= most_) return;
    v1::FieldDifference difference;
    difference.set_path(name);
    difference.set_stored(Cut(stored));
    difference.set_replayed(Cut(replayed));
    differences_.push_back(std::move(difference));
  }

  static std::string Cut(const std::string& text) {
    return text.size() <= kLongest ? text : StrCat(Utf8Prefix(text, kLongest), "...");
  }

  const size_t most_;
  std::vector<v1::FieldDifference> differences_;
};

}  // namespace

std::vector<v1::FieldDifference> DifferencesOf(const Message& stored, const Message& replayed,
                                               size_t most) {
  Comparer comparer(most);
  comparer.Compare(stored, replayed, "");
  return std::move(comparer).Take();
}

}  // namespace changepolicy
