// What a row of a column costs, against a loop over the same bytes that parses, decides and
// serializes: the built-in policy over the changes of examples/saas, each row with an id of its own
// and other approvals and evidence left out. `rows` per second is the figure to compare.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "benchmark/benchmark.h"
#include "bindings/arrow/decide_column.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::bindings {
namespace {

constexpr int kRows = 1000;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

std::string Read(const std::string& name) {
  std::ifstream file(StrCat(CHANGEPOLICY_SOURCE_DIR, "/examples/saas/", name));
  if (!file) Stop(StrCat("cannot read ", name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Engine& SaasEngine() {
  static const Engine& engine = []() -> const Engine& {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationFiles files;
    const Issues issues = files.Add(Read("organization.yaml"), Format::kYaml, "organization.yaml");
    OrganizationResult organization = Organization::Create(files.organization());
    if (!policy.policy.has_value() || HasErrors(issues) || !organization.organization.has_value()) {
      Stop("the example does not load");
    }
    return *new Engine(*std::move(policy.policy), *std::move(organization.organization));
  }();
  return engine;
}

v1::ChangeRequest Change(const std::string& name) {
  const SubjectResult read = ReadSubject(Read(name), Format::kYaml, name, v1::SUBJECT_KIND_CHANGE);
  if (!read.subject.has_value()) Stop(ToText(read.issues));
  return std::get<v1::ChangeRequest>(*read.subject);
}

template <typename List>
void LeaveOut(int n, List* list) {
  if (!list->empty()) list->DeleteSubrange(n % list->size(), 1);
}

const std::vector<v1::ChangeRequest>& Changes() {
  static const auto& changes = []() -> const std::vector<v1::ChangeRequest>& {
    const v1::ChangeRequest examples[] = {Change("standard-patch.yaml"),
                                          Change("schema-migration.yaml"),
                                          Change("emergency-fix.yaml")};
    auto& made = *new std::vector<v1::ChangeRequest>();
    for (int n = 0; n < kRows; ++n) {
      v1::ChangeRequest change = examples[n % 3];
      change.set_id(StrCat("CHG-", n));
      if (n % 2 == 1) LeaveOut(n, change.mutable_approvals());
      if (n % 5 == 1) LeaveOut(n, change.mutable_evidence());
      made.push_back(std::move(change));
    }
    return made;
  }();
  return changes;
}

// A column of binary, as another library would hand it over.
class Column {
 public:
  Column() {
    for (const v1::ChangeRequest& change : Changes()) {
      bytes_ += change.SerializeAsString();
      offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    }
    buffers_ = {nullptr, offsets_.data(), bytes_.data()};
    schema_.format = "z";
    schema_.release = [](ArrowSchema*) {};
    array_.length = kRows;
    array_.n_buffers = 3;
    array_.buffers = buffers_.data();
    array_.release = [](ArrowArray*) {};
  }

  ArrowColumn column() const { return {&schema_, &array_}; }
  std::string_view operator[](int row) const {
    return std::string_view(bytes_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }

 private:
  std::vector<int32_t> offsets_ = {0};
  std::string bytes_;
  std::vector<const void*> buffers_;
  ArrowSchema schema_ = {};
  ArrowArray array_ = {};
};

const Column& TheColumn() {
  static const Column& column = *new Column();
  return column;
}

Question Tuesday() { return {.now = *ReadInstant("2025-10-14T14:40:00Z")}; }

void CountRows(benchmark::State& state) {
  state.counters["rows"] = benchmark::Counter(static_cast<double>(state.iterations() * kRows),
                                              benchmark::Counter::kIsRate);
}

// Only the decisions: the least that any way of asking costs.
void DecideParsed(benchmark::State& state) {
  for (auto _ : state) {
    for (const v1::ChangeRequest& change : Changes()) {
      const absl::StatusOr<v1::Decision> decision = SaasEngine().Decide(change, Tuesday());
      if (!decision.ok()) state.SkipWithError("no answer");
      benchmark::DoNotOptimize(decision);
    }
  }
  CountRows(state);
}
BENCHMARK(DecideParsed)->Unit(benchmark::kMillisecond)->UseRealTime();

// One call a row, from bytes to bytes.
void DecideBytes(benchmark::State& state) {
  for (auto _ : state) {
    for (int row = 0; row < kRows; ++row) {
      v1::ChangeRequest change;
      const std::string_view bytes = TheColumn()[row];
      if (!change.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        state.SkipWithError("no change");
      }
      const absl::StatusOr<v1::Decision> decision = SaasEngine().Decide(change, Tuesday());
      if (!decision.ok()) state.SkipWithError("no answer");
      benchmark::DoNotOptimize(NormativeBytes(*decision));
    }
  }
  CountRows(state);
}
BENCHMARK(DecideBytes)->Unit(benchmark::kMillisecond)->UseRealTime();

// All rows in one call.
void DecideArrow(benchmark::State& state) {
  const ColumnQuestion question = {.question = Tuesday(),
                                   .kind = v1::SUBJECT_KIND_CHANGE,
                                   .threads = static_cast<int>(state.range(0))};
  for (auto _ : state) {
    ArrowSchema schema;
    ArrowArray array;
    if (!DecideColumn(SaasEngine(), question, TheColumn().column(), nullptr, &schema, &array)
             .ok()) {
      state.SkipWithError("no answer");
      break;
    }
    const ArrowArray& errors = *array.children[array.n_children - 1];
    if (errors.null_count != kRows) state.SkipWithError("a row without an answer");
    schema.release(&schema);
    array.release(&array);
  }
  CountRows(state);
}
BENCHMARK(DecideArrow)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace changepolicy::bindings
