// How the checks of a policy complain: each issue at the place of an element.
#ifndef LIBCHANGEPOLICY_CHECK_REPORTER_H_
#define LIBCHANGEPOLICY_CHECK_REPORTER_H_

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Says nothing of an element that could not be read: that was told already.
class Reporter {
 public:
  Reporter(const Origins& origins, Issues* issues) : origins_(origins), issues_(*issues) {}

  void Report(std::string_view id, std::string message, std::string help,
              std::string_view element) {
    if (origins_.IsMisread(element)) return;
    issues_.push_back(origins_.MakeIssue(id, std::move(message), std::move(help), element));
  }
  void Warn(std::string_view id, std::string message, std::string help, std::string_view element) {
    if (origins_.IsMisread(element)) return;
    issues_.push_back(origins_.MakeIssue(id, std::move(message), std::move(help), element));
    issues_.back().severity = Severity::kWarning;
  }

  // Every rule rests on clauses of the written policy, and `known` are those that it declares.
  template <typename Rule>
  void CheckClauses(const Rule& rule, const std::string& element,
                    const std::set<std::string>& known) {
    if (rule.clauses().empty()) {
      Report("no-clause", "cites no clause of the written policy",
             "write `clause: ...`; every rule rests on one", element);
    }
    for (int i = 0; i < rule.clauses_size(); ++i) {
      if (known.contains(rule.clauses(i))) continue;
      CheckNamed(rule.clauses(i), known, "clause", "unknown-clause",
                 StrCat(element, ".clauses[", i, "]"), "declare it in `clauses`");
    }
  }

  // An error where none of `known` (a set of texts, or a map from them) is the name.
  template <typename Names>
  void CheckNamed(const std::string& name, const Names& known, std::string_view what,
                  std::string_view id, const std::string& element, std::string_view otherwise) {
    if (known.find(name) != known.end()) return;
    std::vector<std::string_view> candidates;
    for (const auto& each : known) {
      if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::string>) {
        candidates.push_back(each);
      } else {
        candidates.push_back(each.first);
      }
    }
    const std::string_view nearest = Nearest(name, candidates);
    Report(id, StrCat("unknown ", what, " `", name, "`"),
           nearest.empty() ? std::string(otherwise) : StrCat("did you mean `", nearest, "`?"),
           element);
  }

 private:
  const Origins& origins_;
  Issues& issues_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_REPORTER_H_
