#include "libchangepolicy/check/life_steps.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/reporter.h"
#include "libchangepolicy/domain/life_cycle.h"

namespace changepolicy {
namespace {

// The two kinds of life differ in nothing but their states.
struct ChangeLife {
  using State = v1::ChangeState;
  static constexpr v1::SubjectKind kKind = v1::SUBJECT_KIND_CHANGE;
  static constexpr State kFirst = v1::CHANGE_STATE_DRAFT;
  static constexpr std::string_view kList = "life_cycle.changes";
  static constexpr std::string_view kSubjects = "changes";
  static bool IsState(int state) {
    return v1::ChangeState_IsValid(state) && state != v1::CHANGE_STATE_UNSPECIFIED;
  }
};

struct ReleaseLife {
  using State = v1::ReleaseState;
  static constexpr v1::SubjectKind kKind = v1::SUBJECT_KIND_RELEASE;
  static constexpr State kFirst = v1::RELEASE_STATE_PLANNED;
  static constexpr std::string_view kList = "life_cycle.releases";
  static constexpr std::string_view kSubjects = "releases";
  static bool IsState(int state) {
    return v1::ReleaseState_IsValid(state) && state != v1::RELEASE_STATE_UNSPECIFIED;
  }
};

template <typename Life>
class LifeChecker : private Reporter {
 public:
  LifeChecker(const MergedPolicy& merged, Issues* issues)
      : Reporter(merged.origins, issues), clauses_(merged.policy.clauses()) {}

  template <typename Steps>
  void Run(const Steps& steps) {
    if (steps.empty()) return;
    for (const auto& step : steps) CheckStep(step);
    FindShadowed(steps);
    CheckWays(steps);
  }

 private:
  template <typename Step>
  static std::string Element(const Step& step) {
    return StrCat(Life::kList, "[", step.id(), "]");
  }
  static std::string NameOf(int state) {
    return ValueName(static_cast<typename Life::State>(state));
  }

  template <typename Step>
  void CheckStep(const Step& step) {
    const std::string element = Element(step);
    if (!v1::Transition_IsValid(step.at()) || step.at() == v1::TRANSITION_UNSPECIFIED) {
      Report("no-transition", "names no transition", "write `at: DEPLOY`", element);
    } else if (!IsStepOf(Life::kKind, step.at())) {
      Report("no-such-step", StrCat(Life::kSubjects, " have no step `", ValueName(step.at()), "`"),
             "see the transitions in docs/lifecycle.md", element + ".at");
    }
    if (step.from().empty()) {
      Report("no-origin", "does not say from which state it is taken", "write `from: [...]`",
             element);
    }
    for (int i = 0; i < step.from_size(); ++i) {
      if (Life::IsState(step.from(i))) continue;
      Report("no-state", "names no state", "", StrCat(element, ".from[", i, "]"));
    }
    if (!Life::IsState(step.to())) {
      Report("no-destination", "does not say to which state it leads", "write `to: ...`", element);
    }
    for (int i = 0; i < step.clauses_size(); ++i) {
      CheckNamed(step.clauses(i), clauses_, "clause", "unknown-clause",
                 StrCat(element, ".clauses[", i, "]"), "declare it in `clauses`");
    }
  }

  // A state at which an earlier step always applies is none of a later step with its transition.
  template <typename Steps>
  void FindShadowed(const Steps& steps) {
    std::map<std::pair<int, int>, std::string> always;
    for (const auto& step : steps) {
      if (step.at() == v1::TRANSITION_UNSPECIFIED) continue;
      for (int i = 0; i < step.from_size(); ++i) {
        const auto key = std::pair(static_cast<int>(step.at()), step.from(i));
        if (const auto earlier = always.find(key); earlier != always.end()) {
          Report("step-shadowed",
                 StrCat("never comes into play from `", NameOf(step.from(i)), "`: `",
                        earlier->second, "` always applies there"),
                 "put it before that one, or give that one an `applies_if`",
                 StrCat(Element(step), ".from[", i, "]"));
        } else if (step.applies_if().empty() || step.applies_if() == "true") {
          always.emplace(key, step.id());
        }
      }
    }
  }

  template <typename Steps>
  void CheckWays(const Steps& steps) {
    std::set<int> left, reached = {Life::kFirst};
    for (const auto& step : steps) left.insert(step.from().begin(), step.from().end());
    for (size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const auto& step : steps) {
        for (const int from : step.from()) {
          if (reached.count(from) > 0) reached.insert(step.to());
        }
      }
    }
    for (const auto& step : steps) {
      for (int i = 0; i < step.from_size(); ++i) {
        if (reached.count(step.from(i)) > 0 || !Life::IsState(step.from(i))) continue;
        Report("state-unreached", StrCat("no step leads to `", NameOf(step.from(i)), "`"),
               StrCat("every life begins with `", NameOf(Life::kFirst), "`"),
               StrCat(Element(step), ".from[", i, "]"));
      }
    }
    // What leads to an end, from the ends backwards. Only steps without a condition count: whether
    // another applies is not known before there is a subject.
    std::set<int> ends;
    for (const int state : reached) {
      if (left.count(state) == 0) ends.insert(state);
    }
    for (size_t before = static_cast<size_t>(-1); before != ends.size();) {
      before = ends.size();
      for (const auto& step : steps) {
        if (ends.count(step.to()) == 0 ||
            !(step.applies_if().empty() || step.applies_if() == "true")) {
          continue;
        }
        ends.insert(step.from().begin(), step.from().end());
      }
    }
    for (const int state : reached) {
      if (ends.count(state) > 0 || !Life::IsState(state)) continue;
      Report("no-end",
             StrCat("from `", NameOf(state), "` no way without a condition leads to an end"),
             "add a step to a state that no step leaves", Life::kList);
    }
  }

  const google::protobuf::Map<std::string, v1::Clause>& clauses_;
};

}  // namespace

void CheckLifeSteps(const MergedPolicy& merged, Issues* issues) {
  const v1::LifeCycle& life = merged.policy.life_cycle();
  LifeChecker<ChangeLife>(merged, issues).Run(life.changes());
  LifeChecker<ReleaseLife>(merged, issues).Run(life.releases());
}

}  // namespace changepolicy
