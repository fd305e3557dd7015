// The functions of policies, computed from the subject and the organization of one decision.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_
#define LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/check/vocabulary.h"
#include "libchangepolicy/domain/evidence.h"
#include "libchangepolicy/domain/finding.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// An argument of a function, as the text, enum value or duration that it is.
struct FactArgument {
  std::string_view text;
  int32_t number = 0;
  absl::Duration length;
};
using FactArguments = std::span<const FactArgument>;

// What a function came to. Lists and texts lie in the memory of the decision.
struct FactResult {
  Datum value;  // open where it has none
  const google::protobuf::EnumDescriptor* enum_type = nullptr;
  // Why it has none: facts that are not known, or what failed.
  FactNames unknown;
  absl::Status error;

  static FactResult Bool(bool value) { return {.value = Datum::Bool(value)}; }
  static FactResult Int(int64_t value) { return {.value = Datum::Int(value)}; }
  static FactResult Failed(absl::StatusCode code, std::string_view message);
};

// `evaluation` must outlive it. What depends on the clock adds the instants at which it changes.
class FactFunctions {
 public:
  explicit FactFunctions(Evaluation* evaluation) : evaluation_(*evaluation) {}

  // REQUIRES: the function is not kDocumentsWritten, which reads a message.
  FactResult Call(DomainFunction function, FactArguments args);

 private:
  const Subject& subject() const { return evaluation_.subject; }
  const Roster& roster() const { return evaluation_.organization.directory().roster(); }
  FactResult Unknown(std::string_view fact) const;
  FactResult UnknownOf(std::initializer_list<std::string_view> facts) const;
  FactResult Of(const Finding& finding) const;
  FactResult TextList(const std::vector<std::string>& texts) const;

  using Part = std::optional<FactResult>;  // nothing: of another part
  Part Evidence(DomainFunction function, FactArguments args);
  Part People(DomainFunction function, FactArguments args);
  Part Records(DomainFunction function, FactArguments args);
  Part Ledger(DomainFunction function, FactArguments args);
  Part VersionControl(DomainFunction function, FactArguments args);
  Part Release(DomainFunction function, FactArguments args);
  FactResult Criteria(DomainFunction function, FactArguments args);
  EvidenceState StateOf(DomainFunction function, FactArguments args);
  FactResult IsSound(std::string_view document) const;
  // Nothing where it is known who plays the part; their numbers then stand in `people`, sorted.
  Part PartPeople(v1::Part part, std::span<const int>* people);
  FactResult AllTrained(v1::Part part, std::string_view course);
  // Decisions of the release's changes, made once; null for the error in `problem`.
  const std::vector<v1::Decision>* ChangeDecisions(FactResult* problem);

  Evaluation& evaluation_;
  std::optional<EvidenceRecords> evidence_;  // made once
  std::optional<std::vector<v1::Decision>> change_decisions_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_
