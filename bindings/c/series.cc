// Versions of a policy: which of them decides, and what a new one would change.
#include <utility>
#include <variant>
#include <vector>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/policy_series.h"

namespace changepolicy::c {

namespace {

absl::StatusOr<PolicySeries::Choice> Choose(Call& call, const PolicySeries& series,
                                            const changepolicy_subject* subject, absl::Time now) {
  if (subject == nullptr) {
    CP_ASSIGN_OR_RETURN(Policy policy, series.InForce(now));
    return PolicySeries::Choice{std::move(policy), std::nullopt};
  }
  CP_ASSIGN_OR_RETURN(const Subject read, ReadSubject(call, subject));
  return std::visit([&](const auto& message) { return series.For(message, now); }, read);
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::MakeHandle;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_series_create(const changepolicy_policy* const* versions,
                                               size_t count, changepolicy_series** series,
                                               changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, series, "series"));
    CP_RETURN_IF_ERROR(CheckArray(call, versions, count, "versions"));
    std::vector<changepolicy::Policy> policies;
    for (size_t i = 0; i < count; ++i) {
      CP_RETURN_IF_ERROR(CheckHandle(call, versions[i], changepolicy::StrCat("versions[", i, "]")));
      policies.push_back(versions[i]->policy);
    }
    changepolicy::PolicySeriesResult result =
        changepolicy::PolicySeries::Create(std::move(policies));
    CP_RETURN_IF_ERROR(call.Refuse(result.issues));
    *series = MakeHandle<changepolicy_series>(*std::move(result.series));
    return absl::OkStatus();
  });
}

void changepolicy_series_free(changepolicy_series* series) { FreeHandle(series); }

changepolicy_status changepolicy_series_choose(const changepolicy_series* series,
                                               const changepolicy_subject* subject, const char* now,
                                               changepolicy_policy** policy,
                                               changepolicy_bytes** grandfathered_until,
                                               changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, series, "series"));
    CP_RETURN_IF_ERROR(NotNull(call, policy, "policy"));
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    CP_ASSIGN_OR_RETURN(const changepolicy::PolicySeries::Choice choice,
                        changepolicy::c::Choose(call, series->series, subject, instant));
    changepolicy_policy* const chosen =
        MakeHandle<changepolicy_policy>(choice.policy, changepolicy::c::MakeIssues({}));
    changepolicy::c::Owned<changepolicy_policy> kept(chosen);
    if (grandfathered_until != nullptr) {
      Give(choice.grandfathered_until.has_value()
               ? absl::FormatTime(absl::RFC3339_full, *choice.grandfathered_until,
                                  absl::UTCTimeZone())
               : std::string(),
           grandfathered_until);
    }
    *policy = kept.release();
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_series_decide(
    const changepolicy_series* series, const changepolicy_organization* organization,
    const changepolicy_subject* subject, const changepolicy_question* question,
    changepolicy_encoding output, changepolicy_bytes** decision, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, series, "series"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, decision, "decision"));
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const changepolicy::Question asked, ReadQuestion(call, given));
    CP_ASSIGN_OR_RETURN(const changepolicy::Organization joined,
                        OrganizationOrNobody(call, organization));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subject read, ReadSubject(call, subject));
    return std::visit(
        [&](const auto& message) {
          return Give(series->series.Decide(message, joined, asked), output, decision);
        },
        read);
  });
}

changepolicy_status changepolicy_compare_policies(
    const changepolicy_policy* before, const changepolicy_policy* after,
    const changepolicy_organization* organization, const changepolicy_subject* subjects,
    size_t count, const char* now, changepolicy_encoding output, changepolicy_bytes** answer,
    changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, before, "before"));
    CP_RETURN_IF_ERROR(CheckHandle(call, after, "after"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, answer, "answer"));
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    CP_ASSIGN_OR_RETURN(const changepolicy::Organization joined,
                        OrganizationOrNobody(call, organization));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subjects read, ReadSubjects(call, subjects, count));
    return Give(ComparePolicies(before->policy, after->policy, joined, read.changes, read.releases,
                                instant),
                output, answer);
  });
}

}  // extern "C"
