// `changepolicy calendar instances`: what a recurrence rule gives, one instance per line.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/calendar.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy::cli {

namespace {

constexpr int64_t kDefaultLimit = 1'000;

struct Options {
  std::vector<std::string> rules;
  std::vector<std::string> exrules;
  std::vector<std::string> rdates;
  std::vector<std::string> exdates;
  std::string start;
  std::string zone;
  std::string text;
  std::string from;
  std::string until;
  int64_t limit = 0;  // 0: the default
};

bool Fail(std::string_view message) {
  Complain(StrCat("error: ", message));
  return false;
}

// A property of iCalendar: `RDATE;TZID=Asia/Tokyo:19970902T090000,19970903T090000`.
struct Property {
  std::string name;  // empty: a value alone
  std::string zone;
  std::string value;
};

Property ReadProperty(std::string_view line) {
  // Local times have colons as well, so that a name must begin with a letter; a rule alone has
  // none before its `=`.
  const size_t colon = line.find(':');
  const std::string_view head = line.substr(0, colon);
  if (colon == std::string_view::npos || head.empty() ||
      !absl::ascii_isalpha(static_cast<unsigned char>(head[0]))) {
    return {.value = std::string(line)};
  }
  Property property{.value = std::string(line.substr(colon + 1))};
  const std::vector<absl::string_view> parts = absl::StrSplit(ToAbsl(head), ';');
  property.name = absl::AsciiStrToUpper(parts[0]);
  for (const absl::string_view part : parts) {
    constexpr std::string_view kZone = "TZID=";
    if (absl::AsciiStrToUpper(part.substr(0, kZone.size())) == kZone) {
      property.zone = std::string(part.substr(kZone.size()));
    }
  }
  return property;
}

// An option takes its own property or a value alone.
bool IsProperty(const Property& property, std::string_view name, std::string_view option) {
  return property.name.empty() || property.name == name ||
         Fail(StrCat(option, ": `", Printable(property.name), "` is not `", name,
                     "`\n  help: give the value alone, or with its own name"));
}

// A time as it was written: local to the answer's zone.
struct Moment {
  absl::CivilSecond local;
  bool is_date = false;
};

// Everything that the instances follow from.
class Question {
 public:
  // False, and a complaint, where something is wrong.
  bool Read(const Options& options);
  bool Answer(const Options& options) const;

 private:
  bool ReadText(const std::string& text, Options* options) const;
  bool ReadZone(const std::string& name, std::string_view option);
  bool ReadStart(const Options& options);
  std::optional<Moment> ReadMoment(std::string_view text, const std::string& zone,
                                   std::string_view option) const;
  bool ReadDates(const std::vector<std::string>& texts, std::string_view option,
                 std::set<absl::CivilSecond>* dates);
  bool ReadRules(const std::vector<std::string>& texts, std::string_view option,
                 std::vector<Recurrence>* rules) const;
  bool IsExcluded(absl::CivilSecond time) const;
  absl::Time Instant(absl::CivilSecond time) const;
  std::string Text(absl::Time instant) const;
  std::vector<std::string> Lines(const std::set<absl::CivilSecond>& found) const;
  std::string Collect(const Recurrence& rule, size_t limit,
                      std::set<absl::CivilSecond>* found) const;

