#include "bindings/common/session.h"

#include <utility>
#include <variant>

#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::bindings {

namespace {

constexpr std::string_view kBuiltin = "builtin:";

absl::StatusOr<Policy> LoadPolicy(const std::vector<NamedText>& documents) {
  PolicyResult result;
  if (!documents.empty() && documents[0].name.starts_with(kBuiltin)) {
    result = Policy::Builtin(documents[0].name.substr(kBuiltin.size()),
                             {documents.begin() + 1, documents.end()});
  } else {
    result = Policy::Load(documents);
  }
  if (!result.policy.has_value()) return InvalidArgument(ToText(result.issues));
  return *std::move(result.policy);
}

absl::StatusOr<Organization> LoadOrganization(const std::vector<NamedText>& documents) {
  OrganizationFiles files;
  for (const NamedText& document : documents) {
    const Issues issues = files.Add(document.text, Format::kAuto, document.name);
    if (HasErrors(issues)) return InvalidArgument(ToText(issues));
  }
  OrganizationResult result = Organization::Create(files.organization());
  files.Locate(&result.issues);
  if (!result.organization.has_value()) return InvalidArgument(ToText(result.issues));
  return *std::move(result.organization);
}

absl::StatusOr<Question> ToQuestion(const Call& call) {
  Question question;
  const std::optional<absl::Time> now = ReadInstant(call.now);
  if (!now.has_value()) {
    return InvalidArgument(
        StrCat("now: `", call.now, "` is no instant; write `2026-01-31T09:30:00Z`, or a date"));
  }
  question.now = *now;
  if (call.transition.empty()) return question;
  const std::string name(call.transition);
  if (!v1::Transition_Parse(name, &question.transition) &&
      !v1::Transition_Parse("TRANSITION_" + name, &question.transition)) {
    return InvalidArgument(StrCat("transition: `", name, "` is none; write one like `DEPLOY`"));
  }
  return question;
}

}  // namespace

absl::StatusOr<Session> Session::Create(const std::vector<NamedText>& policies,
                                        const std::vector<NamedText>& organization) {
  CP_ASSIGN_OR_RETURN(Policy policy, LoadPolicy(policies));
  CP_ASSIGN_OR_RETURN(Organization loaded, LoadOrganization(organization));
  return Session(Engine(std::move(policy), std::move(loaded)));
}

absl::StatusOr<std::string> Session::Decide(std::string_view subject, const Call& call) const {
  CP_ASSIGN_OR_RETURN(const Question question, ToQuestion(call));
  const SubjectResult read = ReadSubject(
      subject, call.input == Encoding::kJson ? Format::kJson : Format::kBinary, "subject",
      call.kind == SubjectKind::kChange ? v1::SUBJECT_KIND_CHANGE : v1::SUBJECT_KIND_RELEASE);
  if (!read.subject.has_value()) return InvalidArgument(ToText(read.issues));
  CP_ASSIGN_OR_RETURN(
      const v1::Decision decision,
      std::visit([&](const auto& message) { return engine_.Decide(message, question); },
                 *read.subject));
  if (call.output == Encoding::kBinary) return NormativeBytes(decision);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(decision, &json, options).ok()) {
    return Internal("the decision cannot be written as JSON");
  }
  return json;
}

absl::StatusOr<std::string> DigestOfDecision(std::string_view bytes) {
  v1::Decision decision;
  if (bytes.size() > INT32_MAX ||
      !decision.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return InvalidArgument("the bytes are no serialized changepolicy.v1.Decision");
  }
  return DecisionDigest(decision);
}

}  // namespace changepolicy::bindings
