#include "libchangepolicy/eval/program_expressions.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/common.flat.h"
#include "changepolicy/v1/release.flat.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/eval/cel_expressions.h"
#include "libchangepolicy/eval/fact_functions.h"
#include "libchangepolicy/eval/fact_values.h"
#include "libchangepolicy/eval/parameter_text.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/arena_allocator.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/literal_text.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {
namespace {

class ProgramExpressions final : public Expressions, private ProgramHost {
 public:
  ProgramExpressions(const Program& program, Workspace* workspace, Evaluation* evaluation)
      : program_(program),
        evaluation_(*evaluation),
        workspace_(*workspace),
        functions_(std::allocate_shared<FactFunctions>(
            flat::ArenaAllocator<FactFunctions>(&evaluation->arena), evaluation)) {
    evaluator().Begin(&program, this, &evaluation->arena, evaluation->now);
    evaluator().SetOutdated(evaluation->directory_outdated, evaluation->ledger_outdated);
    BindSubject();
  }

  // In the memory of the decision, which is given back as a whole.
  static void* operator new(size_t size, flat::Arena* arena) { return arena->Allocate(size); }
  static void operator delete(void*) {}
  static void operator delete(void*, flat::Arena*) {}

  using Expressions::Ask;
  Answer Ask(const std::optional<CheckedExpression>& expression, bool tells_false) override {
    if (!expression.has_value()) return {.truth = Truth::kTrue};
    return AnswerOf(expression, Evaluate(*expression), tells_false);
  }

  // What both have read is told at once, where there is nothing else to tell.
  RuleAnswer AskRule(const std::optional<CheckedExpression>& applies_if,
                     const std::optional<CheckedExpression>& must, bool tells_false,
                     flat::Arena* arena) override {
    if (!applies_if.has_value() || !must.has_value()) {
      return Expressions::AskRule(applies_if, must, tells_false, arena);
    }
    const Datum applies = Evaluate(*applies_if);
    if (applies.kind() != Datum::Kind::kBool || !applies.is_true()) {
      const Answer condition = AnswerOf(applies_if, applies, tells_false);
      if (condition.truth != Truth::kTrue) return {.answer = condition};
      return Both(condition, Ask(must, true), arena);
    }
    std::swap(workspace_.reads, workspace_.condition_reads);
    const Datum demanded = Evaluate(*must);
    if (demanded.kind() == Datum::Kind::kBool) {
      workspace_.reads.AddWhatStands(workspace_.condition_reads);
      return {.applies = true, .answer = AnswerOf(must, demanded, true)};
    }
    const Answer condition{.truth = Truth::kTrue,
                           .facts = evaluator().facts().Tell(&workspace_.condition_reads)};
    return Both(condition, AnswerOf(must, demanded, true), arena);
  }

  std::optional<absl::Duration> AskDuration(const CheckedExpression& expression,
                                            Answer* answer) override {
    const Datum value = Evaluate(expression);
    if (value.is_unknown() && TellUnknown(expression, answer)) return std::nullopt;
    if (value.kind() != Datum::Kind::kDuration) return Plain().AskDuration(expression, answer);
    answer->truth = Truth::kTrue;
    TellReads(answer);
    return value.duration();
  }

  void Interpolate(const MessageTemplate& message,
                   flat::RepeatedMessage<flat::Parameter>* parameters) override {
    const int before = parameters->size();
    for (const MessageTemplate::Piece& piece : message.pieces) {
      if (!piece.expression.has_value()) continue;
      const Datum value = Evaluate(*piece.expression);
      const std::optional<std::string_view> text = TextOf(value);
      if (!text.has_value()) {
        parameters->Truncate(before);
        return Plain().Interpolate(message, parameters);
      }
      flat::Parameter& parameter = *parameters->Add(&evaluation_.arena);
      parameter.set_name(piece.text);
      parameter.set_value(ParameterText(*text, &evaluation_.arena));
    }
  }

