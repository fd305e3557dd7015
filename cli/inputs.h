// Policies, organizations and subjects from files.
#ifndef CLI_INPUTS_H_
#define CLI_INPUTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::cli {

// Exit codes (docs/evaluation.md): over many files the greatest.
enum ExitCode { kAllowed = 0, kDenied = 1, kUndecided = 2, kBadInput = 3 };

struct PolicyOptions {
  // A file, or the name of a built-in policy.
  std::string policy = "saas";
  std::vector<std::string> overlays;
};

// Everything that is wrong goes to standard error; nothing is returned then.
std::optional<Policy> LoadPolicy(const PolicyOptions& options, bool print_warnings = true);

// Several files are one organization: a directory here, a ledger there. No file: an empty one.
std::optional<Organization> LoadOrganization(const std::vector<std::string>& files);
std::optional<OrganizationFiles> ReadOrganization(const std::vector<std::string>& files);

// Of `--now`: an instant or a date; this machine's clock where nothing is given, which is the only
// place of the project that reads it.
std::optional<absl::Time> ParseNow(const std::string& text);

// `deploy` or `TRANSITION_DEPLOY`; nothing, and a complaint, for what is no transition.
std::optional<v1::Transition> ParseTransition(const std::string& text);

// One subject to decide, or why there is none.
struct Record {
  std::string name;  // the file, and its line where one file holds many
  std::optional<AnySubject> subject;
  std::string problem;
  // What the mapping says of the record beside the message: name and JSON text, sorted.
  std::vector<std::pair<std::string, std::string>> annotations;
};

// What one file holds: one subject, or with .jsonl one per line. `kind` as in
// ReadSubject (libchangepolicy/source/records.h).
std::vector<Record> ReadSubjects(const std::string& file, v1::SubjectKind kind);

// Issues and errors as the command prints them, on standard error; each text once.
void Complain(std::string_view text);

}  // namespace changepolicy::cli

#endif  // CLI_INPUTS_H_
