// Asks another implementation of the language what it makes of random and written expressions, and
// reports where it differs from this one, by kind of difference.
//
//   changepolicy-celgo-oracle CELGO [--runs N] [--seed S] [--table FILE]... [--deliberate FILE]
//
// CELGO is the program of tests/oracle/celgo. A table has an expression a line, `# ` for remarks; a
// line of the deliberate ones is a regular expression (RE2), a tab, and the reason. Exits with 1
// where there is a difference that is not deliberate.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "nlohmann/json.hpp"
#include "re2/re2.h"
#include "tests/cel/generate.h"
#include "tests/cel/playground.h"
#include "tests/oracle/canonical.h"

namespace changepolicy::cel {
namespace {

using nlohmann::json;

struct Question {
  std::string text;
  bool checked = true;
  std::vector<Binding> bindings;
};

struct Answer {
  std::string type, value, detail;
};

struct Options {
  std::string program;
  int64_t runs = 1000;
  uint64_t seed = 1;
  std::vector<std::string> tables;
  std::string deliberate;
  size_t examples = 3;
};

const std::vector<TypedName>& Variables() {
  static const auto& variables = *new std::vector<TypedName>(PlaygroundVariables(false));
  return variables;
}

Question RandomQuestion(uint64_t seed) {
  Random random(seed);
  Generator generator(
      Variables(), {.depth = 1 + static_cast<int>(random.Below(5)), .parts = 15, .messages = false},
      seed);
  const Type wanted = generator.AnyType();
  Question question{.text = generator.Expression(wanted), .checked = random.Chance(80)};
  question.bindings = RandomBindings(Variables(), &generator, &random);
  return question;
}

// Tables speak of no variables.
const Environment& WithoutVariables() {
  static const Environment& environment =
      *new Environment(google::protobuf::DescriptorPool::generated_pool(),
                       google::protobuf::MessageFactory::generated_factory(), {});
  return environment;
}

// Both with types and without.
void AddTable(const std::string& path, std::vector<Question>* questions) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("# ")) continue;
    questions->push_back({.text = line, .checked = true});
    questions->push_back({.text = line, .checked = false});
  }
}

std::string ToRequest(const Question& question) {
  json request = {{"expr", question.text}, {"checked", question.checked}, {"container", ""}};
  for (size_t i = 0; i < question.bindings.size(); ++i) {
    request["variables"].push_back({{"name", question.bindings[i].name},
                                    {"type", Variables()[i].type.ToString()},
                                    {"value", question.bindings[i].text}});
  }
  return request.dump();
}

Answer Own(const Question& question) {
  const Environment& environment = question.bindings.empty() ? WithoutVariables() : Playground();
  const CompileResult compiled = environment.Compile(question.text, {.check = question.checked});
  if (!compiled.expression) {
    return {.value = "refused", .detail = compiled.diagnostics.front().message};
  }
  Activation activation;
  for (const Binding& binding : question.bindings) activation.Set(binding.name, binding.value);
  const Value value = Evaluate(*compiled.expression, activation);
  return {.type = question.checked ? compiled.expression->type().ToString() : "",
          .value = Canonical(value),
          .detail = value.is_error() ? value.error().message : ""};
}

// The answers, one per question; nothing where the program failed.
std::optional<std::vector<Answer>> Ask(const std::string& program,
                                       const std::vector<Question>& questions) {
  std::string folder = std::filesystem::temp_directory_path() / "celgo-oracle-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return std::nullopt;
  const std::string asked = folder + "/requests", told = folder + "/answers";
  {
    std::ofstream requests(asked);
    for (const Question& question : questions) requests << ToRequest(question) << '\n';
  }
  const std::string command = StrCat("'", program, "' < '", asked, "' > '", told, "'");
  const int status = std::system(command.c_str());
  std::vector<Answer> answers;
  std::ifstream file(told);
  for (std::string line; std::getline(file, line);) {
    const json answer = json::parse(line);
    answers.push_back(
        {answer.value("type", ""), answer.value("value", ""), answer.value("detail", "")});
  }
  std::filesystem::remove_all(folder);
  if (status != 0 || answers.size() != questions.size()) return std::nullopt;
  return answers;
}

