// Evaluating: from an input to what the evaluators take, and back to a message.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/residual.h"
#include "libchangepolicy/cel/substitution.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value_message.h"
#include "libchangepolicy/cel/wording.h"
#include "libchangepolicy/cel_data.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsOf(const cel::Value& value, const cel::Type& type) {
  return cel::Substitution(cel::Limits{}).Assign(value.type(), type);
}

cel::Value Refused(std::string message) {
  return cel::Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

// Turns an input into what the evaluator takes.
class CelBinder {
 public:
  CelBinder(const CelEnvironment::Data& environment, const cel::References& references)
      : data_(environment), references_(references) {}

  // Null, or the error that says what does not fit.
  cel::Value BindAll(const CelInput& input) {
    if (input.fields_ != nullptr) {
      if (cel::Value error = BindFields(input.fields_); error.is_error()) return error;
    }
    for (const auto& [name, bound] : input.variables_) {
      if (cel::Value error = BindOne(name, bound); error.is_error()) return error;
    }
    for (const std::string& path : input.unknown_) {
      if (cel::Value error = BindUnknown(path); error.is_error()) return error;
    }
    return cel::Value::Null();
  }

  const cel::Activation& activation() const { return activation_; }

 private:
  cel::Value Undeclared(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& [variable, unused] : data_.environment.variables()) known.push_back(variable);
    std::string help = cel::DidYouMean(name, known);
    return Refused(StrCat("`", name, "` is no variable", help.empty() ? "" : "; ", help));
  }

  cel::Value BindOne(const std::string& name, const CelInput::Bound& bound) {
    const auto declared = data_.environment.variables().find(name);
    if (declared == data_.environment.variables().end()) return Undeclared(name);
    if (references_.variables.count(name) == 0) return cel::Value::Null();
    cel::Value value = bound.value.has_value() ? cel::FromMessage(*bound.value, data_.environment)
                                               : FromMessage(bound.message);
    if (value.is_error()) {
      return cel::Value::FromError(value.error().code,
                                   StrCat("`", name, "`: ", value.error().message));
    }
    if (!IsOf(value, declared->second.type)) {
      return Refused(StrCat("`", name, "` is declared `", declared->second.type.ToString(),
                            "`, and was given a `", value.type_name(), "`"));
    }
    activation_.Set(name, std::move(value));
    return cel::Value::Null();
  }

  // As the environment's pool has it, so that its fields, extensions and what it packs are known.
  std::shared_ptr<const Message> InPool(const std::shared_ptr<const Message>& message) const {
    const Descriptor& type = *message->GetDescriptor();
    const Descriptor* const own = data_.environment.pool().FindMessageTypeByName(type.full_name());
    if (own == nullptr || own == &type) return message;
    std::shared_ptr<Message> read(data_.environment.factory().GetPrototype(own)->New());
    if (!read->ParsePartialFromString(message->SerializePartialAsString())) return nullptr;
    return read;
  }

  cel::Value FromMessage(const std::shared_ptr<const Message>& message) const {
    if (message == nullptr) return cel::Value::Null();
    std::shared_ptr<const Message> own = InPool(message);
    if (own == nullptr) return OtherType(*message);
    const Message* const raw = own.get();
    return cel::AdaptMessage({.owner = std::move(own), .message = raw}, data_.context());
  }

  static cel::Value OtherType(const Message& message) {
    return Refused(StrCat("the message is no `", message.GetDescriptor()->full_name(),
                          "` as the environment has it"));
  }

  cel::Value BindFields(const std::shared_ptr<const Message>& message) {
    const std::string& type = message->GetDescriptor()->full_name();
    if (data_.fields == nullptr || data_.fields->full_name() != type) {
      return Refused(StrCat("the fields of `", type, "` are no variables; declare them first"));
    }
    const std::shared_ptr<const Message> own = InPool(message);
    if (own == nullptr) return OtherType(*message);
    const cel::MessageValue value{.owner = own, .message = own.get()};
    for (int i = 0; i < data_.fields->field_count(); ++i) {
      const FieldDescriptor& field = *data_.fields->field(i);
      if (references_.variables.count(field.name()) == 0) continue;
      activation_.Set(field.name(), cel::ReadField(value, field, data_.context()));
    }
    return cel::Value::Null();
  }

  // A path begins with a variable, which need not have a value.
  cel::Value BindUnknown(const std::string& path) {
    if (const absl::Status status = activation_.SetUnknown(path); !status.ok()) {
      return Refused(std::string(MessageOf(status)));
    }
    const auto& variables = data_.environment.variables();
    const bool declared =
        std::any_of(variables.begin(), variables.end(), [&](const auto& variable) {
          const std::string& name = variable.first;
          return path.starts_with(name) && (path.size() == name.size() ||
                                            path[name.size()] == '.' || path[name.size()] == '[');
        });
    return declared ? cel::Value::Null() : Undeclared(path.substr(0, path.find_first_of(".[")));
  }

  const CelEnvironment::Data& data_;
  const cel::References& references_;
  cel::Activation activation_;
};

