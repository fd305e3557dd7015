#include "tests/approval/world.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

template <typename T>
void Merge(std::string_view text, T* message) {
  T more;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(text), &more)) {
    ADD_FAILURE() << "bad text: " << text;
  }
  message->MergeFrom(more);
}

// Stands in for base/canonical.h: the material text of every field that belongs to the aspect.
absl::StatusOr<std::string> PlainDigest(const google::protobuf::Message& subject,
                                        v1::Aspect aspect) {
  const auto* change = dynamic_cast<const v1::ChangeRequest*>(&subject);
  if (change == nullptr) return subject.ShortDebugString();
  switch (aspect) {
    case v1::ASPECT_DESCRIPTION:
      return change->documents().description().text();
    case v1::ASPECT_RISK:
      return change->documents().risk_assessment().text();
    case v1::ASPECT_PLAN:
      return change->documents().testing_plan().text();
    case v1::ASPECT_SCHEDULE:
      return change->schedule().ShortDebugString();
    default:
      return change->artifact().ShortDebugString();
  }
}

}  // namespace

template <typename T>
T Parse(std::string_view text) {
  T message;
  Merge(text, &message);
  return message;
}
template v1::Directory Parse(std::string_view);
template v1::Policy Parse(std::string_view);
template v1::ChangeRequest Parse(std::string_view);
template v1::Release Parse(std::string_view);
template v1::AcceptedRisk Parse(std::string_view);
template v1::Eligible Parse(std::string_view);

absl::Time Utc(std::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, ToAbsl(rfc3339), &time, &error)) << error;
  return time;
}

std::string Timed(std::string_view text) {
  const auto is_digit = [&](size_t i) {
    return i < text.size() && '0' <= text[i] && text[i] <= '9';
  };
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '@' || !is_digit(i + 1)) {
      result += text[i];
      continue;
    }
    const auto number = [&] {
      int value = 0;
      while (is_digit(i + 1)) value = 10 * value + (text[++i] - '0');
      return value;
    };
    int minutes = 60 * number();
    if (i + 1 < text.size() && text[i + 1] == ':') {
      ++i;
      minutes += number();
    }
    StrAppend(&result,
              " { seconds: ", absl::ToUnixSeconds(Utc("2026-06-10T00:00:00Z")) + 60 * minutes,
              " }");
  }
  return result;
}

World::World() : now(Utc("2026-06-10T12:00:00Z")), digester(PlainDigest) {
  for (const char* id : {"ann", "bob", "cy", "dee", "eve", "fay", "gil", "req", "dev"}) {
    Directory(StrCat("people { id: '", id, "' accounts: '", id, "@example.org' }"));
  }
  Directory("people { id: 'bot' service_account: true }");
  Change(
      "id: 'CH-1' people { requester: 'req' authors: 'dev' } "
      "services { id: 'pay' } team: 'core' environments: ENVIRONMENT_PRODUCTION");
}

World& World::Directory(std::string_view text) {
  Merge(text, &directory);
  return *this;
}
World& World::Policy(std::string_view text) {
  Merge(text, &policy);
  return *this;
}
World& World::Change(std::string_view text) {
  Merge(text, &change);
  return *this;
}
World& World::Role(std::string_view role, const std::vector<std::string>& members) {
  v1::Role* added = directory.add_roles();
  added->set_id(std::string(role));
  for (const std::string& member : members) added->add_members(member);
  return *this;
}
World& World::Approve(std::string_view by, std::string_view more) {
  v1::Approval approval;
  approval.set_id(StrCat("a", change.approvals_size() + 1));
  approval.set_by(std::string(by));
  approval.set_kind(v1::APPROVAL_KIND_APPROVED);
  ToProto(now - absl::Hours(1), approval.mutable_happened_at());
  v1::Approval stated;
  Merge(more, &stated);
  if (stated.has_happened_at()) approval.clear_happened_at();
  approval.MergeFrom(stated);
  *change.add_approvals() = approval;
  return *this;
}
World& World::Rule(std::string_view needs, std::string_view more) {
  return Policy(StrCat("approvals { id: 'r", policy.approvals_size() + 1, "' needs { ", needs,
                       " } ", more, " }"));
}
World& World::At(std::string_view instant) {
  now = Utc(instant);
  return *this;
}

std::vector<Answer> World::AskAll() {
  const RosterResult built = Roster::Build(directory);
  EXPECT_NE(built.roster, nullptr) << ToText(built.issues);
  if (built.roster == nullptr) return {};
  const ApprovalPlan plan(policy, *built.roster);
  const std::vector<Answer> planned = AskAll(*built.roster, &plan);
  const std::vector<absl::Time> planned_changes = changes;
  std::vector<Answer> answers = AskAll(*built.roster, nullptr);
  EXPECT_EQ(planned_changes, changes);
  EXPECT_EQ(planned.size(), answers.size());
  for (size_t i = 0; i < std::min(planned.size(), answers.size()); ++i) {
    EXPECT_EQ(TextOf(planned[i]), TextOf(answers[i]));
  }
  return answers;
}

