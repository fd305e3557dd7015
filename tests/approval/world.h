// A small organization and change to ask about, written as protobuf text.
#ifndef TESTS_APPROVAL_WORLD_H_
#define TESTS_APPROVAL_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"

namespace changepolicy {

template <typename T>
T Parse(std::string_view text);

absl::Time Utc(std::string_view rfc3339);

// Protobuf text in which `@9` and `@11:30` stand for times of the day, 2026-06-10 in UTC.
std::string Timed(std::string_view text);

// What a RuleAnswer says, beyond the arena's end.
struct Answer {
  struct Counted {
    std::string person, approval, slot;
    std::vector<std::string> roles;
  };

  v1::Status status = v1::STATUS_UNSPECIFIED;
  v1::ApprovalOutcome outcome;
  std::vector<std::string> unknown;
  std::string error, error_code;
  std::vector<Counted> counted;
};
Answer CopyOf(const RuleAnswer& answer);
// All of it, for comparisons.
std::string TextOf(const Answer& answer);

// Ann to gil with e-mail addresses, the robot `bot`, the roles cab, security, cto, dpo, peer.
class World {
 public:
  World();

  // Adds records; times are whatever the text says.
  World& Directory(std::string_view text);
  World& Policy(std::string_view text);
  World& Change(std::string_view text);
  // Gives a role to people for good.
  World& Role(std::string_view role, const std::vector<std::string>& members);
  // An approval, by default one hour before `now`, with an id of its own: `a1`, `a2`, ...
  World& Approve(std::string_view by, std::string_view more = "");
  // A rule `r<n>` with these needs; `more` adds fields of ApprovalRule.
  World& Rule(std::string_view needs, std::string_view more = "");
  World& At(std::string_view now);

  // The answers to all rules, or to the only one. They must be the same with a plan and without,
  // and whether a matching may decide or only a search.
  std::vector<Answer> AskAll();
  Answer Ask();

  v1::Directory directory;
  v1::Policy policy;
  v1::ChangeRequest change;
  absl::Time now;
  ApprovalLimits limits;
  std::vector<absl::Time> changes;  // of the last question
  AspectDigester digester;

 private:
  std::vector<Answer> AskAll(const Roster& roster, const ApprovalPlan* plan);
};

// One of the board, ann, bob and cy, has to approve.
World OneOfCab();
// The same with revision 1 at 08:00; 2 at 09:00 edits the testing plan; 3 at 10:00 the title.
World Edited();
// A timestamp in protobuf text; `happened_at` where no field is named.
std::string Stamp(std::string_view field, std::string_view rfc3339);
std::string Given(std::string_view rfc3339);

// `all[0]=ann,bob(for cy)|all[1]=` : slots and who fills them.
std::string Witness(const Answer& answer);
// `ann EXPIRED 2026-..., bob INELIGIBLE`.
std::string NotCountedOf(const Answer& answer);
// `all[1]:cy`.
std::string Suggested(const Answer& answer);
std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& list);
std::string Joined(const std::vector<std::string>& list);
std::string StatusOf(const Answer& answer);

}  // namespace changepolicy

#endif  // TESTS_APPROVAL_WORLD_H_
