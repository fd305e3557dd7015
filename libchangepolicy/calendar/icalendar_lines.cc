#include "libchangepolicy/calendar/icalendar_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

namespace {

constexpr int kMostComplaints = 200;
// VCALENDAR, VEVENT, VALARM are three; extensions nest one or two more.
constexpr size_t kDeepest = 16;
constexpr size_t kLongestShown = 120;
constexpr size_t kMostParameters = 1'000;

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

std::string Upper(std::string_view text) { return absl::AsciiStrToUpper(ToAbsl(text)); }

bool IsControl(char c) {
  const unsigned char byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

std::string Shown(std::string_view text) {
  const bool cut = text.size() > kLongestShown;
  // Not within a character: its following bytes are 10xxxxxx.
  size_t end = std::min(text.size(), kLongestShown);
  while (cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return StrCat(Printable(text.substr(0, end)), cut ? "..." : "");
}

}  // namespace

std::string_view ICalLine::Parameter(std::string_view parameter) const {
  for (const ICalParameter& each : parameters) {
    if (each.name == parameter) return each.values.empty() ? std::string_view() : each.values[0];
  }
  return {};
}

bool ICalLine::Has(std::string_view parameter) const {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const ICalParameter& each) { return each.name == parameter; });
}

const ICalLine* ICalComponent::Find(std::string_view property) const {
  for (const ICalLine& line : lines) {
    if (line.name == property) return &line;
  }
  return nullptr;
}

void Complaints::Add(Weight weight, std::string_view id, int number, std::string_view source,
                     std::string message, std::string help) {
  if (weight == Weight::kQuirk || (weight == Weight::kBreach && lenient_)) {
    Note(number, message);
    return;
  }
  if (++errors_ > kMostComplaints) return;
  Issue& issue = issues_.emplace_back();
  issue.id = id;
  issue.message = std::move(message);
  issue.help = std::move(help);
  issue.file = file_;
  if (number > 0) issue.position = {.line = number, .column = 1};
  issue.source_line = Shown(source);
}

void Complaints::Note(int number, std::string_view text) {
  if (++noted_ > kMostComplaints) return;
  notes_.push_back(number > 0 ? StrCat("line ", number, ": ", text) : std::string(text));
}

Issues Complaints::TakeIssues() {
  // By line: a component is judged at its end, after its lines.
  std::stable_sort(issues_.begin(), issues_.end(), [](const Issue& one, const Issue& other) {
    return one.position.line < other.position.line;
  });
  if (errors_ > kMostComplaints) {
    Issue& issue = issues_.emplace_back();
    issue.id = "more";
    issue.message = StrCat(errors_ - kMostComplaints, " more complaints are left out");
    issue.help = "correct these first";
    issue.file = file_;
  }
  return std::move(issues_);
}

std::vector<std::string> Complaints::TakeNotes() {
  if (noted_ > kMostComplaints) {
    notes_.push_back(StrCat(noted_ - kMostComplaints, " more notes are left out"));
  }
  return std::move(notes_);
}

namespace {

// Physical lines, put together where they are folded.
class Unfolder {
 public:
  Unfolder(std::string_view text, std::deque<std::string>* unfolded, Complaints* complaints)
      : rest_(text), unfolded_(unfolded), complaints_(complaints) {
    // Classic Mac OS ended its lines so.
    if (rest_.find('\n') == std::string_view::npos && rest_.find('\r') != std::string_view::npos) {
      complaints_->Add(Weight::kBreach, "line-ends", 1, "",
                       "lines end with CR alone, and RFC 5545 asks for CR LF",
                       "convert the line ends, for instance with `dos2unix -c mac`");
      break_ = '\r';
    }
  }

  bool Next(std::string_view* line, std::string_view* source, int* number) {
    if (rest_.empty()) return false;
    *source = Take();
    *number = taken_;
    *line = *source;
    if (source->empty() || !Continues()) return true;
    std::string& joined = unfolded_->emplace_back(*source);
    while (Continues()) joined += Take().substr(1);
    *line = joined;
    return true;
  }

