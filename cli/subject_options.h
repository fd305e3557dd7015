// What `check`, `approvers` and `explain` have in common: files, policy, organization, instant.
#ifndef CLI_SUBJECT_OPTIONS_H_
#define CLI_SUBJECT_OPTIONS_H_

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/inputs.h"
#include "libchangepolicy/policy_series.h"

namespace changepolicy::cli {

class Command;

struct SubjectOptions {
  std::vector<std::string> files;
  PolicyOptions policy;
  std::vector<std::string> organization;
  std::vector<std::string> organization_mapping, organization_records;
  std::string now;
  std::string transition;
  std::string kind;
  std::string mapping;
  bool verbose = false;
  std::vector<std::string> earlier;
};

void AddSubjectOptions(Command* command, SubjectOptions* options);
// Policy, organization and instant alone, for questions that have no subject.
void AddContextOptions(Command* command, SubjectOptions* options);
// How files become subjects: kind and mapping.
void AddRecordOptions(Command* command, SubjectOptions* options);
// Not for `comment`: what it folds is all there is.
void AddVerboseFlag(Command* command, SubjectOptions* options);

// Earlier versions of the policy, of which the one for the subject decides.
void AddEarlierOption(Command* command, SubjectOptions* options);

// Everything that a question needs, read and checked; nothing where something is wrong.
struct Session {
  Policy policy;
  Engine engine;
  Question question;
  // With --earlier: all versions, `policy` the last of them.
  std::optional<PolicySeries> series = std::nullopt;

  // As the engine does, or by the version for the subject.
  absl::StatusOr<v1::Decision> Decide(const v1::ChangeRequest& change, const Question& asked) const;
  absl::StatusOr<v1::Decision> Decide(const v1::Release& release, const Question& asked) const;
};
std::optional<Session> Open(const SubjectOptions& options);

// The policy that decides about the record's subject. REQUIRES: it has one.
absl::StatusOr<PolicySeries::Choice> ChooseVersion(const Session& session, const Record& record);
// `version 1.0 of team, with which CHG-7 stays until ...`; empty without --earlier.
std::string VersionText(const Session& session, const Record& record,
                        const PolicySeries::Choice& choice);

// The first line of every text output: the instant of the question.
void PrintNow(const Session& session);

// All subjects that the files hold, through the mapping where one is given; nothing, and a
// complaint, where the mapping itself is wrong or there is no record at all.
std::optional<std::vector<Record>> ReadAll(const SubjectOptions& options);

// `template` for each kind of subject.
template <typename Result>
absl::StatusOr<Result> AskAbout(
    const Record& record,
    const std::function<absl::StatusOr<Result>(const v1::ChangeRequest&)>& change,
    const std::function<absl::StatusOr<Result>(const v1::Release&)>& release) {
  if (std::holds_alternative<v1::ChangeRequest>(*record.subject)) {
    return change(std::get<v1::ChangeRequest>(*record.subject));
  }
  return release(std::get<v1::Release>(*record.subject));
}

int ExitCodeOf(v1::Verdict verdict);

}  // namespace changepolicy::cli

#endif  // CLI_SUBJECT_OPTIONS_H_