  void FetchAhead(std::span<const CheckedExpression* const> expressions) override {
    for (const CheckedExpression* const each : expressions) program_.FetchExpression(*each);
    for (const CheckedExpression* const each : expressions) program_.FetchInstructions(*each);
  }

  void FindCandidates(const RuleIndex& index, std::vector<int>* rules) override {
    index.Find(&evaluator(), &workspace_.candidates, rules);
  }

  using Expressions::SetMessage;
  void SetMessage(ProgramVariable variable, const flat::MessageTable& table,
                  const void* message) override {
    evaluator().SetMessage(variable, program_.variable_path(variable), message);
    Later({.kind = Setting::Kind::kMessage,
           .variable = variable,
           .table = &table,
           .message = message});
  }
  void SetEnum(ProgramVariable variable, int number) override {
    evaluator().Set(variable, Datum::Enum(number));
    Later({.kind = Setting::Kind::kEnum, .variable = variable, .number = number});
  }
  void SetUnknown(ProgramVariable variable, const FactNames& facts) override {
    evaluator().Set(variable, Unknown(facts));
    Later({.kind = Setting::Kind::kUnknown, .variable = variable, .facts = facts});
  }
  void SetError(ProgramVariable variable, const flat::EvaluationError& error) override {
    evaluator().Set(variable, Datum::Open());
    Later({.kind = Setting::Kind::kError, .variable = variable, .message = &error});
  }
  void SetUnknownParts(std::span<const std::string_view> paths, const FactNames& facts) override {
    for (const std::string_view path : paths) {
      if (MayMention(path)) evaluator().SetUnknownPart(path);
    }
    const std::span<std::string_view> kept =
        NewList<std::string_view>(paths.size(), &evaluation_.arena);
    std::copy(paths.begin(), paths.end(), kept.begin());
    Later({.kind = Setting::Kind::kUnknownParts, .paths = kept, .facts = facts});
  }

 private:
  // Many parts of the calendar are unknown where nothing is planned; no text is looked up where
  // expressions read nothing of it.
  bool MayMention(std::string_view path) const {
    return program_.variable_path(ProgramVariable::kCalendar) != kNoIndex ||
           !path.starts_with("calendar.");
  }

  ProgramEvaluator& evaluator() { return workspace_.evaluator; }
  const Subject& subject() const { return evaluation_.subject; }

  // Of what was just evaluated.
  Answer AnswerOf(const std::optional<CheckedExpression>& expression, const Datum& value,
                  bool tells_false) {
    Answer answer;
    if (value.is_unknown() && TellUnknown(*expression, &answer)) return answer;
    if (value.kind() != Datum::Kind::kBool) return Plain().Ask(expression, tells_false);
    answer.truth = value.is_true() ? Truth::kTrue : Truth::kFalse;
    if (value.is_true() || tells_false) TellReads(&answer);
    return answer;
  }

  Datum Evaluate(const CheckedExpression& expression) {
    const ProgramExpression* const compiled = program_.Find(expression);
    return compiled == nullptr ? Datum::Open() : evaluator().Evaluate(*compiled, &workspace_.reads);
  }

  // In the memory of the decision.
  Datum Unknown(FactNames names) {
    SortOnce(&names);
    auto* const kept = evaluation_.arena.New<FactNames>();
    *kept = names;
    return Datum::Unknown(kept);
  }

  // As it stands in a message; nothing for what only the plain evaluator words.
  std::optional<std::string_view> TextOf(const Datum& value) {
    switch (value.kind()) {
      case Datum::Kind::kString:
        return value.string();
      case Datum::Kind::kBool:
      case Datum::Kind::kInt:
      case Datum::Kind::kTimestamp:
      case Datum::Kind::kDuration: {
        LiteralText literal(kLongestValue);
        literal.Write(value, nullptr, nullptr);
        return evaluation_.arena.Copy(literal.text());
      }
      case Datum::Kind::kOpen:
        return value.is_unknown() ? std::optional<std::string_view>("unknown") : std::nullopt;
      default:
        return std::nullopt;
    }
  }

