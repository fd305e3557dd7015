// The planned interval against windows, freezes and other work; notices that contracts owe.
#include <algorithm>

#include "benchmarks/handwritten/case.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::handwritten {
namespace {

// The first span that does not end before `from`.
std::vector<Span>::const_iterator FirstAfter(const std::vector<Span>& spans, Nanos from) {
  return std::partition_point(spans.begin(), spans.end(),
                              [&](const Span& span) { return span.end <= from; });
}

template <typename Entries>
Entry* Add(Entries* entries, size_t* count) {
  if (entries->size() == *count) entries->emplace_back();
  Entry* const entry = &(*entries)[(*count)++];
  entry->clashes.clear();
  entry->zone = nullptr;
  return entry;
}

void SortEntries(std::vector<Entry>* entries, size_t count) {
  if (count < 2) return;
  std::sort(entries->begin(), entries->begin() + static_cast<std::ptrdiff_t>(count),
            [](const Entry& a, const Entry& b) {
              return std::tie(a.span.start, a.id, a.span.end) <
                     std::tie(b.span.start, b.id, b.span.end);
            });
}

bool Has(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool Case::AnswerCalendar() {
  CalendarFindings& c = calendar;
  const v1::Schedule& schedule = change->schedule();
  c.planned = {ToNanos(schedule.start()),
               ToNanos(schedule.end()) + ToNanos(schedule.rollback_reserve())};
  const Nanos length = c.planned.end - c.planned.start;
  if (length <= 0 || c.planned.start - length < tables.known.start ||
      c.planned.end + length > tables.known.end) {
    return false;
  }
  c.window_count = c.freeze_count = c.conflict_count = 0;
  c.window = -1;
  c.windows_declared = c.inside_window = c.crossing_possible = c.has_latest_start = false;
  c.uncovered.clear();
  c.notices.clear();
  TakeWindows();
  TakeFreezes();
  FindLatestStart();
  FindConflicts();
  TakeNotices();
  return true;
}

// All windows are of the same environments: what goes there has to be covered by them.
void Case::TakeWindows() {
  CalendarFindings& c = calendar;
  open_.clear();
  for (const ZoneRow& window : tables.windows) {
    if (!Concerns(window)) continue;
    c.windows_declared = true;
    for (auto span = FirstAfter(window.spans, c.planned.start);
         span != window.spans.end() && span->start < c.planned.end; ++span) {
      open_.push_back(*span);
      Entry* const entry = Add(&c.windows, &c.window_count);
      entry->id = window.id;
      entry->span = *span;
      entry->clause = window.clause;
    }
  }
  if (!c.windows_declared) return;
  SortEntries(&c.windows, c.window_count);
  std::sort(open_.begin(), open_.end(),
            [](const Span& a, const Span& b) { return a.start < b.start; });
  Nanos covered = c.planned.start;
  for (const Span& span : open_) {
    if (span.start > covered) break;
    covered = std::max(covered, span.end);
  }
  c.inside_window = covered >= c.planned.end;
  if (!c.inside_window) {
    NameUncovered();
    return;
  }
  for (size_t i = 0; i < c.window_count && c.window < 0; ++i) {
    const Span& span = c.windows[i].span;
    if (span.start <= c.planned.start && c.planned.end <= span.end) c.window = static_cast<int>(i);
  }
}

void Case::NameUncovered() {
  static constexpr std::string_view kEnvironments[] = {
      "", "DEVELOPMENT", "TEST", "STAGING", "PRE_PRODUCTION", "PRODUCTION", "DISASTER_RECOVERY"};
  const uint32_t declared = tables.windows.front().environments;
  for (Services left = touched; left != 0; left &= left - 1) {
    const ServiceRow& service = tables.services[static_cast<size_t>(__builtin_ctzll(left))];
    for (const int environment : environments) {
      if (declared != 0 && (declared >> environment & 1) == 0) continue;
      calendar.uncovered.push_back(
          pool.Join("service ", service.id, " in ", kEnvironments[environment]));
    }
  }
  auto& uncovered = calendar.uncovered;
  std::sort(uncovered.begin(), uncovered.end());
  uncovered.erase(std::unique(uncovered.begin(), uncovered.end()), uncovered.end());
}

void Case::TakeFreezes() {
  CalendarFindings& c = calendar;
  c.crossing_possible = true;
  for (const ZoneRow& freeze : tables.freezes) {
    if (!Concerns(freeze)) continue;
    for (auto span = FirstAfter(freeze.spans, c.planned.start);
         span != freeze.spans.end() && span->start < c.planned.end; ++span) {
      Entry* const entry = Add(&c.freezes, &c.freeze_count);
      entry->id = freeze.id;
      entry->span = *span;
      entry->clause = freeze.clause;
      entry->zone = &freeze;
      c.crossing_possible = c.crossing_possible && freeze.may_cross;
    }
  }
  SortEntries(&c.freezes, c.freeze_count);
  c.crossing_possible = c.crossing_possible && c.freeze_count > 0;
}

// The latest start at which the work still ends in the open time that it meets first.
void Case::FindLatestStart() {
  CalendarFindings& c = calendar;
  if (!c.windows_declared && c.freeze_count == 0) return;
  const Nanos length = c.planned.end - c.planned.start;
  const Span hull = {c.planned.start - length, c.planned.end + length};
  const auto take = [&](const std::vector<ZoneRow>& zones, std::vector<Span>* spans) {
    spans->clear();
    for (const ZoneRow& zone : zones) {
      if (!Concerns(zone)) continue;
      for (auto span = FirstAfter(zone.spans, hull.start);
           span != zone.spans.end() && span->start < hull.end; ++span) {
        spans->push_back(*span);
      }
    }
    std::sort(spans->begin(), spans->end(),
              [](const Span& a, const Span& b) { return a.start < b.start; });
  };
  take(tables.windows, &open_);
  take(tables.freezes, &frozen_);
  if (!c.windows_declared) open_.push_back(hull);
  // Each run of open time, without what is frozen; it may begin before the hull, but ends with it.
  for (size_t i = 0; i < open_.size();) {
    Nanos from = open_[i].start;
    Nanos end = open_[i].end;
    for (++i; i < open_.size() && open_[i].start <= end; ++i) end = std::max(end, open_[i].end);
    end = std::min(end, hull.end);
    const auto meets = [&](Nanos start, Nanos until) {
      if (until <= start || !c.planned.Meets({start, until})) return false;
      c.has_latest_start = until - length >= start;
      c.latest_start = until - length;
      return true;
    };
    for (const Span& freeze : frozen_) {
      if (freeze.end <= from || freeze.start >= end) continue;
      if (meets(from, freeze.start)) return;
      from = std::max(from, freeze.end);
    }
    if (meets(from, end)) return;
  }
}

void Case::FindConflicts() {
  CalendarFindings& c = calendar;
  const auto has_node = [](const std::vector<int>& list, int node) {
    return std::binary_search(list.begin(), list.end(), node);
  };
  for (const WorkRow& work : tables.works) {
    if (work.span.start >= c.planned.end) break;
    if (!work.span.Meets(c.planned) || work.id == change->id()) continue;
    Entry* const entry = Add(&c.conflicts, &c.conflict_count);
    const auto clash = [&](v1::ClashKind kind, std::string_view one, std::string_view other) {
      v1::Clash& added = entry->clashes.emplace_back();
      added.set_kind(kind);
      added.set_one(std::string(one));
      added.set_other(std::string(other));
    };
    for (const std::string_view asset : assets) {
      if (Has(work.assets, asset)) clash(v1::CLASH_KIND_ASSET, asset, {});
    }
    for (const ServiceRow* const service : services) {
      if (Has(work.services, service->id)) clash(v1::CLASH_KIND_SERVICE, service->id, {});
    }
    for (const int mine : nodes) {
      for (const int its : work.nodes) {
        // What both touch says enough of whatever it is part of.
        if (has_node(work.nodes, mine) || has_node(nodes, its)) continue;
        const size_t a = static_cast<size_t>(mine), b = static_cast<size_t>(its);
        if (tables.leads_to[a][b] || tables.leads_to[b][a]) {
          clash(v1::CLASH_KIND_RELATED, tables.node_ids[a], tables.node_ids[b]);
        }
      }
    }
    for (People left = implementers | deployers; left != 0; left &= left - 1) {
      const std::string& id = tables.people[static_cast<size_t>(__builtin_ctzll(left))].id;
      if (Has(work.people, id)) clash(v1::CLASH_KIND_PERSON, id, {});
    }
    if (entry->clashes.empty()) {
      --c.conflict_count;
      continue;
    }
    std::sort(entry->clashes.begin(), entry->clashes.end(),
              [](const v1::Clash& a, const v1::Clash& b) {
                if (a.kind() != b.kind()) return a.kind() < b.kind();
                return a.one() != b.one() ? a.one() < b.one() : a.other() < b.other();
              });
    entry->id = work.id;
    entry->span = work.span;
    entry->clause = {};
  }
}

void Case::TakeNotices() {
  const Nanos start = ToNanos(change->schedule().start());
  for (const ServiceRow* const service : services) {
    if (!service->notice_owed || !service->has_notice_period) continue;
    Notice notice;
    notice.id = pool.Join("service ", service->id);
    notice.service = service;
    for (const v1::Communication& communication : change->communications()) {
      if (communication.audience() != v1::AUDIENCE_CLIENTS ||
          communication.notice() != v1::NOTICE_UPCOMING) {
        continue;
      }
      const Nanos earliest =
          ToNanos(communication.happened_at()) + std::max<Nanos>(service->notice_period, 0);
      notice.earliest_start = notice.sent ? std::min(notice.earliest_start, earliest) : earliest;
      notice.sent = true;
    }
    notice.met = notice.sent && notice.earliest_start <= start;
    calendar.notices.push_back(notice);
  }
  std::sort(calendar.notices.begin(), calendar.notices.end(),
            [](const Notice& a, const Notice& b) { return a.id < b.id; });
}

}  // namespace changepolicy::handwritten
