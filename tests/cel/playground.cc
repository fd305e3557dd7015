#include "tests/cel/playground.h"

#include <limits>
#include <memory>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "kinds2.pb.h"
#include "kinds3.pb.h"
#include "libchangepolicy/cel/evaluator.h"

namespace changepolicy::cel {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

template <typename Int>
Int EdgeNumber(Random* random) {
  static constexpr Int kEdges[] = {
      0, 1, 2, 3, std::numeric_limits<Int>::max(), std::numeric_limits<Int>::min()};
  return random->Chance(80) ? kEdges[random->Below(6)] : static_cast<Int>(random->Next());
}

double EdgeDouble(Random* random) {
  static constexpr double kEdges[] = {0.0,
                                      -0.0,
                                      1.0,
                                      1.5,
                                      -2.5,
                                      1e300,
                                      std::numeric_limits<double>::infinity(),
                                      std::numeric_limits<double>::quiet_NaN()};
  return kEdges[random->Below(8)];
}

std::string EdgeText(Random* random) {
  static constexpr const char* kEdges[] = {"",    "a",    "k",  "key",
                                           "été", "日本", "42", "2024-01-01T00:00:00Z"};
  return kEdges[random->Below(8)];
}

// Sets a field that is not repeated, or adds to one that is.
void Put(Message* message, const FieldDescriptor& field, int depth, Random* random) {
  const Reflection& reflection = *message->GetReflection();
  const bool many = field.is_repeated();
  const auto put = [&](auto set, auto add, auto value) {
    many ? (reflection.*add)(message, &field, value) : (reflection.*set)(message, &field, value);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&Reflection::SetBool, &Reflection::AddBool, random->Chance(50));
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&Reflection::SetInt32, &Reflection::AddInt32, EdgeNumber<int32_t>(random));
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&Reflection::SetInt64, &Reflection::AddInt64, EdgeNumber<int64_t>(random));
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&Reflection::SetUInt32, &Reflection::AddUInt32, EdgeNumber<uint32_t>(random));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&Reflection::SetUInt64, &Reflection::AddUInt64, EdgeNumber<uint64_t>(random));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return put(&Reflection::SetFloat, &Reflection::AddFloat,
                 static_cast<float>(EdgeDouble(random)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(&Reflection::SetDouble, &Reflection::AddDouble, EdgeDouble(random));
    case FieldDescriptor::CPPTYPE_STRING:
      return put(&Reflection::SetString, &Reflection::AddString, EdgeText(random));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto& type = *field.enum_type();
      const int index = static_cast<int>(random->Below(static_cast<size_t>(type.value_count())));
      return put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, type.value(index)->number());
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* const inner = many ? reflection.AddMessage(message, &field)
                                  : reflection.MutableMessage(message, &field);
      return FillMessage(inner, depth - 1, random);
    }
  }
}

// Types whose fields must fit together; false for others.
bool FillWellKnown(Message* message, int depth, Random* random) {
  if (auto* const time = dynamic_cast<google::protobuf::Timestamp*>(message)) {
    static constexpr int64_t kSeconds[] = {0, 1700000000, -62135596800, 253402300799, -1};
    time->set_seconds(kSeconds[random->Below(5)]);
    time->set_nanos(random->Chance(50) ? 0 : 999999999);
    return true;
  }
  if (auto* const duration = dynamic_cast<google::protobuf::Duration*>(message)) {
    static constexpr int64_t kSeconds[] = {0, 1, -1, 3600, 9223372035};
    duration->set_seconds(kSeconds[random->Below(5)]);
    duration->set_nanos(duration->seconds() < 0 ? -500 : 500);
    return true;
  }
  if (auto* const any = dynamic_cast<google::protobuf::Any*>(message)) {
    test::Leaf leaf;
    FillMessage(&leaf, depth - 1, random);
    if (random->Chance(80)) any->PackFrom(leaf);
    return true;
  }
  return false;
}

