#include "libchangepolicy/calendar/icalendar_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar_values.h"
#include "libchangepolicy/calendar/recurrence.h"

namespace changepolicy {

namespace {

enum class Form {
  kText,
  kTextList,
  kToken,
  kUri,         // URIs are not looked at: none says when something is
  kCalAddress,  // nor these
  kTime,        // DATE-TIME, or DATE with VALUE=DATE
  kUtc,         // DATE-TIME in UTC
  kTimes,       // a list of kTime, and of PERIOD for RDATE
  kPeriods,     // a list, in UTC
  kDuration,
  kTrigger,  // DURATION, or DATE-TIME in UTC with VALUE=DATE-TIME
  kRule,
  kOffset,
  kGeo,
  kInteger,
  kAttachment,  // URI, or BINARY
  kStatus,      // of REQUEST-STATUS
  kOneOf,       // one of `words`
};

// Whether a wrong value leaves open when something is.
enum class Matters { kNo, kYes };

struct PropertyForm {
  std::string_view name;
  Form form;
  Matters matters = Matters::kNo;
  int64_t low = 0, high = 2'147'483'647;
  std::string_view words = {};  // with spaces between them
};

constexpr std::array<PropertyForm, 47> kProperties = {{
    {"CALSCALE", Form::kOneOf, Matters::kYes, 0, 0, "GREGORIAN"},
    {"METHOD", Form::kToken},
    {"PRODID", Form::kText},
    {"VERSION", Form::kOneOf, Matters::kNo, 0, 0, "2.0"},
    {"ATTACH", Form::kAttachment},
    {"CATEGORIES", Form::kTextList},
    {"CLASS", Form::kToken},
    {"COMMENT", Form::kText},
    {"DESCRIPTION", Form::kText},
    {"GEO", Form::kGeo},
    {"LOCATION", Form::kText},
    {"PERCENT-COMPLETE", Form::kInteger, Matters::kNo, 0, 100},
    {"PRIORITY", Form::kInteger, Matters::kNo, 0, 9},
    {"RESOURCES", Form::kTextList},
    {"STATUS", Form::kToken},
    {"SUMMARY", Form::kText},
    {"COMPLETED", Form::kUtc},
    {"DTEND", Form::kTime, Matters::kYes},
    {"DUE", Form::kTime, Matters::kYes},
    {"DTSTART", Form::kTime, Matters::kYes},
    {"DURATION", Form::kDuration, Matters::kYes},
    {"FREEBUSY", Form::kPeriods, Matters::kYes},
    {"TRANSP", Form::kOneOf, Matters::kNo, 0, 0, "OPAQUE TRANSPARENT"},
    {"TZID", Form::kText, Matters::kYes},
    {"TZNAME", Form::kText},
    {"TZOFFSETFROM", Form::kOffset, Matters::kYes},
    {"TZOFFSETTO", Form::kOffset, Matters::kYes},
    {"TZURL", Form::kUri},
    {"ATTENDEE", Form::kCalAddress},
    {"CONTACT", Form::kText},
    {"ORGANIZER", Form::kCalAddress},
    {"RECURRENCE-ID", Form::kTime, Matters::kYes},
    {"RELATED-TO", Form::kText},
    {"URL", Form::kUri},
    {"UID", Form::kText},
    {"EXDATE", Form::kTimes, Matters::kYes},
    {"EXRULE", Form::kRule, Matters::kYes},
    {"RDATE", Form::kTimes, Matters::kYes},
    {"RRULE", Form::kRule, Matters::kYes},
    {"ACTION", Form::kToken},
    {"REPEAT", Form::kInteger},
    {"TRIGGER", Form::kTrigger},
    {"CREATED", Form::kUtc},
    {"DTSTAMP", Form::kUtc},
    {"LAST-MODIFIED", Form::kUtc},
    {"SEQUENCE", Form::kInteger},
    {"REQUEST-STATUS", Form::kStatus},
}};

struct ComponentForm {
  std::string_view name;
  std::string_view parents;  // with spaces; empty: any
  std::string_view required;
  std::string_view once;  // beside the required ones
  std::string_view statuses;
};

// Sections 3.6 to 3.6.6.
constexpr std::array<ComponentForm, 9> kComponents = {{
    {"VCALENDAR", "", "PRODID VERSION", "CALSCALE METHOD", ""},
    {"VEVENT", "VCALENDAR", "UID DTSTAMP",
     "DTSTART DTEND DURATION CLASS CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER "
     "PRIORITY SEQUENCE STATUS SUMMARY TRANSP URL RECURRENCE-ID",
     "TENTATIVE CONFIRMED CANCELLED"},
    {"VTODO", "VCALENDAR", "UID DTSTAMP",
     "DTSTART DUE DURATION CLASS COMPLETED CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION "
     "ORGANIZER PERCENT-COMPLETE PRIORITY SEQUENCE STATUS SUMMARY URL RECURRENCE-ID",
     "NEEDS-ACTION COMPLETED IN-PROCESS CANCELLED"},
    {"VJOURNAL", "VCALENDAR", "UID DTSTAMP",
     "DTSTART CLASS CREATED LAST-MODIFIED ORGANIZER SEQUENCE STATUS SUMMARY URL RECURRENCE-ID",
     "DRAFT FINAL CANCELLED"},
    {"VFREEBUSY", "VCALENDAR", "UID DTSTAMP", "DTSTART DTEND CONTACT ORGANIZER URL", ""},
    {"VTIMEZONE", "VCALENDAR", "TZID", "LAST-MODIFIED TZURL", ""},
    {"STANDARD", "VTIMEZONE", "DTSTART TZOFFSETFROM TZOFFSETTO", "", ""},
    {"DAYLIGHT", "VTIMEZONE", "DTSTART TZOFFSETFROM TZOFFSETTO", "", ""},
    {"VALARM", "VEVENT VTODO", "ACTION TRIGGER", "DURATION REPEAT", ""},
}};

bool HasWord(std::string_view words, std::string_view word) {
  for (const absl::string_view each : absl::StrSplit(ToAbsl(words), ' ')) {
    if (FromAbsl(each) == word) return true;
  }
  return false;
}

std::string Upper(std::string_view text) { return absl::AsciiStrToUpper(ToAbsl(text)); }

const PropertyForm* FormOf(std::string_view name) {
  static const std::map<std::string_view, const PropertyForm*>* const kByName = [] {
    auto* const map = new std::map<std::string_view, const PropertyForm*>();
    for (const PropertyForm& form : kProperties) map->emplace(form.name, &form);
    return map;
  }();
  const auto found = kByName->find(name);
  return found == kByName->end() ? nullptr : found->second;
}

// One property of one component.
class PropertyCheck {
 public:
  PropertyCheck(const ICalLine& line, const PropertyForm& form, Complaints* complaints)
      : line_(line), form_(form), complaints_(complaints), type_(Upper(line.Parameter("VALUE"))) {}

