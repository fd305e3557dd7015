// `changepolicy import`: what other systems say, as a change, a release or an organization.
#include "libchangepolicy/mapping/import.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/import.h"
#include "cli/import_into.h"
#include "cli/import_organization.h"
#include "cli/import_records.h"
#include "cli/import_text.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct ImportCommand {
  std::vector<std::string> records;
  std::vector<std::string> mappings;
  std::vector<std::string> given;
  std::vector<std::string> keys;
  std::string into;
  std::string format = "yaml";
  bool list = false;
  bool explain = false;
};

int ListMappings() {
  size_t width = 0;
  for (const BuiltinMapping& each : BuiltinMappings()) width = std::max(width, each.name.size());
  for (const BuiltinMapping& each : BuiltinMappings()) {
    const MappingResult loaded = LoadMapping(each.name, each.text);
    if (loaded.mapping == nullptr) {
      Complain(ToText(loaded.issues));
      return kBadInput;
    }
    std::cout << each.name << std::string(width + 2 - each.name.size(), ' ')
              << loaded.mapping->proto().mapping().title() << "\n";
  }
  return 0;
}

// What was imported, one document; several in one file are lines of JSON.
void Print(const ImportResult& result, const ImportCommand& command) {
  std::vector<const google::protobuf::Message*> messages;
  for (const ImportedRecord& each : result.subjects) {
    if (!HasErrors(each.mapped.issues)) messages.push_back(each.mapped.message.get());
  }
  for (const google::protobuf::Message* const message : messages) {
    if (command.format == "jsonl" || (command.format == "yaml" && messages.size() > 1)) {
      std::cout << SubjectJson(*message, false) << "\n";
    } else if (command.format == "json") {
      std::cout << SubjectJson(*message, true) << "\n";
    } else if (command.format == "binary") {
      WriteBytes(MessageBytes(*message), messages.size() > 1);
    } else {
      std::cout << SubjectYaml(*message);
    }
  }
}

// Complaints, and what was left out; the exit code.
int Report(const ImportResult& result) {
  int exit_code = 0;
  for (const ImportedRecord& each : result.subjects) {
    if (!each.mapped.issues.empty()) Complain(ToText(each.mapped.issues));
    if (HasErrors(each.mapped.issues)) exit_code = kBadInput;
    for (const UnmappedWord& word : each.mapped.unmapped) {
      Complain(StrCat(Printable(each.mapped.file), ": note: the table `", word.table, "` of `",
                      each.mapping->proto().mapping().id(), "` has no word for `",
                      Printable(word.word), "`; what it stands for stays unknown"));
    }
  }
  for (const Issue& issue : NotImported(result)) {
    Complain(ToText(issue));
    exit_code = kBadInput;
  }
  return exit_code;
}

// `NAME=VALUE`, each name once.
std::optional<std::map<std::string, std::string>> GivenOf(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> given;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    const bool is_pair = equals != std::string::npos && equals > 0 && equals + 1 < text.size();
    if (!is_pair || !given.emplace(text.substr(0, equals), text.substr(equals + 1)).second) {
      Complain(StrCat("error: `--given ", Printable(text), "` ",
                      is_pair ? "gives a name a second time" : "is not NAME=VALUE",
                      "\n  help: `--given type=unit --given environment=STAGING`"));
      return std::nullopt;
    }
  }
  return given;
}

// A word that nobody reads may be a slip that leaves a fact out.
bool AllGivenUsed(const ImportResult& result, const std::map<std::string, std::string>& given) {
  bool all_used = true;
  const bool is_whole =
      std::none_of(result.subjects.begin(), result.subjects.end(),
                   [](const ImportedRecord& each) { return HasErrors(each.mapped.issues); });
  if (result.subjects.empty() || !is_whole) return true;  // which is said already
  for (const auto& [name, value] : given) {
    const bool is_used =
        std::any_of(result.subjects.begin(), result.subjects.end(),
                    [&](const ImportedRecord& each) { return each.mapped.used.contains(name); });
    if (is_used) continue;
    Complain(StrCat("error: `--given ", Printable(name),
                    "=` is read by none of the mappings\n"
                    "  help: docs/evidence-files.md names what they read"));
    all_used = false;
  }
  return all_used;
}

