// Files of changes decided from beginning to end: length-delimited changes in, length-delimited
// Decisions out, as a program would do that has the library linked in. The changes are those of
// benchmarks/corpus, each with an id of its own, under the built-in policy, each as of its own
// instant. Rows per second, and the most memory that the process had meanwhile.
//
//   ReadRows/N        only the bytes of each row, which every other way reads too
//   ParseRows/N       merely parsed by protobuf, on an arena that is used again
//   DecideRows/N/T    decided from bytes to bytes by T threads
//   DecideArrow/N/T   decided as columns, 4,096 rows at a time
//
// Before anything is timed, every way must give the Decisions of Engine::Decide, in order.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "benchmark/benchmark.h"
#include "benchmarks/batch/rows.h"
#include "benchmarks/corpus/corpus.h"
#include "bindings/arrow/decide_column.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy::batch {
namespace {

using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::FileInputStream;
using google::protobuf::io::FileOutputStream;

constexpr size_t kSubjects = 4096;
constexpr int64_t kCheckedRows = 10'000;
// Rows that a thread takes at a time.
constexpr size_t kBlockRows = 256;
// As Python's check_many has it. Answers of more than 32 MiB would be new memory each time.
constexpr size_t kArrowRows = 4096;

[[noreturn]] void Stop(std::string_view why) {
  std::cerr << why << "\n";
  std::exit(1);
}

const corpus::Corpus& TheCorpus() {
  static const corpus::Corpus& corpus = *new corpus::Corpus(corpus::MakeCorpus(kSubjects));
  return corpus;
}

absl::Time InstantOf(int64_t row) {
  return TheCorpus().instants[static_cast<size_t>(row) % kSubjects];
}

const Engine& TheEngine() {
  static const Engine& engine = *[] {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationResult organization = Organization::Create(TheCorpus().organization);
    if (!policy.policy.has_value() || !organization.organization.has_value()) {
      Stop("the corpus does not load");
    }
    return new Engine(*std::move(policy.policy), *std::move(organization.organization));
  }();
  return engine;
}

// Files by the number of their rows, in a folder that goes with the process.
class Files {
 public:
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "changes-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) Stop("there is no folder for files");
    folder_ = pattern;
  }
  ~Files() { std::filesystem::remove_all(folder_); }

  std::string Of(int64_t rows) {
    const std::string path = (folder_ / std::to_string(rows)).string();
    if (!std::filesystem::exists(path)) WriteRows(path, rows, TheCorpus().subjects);
    return path;
  }

 private:
  std::filesystem::path folder_;
};

Files& TheFiles() {
  static Files files;
  return files;
}

class InputFile : public FileInputStream {
 public:
  explicit InputFile(const std::string& path) : FileInputStream(open(path.c_str(), O_RDONLY)) {
    SetCloseOnDelete(true);
  }
};

// Takes blocks of rows from a file, decides them, and writes the Decisions in order; on any number
// of threads.
class Decider {
 public:
  Decider(const std::string& path, const std::string& output)
      : input_(path), output_(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600)) {
    output_.SetCloseOnDelete(true);
  }

  int64_t Run(int threads) {
    std::vector<std::thread> helpers;
    for (int i = 1; i < threads; ++i) helpers.emplace_back([this] { Work(); });
    Work();
    for (std::thread& helper : helpers) helper.join();
    if (!output_.Flush()) Stop("the Decisions cannot be written");
    return rows_;
  }

 private:
  void Work() {
    Block block;
    std::string decisions;
    for (int64_t first = 0; Take(&block, &first);) {
      decisions.clear();
      for (size_t row = 0; row < block.size(); ++row) {
        Append(block[row], InstantOf(first + static_cast<int64_t>(row)), &decisions);
      }
      Write(first, block.size(), decisions);
    }
  }

  bool Take(Block* block, int64_t* first) {
    const std::lock_guard<std::mutex> lock(reading_);
    *first = taken_;
    if (!ReadRows(&input_, kBlockRows, block)) Stop("the file is cut off");
    taken_ += static_cast<int64_t>(block->size());
    return block->size() > 0;
  }

  static void Append(std::string_view change, absl::Time now, std::string* decisions) {
    const absl::StatusOr<std::string> decision = TheEngine().AnswerBytes(
        Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, change, {.now = now});
    if (!decision.ok()) Stop(FromAbsl(decision.status().message()));
    uint8_t length[10];
    const uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(decision->size(), length);
    decisions->append(reinterpret_cast<const char*>(length), static_cast<size_t>(end - length));
    *decisions += *decision;
  }

  void Write(int64_t first, size_t rows, const std::string& decisions) {
    std::unique_lock<std::mutex> lock(writing_);
    written_.wait(lock, [&] { return rows_ == first; });
    CodedOutputStream(&output_).WriteString(decisions);
    rows_ += static_cast<int64_t>(rows);
    written_.notify_all();
  }

  InputFile input_;
  FileOutputStream output_;
  std::mutex reading_;
  int64_t taken_ = 0;
  std::mutex writing_;
  std::condition_variable written_;
  int64_t rows_ = 0;
};

