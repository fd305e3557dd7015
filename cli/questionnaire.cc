// `changepolicy questionnaire`: asks for just the facts that could still change the verdict.
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "cli/answers.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/comments.h"
#include "cli/files.h"
#include "cli/subject_options.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string output;
  bool force = false;
};

// The dialogue goes to standard error: standard output may be the completed subject.
template <typename... Args>
void Say(const Args&... args) {
  std::cerr << StrCat(args...) << std::flush;
}

template <typename SubjectMessage>
class Questionnaire {
 public:
  Questionnaire(const Session& session, const Policy& policy, SubjectMessage subject)
      : session_(session), policy_(policy), subject_(std::move(subject)) {}

  // Until nothing is missing that matters, or nobody answers any more.
  absl::Status Run() {
    Question question = session_.question;
    question.detail = v1::DETAIL_FULL;
    int asked = 0;
    while (true) {
      absl::StatusOr<v1::Decision> decision = session_.Decide(subject_, question);
      if (!decision.ok()) return decision.status();
      decision_ = *std::move(decision);
      const v1::MissingFact* next = nullptr;
      std::optional<FactPlace> place;
      FactFinder facts(*policy_.checked(), *session_.engine.organization().bound(), subject_,
                       session_.question.now);
      for (const v1::MissingFact& fact : decision_.explanation().missing()) {
        place = facts.Find(fact.path());
        // The same whatever the order of lists becomes.
        const std::string key = place.has_value() ? place->key() : fact.path();
        if (passed_over_.count(key) > 0) continue;
        if (place.has_value() && !AnswerForm(*policy_.checked(), *place).empty()) {
          next = &fact;
          break;
        }
        Say(Printable(fact.path()), ": cannot be asked here",
            fact.path().starts_with("organization.")
                ? "; give the organization's directory and ledger, up to date\n"
                : "; write it into the file\n");
        passed_over_.insert(key);
      }
      if (next == nullptr) break;
      if (asked++ == 0) Say("A line with ? asks for help; an empty one says that nobody knows.\n");
      if (!Ask(*next, *place)) break;
    }
    Say(asked == 0 && decision_.explanation().missing().empty()
            ? "Nothing that is missing could change the verdict."
            : "",
        "\n", ShortName(decision_.verdict()), "  ",
        std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change " : "release ",
        Printable(subject_.id()), ": ", Verb(decision_.transition()), "\n");
    return absl::OkStatus();
  }

  const SubjectMessage& subject() const { return subject_; }
  v1::Verdict verdict() const { return decision_.verdict(); }

 private:
  // False where there are no more answers.
  bool Ask(const v1::MissingFact& fact, const FactPlace& place) {
    const std::string form = AnswerForm(*policy_.checked(), place);
    Say("\n", Name(fact.path(), place), ": ", Meaning(place), "\n");
    while (true) {
      Say("  ", form, "> ");
      std::string answer;
      if (!std::getline(std::cin, answer)) return false;
      const auto trimmed = absl::StripAsciiWhitespace(answer);
      if (trimmed.empty()) {
        passed_over_.insert(place.key());
        return true;
      }
      if (trimmed == "?") {
        Help(fact, place);
        continue;
      }
      const absl::StatusOr<cel::Value> value =
          ReadAnswer(*policy_.checked(), place, FromAbsl(trimmed));
      if (!value.ok()) {
        Say("  ", FromAbsl(value.status().message()), "\n");
        continue;
      }
      if (SetFact(place, *value, session_.question.now, &subject_)) return true;
      Say("  the value does not fit\n");
    }
  }

  // The path with the ids of elements in place of their positions.
  std::string Name(const std::string& path, const FactPlace& place) const {
    std::string name;
    size_t at = 0;
    const google::protobuf::Message* message = &subject_;
    for (const FactPlace::Step& step : place.steps) {
      const bool is_last = &step == &place.steps.back();
      if (step.index < 0) {
        if (!is_last) message = &message->GetReflection()->GetMessage(*message, step.field);
        continue;
      }
      message = &message->GetReflection()->GetRepeatedMessage(*message, step.field, step.index);
      const auto* const id = message->GetDescriptor()->FindFieldByName("id");
      const size_t bracket = path.find('[', at);
      if (id == nullptr || bracket == std::string::npos) break;
      StrAppend(&name, path.substr(at, bracket - at), "[\"",
                message->GetReflection()->GetString(*message, id), "\"]");
      at = path.find(']', bracket) + 1;
    }
    return Printable(name + path.substr(at));
  }

