// Our engine on the scenario that benchmarks/rivals/scenario wrote: from the bytes of a change to
// the bytes of a Decision. Usage: rivals_ours FOLDER SECONDS. Rows and protocol: README.md.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBatches = 100;           // at most, for each row
constexpr double kBatchSeconds = 0.01;  // of a batch, at least

[[noreturn]] void Stop(std::string_view why) {
  std::cerr << "rivals_ours: " << why << "\n";
  std::exit(1);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) Stop(StrCat("cannot read ", path));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<google::protobuf::Struct> ReadLines(const std::string& path) {
  std::vector<google::protobuf::Struct> rows;
  std::istringstream lines(ReadFile(path));
  for (std::string line; std::getline(lines, line);) {
    const auto read = google::protobuf::util::JsonStringToMessage(line, &rows.emplace_back());
    if (!read.ok()) Stop(StrCat(path, ": ", read.ToString()));
  }
  return rows;
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Memory of the process that is resident now.
double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

// A change as it is given to the engine, and what has to come out.
struct Case {
  std::string bytes;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  std::vector<std::string> unmet;  // sorted
};

std::vector<Case> ReadCases(const std::string& folder, int matches) {
  std::vector<Case> cases;
  for (const google::protobuf::Struct& row :
       ReadLines(StrCat(folder, "/changes-", matches, ".jsonl"))) {
    Case& added = cases.emplace_back();
    added.verdict = row.fields().at("verdict").string_value() == "DENIED" ? v1::VERDICT_DENIED
                                                                          : v1::VERDICT_ALLOWED;
    for (const auto& id : row.fields().at("unmet").list_value().values()) {
      added.unmet.push_back(id.string_value());
    }
  }
  const std::string file = StrCat(folder, "/ours-", matches, ".jsonl");
  std::istringstream lines(ReadFile(file));
  size_t index = 0;
  for (std::string line; std::getline(lines, line); ++index) {
    const SubjectResult read = ReadSubject(line, Format::kJson, file, v1::SUBJECT_KIND_CHANGE);
    if (!read.subject.has_value() || index >= cases.size()) Stop(ToText(read.issues));
    cases[index].bytes = std::get<v1::ChangeRequest>(*read.subject).SerializeAsString();
  }
  if (index != cases.size()) Stop(StrCat(file, ": another number of lines"));
  return cases;
}

// Loads the policy, decides every change, compares, and measures.
class Rival {
 public:
  Rival(std::string folder, double seconds) : folder_(std::move(folder)), seconds_(seconds) {
    const auto scenario = ReadLines(StrCat(folder_, "/scenario.json"));
    if (scenario.size() != 1) Stop("scenario.json has to be one line");
    const auto& fields = scenario.front().fields();
    rules_ = static_cast<int>(fields.at("rules").number_value());
    question_.now = *ReadInstant(fields.at("now").string_value());
    question_.transition = v1::TRANSITION_DEPLOY;
    for (const auto& value : fields.at("matches").list_value().values()) {
      matches_.push_back(static_cast<int>(value.number_value()));
    }
  }

  void Run() {
    Load();
    for (const int matches : matches_) Row(matches);
  }

 private:
  void Load() {
    const std::string text = ReadFile(StrCat(folder_, "/policy.yaml"));
    const double resident = ResidentBytes();
    const Clock::time_point start = Clock::now();
    PolicyResult policy = Policy::Load({{"policy.yaml", text}});
    if (!policy.policy.has_value()) Stop(ToText(policy.issues));
    OrganizationResult organization = Organization::Create({});
    if (!organization.organization.has_value()) Stop(ToText(organization.issues));
    engine_.emplace(*std::move(policy.policy), *std::move(organization.organization));
    load_ms_ = SecondsSince(start) * 1000;
    memory_ = std::max(0.0, ResidentBytes() - resident);
  }

  std::string Decide(const Case& asked) const {
    absl::StatusOr<std::string> bytes =
        engine_->AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, asked.bytes, question_);
    if (!bytes.ok()) Stop(bytes.status().ToString());
    return *std::move(bytes);
  }

  void Check(const Case& asked) const {
    v1::Decision decision;
    if (!decision.ParseFromString(Decide(asked))) Stop("the answer is no Decision");
    std::vector<std::string> unmet;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (outcome.status() == v1::STATUS_SATISFIED ||
          outcome.status() == v1::STATUS_NOT_APPLICABLE) {
        continue;
      }
      if (outcome.status() != v1::STATUS_UNSATISFIED) Stop(decision.ShortDebugString());
      unmet.push_back(outcome.rule());
    }
    std::sort(unmet.begin(), unmet.end());
    if (decision.verdict() != asked.verdict || unmet != asked.unmet) {
      Stop(StrCat("another answer to ", decision.subject_id()));
    }
  }

  void Row(int matches) const {
    const std::vector<Case> cases = ReadCases(folder_, matches);
    const Clock::time_point checking = Clock::now();
    size_t checked = 0;
    while (checked < cases.size() && (checked == 0 || SecondsSince(checking) < seconds_ / 3)) {
      Check(cases[checked++]);
    }
    const double each = SecondsSince(checking) / static_cast<double>(checked);
    const size_t batch =
        std::clamp<size_t>(static_cast<size_t>(kBatchSeconds / each), 1, cases.size());
    std::vector<double> samples;
    size_t next = 0;
    size_t written = 0;
    const Clock::time_point measuring = Clock::now();
    while (samples.size() < kBatches && (samples.empty() || SecondsSince(measuring) < seconds_)) {
      const Clock::time_point start = Clock::now();
      for (size_t i = 0; i < batch; ++i) {
        written += Decide(cases[next]).size();
        next = next + 1 == cases.size() ? 0 : next + 1;
      }
      samples.push_back(SecondsSince(start) * 1e9 / static_cast<double>(batch));
    }
    if (written == 0) Stop("nothing was answered");
    std::sort(samples.begin(), samples.end());
    const auto at = [&](double part) {
      return samples[static_cast<size_t>(part * static_cast<double>(samples.size() - 1))];
    };
    std::cout << StrCat(R"({"engine":"libchangepolicy","version":")", CHANGEPOLICY_VERSION,
                        R"(","rules":)", rules_, R"(,"matches":)", matches,
                        R"(,"ns_per_decision":)", at(0.5), R"(,"p10":)", at(0.1), R"(,"p90":)",
                        at(0.9), R"(,"load_ms":)", load_ms_, R"(,"memory_bytes":)",
                        static_cast<int64_t>(memory_), R"(,"checked":)", checked, R"(,"of":)",
                        cases.size(), "}")
              << std::endl;
  }

  std::string folder_;
  double seconds_;
  int rules_ = 0;
  std::vector<int> matches_;
  Question question_;
  std::optional<Engine> engine_;
  double load_ms_ = 0;
  double memory_ = 0;
};

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: rivals_ours FOLDER SECONDS\n";
    return 3;
  }
  changepolicy::Rival(argv[1], std::atof(argv[2])).Run();
}
