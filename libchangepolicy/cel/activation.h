// What the variables of an expression stand for, and who watches them being read.
#ifndef LIBCHANGEPOLICY_CEL_ACTIVATION_H_
#define LIBCHANGEPOLICY_CEL_ACTIVATION_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/attribute.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Says which fields are known; asked for messages that descend from a fact.
class FactPresence {
 public:
  virtual ~FactPresence() = default;
  // False makes the selection of the field unknown, by `path` like `change.services[0].critical`.
  // `test`: for the macro `has`.
  virtual bool IsKnown(const google::protobuf::Message& parent,
                       const google::protobuf::FieldDescriptor& field, std::string_view path,
                       bool test) const = 0;
};

// Told of what an evaluation reads and compares.
class EvaluationObserver {
 public:
  virtual ~EvaluationObserver() = default;
  // A field that is no message was read, or tested by `has`; unknown ones too. Called for messages
  // that descend from a fact.
  virtual void OnRead(std::string_view path, const Value& value) = 0;
  // Two instants or durations are compared at this node.
  virtual void OnTimeComparison(NodeId node, const Value& left, const Value& right) = 0;
};

// Thread-compatible. What the setters are given must outlive the evaluations.
class Activation {
 public:
  void Set(std::string_view variable, Value value) {
    variables_.insert_or_assign(std::string(variable), std::move(value));
  }
  // A message whose fields are facts: their paths begin with the variable's name.
  void SetFact(std::string_view variable, const google::protobuf::Message& message) {
    Set(variable, Value::FromMessage({.message = &message, .trail = Trail::Root(variable, true)}));
  }
  // Null where the variable has no value.
  const Value* Find(std::string_view variable) const {
    const auto found = variables_.find(variable);
    return found == variables_.end() ? nullptr : &found->second;
  }
  // What is at `pattern` (attribute.h) and below is unknown, whatever the variable holds, and
  // whether or not it has a value: `request.auth.claims`, `list[*].owner`. What lies beside it can
  // be read; something of which only a part is unknown can be selected from, and is unknown as a
  // whole value (an operand, an argument, what a macro goes through or `has` asks about).
  // InvalidArgument where the text is no pattern.
  absl::Status SetUnknown(std::string_view pattern) {
    absl::StatusOr<AttributePattern> parsed = AttributePattern::Parse(pattern);
    if (parsed.ok()) unknown_.push_back(*std::move(parsed));
    return parsed.status();
  }
  const std::vector<AttributePattern>& unknown() const { return unknown_; }
  void SetPresence(const FactPresence* presence) { presence_ = presence; }
  const FactPresence* presence() const { return presence_; }
  void SetObserver(EvaluationObserver* observer) { observer_ = observer; }
  EvaluationObserver* observer() const { return observer_; }
  // Handed to the implementations of functions.
  void SetHost(const void* host) { host_ = host; }
  const void* host() const { return host_; }

 private:
  std::map<std::string, Value, std::less<>> variables_;
  std::vector<AttributePattern> unknown_;
  const FactPresence* presence_ = nullptr;
  EvaluationObserver* observer_ = nullptr;
  const void* host_ = nullptr;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_ACTIVATION_H_