// Empty where both say the same.
std::string KindOfDifference(const Answer& own, const Answer& other) {
  if (own.value != other.value) {
    for (const char* const special : {"refused", "error"}) {
      if (own.value == special) return StrCat("we say ", special, ", cel-go does not");
      if (other.value == special) return StrCat("cel-go says ", special, ", we do not");
    }
    return "another value";
  }
  return own.value == "refused" || own.type == other.type ? "" : "another type";
}

class Deliberate {
 public:
  explicit Deliberate(const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      const size_t tab = line.find('\t');
      if (line.empty() || line.starts_with("# ") || tab == std::string::npos) continue;
      rows_.push_back({std::make_unique<RE2>(line.substr(0, tab)), line.substr(tab + 1)});
    }
  }
  // The reason, or nothing. What is matched: kind, expression, both details and the values of the
  // variables, a line each.
  std::optional<std::string> Reason(const std::string& difference) const {
    for (const Row& row : rows_) {
      if (RE2::PartialMatch(difference, *row.pattern)) return row.reason;
    }
    return std::nullopt;
  }

 private:
  struct Row {
    std::unique_ptr<RE2> pattern;
    std::string reason;
  };
  std::vector<Row> rows_;
};

void Print(const Question& question, const Answer& own, const Answer& other) {
  std::cout << "  " << question.text << (question.checked ? "" : "  (unchecked)") << '\n';
  for (const Binding& binding : question.bindings) {
    if (RE2::PartialMatch(question.text, StrCat("\\b", RE2::QuoteMeta(binding.name), "\\b"))) {
      std::cout << "      " << binding.name << " = " << binding.text << '\n';
    }
  }
  std::cout << "    we:     " << own.value << " " << own.type << "  " << own.detail << '\n';
  std::cout << "    cel-go: " << other.value << " " << other.type << "  "
            << other.detail.substr(0, other.detail.find('\n')).substr(0, 160) << '\n';
}

int Run(const Options& options) {
  std::vector<Question> questions;
  for (const std::string& table : options.tables) AddTable(table, &questions);
  for (int64_t i = 0; i < options.runs; ++i) {
    questions.push_back(RandomQuestion(options.seed + static_cast<uint64_t>(i)));
  }
  const std::optional<std::vector<Answer>> answers = Ask(options.program, questions);
  if (!answers.has_value()) {
    std::cerr << "the program " << options.program << " failed\n";
    return 2;
  }
  const Deliberate deliberate(options.deliberate);
  std::map<std::string, size_t> kinds, reasons;
  size_t different = 0;
  for (size_t i = 0; i < questions.size(); ++i) {
    const Answer own = Own(questions[i]);
    const std::string kind = KindOfDifference(own, (*answers)[i]);
    if (kind.empty()) continue;
    std::string story = StrCat(kind, "\n", questions[i].text, "\nwe: ", own.detail,
                               "\ncel-go: ", (*answers)[i].detail, "\n");
    for (const Binding& binding : questions[i].bindings) StrAppend(&story, binding.text, "\n");
    if (const auto reason = deliberate.Reason(story)) {
      ++reasons[*reason];
      continue;
    }
    ++different;
    if (++kinds[kind] > options.examples) continue;
    std::cout << kind << ":\n";
    Print(questions[i], own, (*answers)[i]);
  }
  for (const auto& [reason, count] : reasons)
    std::cout << count << " deliberate: " << reason << '\n';
  for (const auto& [kind, count] : kinds) std::cout << count << " different: " << kind << '\n';
  std::cout << questions.size() << " asked, " << different << " different\n";
  return different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy::cel

int main(int argc, char** argv) {
  changepolicy::cel::Options options;
  CLI::App app("Compares this implementation of the expression language with cel-go");
  app.add_option("program", options.program, "the program of tests/oracle/celgo")->required();
  app.add_option("--runs", options.runs, "how many random expressions");
  app.add_option("--seed", options.seed, "the first seed");
  app.add_option("--table", options.tables, "a file of expressions");
  app.add_option("--deliberate", options.deliberate, "a file of differences that are meant");
  app.add_option("--examples", options.examples, "how many of each kind are shown");
  CLI11_PARSE(app, argc, argv);
  return changepolicy::cel::Run(options);
}