  // What an expression that was just evaluated depends on; false where only the plain evaluator can
  // tell.
  bool TellUnknown(const CheckedExpression& expression, Answer* answer) {
    std::vector<std::string_view>& open = workspace_.open;
    open.clear();
    const size_t changes = evaluation_.changes.size();
    const bool is_explored = evaluator().Explore(*program_.Find(expression), &open);
    evaluation_.changes.resize(changes);  // looking there promises nothing
    if (!is_explored) return false;
    answer->truth = Truth::kUnknown;
    FactNames facts;
    for (const std::string_view name : open) AddReasons(name, &facts);
    answer->unknown = *Unknown(facts).names;
    if (!evaluation_.open_world) TellReads(answer);
    return true;
  }

  // A part of a computed message that cannot be known is known by the facts that it lacks.
  void AddReasons(std::string_view name, FactNames* facts) {
    for (int i = settings_.size() - 1; i >= 0; --i) {
      const std::span<const std::string_view> paths = settings_[i].paths;
      if (std::find(paths.begin(), paths.end(), name) == paths.end()) continue;
      for (const std::string_view fact : settings_[i].facts) facts->Add(fact, &evaluation_.arena);
      return;
    }
    facts->Add(name, &evaluation_.arena);
  }

  void TellReads(Answer* answer) { answer->facts = evaluator().facts().Tell(&workspace_.reads); }

  void BindSubject() {
    evaluator().SetSubjectKind(subject().is_change());
    for (const std::string_view field : subject().stated()) evaluator().SetStated(field);
    evaluator().SetMessage(ProgramVariable::kSubject, program_.subject_path(subject().is_change()),
                           subject().flat_message());
    BindOrganization();
    for (int32_t i = 0; i < program_.facts(); ++i) {
      const v1::FactDeclaration& declaration = *program_.fact(i).declaration;
      const std::optional<Datum> plain = PlainFact(declaration, subject(), &evaluation_.arena);
      evaluator().SetFact(i, plain ? *plain : DatumOf(DeclaredFact(declaration, subject())));
    }
    if (subject().is_change()) return;
    const flat::Release& release = subject().release();
    FactNames missing;
    if (release.version().empty()) missing.Add("release.version", &evaluation_.arena);
    if (release.previous_version().empty()) {
      missing.Add("release.previous_version", &evaluation_.arena);
    }
    evaluator().Set(ProgramVariable::kReleaseKind,
                    missing.empty()
                        ? Datum::Enum(KindOf(release.previous_version(), release.version()))
                        : Unknown(missing));
  }

  // The parts that some expression mentions. A ledger may be large, and of an earlier instant it is
  // put together anew.
  void BindOrganization() {
    const int32_t path = program_.variable_path(ProgramVariable::kOrganization);
    if (path == kNoIndex) return;
    const BoundOrganization& bound = evaluation_.organization;
    const flat::Directory* const directory = bound.directory().flat();
    const flat::Ledger* const ledger = program_.mentions_ledger() ? bound.flat_ledger() : nullptr;
    if (directory == nullptr || (program_.mentions_ledger() && ledger == nullptr)) return;
    // Nobody writes to it.
    auto* const organization = evaluation_.arena.New<flat::Organization>();
    organization->set_directory(const_cast<flat::Directory*>(directory));
    if (ledger != nullptr) organization->set_ledger(const_cast<flat::Ledger*>(ledger));
    evaluator().SetMessage(ProgramVariable::kOrganization, path, organization);
  }

  // ---- ProgramHost