// The same by columns, as another library would hand them over. Each answer is given to `use`.
template <typename Use>
int64_t DecideColumns(const std::string& path, int threads, Use use) {
  InputFile file(path);
  const bindings::ColumnQuestion question = {.kind = v1::SUBJECT_KIND_CHANGE, .threads = threads};
  Block block;
  std::vector<int64_t> seconds;
  int64_t rows = 0;
  while (true) {
    if (!ReadRows(&file, kArrowRows, &block)) Stop("the file is cut off");
    if (block.size() == 0) return rows;
    seconds.clear();
    for (size_t row = 0; row < block.size(); ++row) {
      seconds.push_back(absl::ToUnixSeconds(InstantOf(rows + static_cast<int64_t>(row))));
    }
    ArrowSchema types[2] = {};
    ArrowArray columns[2] = {};
    const void* const subjects[] = {nullptr, block.offsets.data(), block.bytes.data()};
    const void* const instants[] = {nullptr, seconds.data()};
    const auto fill = [&](int i, const char* format, const auto& buffers) {
      types[i].format = format;
      types[i].release = [](ArrowSchema*) {};
      columns[i].length = static_cast<int64_t>(block.size());
      columns[i].n_buffers = std::size(buffers);
      columns[i].buffers = const_cast<const void**>(buffers);
      columns[i].release = [](ArrowArray*) {};
    };
    fill(0, "z", subjects);
    fill(1, "tss:UTC", instants);
    const bindings::ArrowColumn now{&types[1], &columns[1]};
    ArrowSchema schema;
    ArrowArray answer;
    const absl::Status status = bindings::DecideColumn(
        TheEngine(), question, {&types[0], &columns[0]}, &now, &schema, &answer);
    if (!status.ok()) Stop(FromAbsl(status.message()));
    if (answer.children[answer.n_children - 1]->null_count != answer.length) {
      Stop("a row without an answer");
    }
    use(answer);
    schema.release(&schema);
    answer.release(&answer);
    rows += static_cast<int64_t>(block.size());
  }
}

// ---- Results, before timing