  void Run() {
    switch (form_.form) {
      case Form::kText:
      case Form::kTextList:
        return Text();
      case Form::kToken:
        if (!IsICalToken(line_.value)) Wrong("one word of letters, digits and `-`", "");
        return;
      case Form::kOneOf:
        return OneOf();
      case Form::kUri:
        return;
      case Form::kCalAddress:
        if (line_.value.find(':') == std::string_view::npos) {
          Quirk(StrCat(line_.name, " is `", Printable(line_.value), "`, which is no URI"));
        }
        return;
      case Form::kTime:
        return Times(false);
      case Form::kTimes:
        return Times(true);
      case Form::kUtc:
        return Utc();
      case Form::kPeriods:
        return Periods();
      case Form::kDuration:
        return Duration();
      case Form::kTrigger:
        if (type_ == "DATE-TIME") return Utc();
        return Duration();
      case Form::kRule:
        return Rule();
      case Form::kOffset:
        if (!ParseICalOffset(line_.value).has_value()) Wrong("an offset like `-0500`", "");
        return;
      case Form::kGeo:
        if (const std::string problem = CheckGeo(line_.value); !problem.empty()) {
          Complain("value", StrCat("GEO: ", problem),
                   "write latitude and longitude, `37.4;-122.1`");
        }
        return;
      case Form::kInteger:
        if (!IsICalInteger(line_.value, form_.low, form_.high)) {
          Wrong(StrCat("a whole number from ", form_.low, " to ", form_.high), "");
        }
        return;
      case Form::kAttachment:
        return Attachment();
      case Form::kStatus:
        return RequestStatus();
    }
  }

