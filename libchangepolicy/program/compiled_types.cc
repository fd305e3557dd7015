#include "libchangepolicy/program/compiled_types.h"

namespace changepolicy {

using cel::Type;
using cel::TypeKind;

namespace {

bool IsListOfScalars(const Type& type) {
  return type.Is(TypeKind::kList) && IsScalar(type.first());
}

bool IsTable(const Type& type) {
  return type.Is(TypeKind::kMap) && IsScalar(type.first()) &&
         (IsScalar(type.second()) || IsListOfScalars(type.second()) || IsTable(type.second()));
}

}  // namespace

bool IsScalar(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kEnum:
    case TypeKind::kDouble:
    case TypeKind::kString:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
      return true;
    default:
      return false;
  }
}

bool IsCompiled(const Type& type) {
  if (type.IsOptional()) return !type.first().IsOptional() && IsCompiled(type.first());
  return IsScalar(type) || type.Is(TypeKind::kMessage) || IsListOfScalars(type) || IsTable(type) ||
         (type.Is(TypeKind::kList) && type.first().Is(TypeKind::kMessage));
}

bool HoldsMessage(const Type& type) {
  if (type.Is(TypeKind::kList) || type.IsOptional()) return HoldsMessage(type.first());
  return type.Is(TypeKind::kMessage);
}

}  // namespace changepolicy