  std::optional<absl::TimeZone> zone_;
  absl::CivilSecond start_;
  bool start_is_date_ = false;
  std::vector<Recurrence> rules_;
  std::vector<Recurrence> exrules_;
  std::set<absl::CivilSecond> dates_;
  std::set<absl::CivilSecond> excluded_;
  absl::CivilSecond from_ = absl::CivilSecond(1);
  absl::CivilSecond until_ = absl::CivilSecond(10'000);
};

// The lines of a text like that of an event: what each says goes where the option would put it.
bool Question::ReadText(const std::string& text, Options* options) const {
  // Long lines are folded (RFC 5545, section 3.1).
  const std::string unfolded = absl::StrReplaceAll(
      text, {{"\\n", "\n"}, {"\r\n ", ""}, {"\r\n\t", ""}, {"\n ", ""}, {"\n\t", ""}});
  for (const absl::string_view piece : absl::StrSplit(unfolded, '\n')) {
    const std::string line(absl::StripAsciiWhitespace(piece));
    if (line.empty()) continue;
    const Property property = ReadProperty(line);
    if (property.name == "DTSTART") {
      if (!options->start.empty()) return Fail("there are two starts\n  help: give one");
      options->start = line;
    } else if (property.name == "RRULE" || property.name.empty()) {
      options->rules.push_back(line);
    } else if (property.name == "EXRULE") {
      options->exrules.push_back(line);
    } else if (property.name == "RDATE") {
      options->rdates.push_back(line);
    } else if (property.name == "EXDATE") {
      options->exdates.push_back(line);
    } else {
      return Fail(StrCat("--text: unknown property `", Printable(property.name),
                         "`\n  help: it has lines with DTSTART, RRULE, RDATE, EXDATE and EXRULE"));
    }
  }
  return true;
}

bool Question::ReadZone(const std::string& name, std::string_view option) {
  const std::optional<absl::TimeZone> zone = FindZone(name);
  if (!zone.has_value()) {
    return Fail(StrCat(option, ": unknown zone `", Printable(name),
                       "`\n  help: name a zone of the IANA database, like `Asia/Singapore`"));
  }
  zone_ = zone;
  return true;
}

std::optional<Moment> Question::ReadMoment(std::string_view text, const std::string& zone_name,
                                           std::string_view option) const {
  const std::string upper = absl::AsciiStrToUpper(ToAbsl(text));
  std::optional<absl::Time> instant;
  std::optional<Moment> moment;
  if (const std::optional<RuleEnd> basic = ParseBasicTime(upper); basic.has_value()) {
    moment = {basic->time, basic->is_date};
    if (basic->is_utc) instant = ToInstant(basic->time, absl::UTCTimeZone());
  } else if (const auto local = ParseLocal(upper); local.has_value()) {
    moment = {*local, upper.size() == 10};
  } else if (absl::Time time; absl::ParseTime(absl::RFC3339_full, upper, &time, nullptr)) {
    instant = time;
  }
  const auto fail = [&](std::string_view what, std::string_view help) {
    Fail(StrCat(option, ": `", Printable(text), "` ", what, "\n  help: ", help));
    return std::nullopt;
  };
  if (!moment.has_value() && !instant.has_value()) {
    return fail("is no time", "write `1997-09-02T09:00:00`, `19970902T090000` or a date");
  }
  if (!instant.has_value() && !zone_name.empty()) {
    const std::optional<absl::TimeZone> zone = FindZone(zone_name);
    if (!zone.has_value())
      return fail(StrCat("is in an unknown zone `", zone_name, "`"),
                  "name a zone of the IANA database");
    if (!zone_.has_value()) return fail("is in a zone, and the start is in none", "add --zone");
    if (*zone != *zone_ && !moment->is_date) instant = ToInstant(moment->local, *zone);
  }
  if (!instant.has_value()) return moment;
  if (!zone_.has_value()) {
    return fail("is an instant, and the start is in no zone", "add --zone, or leave out the `Z`");
  }
  return Moment{absl::ToCivilSecond(*instant, *zone_)};
}

bool Question::ReadStart(const Options& options) {
  if (options.start.empty()) {
    return Fail("a start is needed\n  help: add --start 1997-09-02T09:00:00");
  }
  const Property property = ReadProperty(options.start);
  if (!IsProperty(property, "DTSTART", "--start")) return false;
  if (!options.zone.empty() && !ReadZone(options.zone, "--zone")) return false;
  if (!zone_.has_value() && !property.zone.empty() && !ReadZone(property.zone, "--start")) {
    return false;
  }
  // An instant without a zone is in UTC.
  if (!zone_.has_value() && (property.value.ends_with('Z') || property.value.ends_with('z'))) {
    zone_ = absl::UTCTimeZone();
  }
  const std::optional<Moment> start = ReadMoment(property.value, property.zone, "--start");
  if (!start.has_value()) return false;
  start_ = start->local;
  start_is_date_ = start->is_date;
  return true;
}

bool Question::ReadDates(const std::vector<std::string>& texts, std::string_view option,
                         std::set<absl::CivilSecond>* dates) {
  for (const std::string& text : texts) {
    const Property property = ReadProperty(text);
    if (!IsProperty(property, option == "--rdate" ? "RDATE" : "EXDATE", option)) return false;
    for (const absl::string_view each : absl::StrSplit(property.value, ',')) {
      // Of a period the start counts here.
      const std::string_view start = FromAbsl(each).substr(0, each.find('/'));
      const std::optional<Moment> moment =
          ReadMoment(FromAbsl(absl::StripAsciiWhitespace(ToAbsl(start))), property.zone, option);
      if (!moment.has_value()) return false;
      dates->insert(moment->local);
    }
  }
  return true;
}

bool Question::ReadRules(const std::vector<std::string>& texts, std::string_view option,
                         std::vector<Recurrence>* rules) const {
  for (const std::string& text : texts) {
    const Property property = ReadProperty(text);
    if (!IsProperty(property, option == "--rule" ? "RRULE" : "EXRULE", option)) return false;
    const ParsedRule parsed = ParseRule(property.value);
    if (!parsed.rule.has_value()) {
      return Fail(StrCat(option, ": ", Printable(parsed.problem),
                         "\n  help: write a rule of RFC 5545 like `FREQ=WEEKLY;BYDAY=SU`"));
    }
    rules->emplace_back(*parsed.rule, start_, zone_.value_or(absl::UTCTimeZone()));
  }
  return true;
}

bool Question::Read(const Options& given) {
  Options options = given;
  if (!given.text.empty()) {
    std::string text = given.text;
    if (text == "-") {
      absl::StatusOr<std::string> input = ReadFile("-");
      if (!input.ok()) return Fail(FromAbsl(input.status().message()));
      text = *std::move(input);
    }
    if (!ReadText(text, &options)) return false;
  }
  if (!ReadStart(options)) return false;
  if (options.rules.empty() && options.rdates.empty()) {
    return Fail("there is no rule\n  help: add --rule 'FREQ=WEEKLY;BYDAY=SU'");
  }
  const auto bound = [&](const std::string& text, std::string_view option,
                         absl::CivilSecond* time) {
    if (text.empty()) return true;
    const std::optional<Moment> moment = ReadMoment(text, "", option);
    if (moment.has_value()) *time = moment->local;
    return moment.has_value();
  };
  return bound(options.from, "--from", &from_) && bound(options.until, "--until", &until_) &&
         ReadRules(options.rules, "--rule", &rules_) &&
         ReadRules(options.exrules, "--exrule", &exrules_) &&
         ReadDates(options.rdates, "--rdate", &dates_) &&
         ReadDates(options.exdates, "--exdate", &excluded_);
}

bool Question::IsExcluded(absl::CivilSecond time) const {
  return excluded_.count(time) > 0 ||
         std::any_of(exrules_.begin(), exrules_.end(),
                     [&](const Recurrence& rule) { return rule.Contains(time); });
}

absl::Time Question::Instant(absl::CivilSecond time) const {
  return ToInstant(time, zone_.value_or(absl::UTCTimeZone()));
}

std::string Question::Text(absl::Time instant) const {
  // RFC 3339 has no offset of seconds, which zones had before 1900.
  const bool whole = zone_->At(instant).offset % 60 == 0;
  return absl::FormatTime(
      whole && *zone_ != absl::UTCTimeZone() ? "%Y-%m-%d%ET%H:%M:%S%Ez" : "%Y-%m-%d%ET%H:%M:%SZ",
      instant, whole ? *zone_ : absl::UTCTimeZone());
}

// Local times as they are, or in a zone the instants that they are, ascending and each once.
std::vector<std::string> Question::Lines(const std::set<absl::CivilSecond>& found) const {
  // From a date also a rule with times may go.
  const bool dates =
      start_is_date_ && std::all_of(found.begin(), found.end(), [](const auto& time) {
        return time == absl::CivilSecond(absl::CivilDay(time));
      });
  std::vector<std::string> lines;
  if (dates || !zone_.has_value()) {
    for (const absl::CivilSecond time : found) {
      lines.push_back(dates ? absl::FormatCivilTime(absl::CivilDay(time))
                            : absl::FormatCivilTime(time));
    }
    return lines;
  }
  std::set<absl::Time> instants;
  for (const absl::CivilSecond time : found) instants.insert(Instant(time));
  for (const absl::Time instant : instants) lines.push_back(Text(instant));
  return lines;
}

// The first `limit` instances of the rule, at least, go to `found`. Returns its problem.
std::string Question::Collect(const Recurrence& rule, size_t limit,
                              std::set<absl::CivilSecond>* found) const {
  // A local time that never occurs may be behind later ones, or at the same instant. Behind one
  // that occurs there are only later instants.
  std::set<absl::Time> instants;
  return rule.Visit(from_, until_, [&](absl::CivilSecond time) {
    if (IsExcluded(time)) return true;
    found->insert(time);
    const absl::Time instant = Instant(time);
    instants.insert(instant);
    return instants.size() <= limit || *instants.rbegin() != instant ||
           (zone_.has_value() && absl::ToCivilSecond(instant, *zone_) != time);
  });
}

// Prints the instances; false where a rule was not followed to its end.
bool Question::Answer(const Options& options) const {
  const auto limit = static_cast<size_t>(options.limit > 0 ? options.limit : kDefaultLimit);
  std::set<absl::CivilSecond> found;
  std::string problem;
  for (const Recurrence& rule : rules_) {
    if (rule.NeverFires()) {
      Complain(StrCat("note: `", Printable(rule.text()), "` never fires"));
    } else if (!rule.Contains(start_)) {
      Complain(StrCat("note: the start is no instance of `", Printable(rule.text()), "`"));
    }
    // The first so many of all are among the first so many of each.
    const std::string cut = Collect(rule, limit, &found);
    if (problem.empty()) problem = cut;
  }
  for (const absl::CivilSecond time : dates_) {
    if (time >= from_ && time < until_ && !IsExcluded(time)) found.insert(time);
  }
  const std::vector<std::string> lines = Lines(found);
  std::string text;
  for (size_t i = 0; i < std::min(lines.size(), limit); ++i) StrAppend(&text, lines[i], "\n");
  std::cout << text;
  for (const Recurrence& rule : exrules_) {
    if (problem.empty() && !found.empty()) problem = rule.CountProblem(*found.rbegin());
  }
  if (lines.size() > limit && problem.empty()) {
    if (options.limit == 0) {
      Complain(StrCat("note: cut after ", limit, " instances; --limit N shows more"));
    }
    return true;
  }
  if (problem.empty()) return true;
  return Fail(StrCat(Printable(problem), "\n  help: ask for less with --from, --until or --limit"));
}

int Run(const Options& options) {
  Question question;
  if (!question.Read(options)) return kBadInput;
  return question.Answer(options) ? kAllowed : kUndecided;
}

// One value each time.
void AddEach(Command* command, const std::string& name, std::vector<std::string>* values,
             const std::string& description) {
  command->AddOption(name, values, description).OneValueEach();
}

}  // namespace

void AddCalendarInstances(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command =
      calendar->AddSubcommand("instances", "What a recurrence rule of RFC 5545 gives");
  AddEach(command, "--rule", &options->rules,
          "a rule, with `RRULE:` before it or not; may be repeated, as the three below");
  AddEach(command, "--rdate", &options->rdates, "further times, separated by commas");
  AddEach(command, "--exdate", &options->exdates, "times that are taken out");
  AddEach(command, "--exrule", &options->exrules, "a rule whose instances are taken out");
  command->AddOption("--start", &options->start,
                     "DTSTART: 1997-09-02T09:00:00, 19970902T090000, a date, or the property "
                     "with its TZID");
  command->AddOption("--text", &options->text,
                     "lines DTSTART, RRULE, RDATE, EXDATE, EXRULE instead; - is standard input");
  command->AddOption("--zone", &options->zone,
                     "the IANA zone of the times; then instants with its offset are printed");
  command->AddOption("--from", &options->from, "only what is not before this time");
  command->AddOption("--until", &options->until, "only what is before this time");
  command->AddOption("--limit", &options->limit, "print no more; default: 1000").Positive();
  command->Footer(
      "Exit codes: 0 all of it, or as much as the limit, 2 a rule was not followed to its end, 3 "
      "bad input");
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
