#include "libchangepolicy/report/timeline_layout.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {
namespace {

constexpr std::string_view kDash = " \xE2\x80\x93 ";
constexpr std::string_view kDot = " \xC2\xB7 ";

constexpr double kLeastWidth = 3;
constexpr double kGap = 6;             // between a bar and its label, and what follows in the row
constexpr double kLongestLabel = 230;  // in full
constexpr size_t kMostPills = 3;
constexpr size_t kBarsInFull = 160;
constexpr int kMostRows = 320;
constexpr int kRowsOfLane = 20;  // what is more goes on in a lane of the same name
constexpr size_t kMostTracks = 8;

struct Interval {
  absl::Time start, end;
};

template <typename Message>
Interval IntervalOf(const Message& message) {
  return {ReportInstant(message.start()), ReportInstant(message.end())};
}

BarStyle StyleOf(const v1::ScheduledWork& work) {
  if (work.is_release()) return BarStyle::kRelease;
  switch (work.category()) {
    case v1::CATEGORY_STANDARD:
      return BarStyle::kStandard;
    case v1::CATEGORY_EMERGENCY:
      return BarStyle::kEmergency;
    default:
      return BarStyle::kNormal;
  }
}

// Whose lane it is: services by id, then teams of work that names no service, then the rest.
using LaneKey = std::pair<int, std::string>;

struct LaneDraft {
  std::set<std::string> teams;  // of the work in it
  std::vector<int> works;
  std::set<int> conflicts;
  size_t lane = 0;  // its place in the drawing
};

enum class Labels { kFull, kIds };

class Layouter {
 public:
  Layouter(const v1::ForwardSchedule& schedule, const TimelineOptions& options)
      : schedule_(schedule),
        options_(options),
        local_(options.zone),
        layout_(MakeScale(TimelineSpan(schedule))) {}

  TimelineLayout LayOut() {
    layout_.width = kTimelineWidth;
    layout_.axis = LayOutAxis(layout_.scale, local_, &layout_.unit);
    Now();
    DraftLanes();
    FindConflicts();
    PeriodTracks(schedule_.freezes(), BarStyle::kFreeze, "freezes");
    PeriodTracks(schedule_.windows(), BarStyle::kWindow, "windows");
    TrainTracks();
    ChooseLanes();
    Shades(schedule_.windows(), &TimelineLane::open, &layout_.open);
    Shades(schedule_.freezes(), &TimelineLane::frozen, &layout_.frozen);
    size_t bars = 0;
    for (const auto& [key, draft] : drafts_) bars += draft.works.size();
    layout_.summed = bars > static_cast<size_t>(std::max(0, options_.max_bars));
    if (!layout_.summed && !(bars <= kBarsInFull && Bars(Labels::kFull)) && !Bars(Labels::kIds)) {
      layout_.summed = true;
    }
    if (layout_.summed) Sums();
    SplitLanes();
    return std::move(layout_);
  }

 private:
  static TimelineScale MakeScale(std::pair<absl::Time, absl::Time> span) {
    return {span.first, span.second, kTimelineGutter, kTimelineWidth - kTimelineMargin};
  }

  const TimelineScale& scale() const { return layout_.scale; }

  // Cut to the span, and wide enough to be seen.
  TimelineShade Place(Interval interval, double least) const {
    const double left = std::max(scale().At(interval.start), scale().left());
    const double right = std::min(scale().At(interval.end), scale().right());
    const double width = std::max(right - left, least);
    return {std::min(left, scale().right() - width), width};
  }

  void Now() {
    if (!schedule_.has_now()) return;
    const absl::Time now = ReportInstant(schedule_.now());
    layout_.has_now = now >= scale().from() && now < scale().until();
    layout_.now = scale().At(now);
    layout_.now_label = StrCat("now, ", local_.Clock(now));
  }

  // ---- Lanes -----------------------------------------------------------------------------------

