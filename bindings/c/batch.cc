// Many subjects in one call.
#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"

namespace changepolicy::c {

namespace {

// Rows that a thread takes at a time: enough that taking costs nothing, few enough that threads end
// together.
constexpr size_t kChunk = 32;

changepolicy_batch::Row DecideRow(const Engine& engine, const changepolicy_subject& subject,
                                  const Question& question, changepolicy_encoding output) {
  changepolicy_batch::Row row;
  changepolicy_error* error = nullptr;
  const changepolicy_status status = Run(&error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const Subject read, ReadSubject(call, &subject));
    CP_ASSIGN_OR_RETURN(
        const v1::Decision decision,
        std::visit([&](const auto& message) { return engine.Decide(message, question); }, read));
    CP_ASSIGN_OR_RETURN(row.decision, WriteMessage(decision, output));
    return absl::OkStatus();
  });
  // No decision without an error, even where there was no memory for the error itself.
  if (status != CHANGEPOLICY_OK && error == nullptr) {
    error = Call().MakeError(absl::Status(static_cast<absl::StatusCode>(status), "out of memory"));
  }
  row.error.reset(error);
  return row;
}

size_t ThreadsFor(int32_t asked, size_t count) {
  const size_t threads =
      asked > 0 ? static_cast<size_t>(asked) : std::max(std::thread::hardware_concurrency(), 1u);
  return std::clamp<size_t>((count + kChunk - 1) / kChunk, 1, threads);
}

// The calling thread is one of them.
template <typename Work>
void OnThreads(size_t threads, Work work) {
  std::vector<std::thread> others;
  others.reserve(threads - 1);
  for (size_t i = 1; i < threads; ++i) {
    try {
      others.emplace_back(work);
    } catch (const std::system_error&) {
      break;  // the machine gives no more: the others do it
    }
  }
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace

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
    CP_ASSIGN_OR_RETURN(const changepolicy_batch_options limits,
                        ReadOptionalStruct(call, options, "options"));
    if (limits.threads < 0) {
      return call.Wrong("options.threads", "`options.threads` is negative; give 0 for all");
    }
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const changepolicy::Question asked, ReadQuestion(call, given));
    CP_RETURN_IF_ERROR(CheckArray(call, subjects, count, "subjects"));
    std::vector<changepolicy_batch::Row> rows(count);
    std::atomic<size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto work = [&]() noexcept {
      try {
        for (size_t first; (first = next.fetch_add(changepolicy::c::kChunk)) < count;) {
          const size_t end = std::min(first + changepolicy::c::kChunk, count);
          for (size_t i = first; i < end; ++i) {
            rows[i] = changepolicy::c::DecideRow(engine->engine, subjects[i], asked, output);
          }
        }
      } catch (...) {
        failed = true;
      }
    };
    changepolicy::c::OnThreads(changepolicy::c::ThreadsFor(limits.threads, count), work);
    if (failed) return changepolicy::Internal("out of memory");
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
