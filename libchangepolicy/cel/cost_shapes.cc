#include "libchangepolicy/cel/cost_shapes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

Shape NumberShape(int64_t number) {
  Shape shape;
  shape.extent.least = shape.extent.most = number;
  return shape;
}

std::string Below(const std::string& path, std::string_view step) {
  return path.empty() ? "" : StrCat(path, step);
}

}  // namespace

Shape Anything(uint64_t largest) { return ShapeOf(Interval::UpTo(largest), largest); }

Shape LiteralShape(const Literal& literal) {
  if (const auto* const number = std::get_if<int64_t>(&literal)) return NumberShape(*number);
  if (const auto* const text = std::get_if<std::string>(&literal)) {
    return ShapeOf(Interval::Exactly(CountCodePoints(*text)));
  }
  if (const auto* const bytes = std::get_if<BytesLiteral>(&literal)) {
    return ShapeOf(Interval::Exactly(bytes->bytes.size()));
  }
  return Shape();
}

Shape ConstantShape(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kInt:
      return NumberShape(value.int_value());
    case Value::Kind::kString:
      return ShapeOf(Interval::Exactly(CountCodePoints(value.string_value())));
    case Value::Kind::kBytes:
      return ShapeOf(Interval::Exactly(value.bytes_value().size()));
    case Value::Kind::kList: {
      std::optional<Shape> element;
      for (size_t i = 0; i < value.list().size(); ++i) {
        Shape one = ConstantShape(value.list().At(i));
        element = element.has_value() ? Union(*element, one) : std::move(one);
      }
      const Interval size = Interval::Exactly(value.list().size());
      return element.has_value() ? CollectionOf(size, *std::move(element)) : ShapeOf(size);
    }
    case Value::Kind::kMap:
    case Value::Kind::kMessage:
    case Value::Kind::kOptional:
    case Value::Kind::kOpaque:
      return Anything(kUnbounded);
    default:
      return Shape();
  }
}

InputShapes::InputShapes(const SizeLimits& limits)
    : limits_(limits),
      largest_(std::max({limits.string, limits.bytes, limits.list, limits.map, uint64_t{1}})) {
  for (const auto& [path, size] : limits.paths) largest_ = std::max(largest_, size);
}

uint64_t InputShapes::LimitAt(const std::string& path, uint64_t otherwise) const {
  const auto found = path.empty() ? limits_.paths.end() : limits_.paths.find(path);
  return found == limits_.paths.end() ? otherwise : found->second;
}

Shape InputShapes::At(const Type& type, const std::string& path) const {
  Shape shape;
  switch (type.kind()) {
    case TypeKind::kString:
      shape = ShapeOf(Interval::UpTo(LimitAt(path, limits_.string)));
      break;
    case TypeKind::kBytes:
      shape = ShapeOf(Interval::UpTo(LimitAt(path, limits_.bytes)));
      break;
    case TypeKind::kList:
      shape = CollectionOf(Interval::UpTo(LimitAt(path, limits_.list)),
                           At(type.first(), Below(path, "[*]")));
      break;
    case TypeKind::kMap:
      shape = CollectionOf(Interval::UpTo(LimitAt(path, limits_.map)),
                           At(type.second(), Below(path, "[*]")));
      shape.key = std::make_shared<const Shape>(At(type.first(), Below(path, "[key]")));
      break;
    case TypeKind::kWrapper:
      shape = Union(Shape(), At(type.first(), path));
      break;
    case TypeKind::kMessage:
    case TypeKind::kOpaque:
      shape = type.IsOptional() ? CollectionOf(Interval::Exactly(1), At(type.first(), path))
                                : ShapeOf(Interval::Exactly(1), largest_);
      break;
    case TypeKind::kDyn:
    case TypeKind::kAny:
    case TypeKind::kError:
    case TypeKind::kParameter:
      shape = Anything(largest_);
      shape.extent.size.max = LimitAt(path, largest_);
      break;
    default:
      break;
  }
  shape.path = path;
  return shape;
}

}  // namespace changepolicy::cel
