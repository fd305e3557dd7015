// Questions about one subject.
#include <optional>
#include <utility>
#include <variant>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/plain_question.h"
#include "bindings/c/questions.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/projection.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/source/read.h"

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

template <typename Message>
changepolicy_status AskOne(Engine::Ask ask, const changepolicy_engine* engine,
                           const changepolicy_subject* subject,
                           const changepolicy_question* question, changepolicy_encoding output,
                           changepolicy_bytes** answer, changepolicy_error** error) {
  bool was_asked = false;
  if (output == CHANGEPOLICY_BINARY && answer != nullptr && IsAlive(engine)) {
    try {
      const bool is_answered = AskPlainly(
          subject, question,
          [&](v1::SubjectKind kind, std::string_view bytes, const Question& plain) {
            was_asked = true;
            absl::StatusOr<std::string> told = engine->engine.AnswerBytes(ask, kind, bytes, plain);
            if (!told.ok()) return false;
            Give(*std::move(told), answer);
            return true;
          });
      if (is_answered) return CHANGEPOLICY_OK;
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

// Whether some of the subject's bytes are memory of the answer's.
bool LiesIn(std::string_view subject, const std::string& answer) {
  const uintptr_t from = reinterpret_cast<uintptr_t>(answer.data());
  const uintptr_t at = reinterpret_cast<uintptr_t>(subject.data());
  return at <= from + answer.capacity() && from < at + subject.size();
}

// Whether there is a Decision in `answer`.
bool DecidePlainlyInto(const changepolicy_engine* engine, const changepolicy_subject* subject,
                       const changepolicy_question* question, changepolicy_bytes* answer) {
  if (!IsAlive(engine) || !IsAlive(answer)) return false;
  try {
    return AskPlainly(subject, question,
                      [&](v1::SubjectKind kind, std::string_view bytes, const Question& plain) {
                        return !LiesIn(bytes, answer->bytes) &&
                               engine->engine
                                   .AnswerBytes(Engine::Ask::kDecide, kind, bytes, plain,
                                                &answer->bytes)
                                   .ok();
                      });
  } catch (...) {
    // It is met again by those who take care, and told.
    return false;
  }
}

// What is wrong is said; `answer` is then empty.
ABSL_ATTRIBUTE_NOINLINE
changepolicy_status DecideIntoWithCare(const changepolicy_engine* engine,
                                       const changepolicy_subject* subject,
                                       const changepolicy_question* question,
                                       changepolicy_encoding output, changepolicy_bytes* answer,
                                       changepolicy_error** error) {
  const changepolicy_status status = Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, engine, "engine"));
    CP_RETURN_IF_ERROR(CheckHandle(call, answer, "answer"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const Question asked, ReadQuestion(call, given));
    CP_RETURN_IF_ERROR(CheckSubject(call, subject).status());
    if (LiesIn({subject->data, subject->size}, answer->bytes)) {
      return call.Wrong("subject", "`subject` lies in the bytes of `answer`; copy it before");
    }
    CP_ASSIGN_OR_RETURN(
        const std::string bytes,
        AnswerIn<v1::Decision>(call, output, engine->engine, Engine::Ask::kDecide, subject, asked));
    answer->bytes.assign(bytes);
    return absl::OkStatus();
  });
  if (status != CHANGEPOLICY_OK && IsAlive(answer)) answer->bytes.clear();
  return status;
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
  thread_local flat::Arena arena;
  arena.Reset();
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

changepolicy_status changepolicy_decide_into(const changepolicy_engine* engine,
                                             const changepolicy_subject* subject,
                                             const changepolicy_question* question,
                                             changepolicy_encoding output,
                                             changepolicy_bytes* answer,
                                             changepolicy_error** error) {
  if (output == CHANGEPOLICY_BINARY &&
      changepolicy::c::DecidePlainlyInto(engine, subject, question, answer)) {
    return CHANGEPOLICY_OK;
  }
  return changepolicy::c::DecideIntoWithCare(engine, subject, question, output, answer, error);
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
    CP_ASSIGN_OR_RETURN(asked.now, ReadNow(call, given));
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
