// What our programs beside the rivals do alike: they read lines of JSON, measure, and print a row.
#ifndef BENCHMARKS_RIVALS_ROWS_H_
#define BENCHMARKS_RIVALS_ROWS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/struct.pb.h"

namespace changepolicy::rivals {

// Ends the program with a complaint on standard error.
[[noreturn]] void Stop(std::string_view why);

std::string ReadFile(const std::string& path);
google::protobuf::Value ReadJson(const std::string& text, const std::string& path);
// An object a line.
std::vector<google::protobuf::Struct> ReadLines(const std::string& path);

// How long loading took, and by how much the process has grown in it.
class Loading {
 public:
  Loading();
  // `"load_ms":...,"memory_bytes":...` for a row.
  std::string Fields() const;

 private:
  double resident_;
  std::chrono::steady_clock::time_point start_;
};

// Asks about each of `count` inputs until a third of the seconds is over, then measures. `ask` is
// called with an input's number and with whether to compare the answer. Yields the fields of a row:
// `"ns_per_decision":...,"p10":...,"p90":...,"ns_processor":...,"checked":...,"of":...`, the first
// three by the clock, the fourth what the process's threads used.
std::string Measure(size_t count, double seconds, const std::function<void(size_t, bool)>& ask);

}  // namespace changepolicy::rivals

#endif  // BENCHMARKS_RIVALS_ROWS_H_
