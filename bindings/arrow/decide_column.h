// Many decisions in one call: a column of subjects in, typed columns out, both by Apache Arrow's C
// data interface (abi.h), so that pyarrow, Spark, DuckDB, polars and others can be on the other
// side. docs/batch.md describes it for users.
#ifndef BINDINGS_ARROW_DECIDE_COLUMN_H_
#define BINDINGS_ARROW_DECIDE_COLUMN_H_

#include <cstdint>

#include "absl/status/status.h"
#include "bindings/arrow/abi.h"
#include "bindings/arrow/input.h"
#include "bindings/arrow/output.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/engine.h"

namespace changepolicy::bindings {

struct ColumnQuestion {
  // Asked of each row. `question.now` is not looked at where a column of instants is given.
  Question question;
  // What the rows are; required.
  v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED;
  // Rows are JSON, read as JSON files are, from a column of text or of bytes. Otherwise they are
  // serialized messages, from a column of bytes.
  bool json = false;
  // How many rows are decided at a time; 0: as many as the machine has processors. The answer is
  // the same for any number. Where fewer threads can be started, fewer are used.
  int threads = 0;
  // Bounds the answer: of no column will there be more bytes than that. 2^31-1 is the most that
  // Arrow's 32-bit offsets allow.
  int64_t max_column_bytes = kMostInColumn;
};

// Decides each row of `subjects`. With `now`, of as many rows, each is decided as of its own
// instant. Gives back a struct array with one row for each, in order; its columns are those of
// DecisionColumnsSchema().
//
// A row that is null, cannot be read or cannot be asked about has its `error` set and no verdict,
// and leaves the other rows alone. The whole call fails, and `out_schema` and `out` are left as
// they were, with
//   INVALID_ARGUMENT     for columns that are not of a type that is read or contradict themselves,
//                        and for a question that is wrong for every row;
//   RESOURCE_EXHAUSTED   where a column of the answer would have more than `max_column_bytes` (give
//                        fewer rows at a time), or memory runs out.
//
// The columns that come in are borrowed, and are not released. Those that go out belong to the
// caller, who releases both. Takes the time of the decisions, spread over the threads, and memory
// for about two answers; the bytes that come in are not copied. Nothing is thrown. Thread-safe.
absl::Status DecideColumn(const Engine& engine, const ColumnQuestion& question,
                          const ArrowColumn& subjects, const ArrowColumn* now,
                          ArrowSchema* out_schema, ArrowArray* out);

// The type of every answer, whatever the question; the caller releases it. As above, out of memory
// is RESOURCE_EXHAUSTED.
absl::Status DecisionColumnsSchema(ArrowSchema* out);

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_DECIDE_COLUMN_H_
