#include "libchangepolicy/eval/program_expressions.h"

#include <string>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/common.flat.h"
#include "changepolicy/v1/release.flat.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/domain/documents.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/eval/cel_expressions.h"
#include "libchangepolicy/eval/fact_functions.h"
#include "libchangepolicy/eval/fact_values.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {
namespace {

ProgramVariable VariableOf(std::string_view name) {
  static constexpr std::pair<std::string_view, ProgramVariable> kNames[] = {
      {"model", ProgramVariable::kModel},
      {"risk", ProgramVariable::kRisk},
      {"category", ProgramVariable::kCategory},
      {"priority", ProgramVariable::kPriority},
      {"transition", ProgramVariable::kTransition},
      {"calendar", ProgramVariable::kCalendar},
      {"aftercare", ProgramVariable::kAftercare},
      {"approvals", ProgramVariable::kApprovals},
      {"release_kind", ProgramVariable::kReleaseKind},
  };
  for (const auto& [known, variable] : kNames) {
    if (known == name) return variable;
  }
  return ProgramVariable::kImpliedReleaseKind;
}

class ProgramExpressions final : public Expressions, private ProgramHost {
 public:
  ProgramExpressions(const Program& program, Evaluation* evaluation)
      : program_(program),
        evaluation_(*evaluation),
        functions_(std::make_shared<FactFunctions>(evaluation)) {
    evaluator().Begin(&program, this, &workspace_->arena, evaluation->now);
    evaluator().SetOutdated(evaluation->directory_outdated, evaluation->ledger_outdated);
    BindSubject();
  }

  using Expressions::Ask;
  Answer Ask(const std::optional<CheckedExpression>& expression, bool tells_false) override {
    if (!expression.has_value()) return {.truth = Truth::kTrue};
    const Datum value = Evaluate(*expression);
    if (value.kind != Datum::Kind::kBool) return Plain().Ask(expression, tells_false);
    Answer answer;
    answer.truth = value.is_true() ? Truth::kTrue : Truth::kFalse;
    if (value.is_true() || tells_false) TellReads(&answer);
    return answer;
  }

  std::optional<absl::Duration> AskDuration(const CheckedExpression& expression,
                                            Answer* answer) override {
    const Datum value = Evaluate(expression);
    if (value.kind != Datum::Kind::kDuration) return Plain().AskDuration(expression, answer);
    answer->truth = Truth::kTrue;
    TellReads(answer);
    return value.duration();
  }

  std::vector<v1::Parameter> Interpolate(const MessageTemplate& message) override {
    std::vector<v1::Parameter> parameters;
    for (const MessageTemplate::Piece& piece : message.pieces) {
      if (!piece.expression.has_value()) continue;
      const Datum value = Evaluate(*piece.expression);
      if (value.kind != Datum::Kind::kString) return Plain().Interpolate(message);
      v1::Parameter& parameter = parameters.emplace_back();
      parameter.set_name(piece.text);
      parameter.set_value(std::string(value.string()));
    }
    return parameters;
  }

  void FindCandidates(const RuleIndex& index, std::vector<int>* rules) override {
    index.Find(&evaluator(), &workspace_->candidates, rules);
  }

  void SetMessage(std::string_view variable, const google::protobuf::Message* message) override {
    Bind(VariableOf(variable), variable, *message);
    Later([variable = std::string(variable), message](Expressions& plain) {
      plain.SetMessage(variable, message);
    });
  }
  void SetEnum(std::string_view variable, const google::protobuf::EnumDescriptor* type,
               int number) override {
    evaluator().Set(VariableOf(variable), Datum::Enum(number));
    Later([variable = std::string(variable), type, number](Expressions& plain) {
      plain.SetEnum(variable, type, number);
    });
  }
  void SetUnknown(std::string_view variable, const std::vector<std::string>& facts) override {
    evaluator().Set(VariableOf(variable), Datum::Open());
    Later([variable = std::string(variable), facts](Expressions& plain) {
      plain.SetUnknown(variable, facts);
    });
  }
  void SetError(std::string_view variable, const v1::EvaluationError& error) override {
    evaluator().Set(VariableOf(variable), Datum::Open());
    Later([variable = std::string(variable), error](Expressions& plain) {
      plain.SetError(variable, error);
    });
  }
  void SetUnknownPart(std::string_view path, const std::vector<std::string>& facts) override {
    evaluator().SetUnknownPart(path);
    Later([path = std::string(path), facts](Expressions& plain) {
      plain.SetUnknownPart(path, facts);
    });
  }

 private:
  ProgramEvaluator& evaluator() { return workspace_->evaluator; }
  const Subject& subject() const { return evaluation_.subject; }

  Datum Evaluate(const CheckedExpression& expression) {
    workspace_->reads.clear();
    const ProgramExpression* const compiled = program_.Find(expression);
    return compiled == nullptr ? Datum::Open()
                               : evaluator().Evaluate(*compiled, &workspace_->reads);
  }

