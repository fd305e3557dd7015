#include "libchangepolicy/report/timeline_svg.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/markup.h"

namespace changepolicy {
namespace {

constexpr double kAxis = 58;  // two rows of labels, and one for now and changes of the offset
constexpr double kBar = 14;

double HeightOf(const TimelineLane& lane) {
  return lane.track ? std::max(36.0, lane.rows * 24.0 + 8)
                    : std::max(42.0, lane.rows * kTimelineRow + 10);
}

std::string_view ClassOf(BarStyle style) {
  switch (style) {
    case BarStyle::kStandard:
      return "std";
    case BarStyle::kEmergency:
      return "emg";
    case BarStyle::kRelease:
      return "rel";
    case BarStyle::kFreeze:
      return "frz";
    case BarStyle::kWindow:
      return "win";
    case BarStyle::kSum:
      return "sum";
    default:
      return "nrm";
  }
}

double RadiusOf(BarStyle style) {
  return style == BarStyle::kRelease ? 7 : style == BarStyle::kStandard ? 0 : 3;
}

std::string Rect(std::string_view look, double x, double y, double width, double height,
                 double radius = 0) {
  return StrCat("<rect class=\"", look, "\" x=\"", Number(x), "\" y=\"", Number(y), "\" width=\"",
                Number(width), "\" height=\"", Number(height), "\"",
                radius > 0 ? StrCat(" rx=\"", Number(std::min(radius, width / 2)), "\"") : "",
                "/>");
}

std::string Text(std::string_view look, double x, double y, std::string_view text) {
  return StrCat("<text class=\"", look, "\" x=\"", Number(x), "\" y=\"", Number(y), "\">",
                Escaped(text), "</text>");
}

// Usual letters are narrower than what was reckoned; of others that is not known, so they are cut
// at their room.
std::string TextWithin(std::string_view look, double x, double y, double width,
                       std::string_view text) {
  if (text.empty()) return "";
  if (!HasForeignLetters(text)) return Text(look, x, y, text);
  return StrCat("<svg x=\"", Number(x), "\" y=\"", Number(y - 14), "\" width=\"",
                Number(std::max(1.0, width)), "\" height=\"20\" overflow=\"hidden\">",
                Text(look, 0, 14, text), "</svg>");
}

// One path for many rectangles of one height.
std::string Shades(std::string_view look, const std::vector<TimelineShade>& shades, double y,
                   double height) {
  if (shades.empty()) return "";
  std::string path;
  for (const TimelineShade& shade : shades) {
    StrAppend(&path, "M", Number(shade.x), " ", Number(y), "h", Number(shade.width), "v",
              Number(height), "h-", Number(shade.width), "z");
  }
  return StrCat("<path class=\"", look, "\" d=\"", path, "\"/>");
}

std::string Shape(std::string_view letter, double x, double y, double size) {
  const double half = size / 2;
  if (letter == "F") {
    return StrCat("<circle class=\"mk\" cx=\"", Number(x), "\" cy=\"", Number(y), "\" r=\"",
                  Number(half), "\"/>");
  }
  if (letter == "C") return Rect("mk", x - half, y - half, size, size);
  if (letter == "RC") {
    const double wide = half * 1.25;
    return StrCat("<path class=\"mk\" d=\"M", Number(x - wide), " ", Number(y), "L",
                  Number(x - half * 0.6), " ", Number(y - half), "H", Number(x + half * 0.6), "L",
                  Number(x + wide), " ", Number(y), "L", Number(x + half * 0.6), " ",
                  Number(y + half), "H", Number(x - half * 0.6), "z\"/>");
  }
  return Rect("mk go", x - half, y - half, size, size, 3);
}

class PanelDrawer {
 public:
  PanelDrawer(const TimelineLayout& layout, const TimelinePanel& panel)
      : layout_(layout),
        panel_(panel),
        left_(layout.scale.left()),
        right_(layout.scale.right()),
        bottom_(panel.height) {}

  std::string Draw() {
    out_ += Rect("paper", 0.5, 0.5, layout_.width - 1, bottom_ - 1, 6);
    Ticks(layout_.axis.weekends, "we", kAxis, bottom_ - 1);
    out_ += Shades("open", layout_.open, kAxis, bottom_ - 1 - kAxis);
    out_ += Shades("frost", layout_.frozen, kAxis, bottom_ - 1 - kAxis);
    out_ += Shades("hatch", layout_.frozen, kAxis, bottom_ - 1 - kAxis);
    Axis();
    Now();
    double y = kAxis;
    for (size_t i = panel_.first; i < panel_.last; ++i) {
      Lane(layout_.lanes[i], y);
      y += HeightOf(layout_.lanes[i]);
    }
    if (layout_.lanes.empty()) {
      out_ += Text("lab mid", (left_ + right_) / 2, kAxis + 34, "Nothing is planned in this time.");
    }
    return std::move(out_);
  }