 private:
  Weight weight() const { return form_.matters == Matters::kYes ? Weight::kOpen : Weight::kBreach; }
  void Complain(std::string_view id, std::string message, std::string help) {
    complaints_->Add(weight(), id, line_, std::move(message), std::move(help));
  }
  void Quirk(std::string message) {
    complaints_->Add(Weight::kQuirk, "quirk", line_, std::move(message), "");
  }
  void Breach(std::string_view id, std::string message, std::string help) {
    complaints_->Add(Weight::kBreach, id, line_, std::move(message), std::move(help));
  }
  void Wrong(std::string_view expected, std::string_view help) {
    Complain("value",
             StrCat(line_.name, " is ", expected, ", found `", Printable(line_.value.substr(0, 60)),
                    "`"),
             help.empty() ? StrCat("write ", expected) : std::string(help));
  }
  // Whether VALUE says one of `types` or nothing.
  bool TypeIs(std::string_view types) {
    if (type_.empty() || HasWord(types, type_)) return true;
    Complain("value-type",
             StrCat(line_.name, " cannot have `VALUE=", Printable(type_), "`, only ", types),
             "correct or leave out `VALUE`");
    return false;
  }

  // Slips in texts move no time, and programs that publish calendars make them.
  void Text() {
    if (!TypeIs("TEXT")) return;
    const std::string problem = CheckText(line_.value, form_.form == Form::kTextList);
    if (!problem.empty()) Quirk(StrCat(line_.name, ": ", problem));
  }

  void OneOf() {
    if (HasWord(form_.words, Upper(line_.value))) return;
    if (form_.name == "VERSION") {
      // `minver;maxver`, of which only 2.0 is known.
      if (line_.value.ends_with(";2.0")) return;
      Breach("version",
             StrCat("VERSION is `", Printable(line_.value.substr(0, 60)),
                    "`, and iCalendar of RFC 5545 is `2.0`"),
             line_.value == "1.0" ? "this is vCalendar 1.0; export it as iCalendar"
                                  : "write `VERSION:2.0`");
      return;
    }
    std::string words(form_.words);
    std::replace(words.begin(), words.end(), ' ', '/');
    Wrong(words, "");
  }

  void Times(bool list) {
    if (!TypeIs(list && line_.name == "RDATE" ? "DATE-TIME DATE PERIOD" : "DATE-TIME DATE")) return;
    if (!list) return OneTime(line_.value);
    for (const absl::string_view each : absl::StrSplit(ToAbsl(line_.value), ',')) {
      if (type_ == "PERIOD") {
        const std::string problem = CheckPeriod(FromAbsl(each));
        if (!problem.empty()) return Complain("value", StrCat("RDATE: ", problem), "correct it");
      } else {
        OneTime(FromAbsl(each));
      }
    }
  }

  void OneTime(std::string_view text) {
    const std::optional<ICalTime> time = ParseICalTime(text);
    const std::string_view expected =
        type_ == "DATE" ? "a date like `20260117`" : "a time like `20260117T090000Z`";
    if (!time.has_value() || (type_ == "DATE" && !time->date)) return Wrong(expected, "");
    if (time->date && type_ != "DATE") {
      return Breach("value-type",
                    StrCat(line_.name, " is the date `", text, "` without `VALUE=DATE`"),
                    StrCat("write `", line_.name, ";VALUE=DATE:", text, "`"));
    }
    if (!line_.Has("TZID")) return;
    if (time->utc) {
      Breach("utc-zone", StrCat(line_.name, " is in UTC and has a TZID as well"),
             "take out the TZID, or the `Z`");
    } else if (time->date) {
      Quirk(StrCat(line_.name, " is a date and has a TZID, which RFC 5545 has no use for"));
    }
  }

  void Utc() {
    if (!TypeIs("DATE-TIME")) return;
    const std::optional<ICalTime> time = ParseICalTime(line_.value);
    if (!time.has_value() || !time->utc) Wrong("a time in UTC like `20260117T090000Z`", "");
  }

