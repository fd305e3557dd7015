// `changepolicy calendar import`: calendars of other programs as part of an organization.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "changepolicy/v1/organization.pb.h"
#include "cli/calendar.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/mapped.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/calendar/icalendar_import.h"

namespace changepolicy::cli {

namespace {

constexpr size_t kMostNotesShown = 10;

struct Options {
  std::vector<std::string> files;
  std::string as = "events";
  std::string format = "yaml";
  std::string zone, id_prefix, country, mapping;
  int from = 0, to = 0;
  bool lenient = false;
};

void Tell(const std::string& file, const v1::CalendarFile& calendar) {
  for (int i = 0; i < calendar.notes_size(); ++i) {
    if (static_cast<size_t>(i) == kMostNotesShown) {
      Complain(StrCat(Printable(file), ": note: ", calendar.notes_size() - i,
                      " more notes; `--as events` lists them"));
      return;
    }
    Complain(StrCat(Printable(file), ": note: ", calendar.notes(i)));
  }
}

void Print(const google::protobuf::Message& message, const std::string& format) {
  std::cout << (format == "yaml" ? MessageYaml(message) : MessageJson(message, format == "json"));
  if (format != "yaml") std::cout << "\n";
}

// A list of events is the message for people, and a line for each for programs.
void PrintEvents(const v1::CalendarFile& file, const std::string& format) {
  if (format != "jsonl") return Print(file, format);
  for (const v1::CalendarEvent& event : file.events()) Print(event, format);
}

// Foreign records, events that were printed as JSON among them, by a mapping document.
int ImportMapped(const Options& options) {
  const std::optional<v1::Organization> mapped =
      MapOrganization(options.files, {options.mapping}, v1::Organization());
  if (!mapped.has_value()) return kBadInput;
  if (mapped->ByteSizeLong() == 0) {
    Complain(StrCat("error: ", options.mapping,
                    ": nothing was mapped\n  help: none of the files is "
                    "like those that it reads, or they hold nothing"));
    return kBadInput;
  }
  const OrganizationResult checked = Organization::Create(*mapped);
  if (!checked.issues.empty()) Complain(ToText(checked.issues));
  if (HasErrors(checked.issues)) return kBadInput;
  Print(*mapped, options.format);
  return kAllowed;
}

int Import(const Options& options) {
  if (!options.mapping.empty()) return ImportMapped(options);
  if (options.format == "jsonl" && options.as != "events") {
    Complain("error: --format jsonl writes a line for each event\n  help: ask for --as events");
    return kBadInput;
  }
  ImportOptions import{.as = options.as == "windows"   ? ImportAs::kWindows
                             : options.as == "freezes" ? ImportAs::kFreezes
                                                       : ImportAs::kHolidays,
                       .id_prefix = options.id_prefix,
                       .zone = options.zone,
                       .first_year = options.from,
                       .last_year = options.to,
                       .country = options.country};
  v1::Organization organization;
  v1::CalendarFile events;
  bool good = true;
  for (const std::string& file : options.files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      good = false;
      continue;
    }
    ICalendarResult read =
        ReadICalendar(*text, file, {.lenient = options.lenient, .floating_zone = options.zone});
    if (!read.issues.empty()) Complain(ToText(read.issues));
    good = good && read.file.has_value();
    if (!read.file.has_value()) continue;
    if (options.as == "events") {
      events.MergeFrom(*read.file);
      continue;
    }
    Tell(file, *read.file);
    const Issues issues = ImportEvents(*read.file, file, import,
                                       organization.mutable_directory()->mutable_calendar());
    if (!issues.empty()) Complain(ToText(issues));
    good = good && !HasErrors(issues);
  }
  // Half of a calendar would leave a freeze out and say nothing of it.
  if (!good) return kBadInput;
  if (options.as == "events") {
    PrintEvents(events, options.format);
  } else {
    Print(organization, options.format);
  }
  return kAllowed;
}

}  // namespace

void AddCalendarImport(Command* calendar) {
  Command* const command = calendar->AddSubcommand(
      "import", "Read iCalendar files (RFC 5545) as part of an organization");
  auto options = std::make_shared<Options>();
  command->AddOption("FILE", &options->files, "iCalendar files; `-` is standard input").Required();
  command
      ->AddOption("--as", &options->as,
                  "What the events are; `events` prints them as they are, for a mapping")
      .OneOf({"events", "windows", "freezes", "holidays"})
      .ShowsDefault();
  command->AddOption("--zone", &options->zone,
                     "Zone of dates, and of times without one, like Asia/Singapore");
  command->AddFlag("--lenient", &options->lenient,
                   "Let pass what RFC 5545 forbids and what leaves no doubt of when something is");
  command->AddOption("--mapping", &options->mapping,
                     "A mapping document that makes an organization of foreign records, like the "
                     "events that `--as events --format json` printed");
  command->AddOption("--id-prefix", &options->id_prefix, "Put before every id");
  command->AddOption("--from", &options->from, "First year of holidays");
  command->AddOption("--to", &options->to, "Last year of holidays");
  command->AddOption("--country", &options->country, "Country of holidays, like SG");
  command->AddOption("--format", &options->format, "How it is printed")
      .OneOf({"yaml", "json", "jsonl"})
      .ShowsDefault();
  command->Footer("Exit codes: 0 read, 3 bad input, with everything that is wrong");
  command->Runs([options] { return Import(*options); });
}

}  // namespace changepolicy::cli
