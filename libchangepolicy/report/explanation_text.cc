#include "libchangepolicy/report/explanation_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/filler_text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr int kMostFacts = 12;
constexpr int kMostValues = 6;
constexpr int kMostRules = 3;

template <typename List>
std::string AnyOf(const List& names) {
  std::string text;
  for (int i = 0; i < names.size(); ++i) {
    StrAppend(&text, i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names.Get(i));
  }
  return text;
}

// `tracked, described and 2 more`.
template <typename List>
std::string Some(const List& names, int most) {
  std::string text;
  for (int i = 0; i < std::min(names.size(), most); ++i) {
    StrAppend(&text, i == 0 ? "" : ", ", names.Get(i));
  }
  if (names.size() > most) StrAppend(&text, " and ", names.size() - most, " more");
  return text;
}

// `HIGH` of `Effect.HIGH`; other literals as they are.
std::string Value(const std::string& literal) {
  const size_t dot = literal.find('.');
  const bool is_enum = dot != std::string::npos &&
                       absl::ascii_isupper(static_cast<unsigned char>(literal[0])) &&
                       literal.find_first_of("\"([ ") == std::string::npos;
  return is_enum ? literal.substr(dot + 1) : literal;
}

std::string Lower(std::string_view name) {
  std::string text = absl::AsciiStrToLower(ToAbsl(name));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// What an audience is told, of `CLIENTS` or `CLIENTS COMPLETED`.
std::string TellText(std::string_view what) {
  const size_t blank = what.find(' ');
  const std::string audience = Lower(what.substr(0, blank));
  if (blank == std::string_view::npos) return StrCat("Tell ", audience, " of the upcoming work");
  const std::string_view notice = what.substr(blank + 1);
  return StrCat("Tell ", audience,
                notice == "COMPLETED" ? " that it is done"
                : notice == "PROBLEM" ? " of the problem"
                                      : StrCat(" (", Lower(notice), ")"));
}

v1::Part PartNamed(const std::string& name) {
  v1::Part part = v1::PART_UNSPECIFIED;
  (void)v1::Part_Parse(StrCat("PART_", name), &part);
  return part;
}

std::string Sentence(const v1::FixStep& step) {
  const std::string& what = step.what();
  const std::string place = step.environment() == v1::ENVIRONMENT_UNSPECIFIED
                                ? std::string()
                                : StrCat(" in ", ShortName(step.environment()));
  switch (step.kind()) {
    case v1::FIX_KIND_APPROVAL:
      return StrCat("Ask ", step.person(), " to approve", what.empty() ? "" : " for ", what,
                    step.roles().empty() ? "" : ", as ", AnyOf(step.roles()));
    case v1::FIX_KIND_EVIDENCE:
      return StrCat("Let the evidence `", what, "` pass", place);
    case v1::FIX_KIND_DOCUMENT:
      return StrCat("Write ", what);
    case v1::FIX_KIND_COMMUNICATION:
      return TellText(what);
    case v1::FIX_KIND_DEPLOYMENT:
      return StrCat("Deploy to ", ShortName(step.environment()));
    case v1::FIX_KIND_HEALTH_CHECK:
      return what.empty() ? StrCat("Let the health checks pass", place)
                          : StrCat("Let the health check `", what, "` pass", place);
    case v1::FIX_KIND_REVIEW:
      return "Hold a review and record its findings";
    case v1::FIX_KIND_MATERIAL:
      return StrCat("Bring the ", Lower(what), " up to date, and record it");
    case v1::FIX_KIND_TAG:
      return StrCat("Set a ", Lower(what), " tag");
    case v1::FIX_KIND_SLOT:
      return StrCat("Plan the work for ", InstantText(step.start()), " to ",
                    InstantText(step.end()));
    case v1::FIX_KIND_WAIT:
      return StrCat("Wait until ", InstantText(step.start()));
    case v1::FIX_KIND_STATE:
      return IsFiller(step.value()) ? StrCat("State ", what)
                                    : StrCat("State ", what, "; tried with ", Value(step.value()));
    case v1::FIX_KIND_PERSON:
      return StrCat("Name ", step.person(), " as ", PartText(PartNamed(what)));
    case v1::FIX_KIND_CRITERION:
      return StrCat("Ask ", step.person(), " to confirm the criterion `", what, "`");
    case v1::FIX_KIND_CONDITION:
      return StrCat("Ask ", step.person(), " to confirm that the condition is met: ", what);
    case v1::FIX_KIND_CHANGE:
      return StrCat("Complete the change ", what, ", or take it out");
    case v1::FIX_KIND_MONITORING:
      return "Watch performance, logs and security alerts";
    default:
      return StrCat(ShortName(step.kind()), " ", what);
  }
}

std::string Missing(const v1::Explanation& explanation, bool verbose) {
  const auto& missing = explanation.missing();
  if (missing.empty()) return "";
  std::string text = "\nMissing facts that could still change the verdict\n";
  const int most = verbose ? missing.size() : std::min(missing.size(), kMostFacts);
  for (int i = 0; i < most; ++i) {
    const v1::MissingFact& fact = missing[i];
    StrAppend(&text, "  ", fact.path());
    std::string values;
    for (int j = 0; j < std::min(fact.values_size(), kMostValues); ++j) {
      const bool last = j + 1 == fact.values_size();
      StrAppend(&values, j == 0 ? "" : last ? " or " : ", ", Value(fact.values(j)));
    }
    if (fact.values_size() > kMostValues) values += " ...";
    if (!values.empty()) StrAppend(&text, ": ", values);
    if (fact.decides_permille() > 0) {
      StrAppend(&text, "; decides in ", fact.decides_permille(), " of 1000 cases");
    }
    if (!fact.rules().empty()) StrAppend(&text, "  (", Some(fact.rules(), kMostRules), ")");
    text += "\n";
  }
  if (most < missing.size()) StrAppend(&text, "  and ", missing.size() - most, " more\n");
  if (!explanation.missing_exact()) {
    text += "  Not all ways in which they can turn out were tried: some may not matter.\n";
  }
  return text;
}

std::string Fix(const v1::MinimalFix& fix) {
  if (!fix.found()) {
    return fix.remaining().empty() ? std::string()
                                   : StrCat("\nTo open the gate\n  No known step opens ",
                                            Some(fix.remaining(), 8), ".\n");
  }
  std::string text = fix.optimal() ? "\nTo open the gate, the fewest steps\n"
                                   : "\nTo open the gate, none of which can be left out\n";
  int number = 0;
  for (const v1::FixStep& step : fix.steps()) {
    StrAppend(&text, "  ", ++number, ". ", StepText(step));
    if (!step.rules().empty()) StrAppend(&text, "  (", Some(step.rules(), kMostRules), ")");
    text += "\n";
  }
  return text;
}

std::string Reason(const v1::MinimalReason& reason, bool verbose) {
  if (reason.facts().empty()) return "";
  std::string text = "\nRests on\n";
  const int most = verbose ? reason.facts_size() : std::min(reason.facts_size(), kMostFacts);
  for (int i = 0; i < most; ++i) {
    const v1::FactRead& fact = reason.facts(i);
    StrAppend(&text, "  ", fact.path(), fact.value().empty() ? "" : " = ", Value(fact.value()),
              "\n");
  }
  if (most < reason.facts_size()) {
    StrAppend(&text, "  and ", reason.facts_size() - most, " more\n");
  }
  return text;
}

}  // namespace

std::string StepText(const v1::FixStep& step) {
  std::string text = Sentence(step);
  // Of an approval they say as whom.
  if (step.kind() != v1::FIX_KIND_APPROVAL && !step.roles().empty()) {
    StrAppend(&text, ", by ", AnyOf(step.roles()));
  }
  return text;
}

std::string ExplanationText(const v1::Explanation& explanation, const TextOptions& options) {
  return StrCat(Missing(explanation, options.verbose),
                explanation.has_fix() ? Fix(explanation.fix()) : "",
                Reason(explanation.reason(), options.verbose));
}

}  // namespace changepolicy
