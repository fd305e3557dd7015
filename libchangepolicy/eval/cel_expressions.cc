#include "libchangepolicy/eval/cel_expressions.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/residual.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/eval/fact_functions.h"
#include "libchangepolicy/eval/fact_values.h"
#include "libchangepolicy/eval/parameter_text.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/program/rule_index.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {

namespace {

using cel::Value;

std::string_view CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kUnimplemented:
      return "no_such_overload";
    case absl::StatusCode::kOutOfRange:
      return "out_of_range";
    case absl::StatusCode::kInvalidArgument:
      return "invalid_argument";
    case absl::StatusCode::kResourceExhausted:
      return "limit_exceeded";
    default:
      return "failed";
  }
}

const google::protobuf::EnumDescriptor* EnumOf(ProgramVariable variable) {
  switch (variable) {
    case ProgramVariable::kCategory:
      return v1::Category_descriptor();
    case ProgramVariable::kPriority:
      return v1::Priority_descriptor();
    case ProgramVariable::kTransition:
      return v1::Transition_descriptor();
    default:
      return v1::ReleaseKind_descriptor();
  }
}

std::vector<std::string> TextsOf(const FactNames& names) { return {names.begin(), names.end()}; }

class CelExpressions final : public Expressions,
                             private cel::FactPresence,
                             private cel::EvaluationObserver,
                             private FunctionHost {
 public:
  CelExpressions(const CheckedPolicy& policy, absl::Time now, flat::Arena* arena,
                 Evaluation* evaluation, std::shared_ptr<FactFunctions> functions)
      : policy_(policy),
        now_(now),
        arena_(*arena),
        evaluation_(evaluation),
        functions_(std::move(functions)) {
    activation_.SetPresence(this);
    activation_.SetObserver(this);
    activation_.SetHost(static_cast<const FunctionHost*>(this));
    activation_.Set("now", Value::Timestamp(now));
    if (evaluation != nullptr) BindSubject();
  }

  void BindTarget(std::string_view variable, const google::protobuf::Message& target) {
    activation_.Set(variable, Value::BorrowedMessage(target));
  }

  using Expressions::Ask;
  Answer Ask(const std::optional<CheckedExpression>& expression, bool) override {
    Answer answer;
    if (!expression.has_value()) {
      answer.truth = Truth::kTrue;
      return answer;
    }
    const Value value = Evaluate(*expression, &answer);
    if (value.Is(Value::Kind::kBool)) {
      answer.truth = value.bool_value() ? Truth::kTrue : Truth::kFalse;
    } else if (value.is_known()) {
      SetWrongType(*expression, value, "a bool", &answer);
    }
    return answer;
  }

  std::optional<absl::Duration> AskDuration(const CheckedExpression& expression,
                                            Answer* answer) override {
    const Value value = Evaluate(expression, answer);
    if (value.Is(Value::Kind::kDuration)) {
      answer->truth = Truth::kTrue;
      return value.duration_value();
    }
    if (value.is_known()) SetWrongType(expression, value, "a duration", answer);
    return std::nullopt;
  }

  void Interpolate(const MessageTemplate& message,
                   flat::RepeatedMessage<flat::Parameter>* parameters) override {
    for (const MessageTemplate::Piece& piece : message.pieces) {
      if (!piece.expression.has_value()) continue;
      Answer ignored;
      const Value value = Evaluate(*piece.expression, &ignored);
      flat::Parameter& parameter = *parameters->Add(&arena_);
      parameter.set_name(piece.text);
      parameter.set_value(
          value.Is(Value::Kind::kString) ? arena_.Copy(ParameterText(value.string_value(), &arena_))
          : value.is_unknown()           ? "unknown"
          : value.is_error()             ? "error"
                                         : arena_.Copy(ParameterText(value.ToString(), &arena_)));
    }
  }

  void FindCandidates(const RuleIndex& index, std::vector<int>* rules) override {
    rules->insert(rules->end(), index.rules().begin(), index.rules().end());
  }

  // Expressions read protobuf's messages here, which are made for those that name them.
  void SetMessage(ProgramVariable variable, const flat::MessageTable& table,
                  const void* message) override {
    unread_[static_cast<size_t>(variable)] = {&table, message};
  }
  void SetEnum(ProgramVariable variable, int number) override {
    unread_[static_cast<size_t>(variable)] = {};
    activation_.Set(NameOf(variable),
                    Value::Enum({.descriptor = EnumOf(variable), .number = number}));
  }
  void SetUnknown(ProgramVariable variable, const FactNames& facts) override {
    unread_[static_cast<size_t>(variable)] = {};
    activation_.Set(NameOf(variable), Value::Unknown(TextsOf(facts)));
  }
  void SetError(ProgramVariable variable, const flat::EvaluationError& error) override {
    unread_[static_cast<size_t>(variable)] = {};
    activation_.Set(NameOf(variable),
                    Value::FromError(absl::StatusCode::kFailedPrecondition,
                                     StrCat("`", NameOf(variable), "`: ", error.message())));
  }
  void SetUnknownParts(std::span<const std::string_view> paths, const FactNames& facts) override {
    for (const std::string_view path : paths) unknown_parts_[std::string(path)] = TextsOf(facts);
  }

 private:
  struct Read {
    bool known = false;
    std::string value;
  };
  using Reads = std::map<std::string, Read>;  // by path
  // A message that no expression has named yet.
  struct Unread {
    const flat::MessageTable* table = nullptr;  // null for the subject and the organization
    const void* message = nullptr;
  };
  struct Defined {
    Value value;
    Reads reads;
  };

  void BindSubject() {
    const Subject& subject = evaluation_->subject;
    unread_[static_cast<size_t>(ProgramVariable::kSubject)] = {nullptr, &subject};
    unread_[static_cast<size_t>(ProgramVariable::kOrganization)] = {nullptr,
                                                                    &evaluation_->organization};
    for (const v1::FactDeclaration& fact : policy_.policy().facts()) {
      activation_.Set(StrCat("facts.", fact.name()), DeclaredFact(fact, subject));
    }
    if (!subject.is_change()) BindReleaseKind(subject.release());
  }

  void BindReleaseKind(const flat::Release& release) {
    std::vector<std::string> missing;
    if (release.version().empty()) missing.emplace_back("release.version");
    if (release.previous_version().empty()) missing.emplace_back("release.previous_version");
    const v1::ReleaseKind kind = KindOf(release.previous_version(), release.version());
    if (!missing.empty()) {
      activation_.Set(NameOf(ProgramVariable::kReleaseKind), Value::Unknown(missing));
    } else {
      SetEnum(ProgramVariable::kReleaseKind, kind);
    }
  }

  // The expression's value; `answer` gets what it read and, where there is no value, why.
  Value Evaluate(const CheckedExpression& expression, Answer* answer) {
    Reads reads;
    Value value = EvaluateReading(expression, &reads);
    if (value.is_unknown() && evaluation_ != nullptr && evaluation_->open_world) reads.clear();
    for (const auto& [path, read] : reads) {
      flat::FactRead& fact = *answer->facts.Add(&arena_);
      fact.set_path(arena_.Copy(path));
      fact.set_known(read.known);
      fact.set_value(arena_.Copy(read.value));
    }
    if (value.is_unknown()) {
      answer->truth = Truth::kUnknown;
      answer->unknown = NamesOf(ReplaceParts(Open(expression)), &arena_);
    } else if (value.is_error()) {
      answer->truth = Truth::kError;
      SetError(expression, value.error(), answer);
    }
    return value;
  }

  // The unknowns that could still change the value: those that it met, and those behind them, in a
  // branch that was not taken or a list that nobody knows. Looking there reads and promises
  // nothing.
  cel::UnknownSet Open(const CheckedExpression& expression) {
    Reads* const outer_reads = std::exchange(reads_, nullptr);
    const CheckedExpression* const outer = std::exchange(current_, nullptr);
    const std::vector<absl::Time> changes =
        evaluation_ == nullptr ? std::vector<absl::Time>() : evaluation_->changes;
    const std::set<std::string> open = cel::OpenAttributes(expression.expression(), activation_);
    if (evaluation_ != nullptr) evaluation_->changes = changes;
    current_ = outer;
    reads_ = outer_reads;
    return {open.begin(), open.end()};
  }

  void MakeMessagesOf(const CheckedExpression& expression) {
    for (const std::string& name : expression.expression().references().variables) {
      for (size_t i = 0; i < unread_.size(); ++i) {
        const auto variable = static_cast<ProgramVariable>(i);
        const bool is_subject = variable == ProgramVariable::kSubject;
        if (unread_[i].message == nullptr || name != (is_subject ? Subject_() : NameOf(variable))) {
          continue;
        }
        const Unread unread = std::exchange(unread_[i], {});
        if (is_subject) {
          activation_.SetFact(name, evaluation_->subject.message());
        } else if (variable == ProgramVariable::kOrganization) {
          activation_.SetFact(name, evaluation_->organization.proto());
        } else {
          MakeMessage(name, unread);
        }
      }
    }
  }

  void MakeMessage(std::string_view name, const Unread& unread) {
    const google::protobuf::Message* const prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(
            flat::DescriptorOf(*unread.table));
    messages_.emplace_back(prototype->New());
    if (flat::CopyTo(*unread.table, unread.message, messages_.back().get())) {
      activation_.SetFact(name, *messages_.back());
    } else {
      activation_.Set(name,
                      Value::FromError(absl::StatusCode::kInternal, "the message cannot be read"));
    }
  }

  Value EvaluateReading(const CheckedExpression& expression, Reads* reads) {
    MakeMessagesOf(expression);
    for (const std::string& name : expression.definitions()) {
      const Defined& defined = Define(name);
      reads->insert(defined.reads.begin(), defined.reads.end());
    }
    for (const std::string& name : expression.expression().references().variables) {
      if (name.starts_with("facts.")) {
        const Value* const value = activation_.Find(name);
        if (value != nullptr) Note(StrCat(Subject_(), ".", name), *value, reads);
      }
    }
    Reads* const outer_reads = std::exchange(reads_, reads);
    const CheckedExpression* const outer = std::exchange(current_, &expression);
    Value value = cel::Evaluate(expression.expression(), activation_);
    current_ = outer;
    reads_ = outer_reads;
    return value;
  }

  std::string_view Subject_() const { return evaluation_->subject.variable(); }

  // Each definition once per decision; what it reads, its users read.
  const Defined& Define(const std::string& name) {
    const auto known = defined_.find(name);
    if (known != defined_.end()) return known->second;
    Defined defined;
    const CheckedDefinition* const definition = policy_.FindDefinition(name);
    defined.value = EvaluateReading(definition->expression, &defined.reads);
    activation_.Set(name, defined.value);
    return defined_.emplace(name, std::move(defined)).first->second;
  }

  void SetWrongType(const CheckedExpression& expression, const Value& value,
                    std::string_view wanted, Answer* answer) {
    answer->truth = Truth::kError;
    SetError(expression,
             {.code = absl::StatusCode::kUnimplemented,
              .message = StrCat("gives `", value.type_name(), "` where ", wanted, " is needed")},
             answer);
  }

  void SetError(const CheckedExpression& expression, const cel::Error& error, Answer* answer) {
    answer->error = arena_.New<flat::EvaluationError>();
    answer->error->set_code(CodeOf(error.code));
    answer->error->set_message(arena_.Copy(error.message));
    answer->error->set_element(expression.element());
    const cel::NodeId node =
        error.node == cel::kNoNode ? expression.expression().tree().root : error.node;
    if (const Position position = expression.PositionOf(node); position.line > 0) {
      answer->error->set_line(position.line);
      answer->error->set_column(position.column);
    }
  }

  // A part of a computed message that cannot be known is known by the facts that it lacks.
  std::vector<std::string> ReplaceParts(const cel::UnknownSet& unknown) const {
    std::set<std::string> facts;
    for (const std::string& path : unknown) {
      const auto part = unknown_parts_.find(path);
      if (part == unknown_parts_.end()) {
        facts.insert(path);
      } else {
        facts.insert(part->second.begin(), part->second.end());
      }
    }
    return {facts.begin(), facts.end()};
  }

  // ---- cel::FactPresence

  bool IsKnown(const google::protobuf::Message& parent,
               const google::protobuf::FieldDescriptor& field, std::string_view path,
               bool test) const override {
    if (unknown_parts_.find(path) != unknown_parts_.end()) return false;
    const std::string_view root = path.substr(0, path.find('.'));
    if (evaluation_ != nullptr && root == Subject_()) {
      return IsFactKnown(parent, field, path, evaluation_->subject.stated(), test);
    }
    if (root != "organization" || evaluation_ == nullptr) return true;
    if (path == "organization.directory") return !evaluation_->directory_outdated;
    if (path == "organization.ledger") return !evaluation_->ledger_outdated;
    static constexpr StatedFields kNothingStated;
    return IsFactKnown(parent, field, path, kNothingStated, test);
  }

  // ---- cel::EvaluationObserver

  static void Note(const std::string& path, const Value& value, Reads* reads) {
    Read& read = (*reads)[path];
    read.known = value.is_known();
    if (value.is_known()) read.value = value.ToString(120);
  }

  void OnRead(std::string_view path, const Value& value) override {
    if (reads_ != nullptr) Note(std::string(path), value, reads_);
  }

  // Both sides meet when `now` has moved by -(left - right) / coefficient.
  void OnTimeComparison(cel::NodeId node, const Value& left, const Value& right) override {
    if (evaluation_ == nullptr || current_ == nullptr) return;
    for (const auto& [compared, coefficient] : current_->now_comparisons()) {
      if (compared != node) continue;
      const absl::Duration apart =
          left.Is(Value::Kind::kTimestamp) && right.Is(Value::Kind::kTimestamp)
              ? left.timestamp_value() - right.timestamp_value()
          : left.Is(Value::Kind::kDuration) && right.Is(Value::Kind::kDuration)
              ? left.duration_value() - right.duration_value()
              : absl::InfiniteDuration();
      const absl::Time meet = now_ - apart / coefficient;
      if (meet > now_) evaluation_->changes.push_back(meet);
      // Equal now: a strict comparison turns right after.
      if (meet == now_) evaluation_->changes.push_back(now_ + absl::Nanoseconds(1));
    }
  }

  // ---- FunctionHost

  Value Call(DomainFunction function, cel::Args args) const override {
    if (functions_ == nullptr) {
      return Value::FromError(absl::StatusCode::kFailedPrecondition,
                              "the function needs a subject");
    }
    Value value = Compute(function, args);
    if (reads_ != nullptr) Note(CallText(function, args), value, reads_);
    return value;
  }

  Value Compute(DomainFunction function, cel::Args args) const {
    if (function == DomainFunction::kDocumentsWritten) {
      const auto& document = static_cast<const v1::Document&>(*args[0].message().message);
      return Value::Bool(
          policy_.texts().IsWritten(document.text(), document.url(), document.digest()));
    }
    std::vector<FactArgument> given;
    for (const Value& arg : args) {
      FactArgument& argument = given.emplace_back();
      if (arg.Is(Value::Kind::kString)) argument.text = arg.string_value();
      if (arg.Is(Value::Kind::kEnum)) argument.number = arg.enum_value().number;
      if (arg.Is(Value::Kind::kDuration)) argument.length = arg.duration_value();
    }
    const FactResult result = functions_->Call(function, given);
    if (!result.error.ok()) {
      return Value::FromError(result.error.code(), std::string(result.error.message()));
    }
    if (result.value.kind() == Datum::Kind::kOpen) return Value::Unknown(TextsOf(result.unknown));
    return ValueOf(result.value, result.enum_type);
  }

  static std::string CallText(DomainFunction function, cel::Args args) {
    std::string_view name;
    for (const FunctionEntry& entry : DomainFunctions()) {
      if (entry.function == function) name = entry.signature.substr(0, entry.signature.find('('));
    }
    std::string text = StrCat(name, "(");
    for (size_t i = 0; i < args.size(); ++i) {
      StrAppend(&text, i == 0 ? "" : ", ",
                args[i].Is(Value::Kind::kMessage) ? args[i].message().trail != nullptr
                                                        ? args[i].message().trail->ToString()
                                                        : args[i].type_name()
                                                  : args[i].ToString(60));
    }
    return text + ")";
  }

  const CheckedPolicy& policy_;
  const absl::Time now_;
  flat::Arena& arena_;
  Evaluation* const evaluation_;  // null for lints
  const std::shared_ptr<FactFunctions> functions_;
  cel::Activation activation_;
  std::array<Unread, static_cast<size_t>(ProgramVariable::kCount)> unread_;
  std::vector<std::unique_ptr<google::protobuf::Message>> messages_;
  std::map<std::string, std::vector<std::string>, std::less<>> unknown_parts_;
  std::map<std::string, Defined> defined_;
  // Of the expression that is being evaluated.
  Reads* reads_ = nullptr;
  const CheckedExpression* current_ = nullptr;
};

}  // namespace

std::unique_ptr<Expressions> MakeCelExpressions(Evaluation* evaluation) {
  return MakeCelExpressions(evaluation, std::make_shared<FactFunctions>(evaluation));
}

std::unique_ptr<Expressions> MakeCelExpressions(Evaluation* evaluation,
                                                std::shared_ptr<FactFunctions> functions) {
  return std::make_unique<CelExpressions>(evaluation->policy, evaluation->now, &evaluation->arena,
                                          evaluation, std::move(functions));
}

std::unique_ptr<Expressions> MakeLintExpressions(std::string_view variable,
                                                 const google::protobuf::Message& target,
                                                 Evaluation* organization) {
  auto expressions = std::make_unique<CelExpressions>(
      organization->policy, organization->now, &organization->arena, nullptr,
      std::make_shared<FactFunctions>(organization));
  expressions->BindTarget(variable, target);
  return expressions;
}

}  // namespace changepolicy