 private:
  std::pair<double, double> Ends(const TimelineTick& tick) const {
    return {std::max(left_, layout_.scale.At(tick.start)),
            std::min(right_, layout_.scale.At(tick.end))};
  }

  void Ticks(const std::vector<TimelineTick>& ticks, std::string_view look, double top,
             double bottom) {
    std::vector<TimelineShade> shades;
    for (const TimelineTick& tick : ticks) {
      const auto [from, to] = Ends(tick);
      shades.push_back({from, to - from});
    }
    out_ += Shades(look, shades, top, bottom - top);
  }

  // From `top` to `pause`, and over the lanes.
  void Lines(const std::vector<TimelineTick>& ticks, std::string_view look, double top,
             double pause) {
    std::string path;
    for (const TimelineTick& tick : ticks) {
      const double x = layout_.scale.At(tick.start);
      if (x <= left_ || x >= right_) continue;
      StrAppend(&path, "M", Number(x), " ", Number(top), "V", Number(pause), "M", Number(x), " ",
                Number(kAxis), "V", Number(bottom_ - 1));
    }
    if (!path.empty()) StrAppend(&out_, "<path class=\"", look, "\" d=\"", path, "\"/>");
  }

  void Labels(const std::vector<TimelineTick>& ticks, std::string_view look, double y) {
    for (const TimelineTick& tick : ticks) Label(tick, look, Ends(tick).first + 4, y);
  }

  void Label(const TimelineTick& tick, std::string_view look, double x, double y) {
    if (!tick.label.empty()) {
      StrAppend(&out_, "<text class=\"", look, "\" x=\"", Number(x), "\" y=\"", Number(y), "\">",
                "<title>", Escaped(tick.full), "</title>", Escaped(tick.label), "</text>");
    }
  }

  void Axis() {
    // A month may begin within a week, whose label it must not strike through.
    Lines(layout_.axis.lower, "grid", 22, kAxis);
    Lines(layout_.axis.upper, "grid2", 4, 22);
    Labels(layout_.axis.upper, "mon", 16);
    Labels(layout_.axis.lower, "day", 36);
    // The label of now goes before others in its row; they give way to the right.
    const double at = NowAt(), after = at + NowWidth() + 2;
    for (const TimelineTick& tick : layout_.axis.changes) {
      const auto [from, to] = Ends(tick);
      const double width = 8 + EmWidth(tick.label) * 10.5;
      const bool meets = layout_.has_now && from + width > at && from < after;
      if (meets && after + width > to) continue;
      Label(tick, "chg", (meets ? after : from) + 4, 52);
    }
    StrAppend(&out_, "<path class=\"grid2\" d=\"M", Number(left_), " 4V", Number(bottom_ - 1),
              "M1 ", Number(kAxis), "H", Number(layout_.width - 1), "\"/>");
  }

  double NowWidth() const { return EmWidth(layout_.now_label) * 11.4 + 10; }
  double NowAt() const {
    return std::clamp(layout_.now - NowWidth() / 2, left_ + 1, right_ - NowWidth() - 1);
  }

  void Now() {
    if (!layout_.has_now) return;
    StrAppend(&out_, "<path class=\"now\" d=\"M", Number(layout_.now), " 54V", Number(bottom_ - 1),
              "\"/>", Rect("nowb", NowAt(), 41, NowWidth(), 15, 3),
              Text("nowt", NowAt() + 5, 52, layout_.now_label));
  }