  void TellReads(Answer* answer) {
    for (const FactId fact : workspace_->reads) {
      const FactsRead::Words& words = evaluator().facts().Tell(fact);
      v1::FactRead& read = answer->facts.emplace_back();
      read.set_path(std::string(words.path));
      read.set_known(words.known);
      read.set_value(std::string(words.value));
    }
  }

  void Bind(ProgramVariable variable, std::string_view name,
            const google::protobuf::Message& message) {
    if (program_.FindPath(name) == kNoIndex) return;
    BindFlat(variable, name, flat::MessageCopy(message, &workspace_->arena).message());
  }

  // What cannot be read back stays open, for the plain evaluator.
  void BindFlat(ProgramVariable variable, std::string_view name, const void* message) {
    if (message != nullptr) evaluator().SetMessage(variable, name, message);
  }

  void BindSubject() {
    evaluator().SetSubjectKind(subject().is_change());
    for (const std::string& field : subject().stated()) evaluator().SetStated(field);
    Bind(ProgramVariable::kSubject, subject().variable(), subject().message());
    if (program_.FindPath("organization") != kNoIndex) {
      BindFlat(ProgramVariable::kOrganization, "organization", evaluation_.organization.flat());
    }
    for (int32_t i = 0; i < program_.facts(); ++i) {
      const cel::Value value = DeclaredFact(*program_.fact(i).declaration, subject());
      evaluator().SetFact(i, DatumOf(value));
    }
    if (subject().is_change()) return;
    const v1::Release& release = subject().release();
    if (!release.version().empty() && !release.previous_version().empty()) {
      evaluator().Set(ProgramVariable::kReleaseKind,
                      Datum::Enum(KindOf(release.previous_version(), release.version())));
    }
  }

  // ---- ProgramHost

  Datum Call(const ProgramCall& call, absl::Span<const Datum> args) override {
    if (call.function == DomainFunction::kDocumentsWritten) {
      const auto& document = *static_cast<const flat::Document*>(args[0].message);
      return Datum::Bool(IsWritten(document.text(), document.url(), document.digest(),
                                   evaluation_.policy.policy().text()));
    }
    std::vector<cel::Value> values;
    for (size_t i = 0; i < args.size(); ++i) {
      values.push_back(
          ValueOf(args[i], program_.argument(call.first + static_cast<int32_t>(i)).enum_type));
    }
    return DatumOf(functions_->Call(call.function, values));
  }

  void Meet(absl::Time at) override { evaluation_.changes.push_back(at); }

  static cel::Value ValueOf(const Datum& datum, const google::protobuf::EnumDescriptor* type) {
    switch (datum.kind) {
      case Datum::Kind::kBool:
        return cel::Value::Bool(datum.number != 0);
      case Datum::Kind::kInt:
        return cel::Value::Int(datum.number);
      case Datum::Kind::kEnum:
        return cel::Value::Enum({type, static_cast<int32_t>(datum.number)});
      case Datum::Kind::kString:
        return cel::Value::String(std::string(datum.string()));
      case Datum::Kind::kTimestamp:
        return cel::Value::Timestamp(datum.time());
      case Datum::Kind::kDuration:
        return cel::Value::Duration(datum.duration());
      default:
        return cel::Value::FromError(absl::StatusCode::kInternal, "no argument of a function");
    }
  }

  static bool IsHeld(const Datum& datum) {
    return datum.kind != Datum::Kind::kOpen && datum.kind != Datum::Kind::kBeyond;
  }

  // What a function or a declared fact gives; texts are kept in the arena. Beyond for a list with
  // an element that is no datum.
  Datum DatumOf(const cel::Value& value) {
    if (value.Is(cel::Value::Kind::kList)) {
      const size_t size = value.list().size();
      auto* const elements = static_cast<Datum*>(workspace_->arena.Allocate(size * sizeof(Datum)));
      for (size_t i = 0; i < size; ++i) {
        elements[i] = DatumOf(value.list().At(i));
        if (!IsHeld(elements[i])) return Datum::Beyond();
      }
      return Datum::List(elements, static_cast<uint32_t>(size));
    }
    const Datum datum = ScalarDatum(value);
    return datum.kind == Datum::Kind::kString
               ? Datum::String(workspace_->arena.Copy(datum.string()))
               : datum;
  }

  // ---- The plain evaluator, with everything that was set so far.

  using Setting = std::function<void(Expressions&)>;
  void Later(Setting setting) {
    if (plain_ != nullptr) setting(*plain_);
    settings_.push_back(std::move(setting));
  }
  Expressions& Plain() {
    if (plain_ == nullptr) {
      plain_ = MakeCelExpressions(&evaluation_, functions_);
      for (const Setting& setting : settings_) setting(*plain_);
    }
    return *plain_;
  }

  const Program& program_;
  Evaluation& evaluation_;
  const std::shared_ptr<FactFunctions> functions_;
  WorkspaceLease workspace_;
  std::vector<Setting> settings_;
  std::unique_ptr<Expressions> plain_;
};

}  // namespace

std::unique_ptr<Expressions> MakeProgramExpressions(const Program& program,
                                                    Evaluation* evaluation) {
  return std::make_unique<ProgramExpressions>(program, evaluation);
}

}  // namespace changepolicy