  std::string Meaning(const FactPlace& place) const {
    const std::string& key = place.steps.back().key;
    if (place.field().is_map()) {
      for (const v1::FactDeclaration& fact : policy_.proto().facts()) {
        if (place.field().name() == "facts" && fact.name() == key) return fact.meaning();
      }
      for (const v1::RiskQuestion& question : policy_.proto().risk().questionnaire()) {
        if (question.id() == key) return question.question();
      }
    }
    return CommentOf(place.field().full_name());
  }

  void Help(const v1::MissingFact& fact, const FactPlace& place) const {
    const auto* const type = place.field().enum_type();
    for (int i = 0; type != nullptr && i < type->value_count(); ++i) {
      if (type->value(i)->number() == 0) continue;
      Say("  ", ShortName(*type->value(i)), ": ", CommentOf(type->value(i)->full_name()), "\n");
    }
    for (const std::string& rule : fact.rules()) Say("  asked by ", rule, TitleOf(rule), "\n");
    if (fact.decides_permille() > 0) {
      Say("  decides in ", fact.decides_permille(), " of 1000 cases\n");
    }
    Say("  empty: nobody knows\n");
  }

  std::string TitleOf(const std::string& rule) const {
    const auto find = [&](const auto& rules) {
      for (const auto& each : rules) {
        if (each.id() == rule && !each.title().empty()) return StrCat(": ", each.title());
      }
      return std::string();
    };
    return StrCat(find(policy_.proto().approvals()), find(policy_.proto().gates()),
                  find(policy_.proto().separation().pairs()));
  }

  const Session& session_;
  const Policy& policy_;
  SubjectMessage subject_;
  v1::Decision decision_;
  std::set<std::string> passed_over_;
};

int Refuse(std::string_view problem) {
  Complain(problem);
  return kBadInput;
}

int Run(const Options& options) {
  if (options.subject.files == std::vector<std::string>{"-"}) {
    return Refuse("error: standard input gives the answers\n  help: put the subject into a file");
  }
  std::error_code error;
  if (!options.output.empty() && !options.force && std::filesystem::exists(options.output, error)) {
    return Refuse(StrCat("error: `", Printable(options.output),
                         "` is there already\n  help: name another file, or replace it with "
                         "--force"));
  }
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  if (records->size() != 1) {
    return Refuse("error: one subject is asked about at a time\n  help: name one file with one");
  }
  const Record& record = records->front();
  if (!record.subject.has_value()) return Refuse(record.problem);
  const auto version = ChooseVersion(*session, record);
  if (!version.ok()) return Refuse(StrCat("error: ", FromAbsl(version.status().message())));
  return std::visit(
      [&](const auto& subject) {
        Questionnaire questionnaire(*session, version->policy, subject);
        if (const absl::Status status = questionnaire.Run(); !status.ok()) {
          return Refuse(StrCat(Printable(record.name), ": error: ", FromAbsl(status.message())));
        }
        const std::string yaml = MessageYaml(questionnaire.subject());
        if (options.output.empty()) {
          std::cout << yaml;
        } else if (const absl::Status written = ReplaceFile(options.output, yaml); !written.ok()) {
          return Refuse(StrCat("error: ", FromAbsl(written.message())));
        }
        return ExitCodeOf(questionnaire.verdict());
      },
      *record.subject);
}

}  // namespace

void AddQuestionnaire(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(
      "questionnaire",
      "Asks for just the facts that could still change the verdict, the most decisive first, and "
      "writes the subject with the answers");
  AddSubjectOptions(command, &options->subject);
  AddEarlierOption(command, &options->subject);
  command
      ->AddOption("--output", &options->output,
                  "the file that the completed subject goes to, as YAML; default: standard output")
      .NotEmpty();
  command->AddFlag("--force", &options->force, "replace the file where there is one");
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
