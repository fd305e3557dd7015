#include "benchmarks/rivals/rows.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::rivals {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatches = 100;        // at most, for each row
constexpr double kBatchSeconds = 0.01;  // of a batch, at least

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of the process, all its threads together.
double ProcessorNanoseconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double At(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
}

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

}  // namespace

void Stop(std::string_view why) {
  std::cerr << "libchangepolicy: " << why << "\n";
  std::exit(1);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) Stop(StrCat("cannot read ", path));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

google::protobuf::Value ReadJson(const std::string& text, const std::string& path) {
  google::protobuf::Value value;
  const auto read = google::protobuf::util::JsonStringToMessage(text, &value);
  if (!read.ok()) Stop(StrCat(path, ": ", read.ToString()));
  return value;
}

std::vector<google::protobuf::Struct> ReadLines(const std::string& path) {
  std::vector<google::protobuf::Struct> rows;
  std::istringstream lines(ReadFile(path));
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(ReadJson(line, path).struct_value());
  }
  return rows;
}

Loading::Loading() : resident_(ResidentBytes()), start_(Clock::now()) {}

std::string Loading::Fields() const {
  const double milliseconds = SecondsSince(start_) * 1000;
  return StrCat(R"("load_ms":)", milliseconds, R"(,"memory_bytes":)",
                static_cast<int64_t>(std::max(0.0, ResidentBytes() - resident_)));
}

std::string Measure(size_t count, double seconds, const std::function<void(size_t, bool)>& ask) {
  const Clock::time_point checking = Clock::now();
  size_t checked = 0;
  while (checked < count && (checked == 0 || SecondsSince(checking) < seconds / 3)) {
    ask(checked++, true);
  }
  const double each = SecondsSince(checking) / static_cast<double>(checked);
  const size_t batch = std::clamp<size_t>(static_cast<size_t>(kBatchSeconds / each), 1, count);
  std::vector<double> samples;
  std::vector<double> processor;
  size_t next = 0;
  const Clock::time_point measuring = Clock::now();
  while (samples.size() < kBatches && (samples.empty() || SecondsSince(measuring) < seconds)) {
    const Clock::time_point start = Clock::now();
    const double used = ProcessorNanoseconds();
    for (size_t i = 0; i < batch; ++i) {
      ask(next, false);
      next = next + 1 == count ? 0 : next + 1;
    }
    processor.push_back((ProcessorNanoseconds() - used) / static_cast<double>(batch));
    samples.push_back(SecondsSince(start) * 1e9 / static_cast<double>(batch));
  }
  std::sort(samples.begin(), samples.end());
  std::sort(processor.begin(), processor.end());
  return StrCat(R"("ns_per_decision":)", At(samples, 0.5), R"(,"p10":)", At(samples, 0.1),
                R"(,"p90":)", At(samples, 0.9), R"(,"ns_processor":)", At(processor, 0.5),
                R"(,"checked":)", checked, R"(,"of":)", count);
}

}  // namespace changepolicy::rivals
