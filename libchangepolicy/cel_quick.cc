// Evaluating by a plan: what an input gives for the variables that the plan reads, without a copy.
// Whatever is not as usual is left to cel_evaluate.cc.
#include <atomic>
#include <string>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/cel_data.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;

uint64_t CelEnvironment::Data::NextNumber() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

namespace {

using Kind = cel::Value::Kind;

// Whether a value is of a declared type, for types where that is seen at once; of others, it is
// not.
bool IsSurelyOf(const cel::Value& value, const cel::Type& type) {
  switch (type.kind()) {
    case cel::TypeKind::kDyn:
      return true;
    case cel::TypeKind::kBool:
      return value.Is(Kind::kBool);
    case cel::TypeKind::kInt:
      return value.Is(Kind::kInt);
    case cel::TypeKind::kUint:
      return value.Is(Kind::kUint);
    case cel::TypeKind::kDouble:
      return value.Is(Kind::kDouble);
    case cel::TypeKind::kString:
      return value.Is(Kind::kString);
    case cel::TypeKind::kBytes:
      return value.Is(Kind::kBytes);
    case cel::TypeKind::kList:
      return value.Is(Kind::kList);
    case cel::TypeKind::kMap:
      return value.Is(Kind::kMap);
    case cel::TypeKind::kMessage:
      return value.Is(Kind::kMessage) &&
             value.message().message->GetDescriptor() == type.descriptor();
    default:
      return false;
  }
}

}  // namespace

bool CelEnvironment::Data::Declares(const CelInput& input) const {
  if (input.fits_.Get() == number) return true;
  const auto& variables = environment.variables();
  for (const auto& [name, bound] : input.variables_) {
    if (!variables.contains(name)) return false;
  }
  if (input.fields_ != nullptr && fields != input.fields_->GetDescriptor()) return false;
  input.fits_.Set(number);
  return true;
}

bool CelEnvironment::Data::IsReady(const InputValue& given, const cel::Type& type) const {
  return given.value.has_value() && IsSurelyOf(*given.value, type) &&
         (given.pool == nullptr || given.pool == &schema.pool());
}

bool CelEnvironment::Data::SurelyFits(const CelInput& input) const {
  if (!input.unknown_.empty()) return false;
  if (input.fields_ != nullptr && fields != input.fields_->GetDescriptor()) return false;
  const auto& variables = environment.variables();
  for (const InputValue& given : input.ready_.Get().values) {
    const auto declared = variables.find(given.name);
    if (declared == variables.end() || !IsReady(given, declared->second.type)) return false;
  }
  input.fits_.Set(number);
  return true;
}

void CelExpression::Data::MakePlan() const {
  plan_ = cel::Plan::Make(expression);
  if (plan_ == nullptr) return;
  for (const std::string& name : plan_->variables()) {
    const auto& declared = environment->environment.variables().find(name)->second;
    Slot& slot = slots_.emplace_back();
    slot.name = name;
    slot.key = KeyOf(name);
    slot.type = declared.type;
    if (environment->fields != nullptr) slot.field = environment->fields->FindFieldByName(name);
  }
  is_variable_ =
      slots_.size() == 1 && slots_.front().field == nullptr &&
      expression.ResolutionOf(expression.tree().root).kind == cel::Resolution::Kind::kVariable;
  if (!plan_->is_constant()) return;
  if (const std::optional<cel::Value> value = plan_->Evaluate({})) {
    auto result = std::make_unique<v1::CelResult>();
    FillResult(*value, expression.tree(), result.get());
    always_ = std::move(result);
  }
}

void CelExpression::Data::NeedPlan() const {
  if (planned_.load(std::memory_order_acquire)) return;
  std::call_once(once_, [this] { MakePlan(); });
  planned_.store(true, std::memory_order_release);
}

const v1::CelResult* CelExpression::Data::Always(const CelInput& input) const {
  NeedPlan();
  return always_ != nullptr && input.unknown_.empty() && environment->Declares(input)
             ? always_.get()
             : nullptr;
}

const InputValue* CelExpression::Data::Find(const CelInput& input, const Slot& slot) {
  const CelInput::Ready::Values& ready = input.ready_.Get();
  for (size_t i = 0; i < ready.keys.size(); ++i) {
    if (ready.keys[i] == slot.key && ready.values[i].name == slot.name) return &ready.values[i];
  }
  return nullptr;
}

std::optional<cel::Value> CelExpression::Data::Quick(const CelInput& input) const {
  NeedPlan();
  if (plan_ == nullptr || !input.unknown_.empty() || !environment->Declares(input)) {
    return std::nullopt;
  }
  absl::InlinedVector<const cel::Value*, 8> values(slots_.size());
  absl::InlinedVector<cel::Value, 2> fields;
  if (input.fields_ != nullptr) fields.reserve(slots_.size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (const InputValue* const given = Find(input, slot)) {
      if (!environment->IsReady(*given, slot.type)) return std::nullopt;
      values[i] = &*given->value;
    } else if (slot.field != nullptr && input.fields_ != nullptr) {
      fields.push_back(cel::ReadField({.owner = input.fields_, .message = input.fields_.get()},
                                      *slot.field, environment->context()));
      values[i] = &fields.back();
    }
  }
  return plan_->Evaluate(values);
}

const cel::Value* CelExpression::Data::Given(const CelInput& input) const {
  NeedPlan();
  if (!is_variable_ || !input.unknown_.empty() || !environment->Declares(input)) return nullptr;
  const InputValue* const given = Find(input, slots_.front());
  if (given == nullptr || !environment->IsReady(*given, slots_.front().type)) return nullptr;
  return &*given->value;
}

}  // namespace changepolicy
