// What the variables of an expression stand for, as it is gathered.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/cel/value_message.h"
#include "libchangepolicy/cel_data.h"

namespace changepolicy {

using google::protobuf::Message;

CelInput::Ready::Ready() : values_(std::make_unique<Values>()) {}
CelInput::Ready::Ready(const Ready& other) : values_(std::make_unique<Values>(*other.values_)) {}
// What is moved from stays an input.
CelInput::Ready::Ready(Ready&& other) noexcept : Ready() { values_.swap(other.values_); }
CelInput::Ready& CelInput::Ready::operator=(Ready other) noexcept {
  values_.swap(other.values_);
  return *this;
}
CelInput::Ready::~Ready() = default;

void CelInput::Ready::Set(size_t index, std::string_view variable, const Bound& bound) {
  InputValue ready{.name = std::string(variable)};
  if (bound.value.has_value()) {
    ready.value = cel::FromPlainMessage(*bound.value);
  } else if (bound.message != nullptr) {
    ready.value = cel::Value::OwnedMessage(bound.message);
    ready.pool = bound.message->GetDescriptor()->file()->pool();
  }
  if (index == values_->keys.size()) {
    values_->keys.push_back(KeyOf(variable));
    values_->values.push_back(std::move(ready));
  } else {
    values_->values[index] = std::move(ready);
  }
}

CelInput& CelInput::Bind(std::string_view variable, Bound bound) {
  ForgetFits();
  const auto known = std::find_if(variables_.begin(), variables_.end(),
                                  [&](const auto& entry) { return entry.first == variable; });
  ready_.Set(static_cast<size_t>(known - variables_.begin()), variable, bound);
  if (known == variables_.end()) {
    variables_.emplace_back(variable, std::move(bound));
  } else {
    known->second = std::move(bound);
  }
  return *this;
}

namespace {

std::shared_ptr<const Message> Copy(const Message& message) {
  std::shared_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

// Shares nothing: somebody else keeps the message.
std::shared_ptr<const Message> Borrowed(const Message* message) {
  return {std::shared_ptr<const Message>(), message};
}

}  // namespace

CelInput& CelInput::Set(std::string_view variable, v1::CelValue value) {
  return Bind(variable, {.value = std::move(value)});
}
CelInput& CelInput::Set(std::string_view variable, absl::Time value) {
  return Set(variable, ToCelValue(value));
}
CelInput& CelInput::Set(std::string_view variable, absl::Duration value) {
  return Set(variable, ToCelValue(value));
}
CelInput& CelInput::Set(std::string_view variable, const Message& message) {
  return Bind(variable, {.message = Copy(message)});
}
CelInput& CelInput::Borrow(std::string_view variable, const Message* message) {
  return Bind(variable, {.message = Borrowed(message)});
}
CelInput& CelInput::SetFields(const Message& message) {
  ForgetFits();
  fields_ = Copy(message);
  return *this;
}
CelInput& CelInput::BorrowFields(const Message* message) {
  ForgetFits();
  fields_ = Borrowed(message);
  return *this;
}
CelInput& CelInput::SetUnknown(std::string_view path) {
  unknown_.emplace_back(path);
  return *this;
}

}  // namespace changepolicy