  std::vector<LaneKey> KeysOf(const v1::ScheduledWork& work) const {
    std::vector<LaneKey> keys;
    for (const std::string& service : work.services()) keys.emplace_back(0, service);
    if (keys.empty() && !work.team().empty()) keys.emplace_back(1, work.team());
    if (keys.empty()) keys.emplace_back(2, "");
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  void DraftLanes() {
    for (int i = 0; i < schedule_.works_size(); ++i) {
      const v1::ScheduledWork& work = schedule_.works(i);
      if (!HasTime(work)) continue;
      const Interval interval = IntervalOf(work);
      if (!scale().Meets(interval.start, interval.end)) continue;
      works_of_[work.subject_id()].push_back(i);
      for (const LaneKey& key : KeysOf(work)) {
        drafts_[key].works.push_back(i);
        if (!work.team().empty()) drafts_[key].teams.insert(work.team());
      }
      known_teams_.insert(work.team());
    }
    for (const auto* periods : {&schedule_.windows(), &schedule_.freezes()}) {
      for (const v1::SchedulePeriod& period : *periods) {
        for (const std::string& service : period.scope().services()) drafts_[{0, service}];
        if (period.scope().services().empty()) {
          for (const std::string& team : period.scope().teams()) AddTeam(team);
        }
      }
    }
  }

  void AddTeam(const std::string& team) {
    if (known_teams_.insert(team).second) drafts_[{1, team}].teams.insert(team);
  }

  // Where a conflict is shown: in the lanes that both share; where there are none, in those that
  // the clash names; otherwise in the first of each.
  void FindConflicts() {
    for (int i = 0; i < schedule_.conflicts_size(); ++i) {
      const v1::Conflict& conflict = schedule_.conflicts(i);
      const Interval interval = IntervalOf(conflict);
      const int one = WorkIn(conflict.one(), interval);
      const int other = WorkIn(conflict.other(), interval);
      if (one < 0 && other < 0) continue;
      std::vector<LaneKey> of_one, of_other, shared;
      if (one >= 0) of_one = KeysOf(schedule_.works(one));
      if (other >= 0) of_other = KeysOf(schedule_.works(other));
      std::set_intersection(of_one.begin(), of_one.end(), of_other.begin(), of_other.end(),
                            std::back_inserter(shared));
      if (shared.empty()) {
        Narrow(conflict, &of_one);
        Narrow(conflict, &of_other);
      } else {
        of_one = of_other = shared;
      }
      if (i < options_.max_conflicts) ++layout_.conflicts_marked;
      for (const LaneKey& key : of_one) Meet(key, one, i);
      for (const LaneKey& key : of_other) Meet(key, other, i);
    }
  }

  static void Narrow(const v1::Conflict& conflict, std::vector<LaneKey>* keys) {
    std::vector<LaneKey> named;
    for (const LaneKey& key : *keys) {
      for (const v1::Clash& clash : conflict.clashes()) {
        if (key.first == 0 && (clash.one() == key.second || clash.other() == key.second)) {
          named.push_back(key);
          break;
        }
      }
    }
    if (!named.empty()) *keys = std::move(named);
    if (keys->size() > 1) keys->resize(1);
  }

  int WorkIn(const std::string& subject, Interval interval) const {
    const auto found = works_of_.find(subject);
    if (found == works_of_.end()) return -1;
    int looked_at = 0;
    for (const int i : found->second) {
      if (++looked_at > 64) break;  // one subject so often is no plan
      const Interval work = IntervalOf(schedule_.works(i));
      if (work.start < interval.end && interval.start < work.end) return i;
    }
    return found->second.front();
  }

  void Meet(const LaneKey& key, int work, int conflict) {
    drafts_[key].conflicts.insert(conflict);
    if (conflict < options_.max_conflicts) conflicts_of_[{key, work}].push_back(conflict);
  }

  static std::string NameOf(const LaneKey& key) {
    return key.first == 0   ? key.second
           : key.first == 1 ? StrCat("team ", key.second)
                            : std::string("no service named");
  }

  void ChooseLanes() {
    std::vector<std::pair<const LaneKey*, LaneDraft*>> all;
    for (auto& [key, draft] : drafts_) all.emplace_back(&key, &draft);
    const size_t most = std::max(1, options_.max_lanes);
    std::set<const LaneKey*> kept;
    if (all.size() > most) {
      auto ranked = all;
      std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.second->conflicts.size(), a.second->works.size()) >
               std::tuple(b.second->conflicts.size(), b.second->works.size());
      });
      for (size_t i = 0; i + 1 < most; ++i) kept.insert(ranked[i].first);
      layout_.other_services = all.size() - kept.size();
    }
    LaneDraft rest;
    for (const auto& [key, draft] : all) {
      if (layout_.other_services > 0 && !kept.contains(key)) {
        rest.works.insert(rest.works.end(), draft->works.begin(), draft->works.end());
        rest.conflicts.insert(draft->conflicts.begin(), draft->conflicts.end());
        continue;
      }
      draft->lane = layout_.lanes.size();
      kept_.emplace_back(key, draft);
      AddLane(NameOf(*key), *draft);
    }
    if (layout_.other_services == 0) return;
    std::sort(rest.works.begin(), rest.works.end());
    rest.works.erase(std::unique(rest.works.begin(), rest.works.end()), rest.works.end());
    AddLane(CountText(layout_.other_services, "other lane"), rest);
    rest_ = std::move(rest);
  }

  void AddLane(const std::string& name, const LaneDraft& draft) {
    TimelineLane lane;
    lane.name = name;
    lane.note = draft.works.empty() ? std::string("nothing planned")
                                    : StrCat(draft.works.size(), " planned");
    if (!draft.conflicts.empty()) {
      StrAppend(&lane.note, ", ", CountText(draft.conflicts.size(), "conflict"));
    }
    lane.title = StrCat(name, kDot, lane.note);
    if (!draft.teams.empty()) {
      StrAppend(&lane.title, kDot, draft.teams.size() == 1 ? "team " : "teams ",
                Join(draft.teams, ", "));
    }
    layout_.lanes.push_back(std::move(lane));
  }

  // ---- Windows and freezes ---------------------------------------------------------------------

  template <typename Periods>
  void PeriodTracks(const Periods& periods, BarStyle style, std::string_view noun) {
    std::map<std::string, size_t> track_of;
    size_t tracks = 0;
    for (const v1::SchedulePeriod& period : periods)
      tracks += track_of.emplace(period.id(), 0).second;
    const size_t first = layout_.lanes.size();
    size_t next = 0;
    for (const v1::SchedulePeriod& period : periods) {
      const Interval interval = IntervalOf(period);
      if (!scale().Meets(interval.start, interval.end)) continue;
      size_t& track = track_of[period.id()];
      if (track == 0) {
        track = std::min(++next, kMostTracks);
        if (layout_.lanes.size() < first + track) AddTrack(period);
        if (next > track) {
          layout_.lanes.back().name = StrCat(tracks - kMostTracks + 1, " more ", noun);
          layout_.lanes.back().title = layout_.lanes.back().name;
          layout_.lanes.back().note.clear();
        }
      }
      TimelineLane& lane = layout_.lanes[first + track - 1];
      const TimelineShade place = Place(interval, 2);
      const std::string when = local_.Span(interval.start, interval.end, kDash);
      if (!lane.bars.empty()) {
        TimelineBar& last = lane.bars.back();
        const double end = last.x + last.width;
        if (place.x < end + 0.5) {
          last.width = std::max(end, place.x + place.width) - last.x;
          last.goes_on |= interval.end > scale().until();
          if (!last.title.ends_with(" and more")) last.title += " and more";
          continue;
        }
      }
      TimelineBar bar;
      bar.x = place.x;
      bar.width = place.width;
      bar.style = style;
      bar.id = period.id();
      bar.from_before = interval.start < scale().from();
      bar.goes_on = interval.end > scale().until();
      bar.title = StrCat(style == BarStyle::kFreeze ? "Freeze " : "Window ",
                         period.title().empty() ? period.id() : period.title(), kDot, when, kDot,
                         "for ", ScopeText(period.scope()));
      lane.bars.push_back(std::move(bar));
    }
  }

  void AddTrack(const v1::SchedulePeriod& period) {
    TimelineLane lane;
    lane.track = true;
    lane.name = period.title().empty() ? period.id() : period.title();
    lane.note = ScopeText(period.scope());
    lane.title = StrCat(lane.name, kDot, lane.note);
    layout_.lanes.push_back(std::move(lane));
  }

  template <typename Periods>
  void Shades(const Periods& periods, std::vector<TimelineShade> TimelineLane::*of_lane,
              std::vector<TimelineShade>* of_all) {
    for (const v1::SchedulePeriod& period : periods) {
      const Interval interval = IntervalOf(period);
      if (!scale().Meets(interval.start, interval.end)) continue;
      const TimelineShade place = Place(interval, 1);
      // Nights over half a year would be a grid of stripes; their track shows them.
      if (of_all == &layout_.open && place.width < 2 && scale().PerDay() < 12) {
        layout_.short_windows = true;
        continue;
      }
      const v1::CalendarScope& scope = period.scope();
      if (scope.services().empty() && scope.teams().empty()) {
        AddShade(place, of_all);
        continue;
      }
      for (const auto& [key, draft] : kept_) {
        if (AppliesTo(scope, *key, *draft)) {
          AddShade(place, &(layout_.lanes[draft->lane].*of_lane));
        }
      }
    }
  }

  static bool AppliesTo(const v1::CalendarScope& scope, const LaneKey& key,
                        const LaneDraft& draft) {
    const auto has = [](const auto& list, const std::string& id) {
      return std::find(list.begin(), list.end(), id) != list.end();
    };
    if (!scope.services().empty() && !(key.first == 0 && has(scope.services(), key.second))) {
      return false;
    }
    if (scope.teams().empty()) return true;
    // Whose service it is, is not known where no work is on it; that it is named is enough then.
    if (draft.teams.empty()) return !scope.services().empty();
    return std::any_of(draft.teams.begin(), draft.teams.end(),
                       [&](const std::string& team) { return has(scope.teams(), team); });
  }

  // Periods come by start. What the eye cannot part becomes one.
  static void AddShade(TimelineShade place, std::vector<TimelineShade>* shades) {
    if (!shades->empty()) {
      TimelineShade& last = shades->back();
      if (place.x <= last.x + last.width + 0.5) {
        last.width = std::max(last.width, place.x + place.width - last.x);
        return;
      }
    }
    shades->push_back(place);
  }

  // ---- Trains ----------------------------------------------------------------------------------

  void TrainTracks() {
    std::map<std::string, size_t> track_of;
    std::map<size_t, std::vector<double>> ends;  // of each row of a track
    size_t others = 0;
    for (const v1::TrainDeparture& departure : schedule_.departures()) {
      TimelineTrain train = Marks(departure);
      if (train.marks.empty()) continue;
      auto [known, fresh] = track_of.emplace(departure.train(), layout_.lanes.size());
      if (fresh && track_of.size() > kMostTracks) {
        known->second = layout_.lanes.size() - 1;
        layout_.lanes.back().name = StrCat(++others + 1, " more trains");
        layout_.lanes.back().note.clear();
        layout_.lanes.back().title = layout_.lanes.back().name;
      } else if (fresh) {
        TimelineLane lane;
        lane.track = true;
        lane.name = departure.title().empty() ? departure.train() : departure.title();
        lane.note = StrCat(departure.kind(), departure.kind().empty() ? "train" : " train");
        lane.title = StrCat("Release train ", departure.train(), kDot, lane.name);
        layout_.lanes.push_back(std::move(lane));
      }
      TimelineLane& lane = layout_.lanes[known->second];
      if (lane.trains.size() >= 100) continue;
      train.row = FirstFit(train.from - 10, train.to + 10, &ends[known->second]);
      lane.rows = std::max(lane.rows, train.row + 1);
      lane.trains.push_back(std::move(train));
    }
  }

  TimelineTrain Marks(const v1::TrainDeparture& departure) const {
    TimelineTrain train;
    std::vector<std::string> words;
    bool before = false, after = false;
    const auto add = [&](bool has, const google::protobuf::Timestamp& at, std::string_view letter,
                         std::string_view what) {
      if (!has) return;
      const absl::Time time = ReportInstant(at);
      const std::string text = StrCat(what, " ", local_.Instant(time));
      words.push_back(text);
      before |= time < scale().from();
      after |= time >= scale().until();
      if (time < scale().from() || time >= scale().until()) return;
      train.marks.push_back(
          {std::string(letter), scale().At(time), true, StrCat(departure.id(), kDot, text)});
    };
    add(departure.has_feature_freeze(), departure.feature_freeze(), "F", "feature freeze");
    add(departure.has_code_freeze(), departure.code_freeze(), "C", "code freeze");
    add(departure.has_candidate(), departure.candidate(), "RC", "candidate");
    add(departure.has_release(), departure.release(), "R", "release");
    if (train.marks.empty()) return train;
    std::stable_sort(train.marks.begin(), train.marks.end(),
                     [](const auto& a, const auto& b) { return a.x < b.x; });
    // The release's letter goes before the others where two have no room.
    for (size_t i = train.marks.size() - 1; i-- > 0;) {
      double next = train.marks[i + 1].x;
      for (size_t j = i + 1; j < train.marks.size(); ++j) {
        if (train.marks[j].lettered) {
          next = train.marks[j].x;
          break;
        }
      }
      train.marks[i].lettered = next - train.marks[i].x >= 20;
    }
    train.from = before ? scale().left() : train.marks.front().x;
    train.to = after ? scale().right() : train.marks.back().x;
    train.title = StrCat("Train ", departure.id(), kDot, Join(words, kDot));
    return train;
  }

  // ---- Work ------------------------------------------------------------------------------------

  static int FirstFit(double from, double to, std::vector<double>* ends) {
    for (size_t row = 0; row < ends->size(); ++row) {
      if ((*ends)[row] > from) continue;
      (*ends)[row] = to;
      return static_cast<int>(row);
    }
    ends->push_back(to);
    return static_cast<int>(ends->size()) - 1;
  }

  // False where it would be too high.
  bool Bars(Labels labels) {
    int rows = 0;
    const auto fill = [&](size_t at, const std::vector<int>& works, const LaneKey* key) {
      TimelineLane& lane = layout_.lanes[at];
      lane.bars.clear();
      std::vector<double> ends;
      for (const int i : works) {
        TimelineBar bar = Bar(i, key, labels);
        double from = bar.x, to = bar.x + bar.width;
        if (bar.label_width > 0 && !bar.inside) {
          from = std::min(from, bar.label_x);
          to = std::max(to, bar.label_x + bar.label_width);
        }
        bar.row = FirstFit(from, to + kGap, &ends);
        lane.bars.push_back(std::move(bar));
      }
      lane.rows = std::max<int>(1, ends.size());
      rows += lane.rows;
    };
    for (const auto& [key, draft] : kept_) fill(draft->lane, draft->works, key);
    if (layout_.other_services > 0) fill(layout_.lanes.size() - 1, rest_.works, nullptr);
    return rows <= kMostRows;
  }

  TimelineBar Bar(int index, const LaneKey* key, Labels labels) const {
    const v1::ScheduledWork& work = schedule_.works(index);
    const Interval interval = IntervalOf(work);
    const TimelineShade place = Place(interval, kLeastWidth);
    TimelineBar bar;
    bar.x = place.x;
    bar.width = place.width;
    bar.id = work.subject_id();
    bar.style = StyleOf(work);
    bar.from_before = interval.start < scale().from();
    bar.goes_on = interval.end > scale().until();
    bar.title = StrCat(work.subject_id(), work.title().empty() ? "" : " ", work.title(), kDot,
                       WorkKindText(work), kDot, local_.Span(interval.start, interval.end, kDash),
                       " (", LengthText(interval.end - interval.start), ")");
    std::vector<int> conflicts;
    for (const auto& [at, found] : Range(index)) {
      if (key == nullptr || *key == at)
        conflicts.insert(conflicts.end(), found->begin(), found->end());
    }
    std::sort(conflicts.begin(), conflicts.end());
    conflicts.erase(std::unique(conflicts.begin(), conflicts.end()), conflicts.end());
    for (const int i : conflicts) {
      const v1::Conflict& conflict = schedule_.conflicts(i);
      Interval both = IntervalOf(conflict);
      both = {std::max(both.start, interval.start), std::min(both.end, interval.end)};
      TimelineShade part = Place(both, kLeastWidth);
      part.x = std::clamp(part.x, bar.x, std::max(bar.x, bar.x + bar.width - part.width));
      part.width = std::min(part.width, bar.width);
      bar.clashes.emplace_back(part.x, part.width);
      const std::string& partner =
          conflict.one() == work.subject_id() ? conflict.other() : conflict.one();
      StrAppend(&bar.title, kDot, "conflict ", i + 1, " with ", partner);
      if (bar.numbers.size() < kMostPills) bar.numbers.push_back(StrCat(i + 1));
    }
    if (conflicts.size() > kMostPills) {
      bar.numbers.back() = StrCat("+", conflicts.size() - kMostPills + 1);
    }
    PlaceLabel(work, labels, &bar);
    return bar;
  }

  std::vector<std::pair<LaneKey, const std::vector<int>*>> Range(int index) const {
    std::vector<std::pair<LaneKey, const std::vector<int>*>> found;
    for (const LaneKey& key : KeysOf(schedule_.works(index))) {
      const auto at = conflicts_of_.find({key, index});
      if (at != conflicts_of_.end()) found.emplace_back(key, &at->second);
    }
    return found;
  }

  void PlaceLabel(const v1::ScheduledWork& work, Labels labels, TimelineBar* bar) const {
    double pills = 0;
    for (const std::string& number : bar->numbers) pills += PillWidth(number) + 2;
    std::string text = work.category() == v1::CATEGORY_EMERGENCY ? "! " : "";
    StrAppend(&text, work.subject_id());
    if (labels == Labels::kFull && !work.title().empty()) StrAppend(&text, " ", work.title());
    const double most = labels == Labels::kFull ? kLongestLabel : 110;
    const double end = bar->x + bar->width;
    double room = most;
    // At the right; where that is too narrow, in the bar or at the left.
    const double right = scale().right() - end - kGap - pills;
    const double left = bar->x - scale().left() - kGap - pills;
    const double inside = bar->width - 12 - pills;
    const double wanted = std::min(most, EmWidth(text) * kTimelineFont);
    bool at_left = false;
    if (inside >= wanted) {
      bar->inside = true;
      room = std::min(inside, most);
    } else if (right >= std::min(wanted, 120.0)) {
      room = std::min(right, most);
    } else if (inside > std::max(left, right)) {
      bar->inside = true;
      room = inside;
    } else {
      at_left = left > right;
      room = std::min(std::max(left, right), most);
    }
    bar->label = Fit(text, room / kTimelineFont);
    const double width = pills + EmWidth(bar->label) * kTimelineFont;
    bar->label_width = std::min(width, pills + room);
    bar->label_x = bar->inside ? bar->x + 6
                   : at_left   ? bar->x - kGap - bar->label_width
                               : end + kGap;
  }

  // Sums per lane and unit of the axis: how much is under way, and how many conflicts begin.
  void Sums() {
    const std::vector<TimelineTick>& units = layout_.axis.lower;
    const auto unit_of = [&](absl::Time time) {
      const auto after =
          std::upper_bound(units.begin(), units.end(), time,
                           [](absl::Time t, const TimelineTick& tick) { return t < tick.start; });
      return after == units.begin() ? size_t{0} : static_cast<size_t>(after - units.begin() - 1);
    };
    std::map<size_t, std::vector<std::pair<int, int>>> sums;  // by lane: work, conflicts
    const auto count = [&](size_t lane, const LaneDraft& draft) {
      std::vector<std::pair<int, int>>& cells = sums[lane];
      cells.resize(units.size() + 1);
      for (const int i : draft.works) {
        const Interval interval = IntervalOf(schedule_.works(i));
        size_t at = unit_of(interval.start);
        do {
          ++cells[at].first;
          ++at;
        } while (at < units.size() && units[at].start < interval.end);
      }
      for (const int i : draft.conflicts) {
        ++cells[unit_of(ReportInstant(schedule_.conflicts(i).start()))].second;
      }
    };
    for (const auto& [key, draft] : kept_) count(draft->lane, *draft);
    if (layout_.other_services > 0) count(layout_.lanes.size() - 1, rest_);
    int most = 1;  // in one cell of one service
    for (const auto& [lane, cells] : sums) {
      if (layout_.other_services > 0 && lane + 1 == layout_.lanes.size()) continue;
      for (const auto& cell : cells) most = std::max(most, cell.first);
    }
    for (const auto& [at, cells] : sums) {
      TimelineLane& lane = layout_.lanes[at];
      lane.bars.clear();
      lane.rows = 1;
      for (size_t i = 0; i < units.size(); ++i) {
        if (cells[i].first == 0) continue;
        const TimelineShade place = Place({units[i].start, units[i].end}, 2);
        TimelineBar bar;
        bar.style = BarStyle::kSum;
        bar.x = place.x + 1;
        bar.width = std::max(2.0, place.width - 2);
        bar.level = std::min(3, 4 * cells[i].first / (most + 1));
        const std::string number = StrCat(cells[i].first);
        bar.inside = EmWidth(number) * kTimelineFont <= bar.width - 2;
        if (bar.inside) bar.label = number;
        if (cells[i].second > 0) bar.clashes.emplace_back(bar.x, bar.width);
        bar.title = StrCat(lane.name, kDot, units[i].full, kDot,
                           CountText(cells[i].first, "planned", "planned"), kDot,
                           CountText(cells[i].second, "conflict"), " beginning");
        lane.bars.push_back(std::move(bar));
      }
    }
  }

  void SplitLanes() {
    std::vector<TimelineLane> lanes;
    for (TimelineLane& lane : layout_.lanes) {
      if (lane.track || lane.rows <= kRowsOfLane) {
        lanes.push_back(std::move(lane));
        continue;
      }
      for (int first = 0; first < lane.rows; first += kRowsOfLane) {
        TimelineLane part;
        part.name = lane.name;
        part.note = first == 0 ? lane.note : std::string("continued");
        part.title = lane.title;
        part.open = lane.open;
        part.frozen = lane.frozen;
        part.rows = std::min(kRowsOfLane, lane.rows - first);
        for (const TimelineBar& bar : lane.bars) {
          if (bar.row < first || bar.row >= first + kRowsOfLane) continue;
          part.bars.push_back(bar);
          part.bars.back().row -= first;
        }
        lanes.push_back(std::move(part));
      }
    }
    layout_.lanes = std::move(lanes);
  }

  const v1::ForwardSchedule& schedule_;
  const TimelineOptions& options_;
  const LocalTime local_;
  TimelineLayout layout_;
  std::map<LaneKey, LaneDraft> drafts_;
  std::vector<std::pair<const LaneKey*, const LaneDraft*>> kept_;  // with a lane of their own
  LaneDraft rest_;                                                 // what shares the last lane
  std::set<std::string> known_teams_;
  std::unordered_map<std::string, std::vector<int>> works_of_;
  // Conflicts that are marked, by lane and work.
  std::map<std::pair<LaneKey, int>, std::vector<int>> conflicts_of_;
};

}  // namespace

