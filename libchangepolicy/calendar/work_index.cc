#include "libchangepolicy/calendar/work_index.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

namespace {

void SortUnique(std::vector<Relations::Node>* nodes) {
  std::sort(nodes->begin(), nodes->end());
  nodes->erase(std::unique(nodes->begin(), nodes->end()), nodes->end());
}

std::vector<Relations::Node> Common(const std::vector<Relations::Node>& a,
                                    const std::vector<Relations::Node>& b) {
  std::vector<Relations::Node> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

bool Has(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

v1::Clash MakeClash(v1::ClashKind kind, std::string_view one, std::string_view other = {}) {
  v1::Clash clash;
  clash.set_kind(kind);
  clash.set_one(std::string(one));
  clash.set_other(std::string(other));
  return clash;
}

}  // namespace

WorkIndex::WorkIndex(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
                     const Relations* relations)
    : relations_(relations) {
  for (const v1::ScheduledWork& each : scheduled) {
    Work work = WorkOf(each);
    if (work.interval.has_value()) {
      works_.push_back(std::move(work));
    } else {
      problems_.push_back(StrCat("the scheduled work of `", each.subject_id(),
                                 "` has no interval, and is left out"));
    }
  }
  std::sort(problems_.begin(), problems_.end());
  std::sort(works_.begin(), works_.end(), [](const Work& a, const Work& b) {
    return std::tie(a.interval->start, a.id, a.interval->end) <
           std::tie(b.interval->start, b.id, b.interval->end);
  });
  touching_.resize(relations_->size());
  needing_.resize(relations_->size());
  for (size_t i = 0; i < works_.size(); ++i) {
    const Work& work = works_[i];
    touched_.push_back(TouchedBy(work));
    for (const Relations::Node node : touched_[i].nodes) {
      Put(&touching_[static_cast<size_t>(node)], i);
    }
    for (const Relations::Node node : touched_[i].needs) {
      Put(&needing_[static_cast<size_t>(node)], i);
    }
    for (const std::string& service : work.services) Put(&by_service_[service], i);
    for (const std::string& asset : work.assets) Put(&by_asset_[asset], i);
    for (const std::string& person : work.people) Put(&by_person_[person], i);
    for (const std::string& subject : work.depends_on) Put(&by_dependency_[subject], i);
    Put(&by_subject_[work.id], i);
  }
}

WorkIndex::Touched WorkIndex::TouchedBy(const Work& work) const {
  Touched touched;
  for (const std::string& id : work.services) touched.nodes.push_back(relations_->FindService(id));
  for (const std::string& id : work.assets) touched.nodes.push_back(relations_->FindAsset(id));
  std::erase(touched.nodes, -1);
  SortUnique(&touched.nodes);
  std::vector<Relations::Node> needs;
  for (const Relations::Node node : touched.nodes) {
    const std::vector<Relations::Node>& more = relations_->Needs(node);
    needs.insert(needs.end(), more.begin(), more.end());
  }
  SortUnique(&needs);
  std::set_difference(needs.begin(), needs.end(), touched.nodes.begin(), touched.nodes.end(),
                      std::back_inserter(touched.needs));
  return touched;
}

void WorkIndex::Put(Line* line, size_t work) {
  if (!line->works.empty() && line->works.back() == work) return;
  const absl::Time end = works_[work].interval->end;
  line->latest_end.push_back(line->works.empty() ? end : std::max(line->latest_end.back(), end));
  line->works.push_back(work);
}

template <typename Visit>
void WorkIndex::Scan(const Line& line, const Interval& span, Visit visit) const {
  const auto first = std::upper_bound(line.latest_end.begin(), line.latest_end.end(), span.start);
  for (auto i = static_cast<size_t>(first - line.latest_end.begin()); i < line.works.size(); ++i) {
    const Interval& interval = *works_[line.works[i]].interval;
    if (interval.start >= span.end) break;
    if (interval.Meets(span)) visit(line.works[i]);
  }
}

template <typename Visit>
void WorkIndex::Scan(const Lines& lines, std::string_view key, const Interval& span,
                     Visit visit) const {
  const auto line = lines.find(key);
  if (line != lines.end()) Scan(line->second, span, visit);
}

std::vector<size_t> WorkIndex::Candidates(const Work& work, const Touched& touched,
                                          const Interval& span) const {
  std::vector<size_t> found;
  const auto take = [&](size_t other) { found.push_back(other); };
  for (const Relations::Node node : touched.nodes) {
    Scan(touching_[static_cast<size_t>(node)], span, take);
    Scan(needing_[static_cast<size_t>(node)], span, take);
  }
  for (const Relations::Node node : touched.needs) {
    Scan(touching_[static_cast<size_t>(node)], span, take);
  }
  for (const std::string& id : work.services) Scan(by_service_, id, span, take);
  for (const std::string& id : work.assets) Scan(by_asset_, id, span, take);
  for (const std::string& id : work.people) Scan(by_person_, id, span, take);
  for (const std::string& id : work.depends_on) Scan(by_subject_, id, span, take);
  Scan(by_dependency_, work.id, span, take);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::erase_if(found, [&](size_t other) {
    return works_[other].id == work.id || Has(work.consists_of, works_[other].id);
  });
  return found;
}

std::vector<v1::Clash> WorkIndex::ClashesOf(const Work& one, const Touched& touched,
                                            size_t other_index) const {
  const Work& other = works_[other_index];
  std::vector<v1::Clash> clashes;
  for (const std::string& id : one.assets) {
    if (Has(other.assets, id)) clashes.push_back(MakeClash(v1::CLASH_KIND_ASSET, id));
  }
  for (const std::string& id : one.services) {
    if (Has(other.services, id)) clashes.push_back(MakeClash(v1::CLASH_KIND_SERVICE, id));
  }
  // What both touch says enough of whatever it is part of.
  const Touched& theirs = touched_[other_index];
  const std::vector<Relations::Node> both = Common(touched.nodes, theirs.nodes);
  const auto is_shared = [&](Relations::Node node) {
    return std::binary_search(both.begin(), both.end(), node);
  };
  const auto leads_to = [&](Relations::Node from, Relations::Node to) {
    const std::vector<Relations::Node>& needs = relations_->Needs(from);
    return std::binary_search(needs.begin(), needs.end(), to);
  };
  for (const Relations::Node mine : touched.nodes) {
    for (const Relations::Node its : theirs.nodes) {
      if (is_shared(mine) || is_shared(its)) continue;
      if (leads_to(mine, its) || leads_to(its, mine)) {
        clashes.push_back(
            MakeClash(v1::CLASH_KIND_RELATED, relations_->IdOf(mine), relations_->IdOf(its)));
      }
    }
  }
  for (const std::string& id : one.people) {
    if (Has(other.people, id)) clashes.push_back(MakeClash(v1::CLASH_KIND_PERSON, id));
  }
  if (Has(one.depends_on, other.id) || Has(other.depends_on, one.id)) {
    clashes.push_back(MakeClash(v1::CLASH_KIND_DEPENDENCY, one.id, other.id));
  }
  const auto key = [](const v1::Clash& clash) {
    return std::tuple(clash.kind(), std::string_view(clash.one()), std::string_view(clash.other()));
  };
  std::sort(clashes.begin(), clashes.end(),
            [&](const v1::Clash& a, const v1::Clash& b) { return key(a) < key(b); });
  clashes.erase(
      std::unique(clashes.begin(), clashes.end(),
                  [&](const v1::Clash& a, const v1::Clash& b) { return key(a) == key(b); }),
      clashes.end());
  return clashes;
}

std::vector<WorkIndex::Meeting> WorkIndex::FindMeetings(const Work& work,
                                                        const Interval& span) const {
  std::vector<Meeting> meetings;
  if (relations_ == nullptr || span.empty()) return meetings;
  const Touched touched = TouchedBy(work);
  for (const size_t other : Candidates(work, touched, span)) {
    meetings.push_back({other, ClashesOf(work, touched, other)});
  }
  return meetings;
}

bool WorkIndex::IsBusy(const Work& work, const Interval& span) const {
  return std::any_of(works_.begin(), works_.end(), [&](const Work& other) {
    return other.interval->Meets(span) && other.id != work.id;
  });
}

std::vector<v1::Conflict> WorkIndex::FindAllConflicts() const {
  std::vector<v1::Conflict> conflicts;
  for (size_t one = 0; one < works_.size(); ++one) {
    const Work& work = works_[one];
    for (const size_t other : Candidates(work, touched_[one], *work.interval)) {
      if (other < one) continue;  // found from the other side
      v1::Conflict conflict;
      conflict.set_one(work.id);
      conflict.set_other(works_[other].id);
      ToProto(works_[other].interval->start, conflict.mutable_start());
      ToProto(std::min(work.interval->end, works_[other].interval->end), conflict.mutable_end());
      for (v1::Clash& clash : ClashesOf(work, touched_[one], other)) {
        *conflict.add_clashes() = std::move(clash);
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

}  // namespace changepolicy
