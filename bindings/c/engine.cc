// Questions about one subject.
#include <optional>
#include <utility>
#include <variant>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/projection.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

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

// Serialized messages are asked about as they stand, which is quickest. What that refuses is read
// as a message, which says what is wrong with it.
absl::StatusOr<std::string> AnswerBytes(Call& call, const Engine& engine, Engine::Ask ask,
                                        const changepolicy_subject* subject,
                                        const Question& question) {
  CP_ASSIGN_OR_RETURN(const v1::SubjectKind kind, CheckSubject(call, subject));
  if (subject->encoding == CHANGEPOLICY_BINARY && subject->size <= ReadOptions().max_bytes) {
    absl::StatusOr<std::string> answer =
        engine.AnswerBytes(ask, kind, {subject->data, subject->size}, question);
    if (answer.ok()) return answer;
  }
  return AnswerRead(call, engine, ask, subject, question);
}

absl::StatusOr<std::string> AnswerRead(Call& call, const Engine& engine, Engine::Ask ask,
                                       const changepolicy_subject* subject,
                                       const Question& question) {
  CP_ASSIGN_OR_RETURN(const v1::SubjectKind kind, CheckSubject(call, subject));
  CP_ASSIGN_OR_RETURN(const Subject read, ReadSubject(call, subject));
  return std::visit(
      [&](const auto& message) {
        return engine.AnswerBytes(ask, kind, message.SerializeAsString(), question);
      },
      read);
}

namespace {

// What an engine is asked where every argument is as it has to be and the subject is serialized, as
// in nearly every call.
struct PlainQuestion {
  v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED;
  std::string_view subject;
  Question question;
};

// Nothing where there is anything to complain about, or more to do: that is left to those who do it
// with care, and who take longer than these looks.
std::optional<PlainQuestion> FindPlainQuestion(const changepolicy_subject* subject,
                                               const changepolicy_question* question) {
  if (subject == nullptr || subject->encoding != CHANGEPOLICY_BINARY ||
      (subject->kind != CHANGEPOLICY_CHANGE && subject->kind != CHANGEPOLICY_RELEASE) ||
      subject->data == nullptr || subject->size > ReadOptions().max_bytes) {
    return std::nullopt;
  }
  if (question == nullptr || question->struct_size != sizeof *question ||
      question->now == nullptr || question->detail < 0 ||
      question->detail > CHANGEPOLICY_DETAIL_RULES) {
    return std::nullopt;
  }
  const std::optional<absl::Time> now = ReadInstant(question->now);
  const std::optional<v1::Transition> transition = FindTransition(question->transition);
  if (!now.has_value() || !transition.has_value()) return std::nullopt;
  const v1::Detail detail =
      question->detail == 0 ? v1::DETAIL_REASONS : static_cast<v1::Detail>(question->detail);
  return PlainQuestion{.kind = subject->kind == CHANGEPOLICY_CHANGE ? v1::SUBJECT_KIND_CHANGE
                                                                    : v1::SUBJECT_KIND_RELEASE,
                       .subject = {subject->data, subject->size},
                       .question = {.now = *now,
                                    .transition = *transition,
                                    .detail = detail,
                                    .subject_digest = question->subject_digest != 0}};
}

template <typename Message>
changepolicy_status AskOne(Engine::Ask ask, const changepolicy_engine* engine,
                           const changepolicy_subject* subject,
                           const changepolicy_question* question, changepolicy_encoding output,
                           changepolicy_bytes** answer, changepolicy_error** error) {
  bool was_asked = false;
  if (output == CHANGEPOLICY_BINARY && answer != nullptr && IsAlive(engine)) {
    try {
      if (const auto plain = FindPlainQuestion(subject, question); plain.has_value()) {
        absl::StatusOr<std::string> bytes =
            engine->engine.AnswerBytes(ask, plain->kind, plain->subject, plain->question);
        was_asked = true;
        if (bytes.ok()) {
          Give(*std::move(bytes), answer);
          return CHANGEPOLICY_OK;
        }
      }
    } catch (...) {
      // It is met again below, and told.
    }
  }
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const Question asked, ReadQuestion(call, given));
    CP_ASSIGN_OR_RETURN(std::string bytes,
                        was_asked
                            ? AnswerRead(call, engine->engine, ask, subject, asked)
                            : AnswerIn<Message>(call, output, engine->engine, ask, subject, asked));
    Give(std::move(bytes), answer);
    return absl::OkStatus();
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

// The verdict alone, of serialized bytes: the rest is checked and not kept. Nothing where they are
// no Decision, or no bytes at all.
std::optional<changepolicy_verdict> FindVerdict(const changepolicy_message* decision) {
  static const flat::Projection& only_verdict = *[] {
    const std::string paths[] = {"verdict"};
    return new flat::Projection(flat::Projection::Make(flat::Decision::table(), paths).value());
  }();
  if (decision == nullptr || decision->encoding != CHANGEPOLICY_BINARY ||
      decision->data == nullptr || decision->size > ReadOptions().max_bytes) {
    return std::nullopt;
  }
  flat::Arena arena;
  flat::ParseResult result;
  flat::Decision read{};
  if (!flat::Parse({decision->data, decision->size}, only_verdict.table(), &read, &arena,
                   &result)) {
    return std::nullopt;
  }
  return static_cast<changepolicy_verdict>(read.verdict());
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
  return AskOne<changepolicy::v1::Decision>(Engine::Ask::kDecide, engine, subject, question, output,
                                            answer, error);
}

changepolicy_status changepolicy_categorize(const changepolicy_engine* engine,
                                            const changepolicy_subject* subject,
                                            const changepolicy_question* question,
                                            changepolicy_encoding output,
                                            changepolicy_bytes** answer,
                                            changepolicy_error** error) {
  return AskOne<changepolicy::v1::CategorizeAnswer>(Engine::Ask::kCategorize, engine, subject,
                                                    question, output, answer, error);
}

changepolicy_status changepolicy_required_approvals(const changepolicy_engine* engine,
                                                    const changepolicy_subject* subject,
                                                    const changepolicy_question* question,
                                                    changepolicy_encoding output,
                                                    changepolicy_bytes** answer,
                                                    changepolicy_error** error) {
  return AskOne<changepolicy::v1::ApprovalsAnswer>(Engine::Ask::kRequiredApprovals, engine, subject,
                                                   question, output, answer, error);
}

changepolicy_status changepolicy_check_readiness(const changepolicy_engine* engine,
                                                 const changepolicy_subject* subject,
                                                 const changepolicy_question* question,
                                                 changepolicy_encoding output,
                                                 changepolicy_bytes** answer,
                                                 changepolicy_error** error) {
  return AskOne<changepolicy::v1::ReadinessAnswer>(Engine::Ask::kCheckReadiness, engine, subject,
                                                   question, output, answer, error);
}

changepolicy_status changepolicy_evaluate_transition(const changepolicy_engine* engine,
                                                     const changepolicy_subject* subject,
                                                     const changepolicy_question* question,
                                                     changepolicy_encoding output,
                                                     changepolicy_bytes** answer,
                                                     changepolicy_error** error) {
  return AskOne<changepolicy::v1::TransitionAnswer>(Engine::Ask::kEvaluateTransition, engine,
                                                    subject, question, output, answer, error);
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
    if (const auto found = changepolicy::c::FindVerdict(decision); found.has_value()) {
      *verdict = *found;
      return absl::OkStatus();
    }
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
