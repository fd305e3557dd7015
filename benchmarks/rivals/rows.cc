#include "benchmarks/rivals/rows.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
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
  size_t next = 0;
  const Clock::time_point measuring = Clock::now();
  while (samples.size() < kBatches && (samples.empty() || SecondsSince(measuring) < seconds)) {
    const Clock::time_point start = Clock::now();
    for (size_t i = 0; i < batch; ++i) {
      ask(next, false);
      next = next + 1 == count ? 0 : next + 1;
    }
    samples.push_back(SecondsSince(start) * 1e9 / static_cast<double>(batch));
  }
  std::sort(samples.begin(), samples.end());
  const auto at = [&](double part) {
    return samples[static_cast<size_t>(part * static_cast<double>(samples.size() - 1))];
  };
  return StrCat(R"("ns_per_decision":)", at(0.5), R"(,"p10":)", at(0.1), R"(,"p90":)", at(0.9),
                R"(,"checked":)", checked, R"(,"of":)", count);
}

}  // namespace changepolicy::rivals