  void Periods() {
    if (!TypeIs("PERIOD")) return;
    for (const absl::string_view each : absl::StrSplit(ToAbsl(line_.value), ',')) {
      std::string problem = CheckPeriod(FromAbsl(each));
      if (problem.empty() && each.find('Z') == absl::string_view::npos) {
        problem = StrCat("the period `", FromAbsl(each), "` is not in UTC");
      }
      if (!problem.empty()) {
        return Complain("value", StrCat(line_.name, ": ", problem), "correct it");
      }
    }
  }

  void Duration() {
    if (!TypeIs("DURATION")) return;
    const std::optional<ICalDuration> duration = ParseICalDuration(line_.value);
    if (!duration.has_value()) return Wrong("a duration like `PT1H30M`", "");
    if (form_.form == Form::kDuration && duration->negative) {
      Complain("value", StrCat("DURATION `", line_.value, "` is negative"), "take out the `-`");
    }
  }

  void Rule() {
    if (!TypeIs("RECUR")) return;
    const std::string problem = CheckRule(line_.value);
    if (!problem.empty()) {
      return Complain("recurrence", StrCat(line_.name, ": ", problem), "correct the rule");
    }
    const std::string_view until = UntilOf(line_.value);
    if (!until.empty() && !ParseICalTime(until).has_value()) {
      Complain("recurrence", StrCat(line_.name, ": `UNTIL=", until, "` is no time"),
               "write `UNTIL=20261231T235959Z`, or a date where the start is one");
    }
  }

  void Attachment() {
    if (!TypeIs("URI BINARY")) return;
    const std::string encoding = Upper(line_.Parameter("ENCODING"));
    if ((type_ == "BINARY") != (encoding == "BASE64")) {
      return Breach("value-type", "`VALUE=BINARY` and `ENCODING=BASE64` stand together only",
                    "write both, or neither for a URI");
    }
    if (type_ == "BINARY" && !IsBase64(line_.value)) Breach("value", "ATTACH is not base64", "");
  }

  // statcode ";" statdesc [";" extdata]
  void RequestStatus() {
    const std::string_view code = line_.value.substr(0, line_.value.find(';'));
    const std::vector<std::string> parts = absl::StrSplit(ToAbsl(code), '.');
    const bool good = (parts.size() == 2 || parts.size() == 3) && code.size() < line_.value.size();
    const bool digits = std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
      return IsICalInteger(part, 0, 999) && part[0] != '+';
    });
    if (!good || !digits) Wrong("a code and a text like `2.0;Success`", "");
  }

  const ICalLine& line_;
  const PropertyForm& form_;
  Complaints* complaints_;
  std::string type_;
};

// Parameters whose values section 3.2 lists.
void CheckParameters(const ICalLine& line, Complaints* complaints) {
  const auto breach = [&](const ICalParameter& parameter, std::string_view expected) {
    complaints->Add(Weight::kBreach, "parameter", line,
                    StrCat("parameter ", parameter.name, " is `",
                           parameter.values.empty() ? "" : Printable(parameter.values[0]),
                           "`, expected ", expected),
                    "correct it or take it out");
  };
  for (size_t i = 0; i < line.parameters.size(); ++i) {
    const ICalParameter& parameter = line.parameters[i];
    const std::string value = Upper(parameter.values.empty() ? "" : parameter.values[0]);
    const bool again =
        std::any_of(line.parameters.begin(), line.parameters.begin() + static_cast<ptrdiff_t>(i),
                    [&](const ICalParameter& earlier) { return earlier.name == parameter.name; });
    const bool decides = parameter.name == "VALUE" || parameter.name == "TZID" ||
                         parameter.name == "ENCODING" || parameter.name == "RANGE";
    if (decides && (again || parameter.values.size() > 1)) {
      complaints->Add(Weight::kOpen, "parameter", line,
                      StrCat("parameter ", parameter.name, " has more than one value"),
                      "leave one of them");
    }
    if (parameter.name == "RSVP" && value != "TRUE" && value != "FALSE") {
      breach(parameter, "TRUE or FALSE");
    } else if (parameter.name == "ENCODING" && value != "8BIT" && value != "BASE64") {
      breach(parameter, "8BIT or BASE64");
    } else if (parameter.name == "RELATED" && line.name == "TRIGGER" && value != "START" &&
               value != "END") {
      breach(parameter, "START or END");
    } else if (parameter.name == "RANGE" && value != "THISANDFUTURE" &&
               line.name == "RECURRENCE-ID") {
      breach(parameter, "THISANDFUTURE");
    } else if (parameter.name == "VALUE" && !IsICalToken(value)) {
      breach(parameter, "the name of a type");
    }
  }
}