// Without a plan only a search decides.
std::vector<Answer> World::AskAll(const Roster& roster, const ApprovalPlan* plan) {
  flat::Arena arena;
  ApprovalContext context;
  context.roster = &roster;
  context.policy = &policy;
  context.plan = plan;
  context.arena = &arena;
  context.now = now;
  context.change = flat::CopyOf<flat::ChangeRequest>(change, &arena);
  context.limits = limits;
  context.limits.always_search = plan == nullptr;
  context.history = BuildAspectHistory(*context.change, policy, digester, &arena);
  const ApprovalSubject subject(context);
  if (plan != nullptr) context.subject = &subject;
  std::vector<const v1::ApprovalRule*> rules;
  for (const v1::ApprovalRule& rule : policy.approvals()) rules.push_back(&rule);
  changes.clear();
  std::vector<Answer> answers;
  for (const RuleAnswer& answer : EvaluateApprovals(rules, context, &changes)) {
    answers.push_back(CopyOf(answer));
  }
  return answers;
}

Answer World::Ask() {
  std::vector<Answer> answers = AskAll();
  EXPECT_EQ(answers.size(), 1u);
  return answers.empty() ? Answer{} : answers.front();
}

Answer CopyOf(const RuleAnswer& answer) {
  Answer copy;
  copy.status = answer.status;
  EXPECT_TRUE(flat::CopyTo(answer.outcome, &copy.outcome));
  copy.unknown = {answer.unknown.begin(), answer.unknown.end()};
  copy.error = answer.error;
  copy.error_code = answer.error_code;
  for (const Counted& counted : answer.counted) {
    copy.counted.push_back({std::string(counted.person),
                            std::string(counted.approval),
                            std::string(counted.slot),
                            {counted.roles.begin(), counted.roles.end()}});
  }
  return copy;
}

std::string TextOf(const Answer& answer) {
  std::string text =
      StrCat(v1::Status_Name(answer.status), " unknown ", Joined(answer.unknown), " error ",
             answer.error_code, " ", answer.error, " outcome ", answer.outcome.ShortDebugString());
  for (const Answer::Counted& counted : answer.counted) {
    StrAppend(&text, " counted ", counted.person, " ", counted.approval, " ", counted.slot, " ",
              Joined(counted.roles));
  }
  return text;
}

World OneOfCab() {
  return World().Role("cab", {"ann", "bob", "cy"}).Rule("at_least: 1 of { role: 'cab' }");
}

std::string Stamp(std::string_view field, std::string_view rfc3339) {
  return StrCat(field, " { seconds: ", absl::ToUnixSeconds(Utc(rfc3339)), " }");
}

std::string Given(std::string_view rfc3339) { return Stamp("happened_at", rfc3339); }

World Edited() {
  World world = OneOfCab();
  world.Change(StrCat("revisions { number: 1 ", Given("2026-06-10T08:00:00Z"), " }"));
  world.Change(StrCat("revisions { number: 2 edited: 'documents.testing_plan' ",
                      Given("2026-06-10T09:00:00Z"), " }"));
  world.Change(
      StrCat("revisions { number: 3 edited: 'title' ", Given("2026-06-10T10:00:00Z"), " }"));
  return world;
}

std::string Witness(const Answer& answer) {
  std::string text;
  for (const v1::SlotOutcome& slot : answer.outcome.slots()) {
    StrAppend(&text, text.empty() ? "" : "|", slot.path(), "=");
    const char* separator = "";
    for (const v1::Assignment& assignment : slot.assigned()) {
      StrAppend(&text, separator, assignment.person());
      if (!assignment.on_behalf_of().empty()) {
        StrAppend(&text, "(for ", assignment.on_behalf_of(), ")");
      }
      separator = ",";
    }
  }
  return text;
}

std::string NotCountedOf(const Answer& answer) {
  std::string text;
  for (const v1::UncountedApproval& one : answer.outcome.not_counted()) {
    StrAppend(&text, text.empty() ? "" : ", ", one.person(), " ",
              v1::NotCounted_Name(one.reason()).substr(sizeof("NOT_COUNTED_") - 1));
    if (!one.detail().empty()) StrAppend(&text, " ", one.detail());
  }
  return text;
}

std::string Suggested(const Answer& answer) {
  std::string text;
  for (const v1::Suggestion& one : answer.outcome.suggestions()) {
    StrAppend(&text, text.empty() ? "" : ", ", one.slot(), ":", one.person());
  }
  return text;
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& list) {
  return absl::StrJoin(list, ",");
}
std::string Joined(const std::vector<std::string>& list) { return absl::StrJoin(list, ","); }

std::string StatusOf(const Answer& answer) {
  return v1::Status_Name(answer.status).substr(sizeof("STATUS_") - 1);
}

}  // namespace changepolicy