  Datum Call(const ProgramCall& call, absl::Span<const Datum> args) override {
    if (call.function == DomainFunction::kDocumentsWritten) {
      const auto& document = *static_cast<const flat::Document*>(args[0].message);
      return Datum::Bool(
          evaluation_.policy.texts().IsWritten(document.text(), document.url(), document.digest()));
    }
    FactArgument given[kMostArguments];
    for (size_t i = 0; i < args.size(); ++i) {
      switch (args[i].kind()) {
        case Datum::Kind::kString:
          given[i].text = args[i].string();
          break;
        case Datum::Kind::kEnum:
          given[i].number = static_cast<int32_t>(args[i].number);
          break;
        case Datum::Kind::kDuration:
          given[i].length = args[i].duration();
          break;
        default:
          return Datum::Open();
      }
    }
    const FactResult result = functions_->Call(call.function, {given, args.size()});
    return result.value.is_known() || !result.error.ok() ? result.value : Unknown(result.unknown);
  }

  void Meet(absl::Time at) override { evaluation_.changes.push_back(at); }

  static bool IsHeld(const Datum& datum) {
    return datum.kind() != Datum::Kind::kOpen && datum.kind() != Datum::Kind::kBeyond;
  }

  // What a declared fact gives; texts are kept in the arena. Beyond for a list with
  // an element that is no datum.
  Datum DatumOf(const cel::Value& value) {
    if (value.is_unknown()) {
      FactNames facts;
      for (const std::string& fact : value.unknown()) {
        facts.Add(evaluation_.arena.Copy(fact), &evaluation_.arena);
      }
      return Unknown(facts);
    }
    if (value.Is(cel::Value::Kind::kList)) {
      const size_t size = value.list().size();
      auto* const elements = static_cast<Datum*>(evaluation_.arena.Allocate(size * sizeof(Datum)));
      for (size_t i = 0; i < size; ++i) {
        elements[i] = DatumOf(value.list().At(i));
        if (!IsHeld(elements[i])) return Datum::Beyond();
      }
      return Datum::List(elements, static_cast<uint32_t>(size));
    }
    const Datum datum = ScalarDatum(value);
    return datum.kind() == Datum::Kind::kString
               ? Datum::String(evaluation_.arena.Copy(datum.string()))
               : datum;
  }

  // ---- The plain evaluator, with everything that was set so far.

  struct Setting {
    enum class Kind : uint8_t { kMessage, kEnum, kUnknown, kError, kUnknownParts };
    Kind kind = Kind::kMessage;
    ProgramVariable variable = ProgramVariable::kCount;
    std::span<const std::string_view> paths = {};
    int number = 0;
    const flat::MessageTable* table = nullptr;
    const void* message = nullptr;
    FactNames facts = {};

    void Apply(Expressions* to) const {
      switch (kind) {
        case Kind::kMessage:
          return to->SetMessage(variable, *table, message);
        case Kind::kEnum:
          return to->SetEnum(variable, number);
        case Kind::kUnknown:
          return to->SetUnknown(variable, facts);
        case Kind::kError:
          return to->SetError(variable, *static_cast<const flat::EvaluationError*>(message));
        case Kind::kUnknownParts:
          return to->SetUnknownParts(paths, facts);
      }
    }
  };

  void Later(const Setting& setting) {
    if (plain_ != nullptr) setting.Apply(plain_.get());
    settings_.Add(setting, &evaluation_.arena);
  }
  Expressions& Plain() {
    if (plain_ == nullptr) {
      plain_ = MakeCelExpressions(&evaluation_, functions_);
      for (const Setting& setting : settings_) setting.Apply(plain_.get());
    }
    return *plain_;
  }

  const Program& program_;
  Evaluation& evaluation_;
  Workspace& workspace_;
  const std::shared_ptr<FactFunctions> functions_;
  flat::Repeated<Setting> settings_;
  std::unique_ptr<Expressions> plain_;
};

}  // namespace

std::unique_ptr<Expressions> MakeProgramExpressions(const Program& program, Workspace* workspace,
                                                    Evaluation* evaluation) {
  return std::unique_ptr<Expressions>(new (&workspace->arena)
                                          ProgramExpressions(program, workspace, evaluation));
}

}  // namespace changepolicy
