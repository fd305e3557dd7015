#include "libchangepolicy/report/decision_parts.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string LegalSteps(const v1::Decision& decision) {
  std::vector<std::string> steps;
  for (const int step : decision.legal_transitions()) {
    steps.push_back(Verb(static_cast<v1::Transition>(step)));
  }
  const std::string state = decision.subject_kind() == v1::SUBJECT_KIND_RELEASE
                                ? ShortName(decision.release_state())
                                : ShortName(decision.change_state());
  return StrCat(", ", state, "; ",
                steps.empty() ? "nothing is" : StrCat("legal: ", Join(steps, ", ")));
}

}  // namespace

std::string HeadlineFacts(const v1::Decision& decision) {
  std::vector<std::string> facts;
  if (decision.subject_kind() == v1::SUBJECT_KIND_CHANGE) {
    facts.push_back(StrCat(
        absl::AsciiStrToLower(ToAbsl(ShortName(decision.categorization().category()))),
        decision.categorization().status() == v1::STATUS_SATISFIED ? "" : " (category not known)"));
  } else if (decision.categorization().release_kind() != v1::RELEASE_KIND_UNSPECIFIED) {
    facts.push_back(
        absl::AsciiStrToLower(ToAbsl(ShortName(decision.categorization().release_kind()))));
  }
  if (decision.risk().level() != v1::RISK_LEVEL_UNSPECIFIED) {
    facts.push_back(StrCat("risk ", ShortName(decision.risk().level()), " (",
                           decision.risk().score(),
                           decision.risk().worst_case() ? ", unknown facts at their worst)" : ")"));
  }
  if (decision.priority().priority() != v1::PRIORITY_UNSPECIFIED) {
    facts.push_back(StrCat("priority ", ShortName(decision.priority().priority())));
  }
  return Join(facts, ", ");
}

std::string DecidedBy(const v1::Decision& decision) {
  return StrCat("by ", decision.policy_id(), " ", decision.policy_version(), " at ",
                InstantText(decision.now()));
}

std::string OwedText(const v1::ObligationDue& owed, const v1::Decision& decision) {
  google::protobuf::Timestamp due = owed.due_at();
  if (owed.has_due_after()) {
    ToProto(FromProto(decision.now()) + FromProto(owed.due_after()), &due);
  }
  return StrCat(owed.owner().empty() ? "nobody named" : owed.owner(), " by ", InstantText(due));
}

std::string RemarkOf(const v1::Remark& remark, const v1::Decision& decision) {
  return StrCat(RemarkText(remark),
                remark.id() == "illegal-transition" ? LegalSteps(decision) : "");
}

std::string HoldsText(const v1::Decision& decision) {
  if (!decision.has_valid_until()) return "";
  const bool is_followed =
      decision.has_superseded_from() &&
      FromProto(decision.superseded_from()) <= FromProto(decision.valid_until());
  return StrCat("Holds until ", InstantText(decision.valid_until()),
                is_followed ? ", when another version of the policy takes over."
                            : ", as far as the clock is concerned.");
}

std::string HoldingText(const v1::Decision& decision) {
  const auto satisfied = std::count_if(
      decision.outcomes().begin(), decision.outcomes().end(),
      [](const v1::RuleOutcome& outcome) { return outcome.status() == v1::STATUS_SATISFIED; });
  const int not_applicable = decision.rules_not_applicable();
  if (satisfied + not_applicable == 0) return "";
  return StrCat(satisfied, satisfied == 1 ? " rule holds, " : " rules hold, ", not_applicable,
                not_applicable == 1 ? " does not apply" : " do not apply");
}

}  // namespace changepolicy
