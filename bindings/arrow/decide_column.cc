#include "bindings/arrow/decide_column.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/arrow/blocks.h"
#include "bindings/arrow/decision_columns.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::bindings {
namespace {

// Few enough that a thousand rows keep eight threads busy, and enough that joining costs nothing.
constexpr int64_t kBlockRows = 64;
constexpr size_t kMostIssues = 3;

absl::Status CheckQuestion(const ColumnQuestion& question, bool has_now_column) {
  if (question.kind != v1::SUBJECT_KIND_CHANGE && question.kind != v1::SUBJECT_KIND_RELEASE) {
    return InvalidArgument("kind: say whether the rows are changes or releases");
  }
  if (question.threads < 0) {
    return InvalidArgument(StrCat("threads: ", question.threads, " is no number of threads"));
  }
  if (question.max_column_bytes < 0 || question.max_column_bytes > kMostInColumn) {
    return InvalidArgument(StrCat("max_column_bytes: ", question.max_column_bytes,
                                  " is not between 0 and ", kMostInColumn));
  }
  const absl::Time now = question.question.now;
  if (!has_now_column && (now == absl::InfinitePast() || now == absl::InfiniteFuture())) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  if (!v1::Transition_IsValid(question.question.transition)) {
    return InvalidArgument(StrCat("transition: `", static_cast<int>(question.question.transition),
                                  "` is no transition"));
  }
  return absl::OkStatus();
}

// Of protobuf's timestamps: columns of milliseconds and seconds go far beyond.
absl::Time FirstInstant() { return absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone()); }
absl::Time EndOfTime() { return absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone()); }

// What is wrong with a row. The source line, which in a column of JSON is the whole row as a rule,
// is left out, and so are all but the first issues.
std::string ToRowError(Issues issues) {
  std::erase_if(issues, [](const Issue& issue) { return issue.severity != Severity::kError; });
  const size_t count = issues.size();
  if (count > kMostIssues) issues.resize(kMostIssues);
  for (Issue& issue : issues) issue.source_line.clear();
  std::string text = ToText(issues);
  if (count > kMostIssues) StrAppend(&text, "\nand ", count - kMostIssues, " more");
  return text;
}

// One call's work: blocks of rows, each into columns of its own, which are joined in order.
class Batch {
 public:
  Batch(const Engine& engine, const ColumnQuestion& question, const BytesColumn& subjects,
        const InstantColumn* now)
      : engine_(engine), question_(question), subjects_(subjects), now_(now) {}

  absl::Status Decide() {
    blocks_.resize((subjects_.size() + kBlockRows - 1) / kBlockRows);
    return ForEachBlock(static_cast<int64_t>(blocks_.size()), question_.threads,
                        [this](int64_t block) { return DecideBlock(block); });
  }

  // Each block is let go once it is copied, so that its memory can serve again.
  DecisionColumns Join() {
    DecisionColumns::Sizes sizes;
    for (int i = 0; i < DecisionColumns::kColumns; ++i) sizes[i] = totals_[i];
    DecisionColumns all;
    all.Reserve(subjects_.size(), sizes);
    for (std::unique_ptr<DecisionColumns>& block : blocks_) {
      all.Append(*block);
      block.reset();
    }
    return all;
  }

 private:
  // Whether a block or all of them are too large, the error is the same, so that it does not depend
  // on the threads either.
  absl::Status DecideBlock(int64_t block) {
    auto columns = std::make_unique<DecisionColumns>();
    flat::Arena arena;
    const int64_t end = std::min((block + 1) * kBlockRows, subjects_.size());
    for (int64_t row = block * kBlockRows; row < end; ++row) {
      DecideRow(row, &arena, columns.get());
      // Also within a block, before its offsets run over.
      CP_RETURN_IF_ERROR(CheckSizes(columns->sizes()));
    }
    DecisionColumns::Sizes sizes = columns->sizes();
    for (int i = 0; i < DecisionColumns::kColumns; ++i) sizes[i] = totals_[i] += sizes[i];
    CP_RETURN_IF_ERROR(CheckSizes(sizes));
    blocks_[block] = std::move(columns);
    return absl::OkStatus();
  }

  absl::Status CheckSizes(const DecisionColumns::Sizes& sizes) const {
    if (*std::max_element(sizes.begin(), sizes.end()) <= question_.max_column_bytes) {
      return absl::OkStatus();
    }
    return ResourceExhausted(StrCat("a column of the answer would have more than ",
                                    question_.max_column_bytes,
                                    " bytes; give fewer rows at a time"));
  }

