#include "libchangepolicy/eval/subject_parts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "changepolicy/v1/fact.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/eval/visibility.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kLongestValue = 120;
constexpr size_t kLongestWord = 40;

std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// A record in a few words: who and what, without when, where it is kept and of which bytes.
std::string InWords(const Message& record) {
  static const std::set<std::string_view> kLeftOut = {
      "id", "url", "digest", "revision", "revision_digest", "comment"};
  const Reflection& reflection = *record.GetReflection();
  std::string words;
  for (const FieldDescriptor* const field : FieldsOf(record)) {
    if (kLeftOut.count(field->name()) > 0 || field->is_repeated()) continue;
    std::string word;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      word = reflection.GetString(record, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      word = ValueName(*field->enum_type(), reflection.GetEnumValue(record, field));
    }
    if (word.empty() || word.size() > kLongestWord) continue;
    StrAppend(&words, words.empty() ? "" : " ", word);
  }
  return words;
}

std::string LiteralOf(const Message& holder, const FieldDescriptor& field) {
  const cel::ProtoContext context{.pool = holder.GetDescriptor()->file()->pool(),
                                  .factory = holder.GetReflection()->GetMessageFactory(),
                                  .enums = cel::EnumProfile::kStrong};
  return cel::ReadField({.message = &holder}, field, context).ToString(kLongestValue);
}

std::string KeyOf(const Message& entry) {
  return entry.GetReflection()->GetString(entry, entry.GetDescriptor()->map_key());
}

class Lister {
 public:
  explicit Lister(std::vector<SubjectPart>* parts) : parts_(*parts) {}

  void List(const Message& message, const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    for (const FieldDescriptor* const field : FieldsOf(message)) {
      if (IsContext(*field)) continue;
      const std::string here = StrCat(path, ".", field->name());
      if (field->is_map()) {
        ListEntries(message, *field, here);
      } else if (field->is_repeated() && field->type() == FieldDescriptor::TYPE_MESSAGE) {
        ListElements(message, *field, here);
      } else if (IsDescended(*field)) {
        holders_.push_back(field);
        List(reflection.GetMessage(message, field), here);
        holders_.pop_back();
      } else if (field->type() == FieldDescriptor::TYPE_MESSAGE && !field->is_repeated() &&
                 field->message_type()->file()->package() == "changepolicy.v1") {
        Add(here, InWords(reflection.GetMessage(message, field)), *field, -1);
      } else {
        Add(here, LiteralOf(message, *field), *field, -1);
      }
    }
  }

 private:
  // At the top what says which subject it is; below it what dates and names the record around it.
  bool IsContext(const FieldDescriptor& field) const {
    static const std::set<std::string_view> kAlways = {"id", "state", "created_at", "revisions"};
    return kAlways.count(field.name()) > 0 ||
           (!holders_.empty() && WorldOf(field) == v1::WORLD_PLAIN);
  }

  static bool IsDescended(const FieldDescriptor& field) {
    const bool holds_facts = field.type() == FieldDescriptor::TYPE_MESSAGE &&
                             !field.is_repeated() &&
                             field.message_type()->file()->package() == "changepolicy.v1";
    // Documents are records in a message of records.
    return holds_facts && (WorldOf(field) == v1::WORLD_ATTRIBUTE || field.name() == "documents");
  }

  void Add(std::string path, std::string value, const FieldDescriptor& field, int index) {
    parts_.push_back({.path = std::move(path),
                      .value = std::move(value),
                      .holders = holders_,
                      .field = &field,
                      .index = index});
  }

  void ListEntries(const Message& message, const FieldDescriptor& field, const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    std::map<std::string, std::string> values;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
      values[KeyOf(entry)] = LiteralOf(entry, *field.message_type()->map_value());
    }
    const bool own_facts = field.name() == "facts";
    for (const auto& [key, value] : values) {
      Add(own_facts ? StrCat(path, ".", key) : StrCat(path, "[\"", key, "\"]"), value, field, -1);
      parts_.back().key = key;
    }
  }

  void ListElements(const Message& message, const FieldDescriptor& field, const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    const FieldDescriptor* id = field.message_type()->FindFieldByName("id");
    if (field.name() == "stated") id = field.message_type()->FindFieldByName("field");
    const auto id_of = [&](int index) {
      const Message& element = reflection.GetRepeatedMessage(message, &field, index);
      return id == nullptr ? std::string() : element.GetReflection()->GetString(element, id);
    };
    const int size = reflection.FieldSize(message, &field);
    std::map<std::string, int> count;
    for (int i = 0; i < size; ++i) ++count[id_of(i)];
    std::vector<std::pair<std::string, int>> by_name;
    for (int i = 0; i < size; ++i) {
      if (IsAgainstPermission(reflection.GetRepeatedMessage(message, &field, i))) continue;
      const std::string name = id_of(i);
      by_name.emplace_back(!name.empty() && count[name] == 1 ? name : "", i);
    }
    std::sort(by_name.begin(), by_name.end());
    for (const auto& [name, index] : by_name) {
      Add(name.empty() ? StrCat(path, "[", index, "]") : StrCat(path, "[\"", name, "\"]"),
          InWords(reflection.GetRepeatedMessage(message, &field, index)), field, index);
    }
  }

  std::vector<SubjectPart>& parts_;
  std::vector<const FieldDescriptor*> holders_;
};

}  // namespace

std::vector<SubjectPart> PartsOf(const Message& subject, std::string_view root) {
  std::vector<SubjectPart> parts;
  Lister(&parts).List(subject, std::string(root));
  return parts;
}

void LeaveOut(const std::vector<const SubjectPart*>& parts, Message* subject) {
  // By the list or map that they are in, so that each is rebuilt once: positions change meanwhile.
  struct Collection {
    std::set<int> indices;
    std::set<std::string> keys;
  };
  using Place = std::pair<std::vector<const FieldDescriptor*>, const FieldDescriptor*>;
  std::map<Place, Collection> collections;
  const auto holder_of = [&](const std::vector<const FieldDescriptor*>& holders) {
    Message* holder = subject;
    for (const FieldDescriptor* const step : holders) {
      holder = holder->GetReflection()->MutableMessage(holder, step);
    }
    return holder;
  };
  for (const SubjectPart* const part : parts) {
    if (part->field->is_map()) {
      collections[{part->holders, part->field}].keys.insert(part->key);
    } else if (part->index >= 0) {
      collections[{part->holders, part->field}].indices.insert(part->index);
    } else {
      Message* const holder = holder_of(part->holders);
      holder->GetReflection()->ClearField(holder, part->field);
    }
  }
  for (const auto& [place, left_out] : collections) {
    Message* const holder = holder_of(place.first);
    const FieldDescriptor* const field = place.second;
    const Reflection& reflection = *holder->GetReflection();
    const int size = reflection.FieldSize(*holder, field);
    int kept = 0;
    for (int i = 0; i < size; ++i) {
      const bool leaves =
          field->is_map()
              ? left_out.keys.count(KeyOf(reflection.GetRepeatedMessage(*holder, field, i))) > 0
              : left_out.indices.count(i) > 0;
      if (leaves) continue;
      if (i != kept) reflection.SwapElements(holder, field, i, kept);
      ++kept;
    }
    while (reflection.FieldSize(*holder, field) > kept) reflection.RemoveLast(holder, field);
  }
}

}  // namespace changepolicy