std::string WantedDecisions(const std::string& path) {
  InputFile file(path);
  std::string wanted;
  google::protobuf::io::StringOutputStream output(&wanted);
  v1::ChangeRequest change;
  for (int64_t row = 0; row < kCheckedRows; ++row) {
    change.Clear();
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&change, &file, nullptr)) {
      Stop("the file cannot be read back");
    }
    const absl::StatusOr<v1::Decision> decision =
        TheEngine().Decide(change, {.now = InstantOf(row)});
    if (!decision.ok()) Stop(FromAbsl(decision.status().message()));
    CodedOutputStream coded(&output);
    const std::string bytes = NormativeBytes(*decision);
    coded.WriteVarint32(static_cast<uint32_t>(bytes.size()));
    coded.WriteString(bytes);
  }
  return wanted;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void CheckResults() {
  const std::string path = TheFiles().Of(kCheckedRows), output = path + ".decisions";
  const std::string wanted = WantedDecisions(path);
  for (const int threads : {1, 2}) {
    if (Decider(path, output).Run(threads) != kCheckedRows || ReadAll(output) != wanted) {
      Stop(StrCat("other Decisions from ", threads, " threads"));
    }
    std::string columns;
    google::protobuf::io::StringOutputStream stream(&columns);
    DecideColumns(path, threads, [&](const ArrowArray& answer) {
      const ArrowArray& decisions = *answer.children[answer.n_children - 2];
      const auto* const offsets = static_cast<const int32_t*>(decisions.buffers[1]);
      const auto* const bytes = static_cast<const char*>(decisions.buffers[2]);
      CodedOutputStream coded(&stream);
      for (int64_t row = 0; row < answer.length; ++row) {
        const int32_t size = offsets[row + 1] - offsets[row];
        coded.WriteVarint32(static_cast<uint32_t>(size));
        coded.WriteRaw(bytes + offsets[row], size);
      }
    });
    if (columns != wanted) Stop(StrCat("other Decisions in columns from ", threads, " threads"));
  }
}

// ---- Timing

// Of this process, as the kernel counts it since ForgetPeak.
double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

template <typename Run>
void Measure(benchmark::State& state, Run run) {
  const int64_t rows = state.range(0);
  const std::string path = TheFiles().Of(rows);
  ForgetPeak();
  for (auto _ : state) {
    if (run(path) != rows) Stop("rows were lost");
  }
  state.counters["rows"] = benchmark::Counter(static_cast<double>(state.iterations() * rows),
                                              benchmark::Counter::kIsRate);
  state.counters["peak_MB"] = PeakMegabytes();
}

void OnlyRead(benchmark::State& state) {
  Measure(state, [](const std::string& path) {
    InputFile file(path);
    Block block;
    int64_t rows = 0;
    do {
      if (!ReadRows(&file, kBlockRows, &block)) Stop("the file is cut off");
      rows += static_cast<int64_t>(block.size());
    } while (block.size() > 0);
    return rows;
  });
}

void ParseRows(benchmark::State& state) {
  std::vector<char> memory(1 << 18);
  google::protobuf::ArenaOptions options;
  options.initial_block = memory.data();
  options.initial_block_size = memory.size();
  google::protobuf::Arena arena(options);
  Measure(state, [&](const std::string& path) {
    InputFile file(path);
    int64_t rows = 0;
    for (bool at_end = false;; ++rows) {
      arena.Reset();
      auto* const change = google::protobuf::Arena::CreateMessage<v1::ChangeRequest>(&arena);
      if (google::protobuf::util::ParseDelimitedFromZeroCopyStream(change, &file, &at_end))
        continue;
      if (!at_end) Stop("the file cannot be parsed");
      return rows;
    }
  });
}

void DecideRows(benchmark::State& state) {
  Measure(state, [&](const std::string& path) {
    return Decider(path, "/dev/null").Run(static_cast<int>(state.range(1)));
  });
}

void DecideArrow(benchmark::State& state) {
  Measure(state, [&](const std::string& path) {
    return DecideColumns(path, static_cast<int>(state.range(1)),
                         [](const ArrowArray& answer) { benchmark::DoNotOptimize(answer.length); });
  });
}

void Register() {
  // Once through a file is long enough to be timed.
  const auto once = [](benchmark::internal::Benchmark* made) {
    made->Iterations(1)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
  };
  for (const int64_t rows : {10'000, 100'000, 1'000'000}) {
    once(benchmark::RegisterBenchmark("ReadRows", OnlyRead)->Arg(rows));
    once(benchmark::RegisterBenchmark("ParseRows", ParseRows)->Arg(rows));
    for (const int64_t threads : {1, 2}) {
      once(benchmark::RegisterBenchmark("DecideRows", DecideRows)->Args({rows, threads}));
      once(benchmark::RegisterBenchmark("DecideArrow", DecideArrow)->Args({rows, threads}));
    }
  }
}

}  // namespace
}  // namespace changepolicy::batch

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  changepolicy::batch::CheckResults();
  changepolicy::batch::Register();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
