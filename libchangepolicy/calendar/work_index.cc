#include "libchangepolicy/calendar/work_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {

namespace {

using Nodes = flat::Repeated<Relations::Node>;

bool IsIn(const Nodes& sorted, Relations::Node node) {
  return std::binary_search(sorted.begin(), sorted.end(), node);
}

bool Has(const NameList& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// It is not the work itself, and no part of it.
bool MayMeet(const Work& work, const Work& other) {
  return other.id != work.id && !Has(work.consists_of, other.id);
}

// So many pieces of work are compared one by one.
constexpr int kLittle = 4;

auto KeyOf(const flat::Clash& clash) {
  return std::tuple(clash.kind(), clash.one(), clash.other());
}

}  // namespace

class WorkIndex::Built {
 public:
  Built(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
        const Relations* relations);

  // What was recorded after `until` is not seen.
  flat::Repeated<Meeting> FindMeetings(const Work& work, const Interval& span, absl::Time until,
                                       flat::Arena* arena) const;
  bool IsBusy(const Work& work, const Interval& span, absl::Time until) const;
  std::vector<v1::Conflict> FindAllConflicts(absl::Time until) const;
  const Work& At(int work) const { return works_[static_cast<size_t>(work)].work; }
  std::vector<const Work*> Works(absl::Time until) const;
  std::vector<std::string> Problems(absl::Time until) const;

 private:
  struct Recorded {
    Work work;
    absl::Time since;
  };
  struct Problem {
    std::string text;
    absl::Time since;
  };
  // Work by start, with the latest end so far, so that what began earlier and still goes on is
  // found by bisection.
  struct Line {
    std::vector<int> works;
    std::vector<absl::Time> latest_end;
  };
  using Lines = absl::flat_hash_map<absl::string_view, Line>;

  bool IsSeen(int work, absl::Time until) const {
    return works_[static_cast<size_t>(work)].since <= until;
  }
  // What the work touches and the directory names, sorted.
  Nodes TouchedBy(const Work& work, flat::Arena* arena) const;
  void Put(Line* line, int work);
  void Index(int work);
  // Calls `visit` for the work of the line that meets the span, as long as it gives true.
  template <typename Visit>
  void Scan(const Line& line, const Interval& span, Visit visit) const;
  template <typename Visit>
  void Scan(const Lines& lines, std::string_view key, const Interval& span, Visit visit) const;
  flat::Repeated<int> Candidates(const Work& work, const Nodes& touched, const Interval& span,
                                 absl::Time until, flat::Arena* arena) const;
  flat::RepeatedMessage<flat::Clash> ClashesOf(const Work& one, const Nodes& touched, int other,
                                               flat::Arena* arena) const;