  // From bytes to bytes. A row that this refuses is read as messages, which say what is wrong with
  // it, and keep its id.
  void DecideRow(int64_t row, flat::Arena* arena, DecisionColumns* columns) const {
    const std::optional<std::string_view> bytes = subjects_[row];
    if (!bytes.has_value()) return columns->AppendError("", "the row is null");
    const absl::StatusOr<Question> question = QuestionAbout(row);
    if (!question_.json && question.ok() && bytes->size() <= ReadOptions().max_bytes &&
        DecideBytes(*bytes, *question, arena, columns).ok()) {
      return;
    }
    const SubjectResult read = ReadSubject(*bytes, question_.json ? Format::kJson : Format::kBinary,
                                           "subject", question_.kind);
    if (!read.subject.has_value()) return columns->AppendError("", ToRowError(read.issues));
    std::visit(
        [&](const auto& subject) {
          absl::Status status = question.status();
          if (status.ok()) {
            status = DecideBytes(subject.SerializeAsString(), *question, arena, columns);
          }
          if (!status.ok()) columns->AppendError(subject.id(), MessageOf(status));
        },
        *read.subject);
  }

  absl::StatusOr<Question> QuestionAbout(int64_t row) const {
    Question question = question_.question;
    if (now_ == nullptr) return question;
    const std::optional<absl::Time> now = (*now_)[row];
    if (!now.has_value()) return InvalidArgument("now: the row is null");
    if (*now < FirstInstant() || *now >= EndOfTime()) {
      return InvalidArgument("now: the instant is not in the years 1 to 9999");
    }
    question.now = *now;
    return question;
  }

  // Appends nothing on error.
  absl::Status DecideBytes(std::string_view subject, const Question& question, flat::Arena* arena,
                           DecisionColumns* columns) const {
    CP_ASSIGN_OR_RETURN(
        const std::string decision,
        engine_.AnswerBytes(Engine::Ask::kDecide, question_.kind, subject, question));
    return columns->AppendDecision(decision, arena);
  }

  const Engine& engine_;
  const ColumnQuestion& question_;
  const BytesColumn& subjects_;
  const InstantColumn* const now_;
  std::vector<std::unique_ptr<DecisionColumns>> blocks_;
  std::array<std::atomic<int64_t>, DecisionColumns::kColumns> totals_ = {};
};

absl::Status DecideChecked(const Engine& engine, const ColumnQuestion& question,
                           const ArrowColumn& subjects, const ArrowColumn* now,
                           ArrowSchema* out_schema, ArrowArray* out) {
  CP_RETURN_IF_ERROR(CheckQuestion(question, now != nullptr));
  CP_ASSIGN_OR_RETURN(const BytesColumn rows,
                      BytesColumn::Create("subjects", question.json, subjects));
  std::optional<InstantColumn> instants;
  if (now != nullptr) {
    CP_ASSIGN_OR_RETURN(instants, InstantColumn::Create("now", *now));
    if (instants->size() != rows.size()) {
      return InvalidArgument(
          StrCat("now: there are ", instants->size(), " rows, and ", rows.size(), " subjects"));
    }
  }
  Batch batch(engine, question, rows, instants.has_value() ? &*instants : nullptr);
  CP_RETURN_IF_ERROR(batch.Decide());
  const ArrowArray array = batch.Join().Finish();
  *out_schema = DecisionColumns::Schema();
  *out = array;
  return absl::OkStatus();
}

}  // namespace

absl::Status DecideColumn(const Engine& engine, const ColumnQuestion& question,
                          const ArrowColumn& subjects, const ArrowColumn* now,
                          ArrowSchema* out_schema, ArrowArray* out) {
  if (out_schema == nullptr || out == nullptr) {
    return InvalidArgument("the place for the answer is NULL");
  }
  return Guarded([&] { return DecideChecked(engine, question, subjects, now, out_schema, out); });
}

absl::Status DecisionColumnsSchema(ArrowSchema* out) {
  if (out == nullptr) return InvalidArgument("the place for the schema is NULL");
  return Guarded([&] {
    *out = DecisionColumns::Schema();
    return absl::OkStatus();
  });
}

}  // namespace changepolicy::bindings
