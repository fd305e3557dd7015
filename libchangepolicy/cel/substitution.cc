#include "libchangepolicy/cel/substitution.h"

#include <utility>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

Type WithParameters(const Type& type, const std::vector<Type>& parameters) {
  switch (type.kind()) {
    case TypeKind::kList:
      return Type::List(parameters[0]);
    case TypeKind::kMap:
      return Type::Map(parameters[0], parameters[1]);
    case TypeKind::kWrapper:
      return Type::Wrapper(parameters[0]);
    case TypeKind::kType:
      return Type::TypeOf(parameters[0]);
    case TypeKind::kOpaque:
      return Type::Opaque(type.name(), parameters);
    default:
      return type;
  }
}

bool TakesNull(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kMessage:
    case TypeKind::kWrapper:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kAny:
    case TypeKind::kOpaque:
      return true;
    default:
      return false;
  }
}

// Whether everything of type `b` is also of type `a`, so that `a` describes both.
bool IsAtLeastAsGeneral(const Type& a, const Type& b) {
  if (a.IsDynamic() || a == b) return true;
  if (b.IsDynamic()) return false;
  if (a.Is(TypeKind::kWrapper)) return b.Is(TypeKind::kNull) || a.first() == b;
  if (b.Is(TypeKind::kNull)) return TakesNull(a);
  if (a.kind() != b.kind() || a.name() != b.name() ||
      a.parameters().size() != b.parameters().size()) {
    return a.Is(TypeKind::kParameter);
  }
  for (size_t i = 0; i < a.parameters().size(); ++i) {
    if (!IsAtLeastAsGeneral(a.parameters()[i], b.parameters()[i])) return false;
  }
  return true;
}

}  // namespace

Type Substitution::Fresh() { return Type::Parameter(StrCat("%", next_++)); }

std::vector<Type> Substitution::Instantiate(const std::vector<Type>& types) {
  std::map<std::string, Type> fresh;
  const auto replace = [&](const auto& self, const Type& type) -> Type {
    if (type.Is(TypeKind::kParameter)) {
      const auto found = fresh.find(type.name());
      return found != fresh.end() ? found->second
                                  : fresh.emplace(type.name(), Fresh()).first->second;
    }
    std::vector<Type> inner;
    for (const Type& parameter : type.parameters()) inner.push_back(self(self, parameter));
    return inner.empty() ? type : WithParameters(type, inner);
  };
  std::vector<Type> instantiated;
  for (const Type& type : types) instantiated.push_back(replace(replace, type));
  return instantiated;
}

Type Substitution::Resolve(const Type& type, bool unknown_to_dyn) const {
  if (type.Is(TypeKind::kParameter)) {
    const auto found = bound_.find(type.name());
    if (found != bound_.end()) return Resolve(found->second, unknown_to_dyn);
    return unknown_to_dyn ? Type::Dyn() : type;
  }
  if (type.parameters().empty()) return type;
  std::vector<Type> inner;
  for (const Type& parameter : type.parameters())
    inner.push_back(Resolve(parameter, unknown_to_dyn));
  return WithParameters(type, inner);
}

bool Substitution::Contains(const Type& type, const std::string& parameter) const {
  if (type.Is(TypeKind::kParameter)) {
    if (type.name() == parameter) return true;
    const auto found = bound_.find(type.name());
    return found != bound_.end() && Contains(found->second, parameter);
  }
  for (const Type& inner : type.parameters()) {
    if (Contains(inner, parameter)) return true;
  }
  return false;
}

bool Substitution::Assign(const Type& from, const Type& to) {
  if (to.Is(TypeKind::kParameter)) {
    const auto found = bound_.find(to.name());
    if (found != bound_.end()) {
      if (found->second.Is(TypeKind::kParameter)) return Assign(from, found->second);
      const Type known = found->second;
      if (!Assign(from, known)) {
        // The other way round: what is known may be the narrower of the two.
        if (!Assign(known, from)) return false;
      }
      const Type resolved = Resolve(from);
      if (!Contains(from, to.name()) && IsAtLeastAsGeneral(resolved, Resolve(known))) {
        bound_.insert_or_assign(to.name(), resolved);
      }
      return true;
    }
    if (from == to) return true;
    const Type resolved = Resolve(from);
    if (resolved == to) return true;
    if (Contains(resolved, to.name())) return false;
    bound_.insert_or_assign(to.name(), resolved);
    return true;
  }
  if (from.Is(TypeKind::kParameter)) {
    const auto found = bound_.find(from.name());
    if (found != bound_.end()) return Assign(found->second, to);
    if (Contains(to, from.name())) return false;
    bound_.insert_or_assign(from.name(), to);
    return true;
  }
  return AssignResolved(from, to);
}

void Substitution::BindToDyn(const Type& type) {
  if (type.Is(TypeKind::kParameter)) {
    const auto [found, added] = bound_.emplace(type.name(), Type::Dyn());
    if (!added) BindToDyn(Type(found->second));
  }
  for (const Type& inner : type.parameters()) BindToDyn(inner);
}

bool Substitution::AssignResolved(const Type& from, const Type& to) {
  if (from.IsDynamic()) {
    // Were they left free, the next use would decide what the value is not bound to be.
    BindToDyn(to);
    return true;
  }
  if (to.IsDynamic()) return true;
  if (from.Is(TypeKind::kNull)) return TakesNull(to);
  if (to.Is(TypeKind::kWrapper) && !from.Is(TypeKind::kWrapper)) return from == to.first();
  if (from.Is(TypeKind::kWrapper) && !to.Is(TypeKind::kWrapper)) {
    return from.first() == to || to.Is(TypeKind::kNull);
  }
  if (from.kind() != to.kind()) return false;
  switch (to.kind()) {
    case TypeKind::kType:
      return true;
    case TypeKind::kEnum:
      // A declaration without an enum of its own takes any, and gives any.
      return to.name().empty() || from.name().empty() || from.name() == to.name();
    default:
      break;
  }
  if (from.name() != to.name() || from.parameters().size() != to.parameters().size()) return false;
  for (size_t i = 0; i < to.parameters().size(); ++i) {
    if (!Assign(from.parameters()[i], to.parameters()[i])) return false;
  }
  return true;
}

bool Substitution::AssignAll(const std::vector<Type>& from, const std::vector<Type>& to) {
  if (from.size() != to.size()) return false;
  const std::map<std::string, Type> before = bound_;
  for (size_t i = 0; i < from.size(); ++i) {
    if (!Assign(from[i], to[i])) {
      bound_ = before;
      return false;
    }
  }
  return true;
}

Type Substitution::Join(const Type& a, const Type& b) {
  const std::map<std::string, Type> before = bound_;
  if (Assign(b, a) || (bound_ = before, Assign(a, b))) {
    const Type left = Resolve(a);
    const Type right = Resolve(b);
    return IsAtLeastAsGeneral(left, right) ? left : right;
  }
  bound_ = before;
  return Type::Dyn();
}

}  // namespace changepolicy::cel
