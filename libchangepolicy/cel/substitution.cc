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

}  // namespace

bool Substitution::Step(const Type& type) {
  if (exhausted_) return false;
  if (steps_left_ == 0 || type.depth() > deepest_ || level_ > 2 * deepest_) {
    exhausted_ = true;
    return false;
  }
  --steps_left_;
  return true;
}

namespace {

// One more level of recursion, as long as it stands.
class Level {
 public:
  explicit Level(size_t* level) : level_(*level) { ++level_; }
  ~Level() { --level_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  size_t& level_;
};

}  // namespace

Type Substitution::Find(const Type& parameter) {
  Type end = parameter;
  std::vector<std::string> passed;
  while (end.Is(TypeKind::kParameter) && Step(end)) {
    const auto found = bound_.find(end.name());
    if (found == bound_.end()) break;
    passed.push_back(end.name());
    end = found->second;
  }
  for (size_t i = 0; i + 1 < passed.size(); ++i) Bind(passed[i], end);
  return end;
}

// Whether everything of type `b` is also of type `a`, so that `a` describes both.
bool Substitution::IsAtLeastAsGeneral(const Type& a, const Type& b) {
  if (!Step(a) || a.IsDynamic()) return true;
  if (b.IsDynamic()) return false;
  if (a.Is(TypeKind::kWrapper) && !b.Is(TypeKind::kWrapper)) {
    return b.Is(TypeKind::kNull) || a.first() == b;
  }
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

void Substitution::Bind(const std::string& parameter, const Type& type) {
  const auto [entry, added] = bound_.emplace(parameter, type);
  log_.emplace_back(parameter, added ? std::nullopt : std::optional(entry->second));
  entry->second = type;
}

void Substitution::Undo(size_t length) {
  for (; log_.size() > length; log_.pop_back()) {
    auto& [parameter, before] = log_.back();
    if (before.has_value()) {
      bound_.insert_or_assign(parameter, *before);
    } else {
      bound_.erase(parameter);
    }
  }
}

Type Substitution::Fresh() { return Type::Parameter(StrCat("%", next_++)); }

Type Substitution::Replace(const Type& type, std::map<std::string, Type>* fresh) {
  if (!type.is_open()) return type;
  if (type.Is(TypeKind::kParameter)) {
    const auto found = fresh->find(type.name());
    return found != fresh->end() ? found->second
                                 : fresh->emplace(type.name(), Fresh()).first->second;
  }
  std::vector<Type> inner;
  for (const Type& parameter : type.parameters()) inner.push_back(Replace(parameter, fresh));
  return inner.empty() ? type : WithParameters(type, inner);
}

std::vector<Type> Substitution::Instantiate(const std::vector<Type>& types) {
  std::map<std::string, Type> fresh;
  std::vector<Type> instantiated;
  instantiated.reserve(types.size());
  for (const Type& type : types) instantiated.push_back(Replace(type, &fresh));
  return instantiated;
}

Type Substitution::Resolve(const Type& type, bool unknown_to_dyn) {
  const Level level(&level_);
  if (!Step(type)) return Type::Dyn();
  if (type.Is(TypeKind::kParameter)) {
    const Type end = Find(type);
    if (!end.Is(TypeKind::kParameter)) return Resolve(end, unknown_to_dyn);
    return unknown_to_dyn ? Type::Dyn() : end;
  }
  if (!type.is_open()) return type;
  std::vector<Type> inner;
  for (const Type& parameter : type.parameters()) {
    inner.push_back(Resolve(parameter, unknown_to_dyn));
  }
  Type resolved = WithParameters(type, inner);
  return resolved.depth() <= deepest_ ? resolved : (exhausted_ = true, Type::Dyn());
}

bool Substitution::Contains(const Type& type, const std::string& parameter) {
  const Level level(&level_);
  if (!Step(type)) return false;
  if (type.Is(TypeKind::kParameter)) {
    if (type.name() == parameter) return true;
    const Type end = Find(type);
    return end.Is(TypeKind::kParameter) ? end.name() == parameter : Contains(end, parameter);
  }
  for (const Type& inner : type.parameters()) {
    if (Contains(inner, parameter)) return true;
  }
  return false;
}

bool Substitution::Assign(const Type& from, const Type& to) {
  const Level level(&level_);
  if (!Step(from)) return true;
  if (to.Is(TypeKind::kParameter)) {
    const Type known = Find(to);
    if (known.Is(TypeKind::kParameter) && !(known == to)) return Assign(from, known);
    if (!known.Is(TypeKind::kParameter)) {
      if (!Assign(from, known)) {
        // The other way round: what is known may be the narrower of the two.
        if (!Assign(known, from)) return false;
      }
      const Type resolved = Resolve(from);
      if (!Contains(from, to.name()) && IsAtLeastAsGeneral(resolved, Resolve(known))) {
        Bind(to.name(), resolved);
      }
      return true;
    }
    if (from == to) return true;
    const Type resolved = Resolve(from);
    if (resolved == to) return true;
    if (Contains(resolved, to.name())) return false;
    Bind(to.name(), resolved);
    return true;
  }
  if (from.Is(TypeKind::kParameter)) {
    const Type known = Find(from);
    if (!(known == from)) return Assign(known, to);
    if (Contains(to, from.name())) return false;
    Bind(from.name(), to);
    return true;
  }
  return AssignResolved(from, to);
}

void Substitution::BindToDyn(const Type& type) {
  const Type known = type.Is(TypeKind::kParameter) ? Find(type) : type;
  if (known.Is(TypeKind::kParameter)) {
    Bind(known.name(), Type::Dyn());
  } else if (Step(known)) {
    for (const Type& inner : known.parameters()) BindToDyn(inner);
  }
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
  const size_t before = log_.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (!Assign(from[i], to[i])) {
      Undo(before);
      return false;
    }
  }
  return true;
}

Type Substitution::Join(const Type& a, const Type& b) {
  const size_t before = log_.size();
  if (Assign(b, a) || (Undo(before), Assign(a, b))) {
    const Type left = Resolve(a);
    const Type right = Resolve(b);
    return IsAtLeastAsGeneral(left, right) ? left : right;
  }
  Undo(before);
  return Type::Dyn();
}

}  // namespace changepolicy::cel