absl::Status CelEnvironment::Data::CheckFits(const CelInput& input) const {
  if (input.unknown_.empty() && input.fits_types_.Get() == number) return absl::OkStatus();
  if (!SurelyFits(input)) {
    cel::References all;
    for (const auto& [name, declared] : environment.variables()) all.variables.insert(name);
    CelBinder binder(*this, all);
    if (const cel::Value failed = binder.BindAll(input); failed.is_error()) {
      return absl::Status(failed.error().code, failed.error().message);
    }
  }
  if (input.unknown_.empty()) input.fits_types_.Set(number);
  return absl::OkStatus();
}

namespace {

void FillError(const cel::Error& error, const cel::Tree& tree, v1::CelError* to) {
  to->set_code(absl::StatusCodeToString(error.code));
  to->set_message(error.message);
  if (error.node == cel::kNoNode) return;
  const Position position = cel::PositionOf(tree.text, tree[error.node].at);
  to->set_line(position.line);
  to->set_column(position.column);
}

}  // namespace

void FillResult(const cel::Value& value, const cel::Tree& tree, v1::CelResult* result) {
  result->Clear();
  // What is too large for a message is an error, too.
  const cel::Value outcome =
      value.is_known() ? cel::ToMessage(value, result->mutable_value()) : value;
  if (outcome.is_error()) FillError(outcome.error(), tree, result->mutable_error());
  if (outcome.is_unknown()) {
    for (const std::string& path : outcome.unknown()) {
      result->mutable_unknown()->add_paths(path);
    }
  }
}

cel::Value CelExpression::Data::Plain(const CelInput& input) const {
  CelBinder binder(*environment, expression.references());
  cel::Value failed = binder.BindAll(input);
  return failed.is_error() ? failed : cel::Evaluate(expression, binder.activation());
}

const v1::CelResult& CelExpression::Answer(const CelInput& input, v1::CelResult* room) const {
  if (const v1::CelResult* const always = data_->Always(input)) return *always;
  EvaluateTo(input, room);
  return *room;
}

void CelExpression::EvaluateTo(const CelInput& input, v1::CelResult* result) const {
  if (const v1::CelResult* const always = data_->Always(input)) return result->CopyFrom(*always);
  std::optional<cel::Value> value = data_->Quick(input);
  if (!value.has_value()) value = data_->Plain(input);
  FillResult(*value, data_->expression.tree(), result);
}

v1::CelResult CelExpression::Evaluate(const CelInput& input) const {
  v1::CelResult result;
  EvaluateTo(input, &result);
  return result;
}

absl::StatusOr<CelResidual> CelExpression::Residual(const CelInput& input) const {
  const cel::Expression& expression = data_->expression;
  CelBinder binder(*data_->environment, expression.references());
  if (const cel::Value failed = binder.BindAll(input); failed.is_error()) {
    return absl::Status(failed.error().code, failed.error().message);
  }
  const std::set<std::string> open = cel::OpenAttributes(expression, binder.activation());
  return CelResidual{CelExpression(std::make_shared<const Data>(
                         data_->environment, cel::Residual(expression, binder.activation()))),
                     {open.begin(), open.end()}};
}

CelCost CelExpression::EstimateCost(const CelSizes& sizes) const {
  const cel::SizeLimits limits{.string = sizes.string,
                               .bytes = sizes.bytes,
                               .list = sizes.list,
                               .map = sizes.map,
                               .paths = {sizes.paths.begin(), sizes.paths.end()}};
  const cel::CostEstimate estimate = cel::EstimateCost(data_->expression, limits);
  return {estimate.min, estimate.max, cel::Describe(estimate, data_->expression)};
}

v1::CelResult CelExpression::Evaluate() const { return Evaluate(CelInput()); }

absl::StatusOr<bool> CelExpression::EvaluateBool(const CelInput& input) const {
  std::optional<cel::Value> value = data_->Quick(input);
  if (!value.has_value()) value = data_->Plain(input);
  if (value->Is(cel::Value::Kind::kBool)) return value->bool_value();
  if (value->is_unknown()) {
    std::string paths;
    for (const std::string& path : value->unknown()) {
      StrAppend(&paths, paths.empty() ? "`" : "`, `", path);
    }
    return FailedPrecondition(StrCat("it depends on ", paths, "`, not known yet"));
  }
  v1::CelValue ignored;
  const cel::Value failed = value->is_error() ? *value : cel::ToMessage(*value, &ignored);
  if (failed.is_error()) return absl::Status(failed.error().code, failed.error().message);
  return InvalidArgument(StrCat("`", text(), "` gives ", type(), ", expected a bool"));
}

}  // namespace changepolicy
