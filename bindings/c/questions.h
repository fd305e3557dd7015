// What functions that ask an engine have in common.
#ifndef BINDINGS_C_QUESTIONS_H_
#define BINDINGS_C_QUESTIONS_H_

#include <string>
#include <utility>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"

namespace changepolicy::c {

// The organization, or one of nobody for NULL.
absl::StatusOr<Organization> OrganizationOrNobody(Call& call,
                                                  const changepolicy_organization* organization);

absl::StatusOr<changepolicy_batch_options> ReadBatchOptions(
    Call& call, const changepolicy_batch_options* options);

// One of the questions of Engine about one subject: the serialized answer. The second reads the
// subject as a message, which is slower and says what is wrong with it.
absl::StatusOr<std::string> AnswerBytes(Call& call, const Engine& engine, Engine::Ask ask,
                                        const changepolicy_subject* subject,
                                        const Question& question);
absl::StatusOr<std::string> AnswerRead(Call& call, const Engine& engine, Engine::Ask ask,
                                       const changepolicy_subject* subject,
                                       const Question& question);

// The same in the encoding; `Message` is what the question is answered with.
template <typename Message>
absl::StatusOr<std::string> AnswerIn(Call& call, changepolicy_encoding output, const Engine& engine,
                                     Engine::Ask ask, const changepolicy_subject* subject,
                                     const Question& question) {
  CP_ASSIGN_OR_RETURN(std::string answer, AnswerBytes(call, engine, ask, subject, question));
  if (output == CHANGEPOLICY_BINARY) return answer;
  Message message;
  if (!message.ParseFromString(answer)) return Internal("the answer cannot be read back");
  return WriteMessage(message, output);
}

// Runs the body once engine, encoding and out parameter are known to be right.
template <typename Out, typename Body>
changepolicy_status Answer(const changepolicy_engine* engine, changepolicy_encoding output,
                           Out** answer, changepolicy_error** error, Body body) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, engine, "engine"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, answer, "answer"));
    return body(call);
  });
}

}  // namespace changepolicy::c

#endif  // BINDINGS_C_QUESTIONS_H_
