// Columns of subjects, by Apache Arrow's C data interface.
#include "bindings/arrow/decide_column.h"
#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"

namespace changepolicy::c {

namespace {

absl::StatusOr<bindings::ColumnQuestion> ReadColumnQuestion(
    Call& call, changepolicy_kind kind, changepolicy_encoding input,
    const changepolicy_question& given, bool each_row_has_its_instant,
    const changepolicy_batch_options& options) {
  bindings::ColumnQuestion question{.json = input == CHANGEPOLICY_JSON, .threads = options.threads};
  CP_ASSIGN_OR_RETURN(question.kind, ReadKind(call, kind));
  CP_RETURN_IF_ERROR(CheckEncoding(call, input, "input"));
  changepolicy_question asked = given;
  // It is not looked at then.
  if (each_row_has_its_instant) {
    asked.now = "1970-01-01";
    asked.now_seconds = asked.now_nanos = asked.now_is_number = 0;
  }
  CP_ASSIGN_OR_RETURN(question.question, ReadQuestion(call, asked));
  return question;
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::bindings::ArrowColumn;
using changepolicy::c::Call;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_decide_arrow(
    const changepolicy_engine* engine, changepolicy_kind kind, changepolicy_encoding input,
    const struct ArrowSchema* subjects_schema, const struct ArrowArray* subjects,
    const struct ArrowSchema* now_schema, const struct ArrowArray* now,
    const changepolicy_question* question, const changepolicy_batch_options* options,
    struct ArrowSchema* answer_schema, struct ArrowArray* answer, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, engine, "engine"));
    CP_RETURN_IF_ERROR(NotNull(call, subjects_schema, "subjects_schema"));
    CP_RETURN_IF_ERROR(NotNull(call, subjects, "subjects"));
    CP_RETURN_IF_ERROR(NotNull(call, answer_schema, "answer_schema"));
    CP_RETURN_IF_ERROR(NotNull(call, answer, "answer"));
    if ((now_schema == nullptr) != (now == nullptr)) {
      return call.Wrong("now", "give `now` with its schema, or neither of the two");
    }
    CP_ASSIGN_OR_RETURN(const changepolicy_batch_options limits, ReadBatchOptions(call, options));
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(
        const changepolicy::bindings::ColumnQuestion asked,
        changepolicy::c::ReadColumnQuestion(call, kind, input, given, now != nullptr, limits));
    const ArrowColumn instants{now_schema, now};
    return DecideColumn(engine->engine, asked, {subjects_schema, subjects},
                        now == nullptr ? nullptr : &instants, answer_schema, answer);
  });
}

changepolicy_status changepolicy_arrow_schema(struct ArrowSchema* schema,
                                              changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, schema, "schema"));
    return changepolicy::bindings::DecisionColumnsSchema(schema);
  });
}

}  // extern "C"
