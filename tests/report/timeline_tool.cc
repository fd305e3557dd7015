// Writes a schedule as the library draws it, for the tests that look at it from outside:
//   report_timeline_tool html|svg|text ZONE FILE
//   report_timeline_tool many COUNT SERVICES    (html of that much made-up work)
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/report/schedule_text.h"
#include "libchangepolicy/report/timeline.h"
#include "libchangepolicy/source/read.h"
#include "tests/report/many_works.h"

namespace changepolicy {
namespace {

int Run(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  v1::ForwardSchedule schedule;
  TimelineOptions options;
  if (what == "many") {
    schedule = ManyWorks(std::atoi(argv[2]), std::atoi(argv[3]));
  } else if (what == "html" || what == "svg" || what == "text") {
    const std::optional<absl::TimeZone> zone = FindZone(argv[2]);
    std::ostringstream bytes;
    bytes << std::ifstream(argv[3], std::ios::binary).rdbuf();
    const Issues issues = ReadMessage(bytes.str(), Format::kAuto, argv[3], &schedule);
    if (!zone.has_value() || !issues.empty()) {
      std::cerr << (zone.has_value() ? ToText(issues) : "no such zone") << "\n";
      return 1;
    }
    options.zone = *zone;
  } else {
    std::cerr << "usage: report_timeline_tool html|svg|text ZONE FILE | many COUNT SERVICES\n";
    return 3;
  }
  std::cout << (what == "svg"    ? TimelineSvg(schedule, options)
                : what == "text" ? ScheduleText(schedule, {.zone = options.zone})
                                 : TimelineHtml(schedule, options));
  return std::cout.flush() ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) { return changepolicy::Run(argc, argv); }
