// What the variables of an expression stand for, as it is gathered.
#include <utility>

#include "libchangepolicy/cel.h"

namespace changepolicy {

using google::protobuf::Message;

CelInput& CelInput::Bind(std::string_view variable, Bound bound) {
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
  fields_ = Copy(message);
  return *this;
}
CelInput& CelInput::BorrowFields(const Message* message) {
  fields_ = Borrowed(message);
  return *this;
}
CelInput& CelInput::SetUnknown(std::string_view path) {
  unknown_.emplace_back(path);
  return *this;
}

}  // namespace changepolicy
