// Where a plan does the work of a function itself: that of the standard, for kinds of operands of
// which no other overload could be meant.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/plan_parts.h"
#include "libchangepolicy/cel/plan_step.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

// The library of a function; null for one of a host.
const Library* LibraryOf(const Overload* overload) {
  static const auto& known = *[] {
    auto* const all = new std::unordered_map<const Overload*, const Library*>;
    for (const Library& library : Libraries()) {
      for (const auto& [name, function] : library.functions) (*all)[function.get()] = &library;
    }
    return all;
  }();
  const auto found = known.find(overload);
  return found == known.end() ? nullptr : found->second;
}

bool IsStandard(const Overload* overload) { return LibraryOf(overload) == &Libraries().front(); }

// Whether a parameter of the type takes every value of the kind.
bool Accepts(const Type& type, Kind kind) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return kind == Kind::kNull;
    case TypeKind::kBool:
      return kind == Kind::kBool;
    case TypeKind::kInt:
      return kind == Kind::kInt;
    case TypeKind::kUint:
      return kind == Kind::kUint;
    case TypeKind::kDouble:
      return kind == Kind::kDouble;
    case TypeKind::kString:
      return kind == Kind::kString;
    case TypeKind::kBytes:
      return kind == Kind::kBytes;
    case TypeKind::kTimestamp:
      return kind == Kind::kTimestamp;
    case TypeKind::kDuration:
      return kind == Kind::kDuration;
    case TypeKind::kList:
      return kind == Kind::kList;
    case TypeKind::kMap:
      return kind == Kind::kMap;
    case TypeKind::kType:
      return kind == Kind::kType;
    case TypeKind::kEnum:
    case TypeKind::kMessage:
    case TypeKind::kOpaque:
      return false;
    case TypeKind::kWrapper:
      return kind == Kind::kNull || Accepts(type.first(), kind);
    case TypeKind::kError:
    case TypeKind::kDyn:
    case TypeKind::kAny:
    case TypeKind::kParameter:
      return true;
  }
  return false;
}

// Whether a call with arguments of these kinds is one of a function of the standard.
bool CallsStandard(const Resolution& resolution, std::initializer_list<Kind> kinds) {
  for (const auto& overload : resolution.overloads) {
    if (overload->parameters.size() != kinds.size() || !overload->implementation) continue;
    if (std::equal(kinds.begin(), kinds.end(), overload->parameters.begin(),
                   [](Kind kind, const Type& type) { return Accepts(type, kind); })) {
      return IsStandard(overload.get());
    }
  }
  return false;
}

// Those of `kinds` of which both operands of a standard function can be.
uint32_t PairsOf(const Resolution& resolution, std::initializer_list<Kind> kinds) {
  uint32_t bits = 0;
  for (const Kind kind : kinds) {
    if (CallsStandard(resolution, {kind, kind})) bits |= KindBit(kind);
  }
  return bits;
}

bool MixesNumbers(const Resolution& resolution) {
  constexpr std::array kNumbers = {Kind::kInt, Kind::kUint, Kind::kDouble};
  for (const Kind a : kNumbers) {
    for (const Kind b : kNumbers) {
      if (!CallsStandard(resolution, {a, b})) return false;
    }
  }
  return true;
}

// The function of the standard that takes anything on both sides.
bool ComparesAnything(const Resolution& resolution) {
  return resolution.overloads.size() == 1 && IsStandard(resolution.overloads[0].get());
}

struct Operator {
  std::string_view name;
  Op op;
  bool flag = false;
  bool or_equal = false;
  char symbol = 0;
};

constexpr std::array kBinary = {
    Operator{"_==_", Op::kEqual},
    Operator{"_!=_", Op::kEqual, true},
    Operator{"_<_", Op::kOrder, true},
    Operator{"_<=_", Op::kOrder, true, true},
    Operator{"_>_", Op::kOrder},
    Operator{"_>=_", Op::kOrder, false, true},
    Operator{"_+_", Op::kArithmetic, false, false, '+'},
    Operator{"_-_", Op::kArithmetic, false, false, '-'},
    Operator{"_*_", Op::kArithmetic, false, false, '*'},
    Operator{"_/_", Op::kArithmetic, false, false, '/'},
    Operator{"_%_", Op::kArithmetic, false, false, '%'},
    Operator{"@in", Op::kIn},
    Operator{"_[_]", Op::kIndex},
    Operator{"contains", Op::kContains},
    Operator{"startsWith", Op::kStartsWith},
    Operator{"endsWith", Op::kEndsWith},
    Operator{"matches", Op::kMatches},
};

