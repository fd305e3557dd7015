// `changepolicy calendar next`: when a change or release could go out.
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/calendar.h"
#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

constexpr int kDays = 366;
constexpr int kMostSlots = 1000;

struct Options {
  SubjectOptions subject;
  SpanOptions span;
  int count = 1;
  std::string length;
  std::string format = "text";
};

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const absl::Time now = session->question.now;
  const std::optional<Span> span = ReadSpan(options.span, now, kDays);
  if (!span.has_value()) return kBadInput;
  if (span->until <= now) {
    Complain(StrCat("error: ", options.span.until.empty() ? "--from" : "--until",
                    ": the search would end before now, and nothing is planned in the past\n"
                    "  help: search later, or give the instant of the question with --now"));
    return kBadInput;
  }
  if (options.count < 1 || options.count > kMostSlots) {
    Complain(StrCat("error: --count: ", options.count, " is not 1 to ", kMostSlots,
                    "\n  help: write a number in between; with --from the search goes on later"));
    return kBadInput;
  }
  SlotQuestion question{
      .now = now, .from = span->from, .until = span->until, .count = options.count};
  if (!options.length.empty()) {
    question.length = ReadLength(options.length);
    if (!question.length.has_value()) return kBadInput;
  }
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  const Planner planner(session->policy, session->engine.organization());
  if (options.format == "text") PrintNow(*session);
  int exit_code = kAllowed;
  for (const Record& record : *records) {
    if (!record.subject.has_value()) {
      Complain(record.problem);
      exit_code = kBadInput;
      continue;
    }
    const auto slots = AskAbout<v1::SlotsAnswer>(
        record,
        [&](const v1::ChangeRequest& change) { return planner.NextSlots(change, question); },
        [&](const v1::Release& release) { return planner.NextSlots(release, question); });
    if (!slots.ok()) {
      Complain(StrCat(Printable(record.name), ": error: ", FromAbsl(slots.status().message())));
      exit_code = kBadInput;
      continue;
    }
    if (options.format == "text") {
      std::cout << "\n" << SlotsText(*slots, TextOptions(span->zone));
    } else {
      std::cout << MessageJson(*slots, options.format == "json") << "\n";
    }
    if (slots->slots().empty() || !slots->unknown().empty()) {
      exit_code = std::max<int>(
          exit_code, slots->unknown().empty() && slots->problems().empty() ? kDenied : kUndecided);
    }
  }
  return exit_code;
}

}  // namespace

void AddCalendarNext(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command = calendar->AddSubcommand(
      "next",
      "The next times at which it could go out. Exits with 0 found, 1 none known, 2 unknown, 3 "
      "bad input");
  command
      ->AddOption("FILE", &options->subject.files,
                  "changes or releases, as for `check`; - is standard input")
      .Required();
  AddContextOptions(command, &options->subject);
  AddRecordOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kDays);
  command->AddOption("--count", &options->count, StrCat("how many slots, 1 to ", kMostSlots))
      .ShowsDefault();
  command
      ->AddOption("--length", &options->length,
                  "of the work with its rollback reserve, like 90m; default: its schedule's")
      .NotEmpty();
  AddFormat(command, &options->format, {"text", "json", "jsonl"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