  void Lane(const TimelineLane& lane, double y) {
    const double height = HeightOf(lane);
    out_ += Shades("open", lane.open, y, height);
    out_ += Shades("frost", lane.frozen, y, height);
    out_ += Shades("hatch", lane.frozen, y, height);
    StrAppend(&out_, "<path class=\"sep\" d=\"M1 ", Number(y + height), "H",
              Number(layout_.width - 1), "\"/>");
    const double room = left_ - 20;
    const double line = lane.track ? y + 15 : y + 18;
    StrAppend(&out_, "<g><title>", Escaped(lane.title), "</title>",
              TextWithin("nm", 12, line, room, Fit(lane.name, room / 12.6)),
              TextWithin("nt", 12, line + 14, room, Fit(lane.note, room / 10.5)), "</g>");
    const double top = lane.track ? y + (height - lane.rows * 24) / 2 : y + 5;
    for (const TimelineBar& bar : lane.bars) {
      Bar(bar, lane.track ? y + (height - kBar) / 2 : top + bar.row * kTimelineRow + 4);
    }
    for (const TimelineTrain& train : lane.trains) Train(train, top + train.row * 24 + 12);
  }

  void Bar(const TimelineBar& bar, double y) {
    const std::string look =
        bar.style == BarStyle::kSum ? StrCat("sum s", bar.level) : std::string(ClassOf(bar.style));
    StrAppend(&out_, "<g class=\"bar\" data-id=\"", Escaped(bar.id, 120), "\"><title>",
              Escaped(bar.title), "</title>",
              Rect(look, bar.x, y, bar.width, kBar, RadiusOf(bar.style)));
    if (bar.style == BarStyle::kFreeze) {
      out_ += Rect("hatch2", bar.x, y, bar.width, kBar, 3);
    } else if (bar.style == BarStyle::kStandard && bar.width > 6) {
      StrAppend(&out_, "<path class=\"seam\" d=\"M", Number(bar.x + 2), " ", Number(y + 2), "h",
                Number(bar.width - 4), "M", Number(bar.x + 2), " ", Number(y + kBar - 2), "h",
                Number(bar.width - 4), "\"/>");
    }
    for (const auto& [x, width] : bar.clashes) {
      if (bar.style == BarStyle::kSum) {
        out_ += Rect("clash", x + 1, y + kBar + 1, width - 2, 4);
        out_ += Rect("cross", x + 1, y + kBar + 1, width - 2, 4);
      } else {
        out_ += Rect("clash", x, y - 2, width, kBar + 4);
        out_ += Rect("cross", x, y - 2, width, kBar + 4);
      }
    }
    if (bar.from_before && bar.width > 8) {
      StrAppend(&out_, "<path class=\"tip\" d=\"M", Number(bar.x + 6), " ", Number(y + 3),
                "l-4 4 4 4\"/>");
    }
    if (bar.goes_on && bar.width > 8) {
      StrAppend(&out_, "<path class=\"tip\" d=\"M", Number(bar.x + bar.width - 6), " ",
                Number(y + 3), "l4 4-4 4\"/>");
    }
    Label(bar, y);
    out_ += "</g>";
  }

  void Label(const TimelineBar& bar, double y) {
    if (bar.style == BarStyle::kSum) {
      if (!bar.inside) return;
      out_ +=
          Text(bar.level >= 2 ? "in mid" : "lab mid", bar.x + bar.width / 2, y + 10.5, bar.label);
      return;
    }
    double x = bar.label_x;
    for (const std::string& number : bar.numbers) {
      const double width = PillWidth(number);
      out_ += Rect("pill", x, y, width, kBar, 7);
      out_ += Text("pillt", x + width / 2, y + 10.5, number);
      x += width + 2;
    }
    // The clash is drawn over the bar, and the words over both.
    out_ += TextWithin(bar.inside ? "in" : "lab", x, y + 11, bar.label_x + bar.label_width - x,
                       bar.label);
  }

  void Train(const TimelineTrain& train, double y) {
    StrAppend(&out_, "<g class=\"train\"><title>", Escaped(train.title),
              "</title><path class=\"rail\" d=\"M", Number(train.from), " ", Number(y), "H",
              Number(train.to), "\"/>");
    for (const TimelineMark& mark : train.marks) {
      StrAppend(&out_, "<g class=\"mark\"><title>", Escaped(mark.title), "</title>",
                Shape(mark.letter, mark.x, y, mark.lettered ? 17 : 7));
      if (mark.lettered) {
        out_ += Text(mark.letter == "R" ? "mkt go" : "mkt", mark.x, y + 3.5, mark.letter);
      }
      out_ += "</g>";
    }
    out_ += "</g>";
  }

