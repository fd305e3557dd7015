// Optional values: one that has a value is compiled as that value.
#include "libchangepolicy/program/compiled_types.h"
#include "libchangepolicy/program/compiler.h"

namespace changepolicy {

using cel::Type;
using cel::TypeKind;

ProgramCompiler::Part ProgramCompiler::VisitOptional(std::string_view function,
                                                     const std::vector<Part>& args,
                                                     const std::vector<const Type*>& types) {
  if (args.empty()) return {};
  const Type& type = *types[0];
  const bool one = args.size() == 1;
  const bool two = args.size() == 2;
  if (one && function == "optional.of") return args[0];
  if (one && type.IsOptional()) {
    if (function == "hasValue") return Of({.op = Op::kHasValue, .a = args[0].node});
    // What is below it has the places that it had.
    if (function == "value") return Of({.op = Op::kValueOf, .a = args[0].node}, args[0]);
  }
  if (two && type.IsOptional() && (function == "or" || function == "orValue")) {
    // Of two messages nobody could say beforehand where they stand.
    const bool same = *types[1] == (function == "or" ? type : type.first());
    if (!same || HoldsMessage(type)) return {};
    return Of({.op = Op::kOrElse, .a = args[0].node, .b = args[1].node});
  }
  if (two && function == "_[?_]" && type.Is(TypeKind::kMap) && type.first() == *types[1]) {
    return Of({.op = Op::kValueAtIf, .a = args[0].node, .b = args[1].node});
  }
  if (!type.Is(TypeKind::kList)) return {};
  Part place;
  if (two && function == "_[?_]" && types[1]->Is(TypeKind::kInt)) place = args[1];
  if (one && function == "first") place = OfConstant(Datum::Int(0));
  if (one && function == "last") {
    const Part size = Of({.op = Op::kListSize, .a = args[0].node});
    place = Of({.op = Op::kSubtractInt, .a = size.node, .b = OfConstant(Datum::Int(1)).node});
  }
  const Part element = ElementOf(args[0]);
  if (!place.ok() || (type.first().Is(TypeKind::kMessage) && element.table == nullptr)) return {};
  return Of({.op = Op::kIndexIf, .a = args[0].node, .b = place.node}, element);
}

// `has(operand.name)`, and `operand.name` where that holds: both are read.
ProgramCompiler::Part ProgramCompiler::SelectIf(const Part& operand, std::string_view name,
                                                bool is_optional) {
  // An optional is asked whether it has a value before anything below it.
  if (!is_optional && !IsNamed(operand)) return {};
  const Part test = Select(operand, name, true);
  const Part value = Select(operand, name, false);
  if (!test.ok() || !value.ok()) return {};
  const Part made = Of({.op = Op::kOnlyIf, .a = test.node, .b = value.node}, value);
  if (!is_optional) return made;
  const Part present = Of({.op = Op::kHasValue, .a = operand.node});
  return Of({.op = Op::kOnlyIf, .a = present.node, .b = made.node}, value);
}

}  // namespace changepolicy
