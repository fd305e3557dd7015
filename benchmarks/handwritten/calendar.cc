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
  if (!TakeWindows()) return false;
  TakeFreezes();
  FindLatestStart();
  FindConflicts();
  TakeNotices();
  return true;
}

// Services that the work touches itself or through an asset, as far as it lists them.
namespace {

template <typename Visit>
void ForEachTouched(const Tables& tables, const std::vector<const ServiceRow*>& services,
                    const std::vector<std::string_view>& assets, Visit visit) {
  for (const ServiceRow* const service : services) visit(*service);
  for (const std::string_view id : assets) {
    const auto asset = tables.assets.find(ToAbsl(id));
    if (asset == tables.assets.end()) continue;
    for (const int number : asset->second.services) {
      const ServiceRow& service = tables.services[static_cast<size_t>(number)];
      if (std::find(services.begin(), services.end(), &service) == services.end()) visit(service);
    }
  }
}

}  // namespace

bool Case::TakeWindows() {
  CalendarFindings& c = calendar;
  // By service and environment: the stretches in which some window is open.
  struct Part {
    const ServiceRow* service;
    int environment;
    std::vector<Span> open;
    bool declared;
  };
  std::vector<Part> parts;
  ForEachTouched(tables, services, assets, [&](const ServiceRow& service) {
    for (const int environment : environments) {
      const bool known = std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
        return part.service == &service && part.environment == environment;
      });
      if (!known) parts.push_back({&service, environment, {}, false});
    }
  });
  for (const ZoneRow& window : tables.windows) {
    bool concerns = false;
    for (Part& part : parts) {
      const bool here =
          (window.environments == 0 || (window.environments >> part.environment & 1) != 0) &&
          (window.services.empty() || Has(window.services, part.service->id));
      if (!here) continue;
      concerns = part.declared = true;
      for (auto span = FirstAfter(window.spans, c.planned.start);
           span != window.spans.end() && span->start < c.planned.end; ++span) {
        part.open.push_back(*span);
      }
    }
    if (!concerns) continue;
    c.windows_declared = true;
    for (auto span = FirstAfter(window.spans, c.planned.start);
         span != window.spans.end() && span->start < c.planned.end; ++span) {
      Entry* const entry = Add(&c.windows, &c.window_count);
      entry->id = window.id;
      entry->span = *span;
      entry->clause = window.clause;
    }
  }
  SortEntries(&c.windows, c.window_count);
  bool some = false;
  for (Part& part : parts) {
    if (!part.declared) continue;
    some = true;
    std::sort(part.open.begin(), part.open.end(),
              [](const Span& a, const Span& b) { return a.start < b.start; });
    Nanos covered = c.planned.start;
    for (const Span& span : part.open) {
      if (span.start > covered) break;
      covered = std::max(covered, span.end);
    }
    if (covered >= c.planned.end) continue;
    static constexpr std::string_view kEnvironments[] = {
        "", "DEVELOPMENT", "TEST", "STAGING", "PRE_PRODUCTION", "PRODUCTION", "DISASTER_RECOVERY"};
    c.uncovered.push_back(
        pool.Join("service ", part.service->id, " in ", kEnvironments[part.environment]));
  }
  std::sort(c.uncovered.begin(), c.uncovered.end());
  c.inside_window = some && c.uncovered.empty();
  if (!c.inside_window) return true;
  for (size_t i = 0; i < c.window_count; ++i) {
    const Span& span = c.windows[i].span;
    if (span.start <= c.planned.start && c.planned.end <= span.end) {
      c.window = static_cast<int>(i);
      break;
    }
  }
  return true;
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

bool Case::Concerns(const ZoneRow& zone) const {
  if (zone.environments != 0 && (zone.environments & environment_bits) == 0) return false;
  if (zone.services.empty()) return true;
  bool concerns = false;
  ForEachTouched(tables, services, assets,
                 [&](const ServiceRow& service) { concerns |= Has(zone.services, service.id); });
  return concerns;
}

// The latest start at which the work still ends in the open time that it meets first.
void Case::FindLatestStart() {
  CalendarFindings& c = calendar;
  const Nanos length = c.planned.end - c.planned.start;
  Span hull = {c.planned.start - length, c.planned.end + length};
  // Windows are the same for all that the work touches, unless one is of some services only.
  std::vector<Span> open, frozen;
  bool frozen_somewhere = false;
  for (const ZoneRow& window : tables.windows) {
    if (!Concerns(window)) continue;
    for (auto span = FirstAfter(window.spans, hull.start);
         span != window.spans.end() && span->start < c.planned.end + length; ++span) {
      open.push_back(*span);
    }
  }
  const Nanos hull_start = hull.start;
  for (const Span& span : open) hull.start = std::min(hull.start, span.start);
  for (const ZoneRow& freeze : tables.freezes) {
    if (!Concerns(freeze)) continue;
    for (auto span = FirstAfter(freeze.spans, hull_start);
         span != freeze.spans.end() && span->start < hull.end; ++span) {
      frozen.push_back(*span);
    }
  }
  frozen_somewhere = c.freeze_count > 0;
  if (!c.windows_declared && !frozen_somewhere) return;
  const auto by_start = [](const Span& a, const Span& b) { return a.start < b.start; };
  std::sort(open.begin(), open.end(), by_start);
  std::sort(frozen.begin(), frozen.end(), by_start);
  if (!c.windows_declared) open = {hull};
  // Runs of open time, without what is frozen.
  std::vector<Span> runs;
  for (const Span& span : open) {
    const Span inside = {std::max(span.start, hull.start), std::min(span.end, hull.end)};
    if (inside.end <= inside.start) continue;
    if (!runs.empty() && inside.start <= runs.back().end) {
      runs.back().end = std::max(runs.back().end, inside.end);
    } else {
      runs.push_back(inside);
    }
  }
  for (const Span& run : runs) {
    Nanos from = run.start;
    const auto meets = [&](Nanos start, Nanos end) {
      if (end <= start || !c.planned.Meets({start, end})) return false;
      if (end - length >= start) {
        c.has_latest_start = true;
        c.latest_start = end - length;
      }
      return true;
    };
    for (const Span& freeze : frozen) {
      if (freeze.end <= from || freeze.start >= run.end) continue;
      if (meets(from, freeze.start)) return;
      from = std::max(from, freeze.end);
    }
    if (meets(from, run.end)) return;
  }
}

void Case::FindConflicts() {
  CalendarFindings& c = calendar;
  const auto has_node = [](const std::vector<int>& list, int node) {
    return std::binary_search(list.begin(), list.end(), node);
  };
  std::vector<int> nodes;
  const auto take_nodes = [&] {
    for (const ServiceRow* const service : services) nodes.push_back(service->node);
    for (const std::string_view id : assets) {
      const auto asset = tables.assets.find(ToAbsl(id));
      if (asset != tables.assets.end()) nodes.push_back(asset->second.node);
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  };
  for (const WorkRow& work : tables.works) {
    if (work.span.start >= c.planned.end) break;
    if (!work.span.Meets(c.planned) || work.id == change->id()) continue;
    if (nodes.empty()) take_nodes();
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