  const TimelineLayout& layout_;
  const TimelinePanel& panel_;
  const double left_, right_, bottom_;
  std::string out_;
};

}  // namespace

std::vector<TimelinePanel> TimelinePanels(const TimelineLayout& layout, double most) {
  std::vector<TimelinePanel> panels;
  TimelinePanel panel = {0, 0, kAxis};
  for (size_t i = 0; i < layout.lanes.size(); ++i) {
    const double height = HeightOf(layout.lanes[i]);
    if (panel.last > panel.first && panel.height + height + 1 > most) {
      ++panel.height;
      panels.push_back(panel);
      panel = {i, i, kAxis};
    }
    panel.height += height;
    panel.last = i + 1;
  }
  panel.height += layout.lanes.empty() ? 60 : 1;
  panels.push_back(panel);
  return panels;
}

std::string DrawPanel(const TimelineLayout& layout, const TimelinePanel& panel) {
  return PanelDrawer(layout, panel).Draw();
}

std::string TimelineDefinitions() {
  return "<defs><pattern id=\"tl-hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
         "patternTransform=\"rotate(45)\"><path class=\"hl\" d=\"M0 0V7\"/></pattern>"
         "<pattern id=\"tl-hatch2\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
         "patternTransform=\"rotate(45)\"><path class=\"hl2\" d=\"M0 0V7\"/></pattern>"
         "<pattern id=\"tl-cross\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" "
         "patternTransform=\"rotate(-45)\"><path class=\"cl\" d=\"M0 0V4\"/></pattern></defs>";
}

std::vector<LegendEntry> TimelineLegend(const TimelineLayout& layout) {
  const auto bar = [](BarStyle style) {
    return Rect(ClassOf(style), 1, 1, 28, kBar, RadiusOf(style));
  };
  const auto mark = [](std::string_view letter) {
    return StrCat(Shape(letter, 15, 8, 15),
                  Text(letter == "R" ? "mkt go" : "mkt", 15, 11.5, letter));
  };
  const auto has = [&](auto has_style) {
    return std::any_of(layout.lanes.begin(), layout.lanes.end(), [&](const TimelineLane& lane) {
      return !lane.bars.empty() && has_style(lane.bars.front().style);
    });
  };
  const auto is = [](BarStyle style) { return [=](BarStyle other) { return other == style; }; };
  const bool work =
      has([](BarStyle style) { return style != BarStyle::kWindow && style != BarStyle::kFreeze; });
  std::vector<LegendEntry> legend;
  if (layout.summed) {
    legend.push_back({StrCat(Rect("sum s0", 1, 1, 7, kBar), Rect("sum s1", 8, 1, 7, kBar),
                             Rect("sum s2", 15, 1, 7, kBar), Rect("sum s3", 22, 1, 7, kBar)),
                      StrCat("work under way, per ", layout.unit)});
    legend.push_back({StrCat(Rect("sum s0", 1, 0, 28, 10), Rect("clash", 1, 12, 28, 4),
                             Rect("cross", 1, 12, 28, 4)),
                      "conflicts begin"});
  } else if (work) {
    legend.push_back({bar(BarStyle::kNormal), "normal change"});
    legend.push_back(
        {StrCat(bar(BarStyle::kStandard), "<path class=\"seam\" d=\"M3 3h24M3 13h24\"/>"),
         "standard change"});
    legend.push_back({bar(BarStyle::kEmergency), "! emergency"});
    legend.push_back({bar(BarStyle::kRelease), "release"});
    legend.push_back({StrCat(Rect("clash", 1, 0, 12, 16), Rect("cross", 1, 0, 12, 16),
                             Rect("pill", 15, 1, 15, kBar, 7), Text("pillt", 22.5, 11.5, "1")),
                      "conflict, by number"});
  }
  if (has(is(BarStyle::kWindow))) {
    legend.push_back(
        {StrCat(Rect("open", 0, 0, 30, 16), Rect("win", 6, 1, 18, kBar, 3)), "maintenance window"});
  }
  if (has(is(BarStyle::kFreeze))) {
    legend.push_back({StrCat(Rect("frost", 0, 0, 30, 16), Rect("hatch", 0, 0, 30, 16)), "freeze"});
  }
  if (!layout.axis.weekends.empty()) legend.push_back({Rect("we", 0, 0, 30, 16), "weekend"});
  const bool trains = std::any_of(layout.lanes.begin(), layout.lanes.end(),
                                  [](const TimelineLane& lane) { return !lane.trains.empty(); });
  if (trains) {
    legend.push_back({mark("F"), "feature freeze"});
    legend.push_back({mark("C"), "code freeze"});
    legend.push_back({mark("RC"), "candidate"});
    legend.push_back({mark("R"), "release of a train"});
  }
  return legend;
}

}  // namespace changepolicy
