// Policies and organizations.
#include <utility>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::c {

namespace {

constexpr std::string_view kBuiltin = "builtin:";

absl::Status LoadPolicy(Call& call, const std::vector<NamedText>& documents,
                        changepolicy_policy** out) {
  PolicyResult result;
  if (!documents.empty() && documents[0].name.starts_with(kBuiltin)) {
    result = Policy::Builtin(documents[0].name.substr(kBuiltin.size()),
                             {documents.begin() + 1, documents.end()});
  } else {
    result = Policy::Load(documents);
  }
  CP_RETURN_IF_ERROR(call.Refuse(result.issues));
  *out = MakeHandle<changepolicy_policy>(*std::move(result.policy), MakeIssues(result.issues));
  return absl::OkStatus();
}

absl::Status GiveOrganization(Call& call, OrganizationResult result,
                              changepolicy_organization** out) {
  CP_RETURN_IF_ERROR(call.Refuse(result.issues));
  *out = MakeHandle<changepolicy_organization>(*std::move(result.organization),
                                               MakeIssues(result.issues));
  return absl::OkStatus();
}

absl::Status LoadOrganization(Call& call, const std::vector<NamedText>& documents,
                              changepolicy_organization** out) {
  OrganizationFiles files;
  Issues issues;
  for (const NamedText& document : documents) {
    const Issues found = files.Add(document.text, Format::kAuto, document.name);
    issues.insert(issues.end(), found.begin(), found.end());
  }
  CP_RETURN_IF_ERROR(call.Refuse(issues));
  OrganizationResult result = Organization::Create(files.organization());
  files.Locate(&result.issues);
  result.issues.insert(result.issues.begin(), issues.begin(), issues.end());
  return GiveOrganization(call, std::move(result), out);
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::IsAlive;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_policy_load(const changepolicy_document* documents, size_t count,
                                             changepolicy_policy** policy,
                                             changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, policy, "policy"));
    CP_ASSIGN_OR_RETURN(const std::vector<changepolicy::NamedText> texts,
                        ReadDocuments(call, documents, count));
    return changepolicy::c::LoadPolicy(call, texts, policy);
  });
}

void changepolicy_policy_free(changepolicy_policy* policy) { FreeHandle(policy); }

const char* changepolicy_policy_digest(const changepolicy_policy* policy) {
  return IsAlive(policy) ? policy->policy.digest().c_str() : "";
}

const changepolicy_issues* changepolicy_policy_issues(const changepolicy_policy* policy) {
  return IsAlive(policy) ? policy->issues.get() : nullptr;
}

changepolicy_status changepolicy_policy_message(const changepolicy_policy* policy,
                                                changepolicy_encoding output,
                                                changepolicy_bytes** message,
                                                changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, policy, "policy"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, message, "message"));
    return Give(policy->policy.proto(), output, message);
  });
}

changepolicy_status changepolicy_builtin_policy(const char* name, changepolicy_bytes** text,
                                                changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string asked, ReadText(call, name, "name"));
    CP_RETURN_IF_ERROR(NotNull(call, text, "text"));
    const std::optional<std::string_view> found = changepolicy::BuiltinText(asked);
    if (!found.has_value()) {
      const changepolicy::Issues issues = changepolicy::Policy::Builtin(asked).issues;
      return changepolicy::NotFound(
          changepolicy::StrCat(issues.front().message, "; ", issues.front().help));
    }
    Give(std::string(*found), text);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_organization_load(const changepolicy_document* documents,
                                                   size_t count,
                                                   changepolicy_organization** organization,
                                                   changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, organization, "organization"));
    CP_ASSIGN_OR_RETURN(const std::vector<changepolicy::NamedText> texts,
                        ReadDocuments(call, documents, count));
    return changepolicy::c::LoadOrganization(call, texts, organization);
  });
}

changepolicy_status changepolicy_organization_with_ledger(
    const changepolicy_organization* organization, const changepolicy_message* ledger,
    changepolicy_organization** result, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, organization, "organization"));
    CP_RETURN_IF_ERROR(NotNull(call, result, "result"));
    changepolicy::v1::Ledger read;
    CP_RETURN_IF_ERROR(ReadMessage(call, ledger, "ledger", &read));
    return changepolicy::c::GiveOrganization(
        call, organization->organization.WithLedger(std::move(read)), result);
  });
}

void changepolicy_organization_free(changepolicy_organization* organization) {
  FreeHandle(organization);
}

const changepolicy_issues* changepolicy_organization_issues(
    const changepolicy_organization* organization) {
  return IsAlive(organization) ? organization->issues.get() : nullptr;
}

changepolicy_status changepolicy_organization_message(const changepolicy_organization* organization,
                                                      changepolicy_encoding output,
                                                      changepolicy_bytes** message,
                                                      changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, organization, "organization"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, message, "message"));
    return Give(organization->organization.proto(), output, message);
  });
}

}  // extern "C"