std::unique_ptr<Environment> Make() {
  auto environment =
      std::make_unique<Environment>(google::protobuf::DescriptorPool::generated_pool(),
                                    google::protobuf::MessageFactory::generated_factory(),
                                    EnvironmentOptions{.container = "changepolicy.test"});
  for (const TypedName& variable : PlaygroundVariables(true)) {
    environment->AddVariable(variable.name, variable.type).IgnoreError();
  }
  return environment;
}

}  // namespace

std::vector<TypedName> PlaygroundVariables(bool messages) {
  std::vector<TypedName> variables = {
      {"i", Type::Int()},
      {"j", Type::Int()},
      {"u", Type::Uint()},
      {"d", Type::Double()},
      {"s", Type::String()},
      {"z", Type::String()},
      {"b", Type::Bool()},
      {"y", Type::Bytes()},
      {"t", Type::Timestamp()},
      {"r", Type::Duration()},
      {"a", Type::Dyn()},
      {"li", Type::List(Type::Int())},
      {"ls", Type::List(Type::String())},
      {"ld", Type::List(Type::Double())},
      {"la", Type::List(Type::Dyn())},
      {"lli", Type::List(Type::List(Type::Int()))},
      {"msi", Type::Map(Type::String(), Type::Int())},
      {"mis", Type::Map(Type::Int(), Type::String())},
      {"mul", Type::Map(Type::Uint(), Type::List(Type::String()))},
      {"mbd", Type::Map(Type::Bool(), Type::Double())},
      {"oi", Type::Optional(Type::Int())},
      {"os", Type::Optional(Type::String())},
      {"n.q", Type::Int()},
  };
  if (messages) {
    variables.push_back({"k3", Type::Message(test::Kinds3::descriptor())});
    variables.push_back({"k2", Type::Message(test::Kinds2::descriptor())});
    variables.push_back({"lk", Type::List(Type::Message(test::Leaf::descriptor()))});
  }
  return variables;
}

const Environment& Playground() {
  static const Environment& environment = *Make().release();
  return environment;
}

const Environment& RememberingPlayground() {
  static const Environment& environment = *[] {
    std::unique_ptr<Environment> made = Make();
    made->RememberNames();
    return made.release();
  }();
  return environment;
}

void FillMessage(Message* message, int depth, Random* random) {
  if (FillWellKnown(message, depth, random)) return;
  const auto& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool deep = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth <= 0;
    if (deep || !random->Chance(40)) continue;
    const size_t count = field.is_repeated() && !field.is_map() ? random->Below(4) : 1;
    for (size_t n = 0; n < count; ++n) Put(message, field, depth, random);
  }
}

std::vector<Binding> RandomBindings(const std::vector<TypedName>& variables, Generator* generator,
                                    Random* random) {
  std::vector<Binding> bindings;
  for (const TypedName& variable : variables) {
    if (variable.type.Is(TypeKind::kMessage)) {
      const auto* const prototype =
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(
              variable.type.descriptor());
      std::shared_ptr<Message> message(prototype->New());
      FillMessage(message.get(), 2, random);
      bindings.push_back(
          {variable.name, message->ShortDebugString(), Value::OwnedMessage(std::move(message))});
      continue;
    }
    // A constant may fail: a repeated key, a number that a field does not hold.
    while (true) {
      std::string text = generator->Constant(variable.type);
      const CompileResult compiled = Playground().Compile(text);
      if (!compiled.diagnostics.empty() && compiled.diagnostics[0].id == "cel-repeated-key") {
        continue;
      }
      if (!compiled.expression.has_value()) {
        bindings.push_back({variable.name, text, Value::Null()});
        break;
      }
      Value value = Evaluate(*compiled.expression, {});
      if (!value.is_known()) continue;
      bindings.push_back({variable.name, std::move(text), std::move(value)});
      break;
    }
  }
  return bindings;
}

}  // namespace changepolicy::cel