  flat::Arena arena_;  // of works_ and touched_
  const Relations* const relations_;
  std::vector<Recorded> works_;
  std::vector<Nodes> touched_;  // one per work
  std::vector<Problem> problems_;
  Line all_;
  // By node: the work that touches it, and the work that touches something that needs it.
  std::vector<Line> touching_, needing_;
  // What the directory does not name has no relations; people and subjects have none either.
  Lines by_service_, by_asset_, by_person_, by_subject_, by_dependency_;
};

WorkIndex::Built::Built(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
                        const Relations* relations)
    : relations_(relations) {
  for (const v1::ScheduledWork& each : scheduled) {
    const absl::Time since =
        each.has_recorded_at() ? FromProto(each.recorded_at()) : absl::InfinitePast();
    if (IntervalOf(each).has_value()) {
      works_.push_back({WorkOf(each, &arena_), since});
    } else {
      problems_.push_back({StrCat("the scheduled work of `", each.subject_id(),
                                  "` has no interval, and is left out"),
                           since});
    }
  }
  std::sort(problems_.begin(), problems_.end(),
            [](const Problem& a, const Problem& b) { return a.text < b.text; });
  std::sort(works_.begin(), works_.end(), [](const Recorded& a, const Recorded& b) {
    return std::tie(a.work.interval->start, a.work.id, a.work.interval->end) <
           std::tie(b.work.interval->start, b.work.id, b.work.interval->end);
  });
  touching_.resize(relations_->size());
  needing_.resize(relations_->size());
  touched_.reserve(works_.size());
  for (int i = 0; i < static_cast<int>(works_.size()); ++i) Index(i);
}

void WorkIndex::Built::Index(int number) {
  const Work& work = At(number);
  const Nodes& touched = touched_.emplace_back(TouchedBy(work, &arena_));
  for (const Relations::Node node : touched) {
    Put(&touching_[static_cast<size_t>(node)], number);
    for (const Relations::Node needed : relations_->Needs(node)) {
      if (!IsIn(touched, needed)) Put(&needing_[static_cast<size_t>(needed)], number);
    }
  }
  for (const std::string_view service : work.services) {
    if (relations_->FindService(service) < 0) Put(&by_service_[ToAbsl(service)], number);
  }
  for (const std::string_view asset : work.assets) {
    if (relations_->FindAsset(asset) < 0) Put(&by_asset_[ToAbsl(asset)], number);
  }
  for (const std::string_view person : work.people) Put(&by_person_[ToAbsl(person)], number);
  for (const std::string_view id : work.depends_on) Put(&by_dependency_[ToAbsl(id)], number);
  Put(&by_subject_[ToAbsl(work.id)], number);
  Put(&all_, number);
}

Nodes WorkIndex::Built::TouchedBy(const Work& work, flat::Arena* arena) const {
  Nodes touched;
  for (const std::string_view id : work.services) {
    const Relations::Node node = relations_->FindService(id);
    if (node >= 0) touched.Add(node, arena);
  }
  for (const std::string_view id : work.assets) {
    const Relations::Node node = relations_->FindAsset(id);
    if (node >= 0) touched.Add(node, arena);
  }
  SortOnce(&touched);
  return touched;
}

void WorkIndex::Built::Put(Line* line, int work) {
  if (!line->works.empty() && line->works.back() == work) return;
  const absl::Time end = At(work).interval->end;
  line->latest_end.push_back(line->works.empty() ? end : std::max(line->latest_end.back(), end));
  line->works.push_back(work);
}

template <typename Visit>
void WorkIndex::Built::Scan(const Line& line, const Interval& span, Visit visit) const {
  const auto first = std::upper_bound(line.latest_end.begin(), line.latest_end.end(), span.start);
  for (auto i = static_cast<size_t>(first - line.latest_end.begin()); i < line.works.size(); ++i) {
    const Interval& interval = *At(line.works[i]).interval;
    if (interval.start >= span.end) break;
    if (interval.Meets(span) && !visit(line.works[i])) break;
  }
}

template <typename Visit>
void WorkIndex::Built::Scan(const Lines& lines, std::string_view key, const Interval& span,
                            Visit visit) const {
  if (lines.empty()) return;
  const auto line = lines.find(ToAbsl(key));
  if (line != lines.end()) Scan(line->second, span, visit);
}

flat::Repeated<int> WorkIndex::Built::Candidates(const Work& work, const Nodes& touched,
                                                 const Interval& span, absl::Time until,
                                                 flat::Arena* arena) const {
  flat::Repeated<int> found;
  const auto take = [&](int other) {
    if (IsSeen(other, until) && MayMeet(work, At(other))) found.Add(other, arena);
    return true;
  };
  for (const Relations::Node node : touched) {
    Scan(touching_[static_cast<size_t>(node)], span, take);
    Scan(needing_[static_cast<size_t>(node)], span, take);
    for (const Relations::Node needed : relations_->Needs(node)) {
      Scan(touching_[static_cast<size_t>(needed)], span, take);
    }
  }
  for (const std::string_view id : work.services) Scan(by_service_, id, span, take);
  for (const std::string_view id : work.assets) Scan(by_asset_, id, span, take);
  for (const std::string_view id : work.people) Scan(by_person_, id, span, take);
  for (const std::string_view id : work.depends_on) Scan(by_subject_, id, span, take);
  Scan(by_dependency_, work.id, span, take);
  SortOnce(&found);
  return found;
}

flat::RepeatedMessage<flat::Clash> WorkIndex::Built::ClashesOf(const Work& one,
                                                               const Nodes& touched,
                                                               int other_number,
                                                               flat::Arena* arena) const {
  const Work& other = At(other_number);
  flat::RepeatedMessage<flat::Clash> clashes;
  const auto add = [&](v1::ClashKind kind, std::string_view mine, std::string_view its) {
    flat::Clash* const clash = clashes.Add(arena);
    clash->set_kind(kind);
    clash->set_one(mine);
    clash->set_other(its);
  };
  for (const std::string_view id : one.assets) {
    if (Has(other.assets, id)) add(v1::CLASH_KIND_ASSET, id, {});
  }
  for (const std::string_view id : one.services) {
    if (Has(other.services, id)) add(v1::CLASH_KIND_SERVICE, id, {});
  }
  // What both touch says enough of whatever it is part of.
  const Nodes& theirs = touched_[static_cast<size_t>(other_number)];
  const auto leads_to = [&](Relations::Node from, Relations::Node to) {
    const std::vector<Relations::Node>& needs = relations_->Needs(from);
    return std::binary_search(needs.begin(), needs.end(), to);
  };
  for (const Relations::Node mine : touched) {
    if (IsIn(theirs, mine)) continue;
    for (const Relations::Node its : theirs) {
      if (IsIn(touched, its)) continue;
      if (leads_to(mine, its) || leads_to(its, mine)) {
        add(v1::CLASH_KIND_RELATED, relations_->IdOf(mine), relations_->IdOf(its));
      }
    }
  }
  for (const std::string_view id : one.people) {
    if (Has(other.people, id)) add(v1::CLASH_KIND_PERSON, id, {});
  }
  if (Has(one.depends_on, other.id) || Has(other.depends_on, one.id)) {
    add(v1::CLASH_KIND_DEPENDENCY, one.id, other.id);
  }
  clashes.Sort([](const flat::Clash& a, const flat::Clash& b) { return KeyOf(a) < KeyOf(b); });
  // Each once.
  int size = 0;
  for (int i = 0; i < clashes.size(); ++i) {
    if (size > 0 && KeyOf(clashes[size - 1]) == KeyOf(clashes[i])) continue;
    clashes.SwapElements(size++, i);
  }
  clashes.Truncate(size);
  return clashes;
}

flat::Repeated<WorkIndex::Meeting> WorkIndex::Built::FindMeetings(const Work& work,
                                                                  const Interval& span,
                                                                  absl::Time until,
                                                                  flat::Arena* arena) const {
  flat::Repeated<Meeting> meetings;
  if (span.empty()) return meetings;
  // What little goes on is compared as it is; of much, the lines know what may clash.
  flat::Repeated<int> others;
  bool is_little = true;
  Scan(all_, span, [&](int other) {
    if (IsSeen(other, until) && MayMeet(work, At(other))) others.Add(other, arena);
    is_little = others.size() <= kLittle;
    return is_little;
  });
  if (others.empty()) return meetings;
  const Nodes touched = TouchedBy(work, arena);
  if (!is_little) others = Candidates(work, touched, span, until, arena);
  for (const int other : others) {
    const auto clashes = ClashesOf(work, touched, other, arena);
    if (!clashes.empty()) meetings.Add({other, clashes}, arena);
  }
  return meetings;
}

bool WorkIndex::Built::IsBusy(const Work& work, const Interval& span, absl::Time until) const {
  bool busy = false;
  Scan(all_, span, [&](int other) {
    busy = IsSeen(other, until) && At(other).id != work.id;
    return !busy;
  });
  return busy;
}

std::vector<v1::Conflict> WorkIndex::Built::FindAllConflicts(absl::Time until) const {
  std::vector<v1::Conflict> conflicts;
  flat::Arena arena;
  for (int one = 0; one < static_cast<int>(works_.size()); ++one) {
    if (!IsSeen(one, until)) continue;
    const Work& work = At(one);
    const Nodes& touched = touched_[static_cast<size_t>(one)];
    arena.Reset();
    for (const int other : Candidates(work, touched, *work.interval, until, &arena)) {
      if (other < one) continue;  // found from the other side
      v1::Conflict conflict;
      conflict.set_one(std::string(work.id));
      conflict.set_other(std::string(At(other).id));
      ToProto(At(other).interval->start, conflict.mutable_start());
      ToProto(std::min(work.interval->end, At(other).interval->end), conflict.mutable_end());
      for (const flat::Clash& clash : ClashesOf(work, touched, other, &arena)) {
        *conflict.add_clashes() = ToProto(clash);
      }
      conflicts.push_back(std::move(conflict));
    }
  }
  std::sort(conflicts.begin(), conflicts.end(), [](const v1::Conflict& a, const v1::Conflict& b) {
    const auto key = [](const v1::Conflict& each) {
      return std::tuple(each.start().seconds(), each.start().nanos(), std::string_view(each.one()),
                        std::string_view(each.other()));
    };
    return key(a) < key(b);
  });
  return conflicts;
}

std::vector<const Work*> WorkIndex::Built::Works(absl::Time until) const {
  std::vector<const Work*> seen;
  for (const Recorded& each : works_) {
    if (each.since <= until) seen.push_back(&each.work);
  }
  return seen;
}

std::vector<std::string> WorkIndex::Built::Problems(absl::Time until) const {
  std::vector<std::string> seen;
  for (const Problem& each : problems_) {
    if (each.since <= until) seen.push_back(each.text);
  }
  return seen;
}

WorkIndex::WorkIndex() {
  static const Relations* const none = new Relations();
  built_ =
      std::make_shared<const Built>(google::protobuf::RepeatedPtrField<v1::ScheduledWork>(), none);
}

WorkIndex::WorkIndex(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
                     const Relations* relations)
    : built_(std::make_shared<const Built>(scheduled, relations)) {}

WorkIndex WorkIndex::AsOf(absl::Time recorded_until) const {
  WorkIndex index = *this;
  index.recorded_until_ = recorded_until;
  return index;
}

flat::Repeated<WorkIndex::Meeting> WorkIndex::FindMeetings(const Work& work, const Interval& span,
                                                           flat::Arena* arena) const {
  return built_->FindMeetings(work, span, recorded_until_, arena);
}

bool WorkIndex::IsBusy(const Work& work, const Interval& span) const {
  return built_->IsBusy(work, span, recorded_until_);
}

std::vector<v1::Conflict> WorkIndex::FindAllConflicts() const {
  return built_->FindAllConflicts(recorded_until_);
}

const Work& WorkIndex::work(int number) const { return built_->At(number); }

std::vector<const Work*> WorkIndex::works() const { return built_->Works(recorded_until_); }

std::vector<std::string> WorkIndex::problems() const { return built_->Problems(recorded_until_); }

v1::Clash ToProto(const flat::Clash& clash) {
  v1::Clash proto;
  proto.set_kind(clash.kind());
  proto.set_one(std::string(clash.one()));
  proto.set_other(std::string(clash.other()));
  return proto;
}

}  // namespace changepolicy
