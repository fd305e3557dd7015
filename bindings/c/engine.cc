// Questions about one subject.
#include <utility>
#include <variant>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy::c {

absl::StatusOr<Organization> OrganizationOrNobody(Call& call,
                                                  const changepolicy_organization* organization) {
  if (organization != nullptr) {
    CP_RETURN_IF_ERROR(CheckHandle(call, organization, "organization"));
    return organization->organization;
  }
  OrganizationResult result = Organization::Create({});
  if (!result.organization.has_value()) return Internal(ToText(result.issues));
  return *std::move(result.organization);
}

namespace {

// Any of the questions of Engine: `ask` is given the change or the release.
template <typename Ask>
changepolicy_status AskOne(const changepolicy_engine* engine, const changepolicy_subject* subject,
                           const changepolicy_question* question, changepolicy_encoding output,
                           changepolicy_bytes** answer, changepolicy_error** error, Ask ask) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const Question asked, ReadQuestion(call, given));
    CP_ASSIGN_OR_RETURN(const Subject read, ReadSubject(call, subject));
    return std::visit(
        [&](const auto& message) {
          return Give(ask(engine->engine, message, asked), output, answer);
        },
        read);
  });
}

absl::StatusOr<ChecklistQuestion> ReadChecklistQuestion(Call& call, changepolicy_kind kind,
                                                        const changepolicy_question& given) {
  ChecklistQuestion question;
  CP_ASSIGN_OR_RETURN(question.role, ReadOptionalText(call, given.role, "question.role"));
  CP_ASSIGN_OR_RETURN(question.transition, ReadTransition(call, given.transition));
  if (kind != 0) {
    CP_ASSIGN_OR_RETURN(question.kind, ReadKind(call, kind));
  }
  return question;
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::Engine;
using changepolicy::Question;
using changepolicy::c::Answer;
using changepolicy::c::AskOne;
using changepolicy::c::Call;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_engine_create(const changepolicy_policy* policy,
                                               const changepolicy_organization* organization,
                                               changepolicy_engine** engine,
                                               changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, policy, "policy"));
    CP_RETURN_IF_ERROR(NotNull(call, engine, "engine"));
    CP_ASSIGN_OR_RETURN(changepolicy::Organization joined,
                        OrganizationOrNobody(call, organization));
    *engine =
        changepolicy::c::MakeHandle<changepolicy_engine>(Engine(policy->policy, std::move(joined)));
    return absl::OkStatus();
  });
}

void changepolicy_engine_free(changepolicy_engine* engine) { FreeHandle(engine); }

changepolicy_status changepolicy_decide(const changepolicy_engine* engine,
                                        const changepolicy_subject* subject,
                                        const changepolicy_question* question,
                                        changepolicy_encoding output, changepolicy_bytes** answer,
                                        changepolicy_error** error) {
  return AskOne(engine, subject, question, output, answer, error,
                [](const Engine& asked, const auto& message, const Question& about) {
                  return asked.Decide(message, about);
                });
}

changepolicy_status changepolicy_categorize(const changepolicy_engine* engine,
                                            const changepolicy_subject* subject,
                                            const changepolicy_question* question,
                                            changepolicy_encoding output,
                                            changepolicy_bytes** answer,
                                            changepolicy_error** error) {
  return AskOne(engine, subject, question, output, answer, error,
                [](const Engine& asked, const auto& message, const Question& about) {
                  return asked.Categorize(message, about);
                });
}

changepolicy_status changepolicy_required_approvals(const changepolicy_engine* engine,
                                                    const changepolicy_subject* subject,
                                                    const changepolicy_question* question,
                                                    changepolicy_encoding output,
                                                    changepolicy_bytes** answer,
                                                    changepolicy_error** error) {
  return AskOne(engine, subject, question, output, answer, error,
                [](const Engine& asked, const auto& message, const Question& about) {
                  return asked.RequiredApprovals(message, about);
                });
}

changepolicy_status changepolicy_check_readiness(const changepolicy_engine* engine,
                                                 const changepolicy_subject* subject,
                                                 const changepolicy_question* question,
                                                 changepolicy_encoding output,
                                                 changepolicy_bytes** answer,
                                                 changepolicy_error** error) {
  return AskOne(engine, subject, question, output, answer, error,
                [](const Engine& asked, const auto& message, const Question& about) {
                  return asked.CheckReadiness(message, about);
                });
}

changepolicy_status changepolicy_evaluate_transition(const changepolicy_engine* engine,
                                                     const changepolicy_subject* subject,
                                                     const changepolicy_question* question,
                                                     changepolicy_encoding output,
                                                     changepolicy_bytes** answer,
                                                     changepolicy_error** error) {
  return AskOne(engine, subject, question, output, answer, error,
                [](const Engine& asked, const auto& message, const Question& about) {
                  return asked.EvaluateTransition(message, about);
                });
}

changepolicy_status changepolicy_lint_documents(const changepolicy_engine* engine,
                                                const changepolicy_subject* subject,
                                                const changepolicy_question* question,
                                                changepolicy_encoding output,
                                                changepolicy_bytes** answer,
                                                changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const Question asked, ReadQuestion(call, given));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subject read, ReadSubject(call, subject));
    const auto* const change = std::get_if<changepolicy::v1::ChangeRequest>(&read);
    if (change == nullptr) {
      return call.Wrong("subject.kind", "only changes have documents; give a change");
    }
    return Give(engine->engine.LintDocuments(*change, asked), output, answer);
  });
}

changepolicy_status changepolicy_checklist(
    const changepolicy_engine* engine, changepolicy_kind kind, const changepolicy_subject* subject,
    const changepolicy_question* question, changepolicy_encoding output,
    changepolicy_bytes** answer, changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(changepolicy::ChecklistQuestion asked,
                        changepolicy::c::ReadChecklistQuestion(call, kind, given));
    if (subject == nullptr) {
      return Give(MakeChecklist(engine->engine.policy(), asked), output, answer);
    }
    CP_ASSIGN_OR_RETURN(asked.now, ReadNow(call, given.now, "question.now"));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subject read, ReadSubject(call, subject));
    return std::visit(
        [&](const auto& message) {
          return Give(MakeChecklist(engine->engine, message, asked), output, answer);
        },
        read);
  });
}

changepolicy_status changepolicy_decision_verdict(const changepolicy_message* decision,
                                                  changepolicy_verdict* verdict,
                                                  changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, verdict, "verdict"));
    changepolicy::v1::Decision read;
    CP_RETURN_IF_ERROR(ReadMessage(call, decision, "decision", &read));
    *verdict = static_cast<changepolicy_verdict>(read.verdict());
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_decision_digest(const changepolicy_message* decision,
                                                 changepolicy_bytes** digest,
                                                 changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, digest, "digest"));
    changepolicy::v1::Decision read;
    CP_RETURN_IF_ERROR(ReadMessage(call, decision, "decision", &read));
    Give(changepolicy::DecisionDigest(read), digest);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_decision_text(const changepolicy_policy* policy,
                                               const changepolicy_message* decision,
                                               int32_t verbose, changepolicy_bytes** text,
                                               changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, policy, "policy"));
    CP_RETURN_IF_ERROR(NotNull(call, text, "text"));
    changepolicy::v1::Decision read;
    CP_RETURN_IF_ERROR(ReadMessage(call, decision, "decision", &read));
    Give(DecisionText(read, policy->policy, {.color = false, .verbose = verbose != 0}), text);
    return absl::OkStatus();
  });
}

}  // extern "C"