constexpr std::array kUnary = {
    Operator{"!_", Op::kNot},        Operator{"-_", Op::kNegate},  Operator{"size", Op::kSize},
    Operator{"type", Op::kType},     Operator{"dyn", Op::kSame},   Operator{"bool", Op::kSame},
    Operator{"int", Op::kSame},      Operator{"uint", Op::kSame},  Operator{"double", Op::kSame},
    Operator{"string", Op::kSame},   Operator{"bytes", Op::kSame}, Operator{"timestamp", Op::kSame},
    Operator{"duration", Op::kSame},
};

template <size_t kSize>
const Operator* Find(const std::array<Operator, kSize>& operators, std::string_view name) {
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [&](const Operator& one) { return one.name == name; });
  return found == operators.end() ? nullptr : &*found;
}

// A call that gives its argument back, for these kinds.
uint32_t KindsGivenBack(const Resolution& resolution) {
  static constexpr std::pair<std::string_view, Kind> kOwn[] = {
      {"bool", Kind::kBool},           {"int", Kind::kInt},          {"uint", Kind::kUint},
      {"double", Kind::kDouble},       {"string", Kind::kString},    {"bytes", Kind::kBytes},
      {"timestamp", Kind::kTimestamp}, {"duration", Kind::kDuration}};
  if (resolution.name == "dyn") return ComparesAnything(resolution) ? ~0U : 0;
  for (const auto& [name, kind] : kOwn) {
    if (resolution.name == name) return CallsStandard(resolution, {kind}) ? KindBit(kind) : 0;
  }
  return 0;
}

std::shared_ptr<const Pattern> PatternOf(const Node& node) {
  const auto* const text = std::get_if<std::string>(&node.literal);
  return node.kind == NodeKind::kLiteral && text != nullptr ? MakePattern(*text) : nullptr;
}

}  // namespace

bool IsOfLibraries(const Overload& overload) { return LibraryOf(&overload) != nullptr; }

void ChooseUnary(const Resolution& resolution, Step* step) {
  const Operator* const known = Find(kUnary, resolution.name);
  if (known == nullptr) return;
  switch (known->op) {
    case Op::kNot:
      step->kinds = CallsStandard(resolution, {Kind::kBool}) ? KindBit(Kind::kBool) : 0;
      break;
    case Op::kNegate:
    case Op::kSize:
      for (const Kind kind :
           {Kind::kInt, Kind::kDouble, Kind::kString, Kind::kBytes, Kind::kList, Kind::kMap}) {
        if (CallsStandard(resolution, {kind})) step->kinds |= KindBit(kind);
      }
      break;
    case Op::kType:
      step->kinds = ComparesAnything(resolution) ? ~0U : 0;
      break;
    default:
      step->kinds = KindsGivenBack(resolution);
  }
  if (step->kinds != 0) step->op = known->op;
}

void ChooseBinary(const Resolution& resolution, const Node& second, Step* step,
                  StepDetail* detail) {
  const Operator* const known = Find(kBinary, resolution.name);
  if (known == nullptr) return;
  switch (known->op) {
    case Op::kEqual:
      step->kinds = ComparesAnything(resolution) ? ~0U : 0;
      break;
    case Op::kOrder:
      step->mixed = MixesNumbers(resolution);
      step->kinds = PairsOf(resolution, {Kind::kBool, Kind::kInt, Kind::kUint, Kind::kDouble,
                                         Kind::kString, Kind::kTimestamp, Kind::kDuration});
      break;
    case Op::kArithmetic:
      step->kinds = PairsOf(resolution, {Kind::kInt, Kind::kUint, Kind::kDouble, Kind::kString});
      break;
    case Op::kIn:
      if (CallsStandard(resolution, {Kind::kNull, Kind::kList})) {
        step->kinds |= KindBit(Kind::kList);
      }
      if (CallsStandard(resolution, {Kind::kNull, Kind::kMap})) {
        step->kinds |= KindBit(Kind::kMap);
      }
      break;
    case Op::kIndex:
      if (CallsStandard(resolution, {Kind::kList, Kind::kInt})) {
        step->kinds |= KindBit(Kind::kList);
      }
      if (CallsStandard(resolution, {Kind::kMap, Kind::kNull})) {
        step->kinds |= KindBit(Kind::kMap);
      }
      break;
    case Op::kMatches:
      detail->pattern = PatternOf(second);
      if (detail->pattern == nullptr) return;
      [[fallthrough]];
    default:
      step->kinds = PairsOf(resolution, {Kind::kString});
  }
  if (step->kinds == 0) return;
  step->op = known->op;
  step->flag = known->flag;
  step->or_equal = known->or_equal;
  step->symbol = known->symbol;
}

}  // namespace changepolicy::cel
