#include "cli/import_into.h"

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/files.h"
#include "cli/import_text.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// By what records of one list, and entries of a map, are told apart; empty: by all that they say.
std::string IdOf(const Message& message) {
  const bool is_entry = message.GetDescriptor()->options().map_entry();
  for (const char* const name : {is_entry ? "key" : "id", "number"}) {
    const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || !message.GetReflection()->HasField(message, field)) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return message.GetReflection()->GetString(message, field);
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      return StrCat(message.GetReflection()->GetInt32(message, field));
    }
  }
  return "";
}

void Merge(const Message& from, Message* into);

void MergeMessages(const Message& from, const FieldDescriptor& field, Message* into) {
  const auto name_of = [](const Message& element) {
    const std::string id = IdOf(element);
    return id.empty() ? StrCat("=", MessageBytes(element)) : StrCat("#", id);
  };
  std::map<std::string, int> places;
  for (int i = 0; i < into->GetReflection()->FieldSize(*into, &field); ++i) {
    places.emplace(name_of(into->GetReflection()->GetRepeatedMessage(*into, &field, i)), i);
  }
  for (int i = 0; i < from.GetReflection()->FieldSize(from, &field); ++i) {
    const Message& element = from.GetReflection()->GetRepeatedMessage(from, &field, i);
    const auto [place, is_new] =
        places.emplace(name_of(element), into->GetReflection()->FieldSize(*into, &field));
    Message* const same =
        is_new ? into->GetReflection()->AddMessage(into, &field)
               : into->GetReflection()->MutableRepeatedMessage(into, &field, place->second);
    // A record is one statement: parts of an older one do not stay in it.
    same->CopyFrom(element);
  }
}

// Texts and enums: what is there already is not added.
void MergeValues(const Message& from, const FieldDescriptor& field, Message* into) {
  const auto& given = *from.GetReflection();
  const auto& reflection = *into->GetReflection();
  for (int i = 0; i < given.FieldSize(from, &field); ++i) {
    bool known = false;
    for (int j = 0; j < reflection.FieldSize(*into, &field) && !known; ++j) {
      known = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING
                  ? reflection.GetRepeatedString(*into, &field, j) ==
                        given.GetRepeatedString(from, &field, i)
                  : reflection.GetRepeatedEnumValue(*into, &field, j) ==
                        given.GetRepeatedEnumValue(from, &field, i);
    }
    if (known) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(into, &field, given.GetRepeatedString(from, &field, i));
    } else {
      reflection.AddEnumValue(into, &field, given.GetRepeatedEnumValue(from, &field, i));
    }
  }
}

void MergeSingle(const Message& from, const FieldDescriptor& field, Message* into) {
  const bool is_part = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       field.message_type()->full_name().rfind("changepolicy.", 0) == 0;
  if (is_part) {
    Merge(from.GetReflection()->GetMessage(from, &field),
          into->GetReflection()->MutableMessage(into, &field));
    return;
  }
  // Its own merge would append to what stands in a Struct or add up no fields of an instant.
  into->GetReflection()->ClearField(into, &field);
  std::unique_ptr<Message> alone(from.New());
  alone->CopyFrom(from);
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const FieldDescriptor* const other : set) {
    if (other != &field) alone->GetReflection()->ClearField(alone.get(), other);
  }
  into->MergeFrom(*alone);
}

void Merge(const Message& from, Message* into) {
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const FieldDescriptor* const field : set) {
    if (field->is_repeated()) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        MergeMessages(from, *field, into);
      } else {
        MergeValues(from, *field, into);
      }
    } else {
      MergeSingle(from, *field, into);
    }
  }
}

// A part of a change, like evidence, is one of a release as well, where a release has all the
// fields that it sets. Null: it has not.
std::unique_ptr<v1::Release> PartOfRelease(const Message& change) {
  auto release = std::make_unique<v1::Release>();
  std::vector<const FieldDescriptor*> set;
  change.GetReflection()->ListFields(change, &set);
  for (const FieldDescriptor* const field : set) {
    if (field->name() == "id") continue;
    const FieldDescriptor* const same = v1::Release::descriptor()->FindFieldByName(field->name());
    if (same == nullptr || !same->is_repeated() || !field->is_repeated() ||
        same->message_type() == nullptr || same->message_type() != field->message_type()) {
      return nullptr;
    }
    for (int i = 0; i < change.GetReflection()->FieldSize(change, field); ++i) {
      release->GetReflection()
          ->AddMessage(release.get(), same)
          ->CopyFrom(change.GetReflection()->GetRepeatedMessage(change, field, i));
    }
  }
  return release;
}

template <typename Subject>
bool MergeSubject(const ImportedRecord& record, const std::string& file, Subject* into) {
  const bool is_part = record.mapping->proto().mapping().fallback();
  std::unique_ptr<v1::Release> part;
  const auto* from = dynamic_cast<const Subject*>(record.mapped.message.get());
  if constexpr (std::is_same_v<Subject, v1::Release>) {
    if (from == nullptr && is_part) part = PartOfRelease(*record.mapped.message);
    if (part != nullptr) from = part.get();
  }
  if (from == nullptr) {
    Complain(StrCat(Printable(record.mapped.file), ": error: it and what stands in ",
                    Printable(file),
                    " are not of one kind\n  help: a release does not become a "
                    "part of a change, nor a change of a release"));
    return false;
  }
  const std::string id = into->id();
  if (!id.empty() && id != from->id() && !is_part) {
    Complain(StrCat(Printable(record.mapped.file), ": error: it is about `", Printable(from->id()),
                    "`, and ", Printable(file), " is about `", Printable(id),
                    "`\n  help: name another file after --into"));
    return false;
  }
  Merge(*from, into);
  if (!id.empty()) into->set_id(id);
  return true;
}

}  // namespace

int WriteInto(const ImportResult& result, const std::string& file) {
  std::optional<AnySubject> subject;
  if (std::filesystem::exists(file)) {
    std::vector<Record> known = ReadSubjects(file, v1::SUBJECT_KIND_UNSPECIFIED);
    if (known.size() != 1 || !known[0].subject.has_value()) {
      Complain(known.size() == 1 ? known[0].problem
                                 : StrCat("error: ", Printable(file), ": holds ", known.size(),
                                          " records\n  help: --into takes the file of one"));
      return kBadInput;
    }
    subject = std::move(known[0].subject);
  }
  for (const ImportedRecord& record : result.subjects) {
    if (!subject.has_value()) {
      if (dynamic_cast<const v1::Release*>(record.mapped.message.get()) != nullptr) {
        subject = v1::Release();
      } else {
        subject = v1::ChangeRequest();
      }
    }
    if (!std::visit([&](auto& into) { return MergeSubject(record, file, &into); }, *subject)) {
      return kBadInput;
    }
  }
  const Message& whole =
      std::visit([](const auto& each) -> const Message& { return each; }, *subject);
  const absl::Status written =
      ReplaceFile(file, file.ends_with(".json") ? SubjectJson(whole, true) + "\n"
                        : file.ends_with(".binpb") || file.ends_with(".pb") ? MessageBytes(whole)
                                                                            : SubjectYaml(whole));
  if (!written.ok()) {
    Complain(StrCat("error: ", FromAbsl(written.message())));
    return kBadInput;
  }
  std::cout << "wrote " << Printable(file) << ": " << result.subjects.size()
            << (result.subjects.size() == 1 ? " record\n" : " records\n");
  return 0;
}

}  // namespace changepolicy::cli