 private:
  bool Continues() const { return !rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t'); }

  std::string_view Take() {
    const size_t end = rest_.find(break_);
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++taken_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with('\r')) {
      while (line.ends_with('\r')) line.remove_suffix(1);
      complaints_->Add(Weight::kBreach, "line-ends", taken_, line,
                       "the line ends with more than one CR",
                       "end lines with CR LF; a copy in text mode adds a CR to each");
    }
    return line;
  }

  std::string_view rest_;
  std::deque<std::string>* unfolded_;
  Complaints* complaints_;
  char break_ = '\n';
  int taken_ = 0;
};

class LineParser {
 public:
  LineParser(std::string_view text, ICalLine* line, Complaints* complaints)
      : text_(text), line_(line), complaints_(complaints) {}

  // contentline = name *(";" param ) ":" value CRLF. False where it is none.
  bool Parse() {
    if (!CheckBytes()) return false;
    const size_t end = text_.find_first_of(";:");
    if (end == std::string_view::npos) {
      return Refuse("content-line",
                    StrCat("`", Shown(text_), "` is no content line: it has no `:`"),
                    "write `NAME:value`; a line that goes on begins with a space");
    }
    const std::string_view name = text_.substr(0, end);
    if (!IsToken(name)) {
      if (name.starts_with(' ') || name.starts_with('\t')) {
        return Refuse("folding", "this line continues one that is not there",
                      "a folded line follows what it continues, without a blank line between them");
      }
      Breach("property-name",
             StrCat("`", Shown(name), "` is no name of a property: letters, digits and `-`"),
             "correct the name, or begin the line with a space if it continues the one before");
    }
    line_->name = Upper(name);
    at_ = end;
    while (text_[at_] == ';') {
      ++at_;
      if (line_->parameters.size() >= kMostParameters) {
        return Refuse("limit", StrCat("the line has more than ", kMostParameters, " parameters"),
                      "this is no calendar");
      }
      if (!ParseParameter()) return false;
    }
    line_->value = text_.substr(at_ + 1);
    return true;
  }

 private:
  bool Refuse(std::string_view id, std::string message, std::string help) {
    complaints_->Add(Weight::kOpen, id, *line_, std::move(message), std::move(help));
    return false;
  }
  void Breach(std::string_view id, std::string message, std::string help) {
    complaints_->Add(Weight::kBreach, id, *line_, std::move(message), std::move(help));
  }

  bool CheckBytes() {
    if (!IsUtf8(text_)) {
      return Refuse("utf-8", "the line is not in UTF-8, in which iCalendar is written",
                    "convert the file, for instance with `iconv -f latin1 -t utf-8`");
    }
    const auto control = std::find_if(text_.begin(), text_.end(), IsControl);
    if (control == text_.end()) return true;
    if (*control == '\0') {
      return Refuse("binary", "the line holds a NUL, so this is no text",
                    "give the .ics file itself");
    }
    Breach("control-character",
           StrCat("the line holds the control character ", static_cast<int>(*control),
                  ", which RFC 5545 forbids"),
           "take it out");
    return true;
  }

  // param = param-name "=" param-value *("," param-value); stops at the `;` or `:` after it.
  bool ParseParameter() {
    const size_t end = text_.find_first_of("=;:", at_);
    if (end == std::string_view::npos) return NoValue();
    const std::string_view name = text_.substr(at_, end - at_);
    if (text_[end] != '=' || !IsToken(name)) {
      Breach("parameter",
             name.empty() ? "a `;` is followed by no parameter"
                          : StrCat("`", Shown(name), "` is no parameter: those are `NAME=value`"),
             "take it out, or write its name and value");
      at_ = text_.find_first_of(";:", end);
      return at_ != std::string_view::npos || NoValue();
    }
    ICalParameter& parameter = line_->parameters.emplace_back();
    parameter.name = Upper(name);
    at_ = end;
    do {
      ++at_;
      if (!ParseParameterValue(&parameter)) return false;
    } while (text_[at_] == ',');
    return true;
  }

