#include "libchangepolicy/report/calendar_text.h"

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {

namespace {

std::string SpanText(const v1::CalendarEntry& entry) {
  return StrCat(InstantText(entry.start()), " to ", InstantText(entry.end()));
}

std::string ClauseText(const std::string& clause) {
  return clause.empty() ? "" : StrCat(" [", clause, "]");
}

std::string NoticeText(const v1::NoticeDue& notice) {
  std::string text = StrCat(absl::AsciiStrToLower(ValueName(notice.audience())), " are told ",
                            LengthText(FromProto(notice.lead())), " ahead (", notice.id(), ")");
  if (notice.met()) return StrCat(text, ": kept");
  return StrCat(text,
                notice.has_earliest_start()
                    ? StrCat(": told so late that it starts at ",
                             InstantText(notice.earliest_start()), " at the earliest")
                    : ": not told yet",
                ClauseText(notice.clause()));
}

}  // namespace

std::vector<std::string> CalendarLines(const v1::CalendarAnswer& calendar, bool verbose) {
  std::vector<std::string> lines;
  for (const std::string& part : calendar.uncovered()) {
    lines.push_back(StrCat("no window is open all the time for ", part));
  }
  for (const v1::CalendarEntry& freeze : calendar.freezes()) {
    std::string text = StrCat("freeze ", freeze.id(), ", ", SpanText(freeze));
    if (!freeze.approver_roles().empty()) {
      StrAppend(&text, "; ", Join(freeze.approver_roles(), ", "), " answer for it");
    }
    lines.push_back(StrCat(text, ClauseText(freeze.clause())));
  }
  if (calendar.has_latest_start() && !lines.empty()) {
    lines.push_back(
        StrCat("at the latest it could start at ", InstantText(calendar.latest_start())));
  }
  for (const v1::CalendarEntry& freeze : calendar.overruns()) {
    lines.push_back(
        StrCat("runs into freeze ", freeze.id(), ", ", SpanText(freeze), ", which lets it finish"));
  }
  for (const v1::CalendarEntry& other : calendar.conflicts()) {
    std::vector<std::string> clashes;
    for (const v1::Clash& clash : other.clashes()) clashes.push_back(ClashText(clash));
    lines.push_back(
        StrCat("conflict with ", other.id(), ", ", SpanText(other), ": ", Join(clashes, "; ")));
  }
  for (const v1::CalendarEntry& away : calendar.unavailable()) {
    lines.push_back(StrCat("not there: ", away.id(), ", ", SpanText(away)));
  }
  for (const v1::NoticeDue& notice : calendar.notices()) {
    if (verbose || !notice.met()) lines.push_back(NoticeText(notice));
  }
  for (const std::string& problem : calendar.problems()) {
    lines.push_back(StrCat("could not be computed: ", problem));
  }
  if (verbose) {
    for (const v1::CalendarEntry& window : calendar.windows()) {
      lines.push_back(
          StrCat("window ", window.id(), ", ", SpanText(window), ClauseText(window.clause())));
    }
  }
  return lines;
}

}  // namespace changepolicy
