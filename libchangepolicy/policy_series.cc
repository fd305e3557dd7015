#include "libchangepolicy/policy_series.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/grandfathering.h"
#include "libchangepolicy/domain/supersession.h"

namespace changepolicy {
namespace {

absl::Time StartOf(const Policy& policy) {
  return FromProto(policy.proto().policy().effective_from());
}

std::string NameOf(const Policy& policy) {
  return StrCat(policy.proto().policy().id(), " ", policy.proto().policy().version());
}

class SeriesChecker {
 public:
  explicit SeriesChecker(const std::vector<Policy>& versions) : versions_(versions) {}

  Issues Run() {
    if (versions_.empty()) Report("no-policy", "no version of a policy was given", "");
    std::set<std::string> seen;
    for (size_t i = 0; i < versions_.size(); ++i) {
      const v1::PolicyHeader& header = versions_[i].proto().policy();
      if (header.id() != versions_[0].proto().policy().id()) {
        Report("other-policy",
               StrCat("`", NameOf(versions_[i]), "` is no version of `",
                      versions_[0].proto().policy().id(), "`"),
               "give versions of one policy, under one id");
      }
      if (!seen.insert(header.version()).second) {
        Report("version-twice", StrCat("version `", header.version(), "` is given twice"),
               "give each version a number of its own");
      }
      if (!header.has_effective_from()) {
        Report("version-start", StrCat("`", NameOf(versions_[i]), "` has no `effective_from`"),
               "say from when on each version is in force");
      } else if (i > 0 && versions_[i - 1].proto().policy().has_effective_from() &&
                 StartOf(versions_[i]) <= StartOf(versions_[i - 1])) {
        Report("version-order",
               StrCat("`", NameOf(versions_[i]), "` is not in force later than `",
                      NameOf(versions_[i - 1]), "`, which stands before it"),
               "give versions from the first to the last");
      }
    }
    return std::move(issues_);
  }

 private:
  void Report(std::string_view id, std::string message, std::string help) {
    Issue& issue = issues_.emplace_back();
    issue.id = std::string(id);
    issue.message = std::move(message);
    issue.help = std::move(help);
  }

  const std::vector<Policy>& versions_;
  Issues issues_;
};

template <typename Subject>
absl::StatusOr<PolicySeries::Choice> Choose(const std::vector<Policy>& versions,
                                            const Subject& subject, absl::Time now) {
  std::optional<absl::Time> until;
  const Policy* stays_by = nullptr;
  for (auto policy = versions.rbegin(); policy != versions.rend(); ++policy) {
    if (StartOf(*policy) > now) continue;
    if (!StaysWithVersionBefore(policy->proto().policy(), subject, now)) {
      return PolicySeries::Choice{*policy, until};
    }
    const absl::Time end = FromProto(policy->proto().policy().grandfathering().until());
    until = std::min(until.value_or(end), end);
    stays_by = &*policy;
  }
  if (stays_by != nullptr) {
    return FailedPrecondition(StrCat("`", subject.id(), "` stays with the version before `",
                                     NameOf(*stays_by), "`, which was not given"));
  }
  return FailedPrecondition(
      StrCat("no version of `", versions.front().proto().policy().id(), "` is in force yet"));
}

// The first instant after `now` at which another version decides.
template <typename Subject>
std::optional<absl::Time> NextTakeover(const std::vector<Policy>& versions, const Subject& subject,
                                       const Policy& current, absl::Time now) {
  std::set<absl::Time> instants;
  for (const Policy& policy : versions) {
    const v1::PolicyHeader& header = policy.proto().policy();
    instants.insert(StartOf(policy));
    if (header.has_grandfathering()) instants.insert(FromProto(header.grandfathering().until()));
  }
  for (const absl::Time at : instants) {
    if (at <= now) continue;
    const absl::StatusOr<PolicySeries::Choice> then = Choose(versions, subject, at);
    if (!then.ok() || then->policy.digest() != current.digest()) return at;
  }
  return std::nullopt;
}

template <typename Subject>
absl::StatusOr<v1::Decision> DecideBySeries(const std::vector<Policy>& versions,
                                            const Subject& subject,
                                            const Organization& organization,
                                            const Question& question) {
  CP_ASSIGN_OR_RETURN(const PolicySeries::Choice choice, Choose(versions, subject, question.now));
  CP_ASSIGN_OR_RETURN(v1::Decision decision,
                      Engine(choice.policy, organization).Decide(subject, question));
  const auto next = NextTakeover(versions, subject, choice.policy, question.now);
  if (next.has_value()) SupersedeFrom(*next, &decision);
  return decision;
}

}  // namespace

PolicySeriesResult PolicySeries::Create(std::vector<Policy> versions) {
  PolicySeriesResult result{.issues = SeriesChecker(versions).Run()};
  if (!HasErrors(result.issues)) result.series = PolicySeries(std::move(versions));
  return result;
}

absl::StatusOr<Policy> PolicySeries::InForce(absl::Time now) const {
  // A subject that says nothing of itself stays with nothing.
  CP_ASSIGN_OR_RETURN(Choice choice, Choose(versions_, v1::ChangeRequest(), now));
  return std::move(choice.policy);
}

absl::StatusOr<PolicySeries::Choice> PolicySeries::For(const v1::ChangeRequest& change,
                                                       absl::Time now) const {
  return Choose(versions_, change, now);
}

absl::StatusOr<PolicySeries::Choice> PolicySeries::For(const v1::Release& release,
                                                       absl::Time now) const {
  return Choose(versions_, release, now);
}

absl::StatusOr<v1::Decision> PolicySeries::Decide(const v1::ChangeRequest& change,
                                                  const Organization& organization,
                                                  const Question& question) const {
  return DecideBySeries(versions_, change, organization, question);
}

absl::StatusOr<v1::Decision> PolicySeries::Decide(const v1::Release& release,
                                                  const Organization& organization,
                                                  const Question& question) const {
  return DecideBySeries(versions_, release, organization, question);
}

}  // namespace changepolicy
