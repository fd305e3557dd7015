#include "cli/import_text.h"

#include <string_view>

#include "absl/strings/str_split.h"
#include "changepolicy/v1/release.pb.h"
#include "cli/json.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

// Values of a list would fill pages; the rest is counted.
constexpr size_t kShownValues = 8;

std::string_view KeyOf(const google::protobuf::Message& subject) {
  return subject.GetDescriptor() == v1::Release::descriptor() ? "release" : "change";
}

void AppendOrigin(const FieldOrigin& origin, std::string* text) {
  StrAppend(text, "  ", origin.field, " = ", Printable(origin.value), "\n");
  size_t shown = 0;
  for (const SourceValue& value : origin.from) {
    if (shown++ == kShownValues) {
      StrAppend(text, "    and ", origin.from.size() - kShownValues, " more\n");
      break;
    }
    StrAppend(text, "    ", Printable(value.file), ": ", Printable(value.path), " = ",
              Printable(value.value), "\n");
  }
}

void AppendSubject(const ImportedRecord& record, std::string* text) {
  const MappedRecord& mapped = record.mapped;
  StrAppend(text, Printable(mapped.file), " by ", record.mapping->proto().mapping().id(), "\n");
  for (const FieldOrigin& origin : mapped.origins) {
    if (origin.value != "null") AppendOrigin(origin, text);
  }
  if (!mapped.unset.empty()) {
    StrAppend(text, "  unknown:");
    for (const std::string& field : mapped.unset) StrAppend(text, " ", field);
    StrAppend(text, "\n");
  }
  for (const auto& [file, parts] : mapped.unread) {
    if (parts.empty()) continue;
    StrAppend(text, "  not read of ", Printable(file), ":\n");
    for (const UnreadPart& part : parts) {
      StrAppend(text, "    ", Printable(part.path),
                part.values > 1 ? StrCat(" (", part.values, " values)") : "", "\n");
    }
  }
}

}  // namespace

std::string SubjectJson(const google::protobuf::Message& subject, bool pretty) {
  return StrCat("{\"", KeyOf(subject), "\":", pretty ? " " : "", MessageJson(subject, pretty), "}");
}

std::string SubjectYaml(const google::protobuf::Message& subject) {
  std::string text = StrCat(KeyOf(subject), ":\n");
  const std::string yaml = MessageYaml(subject);
  for (const absl::string_view line : absl::StrSplit(ToAbsl(yaml), '\n')) {
    if (!line.empty()) StrAppend(&text, "  ", FromAbsl(line), "\n");
  }
  return text;
}

std::string ExplainText(const ImportResult& result) {
  std::string text;
  for (const ImportedRecord& record : result.subjects) {
    if (!text.empty()) text += "\n";
    AppendSubject(record, &text);
  }
  return text;
}

}  // namespace changepolicy::cli