double PillWidth(std::string_view number) { return 9 + 6.5 * number.size(); }

std::pair<absl::Time, absl::Time> TimelineSpan(const v1::ForwardSchedule& schedule) {
  if (schedule.has_from() && schedule.has_until()) {
    const absl::Time from = ReportInstant(schedule.from());
    const absl::Time until = ReportInstant(schedule.until());
    if (from < until) return {from, until};
  }
  absl::Time from = absl::InfiniteFuture(), until = absl::InfinitePast();
  const auto meet = [&](bool has, const google::protobuf::Timestamp& at) {
    if (!has) return;
    from = std::min(from, ReportInstant(at));
    until = std::max(until, ReportInstant(at));
  };
  const auto meet_all = [&](const auto& list) {
    for (const auto& each : list) {
      meet(each.has_start(), each.start());
      meet(each.has_end(), each.end());
    }
  };
  meet(schedule.has_from(), schedule.from());
  meet(schedule.has_now(), schedule.now());
  meet_all(schedule.works());
  meet_all(schedule.windows());
  meet_all(schedule.freezes());
  for (const v1::TrainDeparture& departure : schedule.departures()) {
    meet(departure.has_feature_freeze(), departure.feature_freeze());
    meet(departure.has_release(), departure.release());
  }
  if (from > until) from = until = absl::UnixEpoch();
  return {from, std::max(until, from + absl::Hours(24))};
}

TimelineLayout LayOutTimeline(const v1::ForwardSchedule& schedule, const TimelineOptions& options) {
  return Layouter(schedule, options).LayOut();
}

}  // namespace changepolicy
