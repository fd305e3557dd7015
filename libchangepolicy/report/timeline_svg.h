// Draws a timeline that is laid out. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_TIMELINE_SVG_H_
#define LIBCHANGEPOLICY_REPORT_TIMELINE_SVG_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/report/timeline_layout.h"

namespace changepolicy {

// Lanes that are drawn together, under an axis of their own.
struct TimelinePanel {
  size_t first = 0, last = 0;  // of the layout's lanes; `last` is not among them
  double height = 0;           // with the axis
};

// The lanes in panels of at most that height, except where one lane alone is higher.
std::vector<TimelinePanel> TimelinePanels(const TimelineLayout& layout, double most);

// The panel's elements, from y = 0.
std::string DrawPanel(const TimelineLayout& layout, const TimelinePanel& panel);

// Patterns that the drawing refers to; once in a document.
std::string TimelineDefinitions();

struct LegendEntry {
  std::string swatch;  // elements in a box of 30 by 16
  std::string text;
};
std::vector<LegendEntry> TimelineLegend(const TimelineLayout& layout);

// Colours and the look of what stands in the drawing: a style sheet for SVG and HTML.
std::string_view TimelineColors();
std::string_view TimelineDrawingStyle();
// The look of the page around it.
std::string_view TimelinePageStyle();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_TIMELINE_SVG_H_
