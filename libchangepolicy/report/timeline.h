// The forward schedule of change as a timeline: a page that needs nothing else, or the drawing
// alone.
//
// Lanes are services; a window or freeze of the whole organization crosses all of them, one of some
// services or teams stands in theirs. What is drawn is also listed in tables. The page runs no
// script and loads nothing; it follows the reader's light or dark scheme and prints in light
// colours. The same schedule and options give the same bytes. Texts of records are escaped.
#ifndef LIBCHANGEPOLICY_REPORT_TIMELINE_H_
#define LIBCHANGEPOLICY_REPORT_TIMELINE_H_

#include <string>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

struct TimelineOptions {
  // Days begin, and times are read, in this zone.
  absl::TimeZone zone = absl::UTCTimeZone();
  // What one file holds at most; what goes beyond is summed up or left out, and the page says so
  // and how to narrow. Lanes beyond share one; with more bars (a piece of work has one in each of
  // its lanes) all are summed up per lane and day or longer; conflicts beyond are counted only.
  int max_lanes = 40;
  int max_bars = 600;
  int max_conflicts = 300;
  int max_rows = 1000;  // of each table
};

// A page of HTML, with tables of everything below the drawing. 20,000 pieces of work take a
// fifth of a second and a megabyte.
std::string TimelineHtml(const v1::ForwardSchedule& schedule, const TimelineOptions& options = {});

// The drawing as a document of SVG, with its own heading and legend.
std::string TimelineSvg(const v1::ForwardSchedule& schedule, const TimelineOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_TIMELINE_H_
