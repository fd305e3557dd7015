#include "cli/import_into.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/files.h"
#include "cli/import_text.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/merge_message.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

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
  MergeMessage(*from, into);
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