bool IsOfOrganization(const Mapping& mapping) {
  return mapping.proto().mapping().to() == v1::MAPPING_TARGET_ORGANIZATION;
}

// Complains where some mappings are to an organization and others are not.
bool AreOfOneKind(const std::vector<std::shared_ptr<const Mapping>>& mappings) {
  const auto is = [](const std::shared_ptr<const Mapping>& each) {
    return IsOfOrganization(*each);
  };
  const bool any = std::any_of(mappings.begin(), mappings.end(), is);
  if (!any || std::all_of(mappings.begin(), mappings.end(), is)) return true;
  Complain(
      "error: some of the mappings are to an organization, others to changes or releases\n"
      "  help: import the two one after the other");
  return false;
}

int Run(const ImportCommand& command) {
  if (command.list) return ListMappings();
  if (command.mappings.empty() || command.records.empty()) {
    Complain(StrCat("error: ", command.mappings.empty() ? "--mapping" : "RECORD",
                    " is required\n  help: `changepolicy import --mapping github event.json`; "
                    "`import --list` shows the mappings that are built in"));
    return kBadInput;
  }
  const auto mappings = LoadMappings(command.mappings);
  const auto given = GivenOf(command.given);
  const auto keys = LoadKeys(command.keys);
  if (!mappings.has_value() || !given.has_value() || !keys.has_value()) return kBadInput;
  if (!AreOfOneKind(*mappings)) return kBadInput;
  ForeignFiles files = ReadForeignFiles(command.records, *mappings, *keys);
  if (files.failed && files.records.empty()) return kBadInput;
  const ImportResult result = ImportRecords(*mappings, files.records,
                                            {.apply = {.explain = command.explain, .given = *given},
                                             .names = [&](const auto& source, const auto& file) {
                                               return NamesFile(source, files.names.at(file));
                                             }});
  const bool is_whole = AllGivenUsed(result, *given) && !files.failed;
  const int exit_code = std::max<int>(Report(result), is_whole ? 0 : kBadInput);
  if (command.explain) {
    std::cout << ExplainText(result);
    return exit_code;
  }
  const bool of_organization = IsOfOrganization(*mappings->front());
  if (command.into.empty() && !of_organization) {
    Print(result, command);
    return exit_code;
  }
  // What says half of what was given would pass for the whole.
  if (exit_code != 0) return exit_code;
  if (!of_organization) return WriteInto(result, command.into);
  if (!command.into.empty()) return WriteIntoOrganization(result, command.into);
  PrintOrganization(result, command.format);
  return 0;
}

}  // namespace

void AddImport(Command* app) {
  auto options = std::make_shared<ImportCommand>();
  Command* const command = app->AddSubcommand(
      "import", "Changes, releases and owners from what GitHub, GitLab, Jira ... keep");
  command->AddOption("RECORD", &options->records,
                     "payloads: JSON, YAML, JSON lines, or folders of them; `-` is standard input");
  command
      ->AddOption("--mapping", &options->mappings,
                  "a mapping document, or one that is built in (`github`); may be repeated")
      .OneValueEach();
  command
      ->AddOption("--given", &options->given,
                  "NAME=VALUE: what the records do not tell, like `type=unit` or "
                  "`digest=sha256:...`; may be repeated")
      .OneValueEach();
  command
      ->AddOption("--key", &options->keys,
                  "a public key in PEM; a signed statement must be signed by one of those that are "
                  "given; may be repeated")
      .OneValueEach();
  command->AddOption(
      "--into", &options->into,
      "the file of one change, release or organization into which everything is put; "
      "it is made where it is not there");
  command->AddOption("--format", &options->format, "yaml, json, jsonl or binary")
      .OneOf({"yaml", "json", "jsonl", "binary"})
      .ShowsDefault();
  command->AddFlag("--list", &options->list, "the mappings that are built in");
  command->AddFlag("--explain", &options->explain,
                   "which value of a record went into which field, and what nobody read");
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
