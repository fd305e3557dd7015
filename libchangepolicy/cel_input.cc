// What the variables of an expression stand for, as it is gathered.
#include <memory>
#include <optional>
#include <utility>

#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/cel/value_message.h"

namespace changepolicy {

using google::protobuf::Message;

CelInput& CelInput::Bind(std::string_view variable, Bound bound) {
  fits_.Set(0);
  for (auto& [name, known] : variables_) {
    if (name != variable) continue;
    known = std::move(bound);
    return *this;
  }
  variables_.emplace_back(variable, std::move(bound));
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

CelInput::Bound CelInput::Ready(std::shared_ptr<const Message> message) {
  Bound bound;
  if (message != nullptr) {
    bound.ready = std::make_shared<const cel::Value>(cel::Value::OwnedMessage(message));
    bound.ready_in = message->GetDescriptor()->file()->pool();
  }
  bound.message = std::move(message);
  return bound;
}

CelInput& CelInput::Set(std::string_view variable, v1::CelValue value) {
  Bound bound;
  if (std::optional<cel::Value> plain = cel::FromPlainMessage(value)) {
    bound.ready = std::make_shared<const cel::Value>(*std::move(plain));
  }
  bound.value = std::move(value);
  return Bind(variable, std::move(bound));
}
CelInput& CelInput::Set(std::string_view variable, absl::Time value) {
  return Set(variable, ToCelValue(value));
}
CelInput& CelInput::Set(std::string_view variable, absl::Duration value) {
  return Set(variable, ToCelValue(value));
}
CelInput& CelInput::Set(std::string_view variable, const Message& message) {
  return Bind(variable, Ready(Copy(message)));
}
CelInput& CelInput::Borrow(std::string_view variable, const Message* message) {
  return Bind(variable, Ready(Borrowed(message)));
}
CelInput& CelInput::SetFields(const Message& message) {
  fits_.Set(0);
  fields_ = Copy(message);
  return *this;
}
CelInput& CelInput::BorrowFields(const Message* message) {
  fits_.Set(0);
  fields_ = Borrowed(message);
  return *this;
}
CelInput& CelInput::SetUnknown(std::string_view path) {
  unknown_.emplace_back(path);
  return *this;
}

}  // namespace changepolicy