class ComponentCheck {
 public:
  ComponentCheck(const ICalComponent& component, const ComponentForm& form, Complaints* complaints)
      : component_(component), form_(form), complaints_(complaints) {}

  void Run(const ICalComponent* parent, bool calendar_has_method) {
    Parent(parent);
    Counts();
    if (form_.name == "VCALENDAR") return Calendar();
    if (form_.name == "VTIMEZONE") return Zone();
    if (form_.name == "STANDARD" || form_.name == "DAYLIGHT") return Observance();
    if (form_.name == "VALARM") return Alarm();
    if (form_.name == "VEVENT" && !calendar_has_method && !Has("DTSTART")) {
      Complain(Weight::kOpen, "missing-property",
               "the VEVENT has no DTSTART, which it must have where the calendar has no METHOD",
               "say when it begins");
    }
    Excludes("DTEND", "DURATION");
    Excludes("DUE", "DURATION");
    if (form_.name == "VTODO" && Has("DURATION") && !Has("DTSTART")) {
      Complain(Weight::kOpen, "missing-property", "a VTODO with DURATION needs DTSTART",
               "say when it begins");
    }
    if (Has("RRULE") && !Has("DTSTART")) {
      Complain(Weight::kOpen, "missing-property",
               StrCat("the ", form_.name, " has RRULE and no DTSTART"), "say when it begins");
    }
    Status();
    Order();
  }

 private:
  bool Has(std::string_view property) const { return component_.Find(property) != nullptr; }
  void Complain(Weight weight, std::string_view id, std::string message, std::string help) {
    complaints_->Add(weight, id, component_.number, component_.source, std::move(message),
                     std::move(help));
  }

  void Parent(const ICalComponent* parent) {
    if (form_.parents.empty()) {
      if (parent != nullptr && form_.name == "VCALENDAR") {
        Complain(
            Weight::kOpen, "component-place",
            StrCat("a VCALENDAR stands inside of the ", parent->name, " of line ", parent->number),
            StrCat("close it before with `END:", parent->name, "`"));
      }
      return;
    }
    // What stands in no VCALENDAR was complained of as a whole; extensions may hold anything.
    const bool known = parent != nullptr && std::any_of(kComponents.begin(), kComponents.end(),
                                                        [&](const ComponentForm& each) {
                                                          return each.name == parent->name;
                                                        });
    if (!known || HasWord(form_.parents, parent->name)) return;
    std::string places(form_.parents);
    std::replace(places.begin(), places.end(), ' ', '/');
    Complain(Weight::kOpen, "component-place",
             StrCat("a ", form_.name, " cannot stand in the ", parent->name, " of line ",
                    parent->number, ", only in ", places),
             StrCat("close that with `END:", parent->name, "` before it"));
  }

  void Counts() {
    std::map<std::string_view, const ICalLine*> first;
    for (const ICalLine& line : component_.lines) {
      const bool single = HasWord(form_.required, line.name) || HasWord(form_.once, line.name);
      const auto [found, is_first] = first.emplace(line.name, &line);
      if (is_first || !single) continue;
      const PropertyForm* const form = FormOf(line.name);
      // Said twice in the same words it is said once.
      const bool same = line.value == found->second->value &&
                        line.parameters.size() == found->second->parameters.size();
      const bool open = (form != nullptr && form->matters == Matters::kYes) || line.name == "UID";
      complaints_->Add(same   ? Weight::kQuirk
                       : open ? Weight::kOpen
                              : Weight::kBreach,
                       "repeated-property", line,
                       StrCat(line.name, " stands twice in the ", form_.name, " of line ",
                              component_.number, ", and may stand once"),
                       "leave one of them");
    }
    for (const absl::string_view each : absl::StrSplit(ToAbsl(form_.required), ' ')) {
      if (each.empty() || first.count(FromAbsl(each)) > 0) continue;
      const PropertyForm* const form = FormOf(FromAbsl(each));
      Complain(form != nullptr && form->matters == Matters::kYes ? Weight::kOpen : Weight::kBreach,
               "missing-property",
               StrCat("the ", form_.name, " has no ", FromAbsl(each), ", which it must have"),
               StrCat("add it, or read the file with --lenient if nothing hangs on it"));
    }
  }