  bool ParseParameterValue(ICalParameter* parameter) {
    if (at_ < text_.size() && text_[at_] == '"') {
      const size_t close = text_.find('"', at_ + 1);
      if (close == std::string_view::npos) {
        return Refuse(
            "parameter",
            StrCat("the quotation mark of parameter `", parameter->name, "` is not closed"),
            "close it before the `:`");
      }
      parameter->values.push_back(text_.substr(at_ + 1, close - at_ - 1));
      at_ = close + 1;
      if (at_ >= text_.size()) return NoValue();
      if (text_[at_] == ',' || text_[at_] == ';' || text_[at_] == ':') return true;
      Breach("parameter",
             StrCat("text follows the closing quotation mark of parameter `", parameter->name, "`"),
             "quote the whole value; a value cannot hold quotation marks");
    }
    const size_t end = text_.find_first_of(",;:", at_);
    if (end == std::string_view::npos) return NoValue();
    const std::string_view value = text_.substr(at_, end - at_);
    if (value.find('"') != std::string_view::npos) {
      Breach("parameter",
             StrCat("the value of parameter `", parameter->name, "` holds a quotation mark"),
             "take it out; a value cannot hold quotation marks");
    }
    parameter->values.push_back(value);
    at_ = end;
    return true;
  }

  bool NoValue() {
    return Refuse("content-line", "the line ends before the `:` that comes before its value",
                  "write `NAME;PARAMETER=value:value`");
  }

  std::string_view text_;
  ICalLine* line_;
  Complaints* complaints_;
  size_t at_ = 0;
};

class ComponentReader {
 public:
  using Close = std::function<void(ICalComponent* component, const ICalComponent* parent)>;

  ComponentReader(Complaints* complaints, const Close& close)
      : complaints_(complaints), close_(close) {}

  // False: too deep, and the rest is not read.
  bool Add(ICalLine line) {
    if (line.name == "BEGIN") return Begin(line);
    if (line.name == "END") {
      End(line);
    } else if (open_.empty()) {
      Outside(line);
    } else {
      ICalComponent* const component = open_.back();
      component->lines.push_back(std::move(line));
      if (!component->parts.empty() && component->late_number == 0) {
        component->late_number = component->lines.back().number;
      }
    }
    return true;
  }

  bool inside() const { return !open_.empty(); }
  bool Begun() const { return !roots_.empty() || outside_; }

  std::vector<std::unique_ptr<ICalComponent>> Finish(int last) {
    if (roots_.empty() && !outside_) {
      complaints_->Add(Weight::kOpen, "no-vcalendar", 0, "", "there is no VCALENDAR in the file",
                       "an iCalendar file begins with `BEGIN:VCALENDAR`");
    }
    if (inside()) {
      complaints_->Add(Weight::kOpen, "truncated", last, "",
                       StrCat("the file ends inside of the ", open_.back()->name, " of line ",
                              open_.back()->number),
                       StrCat("the file is cut off; `END:", open_.back()->name, "` is missing"));
    }
    return std::move(roots_);
  }

 private:
  static std::string NameOf(const ICalLine& line) {
    return Upper(FromAbsl(absl::StripAsciiWhitespace(ToAbsl(line.value))));
  }

  void CheckMark(const ICalLine& line, const std::string& name) {
    if (!line.parameters.empty() || line.value.size() != name.size() || !IsToken(name)) {
      complaints_->Add(Weight::kBreach, "component-name", line,
                       StrCat("`", line.name, "` takes the name of a component and nothing else"),
                       "write it without parameters and spaces");
    }
  }

