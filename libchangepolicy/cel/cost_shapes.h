// How large the things are that a bound starts from: literals, constants, and what the input may
// hold. Included by cost.cc only.
#ifndef LIBCHANGEPOLICY_CEL_COST_SHAPES_H_
#define LIBCHANGEPOLICY_CEL_COST_SHAPES_H_

#include <cstdint>
#include <string>

#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Nothing is known of it but that nothing in it is larger.
Shape Anything(uint64_t largest);
Shape LiteralShape(const Literal& literal);
Shape ConstantShape(const Value& value);

// The input as its limits describe it.
class InputShapes {
 public:
  // `limits` must outlive this.
  explicit InputShapes(const SizeLimits& limits);

  // A value of this type, at this place (`change.services[*]`); at none that is known when empty.
  Shape At(const Type& type, const std::string& path) const;
  // No value is larger.
  uint64_t largest() const { return largest_; }

 private:
  uint64_t LimitAt(const std::string& path, uint64_t otherwise) const;

  const SizeLimits& limits_;
  uint64_t largest_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_COST_SHAPES_H_