  void Excludes(std::string_view one, std::string_view other) {
    if (Has(one) && Has(other)) {
      complaints_->Add(Weight::kOpen, "exclusive-properties", *component_.Find(other),
                       StrCat("the ", form_.name, " of line ", component_.number, " has both ", one,
                              " and ", other),
                       "leave one of them");
    }
  }

  // icalbody = calprops component; 3.4: at least one component.
  void Calendar() {
    if (component_.parts.empty()) {
      Complain(Weight::kBreach, "empty-calendar", "the VCALENDAR holds no component",
               "it must hold an event or another component");
    }
    Order();
  }

  void Order() {
    if (component_.late_number == 0) return;
    complaints_->Add(Weight::kBreach, "property-order", component_.late_number, "",
                     StrCat("a property of the ", form_.name, " of line ", component_.number,
                            " stands after a component in it"),
                     "properties stand first");
  }

  void Zone() {
    const bool any = std::any_of(component_.parts.begin(), component_.parts.end(), [](auto& part) {
      return part->name == "STANDARD" || part->name == "DAYLIGHT";
    });
    if (!any) {
      Complain(Weight::kBreach, "missing-component", "the VTIMEZONE has no STANDARD or DAYLIGHT",
               "at least one says the zone's offset");
    }
  }

  void Observance() {
    const ICalLine* const start = component_.Find("DTSTART");
    if (start == nullptr) return;
    const std::optional<ICalTime> time = ParseICalTime(start->value);
    if (time.has_value() && (time->utc || time->date || start->Has("TZID"))) {
      complaints_->Add(Weight::kOpen, "value-type", *start,
                       StrCat("DTSTART of a ", form_.name, " is a local time, without zone"),
                       "write it like `20260329T020000`");
    }
  }

  // 3.6.6, by ACTION.
  void Alarm() {
    const ICalLine* const action = component_.Find("ACTION");
    const std::string kind = action == nullptr ? "" : Upper(action->value);
    const std::string_view needed = kind == "DISPLAY" ? "DESCRIPTION"
                                    : kind == "EMAIL" ? "DESCRIPTION SUMMARY ATTENDEE"
                                                      : "";
    for (const absl::string_view each : absl::StrSplit(ToAbsl(needed), ' ')) {
      if (!each.empty() && !Has(FromAbsl(each))) {
        Complain(Weight::kBreach, "missing-property",
                 StrCat("a VALARM with ACTION:", kind, " needs ", FromAbsl(each)), "add it");
      }
    }
    if (Has("DURATION") != Has("REPEAT")) {
      Complain(Weight::kBreach, "missing-property",
               "DURATION and REPEAT of a VALARM stand together", "add the other or take it out");
    }
  }

  void Status() {
    const ICalLine* const status = component_.Find("STATUS");
    if (status == nullptr || form_.statuses.empty()) return;
    if (HasWord(form_.statuses, Upper(status->value))) return;
    std::string words(form_.statuses);
    std::replace(words.begin(), words.end(), ' ', '/');
    complaints_->Add(Weight::kBreach, "value", *status,
                     StrCat("STATUS of a ", form_.name, " is ", words, ", found `",
                            Printable(status->value.substr(0, 60)), "`"),
                     "write one of these");
  }

  const ICalComponent& component_;
  const ComponentForm& form_;
  Complaints* complaints_;
};

}  // namespace

void CheckComponent(const ICalComponent& component, const ICalComponent* parent,
                    bool calendar_has_method, Complaints* complaints) {
  const auto form =
      std::find_if(kComponents.begin(), kComponents.end(),
                   [&](const ComponentForm& each) { return each.name == component.name; });
  // What an extension means by its properties is its own affair.
  if (form == kComponents.end()) return;
  for (const ICalLine& line : component.lines) {
    CheckParameters(line, complaints);
    const PropertyForm* const property = FormOf(line.name);
    if (property != nullptr) PropertyCheck(line, *property, complaints).Run();
  }
  ComponentCheck(component, *form, complaints).Run(parent, calendar_has_method);
}

}  // namespace changepolicy
