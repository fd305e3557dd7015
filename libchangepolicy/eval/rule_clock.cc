#include "libchangepolicy/eval/rule_clock.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/visibility.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What the clock turns for the better: a soak, a watch, a change of a release whose time comes, a
// model that comes into force.
constexpr std::string_view kTurning[] = {"evidence.soaked", "monitoring.",  "aftercare",
                                         "changes.",        "obligations.", "ledger.",
                                         "model.",          "organization."};

bool BeginsAfter(const Message& message, absl::Time now) {
  static const std::set<std::string_view> kBeginnings = {"start", "happened_at", "recorded_at",
                                                         "approved_at", "completed_at"};
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->type() != FieldDescriptor::TYPE_MESSAGE || field->is_map()) continue;
    if (field->message_type() == google::protobuf::Timestamp::descriptor() &&
        !field->is_repeated()) {
      const auto& instant =
          static_cast<const google::protobuf::Timestamp&>(reflection.GetMessage(message, field));
      if (kBeginnings.count(field->name()) > 0 && FromProto(instant) > now) return true;
      continue;
    }
    // Windows, freezes and trains are not what people are or may do.
    if (field->name() == "calendar" ||
        field->message_type()->file()->package() != "changepolicy.v1") {
      continue;
    }
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (BeginsAfter(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                           : reflection.GetMessage(message, field),
                      now)) {
        return true;
      }
    }
  }
  return false;
}

class ClockReader {
 public:
  explicit ClockReader(const CheckedPolicy& policy) : policy_(policy) {}

  bool Reads(const std::optional<CheckedExpression>& expression) {
    return expression.has_value() && Reads(*expression);
  }

 private:
  bool Reads(const CheckedExpression& expression) {
    if (!expression.now_comparisons().empty()) return true;
    return std::any_of(expression.definitions().begin(), expression.definitions().end(),
                       [&](const std::string& name) {
                         return seen_.insert(name).second &&
                                Reads(policy_.FindDefinition(name)->expression);
                       });
  }

  const CheckedPolicy& policy_;
  std::set<std::string> seen_;
};

}  // namespace

bool SomethingBegins(const CheckedPolicy& policy, const v1::Directory& directory,
                     const Message& subject, absl::Time now) {
  const absl::Duration skew = FromProto(policy.policy().limits().clock_skew());
  return AllVisibleFrom(skew, subject) > now || BeginsAfter(directory, now);
}

bool MayOpenInTime(const CheckedPolicy& policy, const v1::RuleOutcome& outcome) {
  const bool turning =
      std::any_of(outcome.facts().begin(), outcome.facts().end(), [](const v1::FactRead& fact) {
        return std::any_of(std::begin(kTurning), std::end(kTurning),
                           [&](std::string_view begin) { return fact.path().starts_with(begin); });
      });
  if (turning) return true;
  const auto reads = [&](const auto& rules, const std::vector<CheckedRule>& checked) {
    for (int i = 0; i < rules.size(); ++i) {
      if (rules[i].id() != outcome.rule()) continue;
      return ClockReader(policy).Reads(checked[i].applies_if) ||
             ClockReader(policy).Reads(checked[i].must);
    }
    return false;
  };
  return outcome.kind() == "gate" ? reads(policy.policy().gates(), policy.gates())
                                  : reads(policy.policy().approvals(), policy.approvals());
}

}  // namespace changepolicy