  bool Begin(const ICalLine& line) {
    const std::string name = NameOf(line);
    CheckMark(line, name);
    if (open_.size() >= kDeepest) {
      complaints_->Add(Weight::kOpen, "nesting", line,
                       StrCat("components stand in each other more than ", kDeepest, " deep"),
                       "an event stands in a calendar, and an alarm in an event");
      return false;
    }
    if (open_.empty() && name != "VCALENDAR" && !std::exchange(outside_, true)) {
      complaints_->Add(Weight::kOpen, "no-vcalendar", line,
                       StrCat("this ", name, " stands in no VCALENDAR"),
                       "put `BEGIN:VCALENDAR` with PRODID and VERSION before it, and "
                       "`END:VCALENDAR` after it");
    }
    auto component = std::make_unique<ICalComponent>();
    component->name = name;
    component->number = line.number;
    component->source = line.source;
    ICalComponent* const added = component.get();
    if (open_.empty()) {
      roots_.push_back(std::move(component));
    } else {
      open_.back()->parts.push_back(std::move(component));
    }
    open_.push_back(added);
    return true;
  }

  void End(const ICalLine& line) {
    const std::string name = NameOf(line);
    CheckMark(line, name);
    const auto match = std::find_if(open_.rbegin(), open_.rend(),
                                    [&](const ICalComponent* each) { return each->name == name; });
    if (match == open_.rend() || match != open_.rbegin()) {
      complaints_->Add(
          Weight::kOpen, "component-end", line,
          open_.empty() ? StrCat("`END:", Shown(name), "` closes nothing")
                        : StrCat("`END:", Shown(name), "` stands where the ", open_.back()->name,
                                 " of line ", open_.back()->number, " is open"),
          open_.empty() ? "take it out" : StrCat("close it with `END:", open_.back()->name, "`"));
    }
    if (match == open_.rend()) return;
    const size_t depth = static_cast<size_t>(open_.rend() - match) - 1;
    while (open_.size() > depth) {
      ICalComponent* const closed = open_.back();
      open_.pop_back();
      close_(closed, open_.empty() ? nullptr : open_.back());
    }
  }

  void Outside(const ICalLine& line) {
    if (std::exchange(outside_, true)) return;
    complaints_->Add(Weight::kOpen, "no-vcalendar", line,
                     StrCat("the property ", line.name, " stands in no VCALENDAR"),
                     "everything stands between `BEGIN:VCALENDAR` and `END:VCALENDAR`");
  }

  Complaints* complaints_;
  const Close& close_;
  std::vector<std::unique_ptr<ICalComponent>> roots_;
  std::vector<ICalComponent*> open_;
  bool outside_ = false;  // complained about once
};

}  // namespace

std::vector<std::unique_ptr<ICalComponent>> ReadComponents(
    std::string_view text, std::deque<std::string>* unfolded, Complaints* complaints,
    const std::function<void(ICalComponent* component, const ICalComponent* parent)>& close) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    complaints->Note(1, "the file begins with a byte order mark");
    text.remove_prefix(3);
  }
  Unfolder unfolder(text, unfolded, complaints);
  ComponentReader reader(complaints, close);
  std::string_view content;
  ICalLine line;
  while (unfolder.Next(&content, &line.source, &line.number)) {
    if (content.empty()) {
      // Between the objects of a stream it is nobody's; within one it is no content line.
      if (reader.inside()) {
        complaints->Add(Weight::kBreach, "blank-line", line,
                        "a blank line stands inside of VCALENDAR, and is no content line",
                        "take it out, or read the file with --lenient");
      }
      continue;
    }
    ICalLine parsed = {.number = line.number, .source = line.source};
    if (!LineParser(content, &parsed, complaints).Parse()) {
      // What does not begin like a calendar is something else, and one complaint says so.
      if (reader.Begun()) continue;
      return {};
    }
    if (!reader.Add(std::move(parsed))) return {};
  }
  return reader.Finish(line.number);
}

}  // namespace changepolicy
