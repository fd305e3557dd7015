// Many subjects in one call.
#include <algorithm>
#include <utility>
#include <vector>

#include "bindings/arrow/blocks.h"
#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/plain_question.h"
#include "bindings/c/questions.h"

namespace changepolicy::c {

namespace {

// Rows that a thread takes at a time: enough that taking costs nothing, few enough that threads end
// together.
constexpr size_t kBlock = 32;

// Whether the row has its decision; where not, nothing is said about why.
bool DecidePlainRow(const Engine& engine, const changepolicy_subject& subject,
                    const Question& question, changepolicy_batch::Row* row) {
  if (!IsPlain(subject)) return false;
  try {
    return engine
        .AnswerBytes(Engine::Ask::kDecide, KindOf(subject), {subject.data, subject.size}, question,
                     &row->decision)
        .ok();
  } catch (...) {
    // It is met again, and told.
    row->decision.clear();
    return false;
  }
}

changepolicy_batch::Row DecideRow(const Engine& engine, const changepolicy_subject& subject,
                                  const Question& question, changepolicy_encoding output) {
  changepolicy_batch::Row row;
  if (output == CHANGEPOLICY_BINARY && DecidePlainRow(engine, subject, question, &row)) return row;
  changepolicy_error* error = nullptr;
  const changepolicy_status status = Run(&error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(
        row.decision,
        AnswerIn<v1::Decision>(call, output, engine, Engine::Ask::kDecide, &subject, question));
    return absl::OkStatus();
  });
  // No decision without an error, even where there was no memory for the error itself.
  if (status != CHANGEPOLICY_OK && error == nullptr) {
    error = Call().MakeError(absl::Status(static_cast<absl::StatusCode>(status), "out of memory"));
  }
  row.error.reset(error);
  return row;
}

}  // namespace

absl::StatusOr<changepolicy_batch_options> ReadBatchOptions(
    Call& call, const changepolicy_batch_options* options) {
  CP_ASSIGN_OR_RETURN(const changepolicy_batch_options read,
                      ReadOptionalStruct(call, options, "options"));
  if (read.threads < 0) {
    return call.Wrong("options.threads", "`options.threads` is negative; give 0 for all");
  }
  return read;
}

}  // namespace changepolicy::c

using changepolicy::c::Call;
using changepolicy::c::FreeHandle;
using changepolicy::c::IsAlive;

extern "C" {

changepolicy_status changepolicy_decide_many(
    const changepolicy_engine* engine, const changepolicy_subject* subjects, size_t count,
    const changepolicy_question* question, const changepolicy_batch_options* options,
    changepolicy_encoding output, changepolicy_batch** batch, changepolicy_error** error) {
  return changepolicy::c::Answer(engine, output, batch, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_batch_options limits, ReadBatchOptions(call, options));
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const changepolicy::Question asked, ReadQuestion(call, given));
    CP_RETURN_IF_ERROR(CheckArray(call, subjects, count, "subjects"));
    std::vector<changepolicy_batch::Row> rows(count);
    CP_RETURN_IF_ERROR(changepolicy::bindings::ForEachBlock(
        static_cast<int64_t>((count + changepolicy::c::kBlock - 1) / changepolicy::c::kBlock),
        limits.threads, [&](int64_t block) -> absl::Status {
          const size_t first = static_cast<size_t>(block) * changepolicy::c::kBlock;
          for (size_t i = first; i < std::min(first + changepolicy::c::kBlock, count); ++i) {
            rows[i] = changepolicy::c::DecideRow(engine->engine, subjects[i], asked, output);
          }
          return absl::OkStatus();
        }));
    *batch = changepolicy::c::MakeHandle<changepolicy_batch>(std::move(rows));
    return absl::OkStatus();
  });
}

size_t changepolicy_batch_size(const changepolicy_batch* batch) {
  return IsAlive(batch) ? batch->rows.size() : 0;
}

changepolicy_view changepolicy_batch_decision(const changepolicy_batch* batch, size_t index) {
  if (!IsAlive(batch) || index >= batch->rows.size()) return {"", 0};
  const std::string& decision = batch->rows[index].decision;
  return {decision.data(), decision.size()};
}

const changepolicy_error* changepolicy_batch_error(const changepolicy_batch* batch, size_t index) {
  if (!IsAlive(batch) || index >= batch->rows.size()) return nullptr;
  return batch->rows[index].error.get();
}

void changepolicy_batch_free(changepolicy_batch* batch) { FreeHandle(batch); }

}  // extern "C"
