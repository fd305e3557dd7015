#include "libchangepolicy/calendar/freeze_impact.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/calendar/scope.h"

namespace changepolicy {

v1::FreezeImpactAnswer FindFreezeImpact(const CompiledFreeze& compiled, const WorkIndex& index,
                                        const Relations& relations) {
  v1::FreezeImpactAnswer answer;
  const v1::Freeze& freeze = compiled.freeze;
  answer.set_freeze(freeze.id());
  for (const std::string& problem : index.problems()) answer.add_problems(problem);
  const std::vector<const Work*> works = index.works();
  if (works.empty()) return answer;
  Interval span = *works.front()->interval;
  for (const Work* const work : works) span.end = std::max(span.end, work->interval->end);
  std::vector<Interval> intervals;
  std::vector<std::string> problems;
  if (!compiled.times.Expand(span, &intervals, &problems)) intervals.push_back(span);
  const std::set<std::string> sorted(problems.begin(), problems.end());
  for (const std::string& problem : sorted) answer.add_problems(StrCat(freeze.id(), ": ", problem));
  const IntervalSet frozen(std::move(intervals));
  flat::Arena arena;
  for (const Work* const each : works) {
    const Work& work = *each;
    const auto& runs = frozen.intervals();
    const auto run = std::partition_point(runs.begin(), runs.end(), [&](const Interval& each) {
      return each.end <= work.interval->start;
    });
    if (run == runs.end() || !run->Meets(*work.interval)) continue;
    arena.Reset();
    const WorkParts::Answer concern =
        WorkParts(work, relations, &arena).Ask(compiled.scope, &arena);
    if (concern.None()) continue;
    v1::FreezeHit* const hit = answer.add_hits();
    hit->set_subject_id(std::string(work.id));
    ToProto(work.interval->start, hit->mutable_start());
    ToProto(work.interval->end, hit->mutable_end());
    hit->mutable_freeze()->set_id(freeze.id());
    hit->mutable_freeze()->set_clause(freeze.clause());
    ToProto(run->start, hit->mutable_freeze()->mutable_start());
    ToProto(run->end, hit->mutable_freeze()->mutable_end());
    hit->set_may_finish(freeze.overrun_allowed() && work.interval->start < run->start);
    hit->set_may_cross(freeze.emergency_may_cross() && work.category == v1::CATEGORY_EMERGENCY);
    for (const std::string_view list : concern.unknown.names(&arena)) {
      hit->add_unknown(std::string(list));
    }
  }
  return answer;
}

}  // namespace changepolicy
