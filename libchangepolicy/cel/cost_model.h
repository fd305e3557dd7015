// What a call costs, in the units of cel-go, and how large its result can be: declared once for
// each overload, for the evaluation that counts and for the bound that is known before it.
//
// A model sees sizes as intervals. The evaluation passes exact ones, so that both interval ends of
// the cost agree; the bound passes what is known of the arguments. Include this to attach a model
// to a row of a table of functions:
//
//   {"string.trim() -> string", Trim, "", cost::kTrim},
//   {"list(A).product() -> int", Product, "", {cost::PerElement<0>}},
//
// A row without a model costs 1, and its result is as large as the larger of what the limits allow
// for its type and of its arguments.
#ifndef LIBCHANGEPOLICY_CEL_COST_MODEL_H_
#define LIBCHANGEPOLICY_CEL_COST_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "absl/types/span.h"

namespace changepolicy::cel {

inline constexpr uint64_t kUnbounded = std::numeric_limits<uint64_t>::max();

// Arithmetic that stays at kUnbounded instead of overflowing.
constexpr uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  return a > kUnbounded - b ? kUnbounded : a + b;
}
constexpr uint64_t SaturatingMultiply(uint64_t a, uint64_t b) {
  return b != 0 && a > kUnbounded / b ? kUnbounded : a * b;
}
// The quotient, rounded up.
constexpr uint64_t CeilDivide(uint64_t a, uint64_t b) { return a / b + (a % b == 0 ? 0 : 1); }

struct Interval {
  uint64_t min = 0;
  uint64_t max = 0;

  static constexpr Interval Exactly(uint64_t value) { return {value, value}; }
  static constexpr Interval UpTo(uint64_t max) { return {0, max}; }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

constexpr Interval operator+(Interval a, Interval b) {
  return {SaturatingAdd(a.min, b.min), SaturatingAdd(a.max, b.max)};
}
constexpr Interval operator+(Interval a, uint64_t b) { return a + Interval::Exactly(b); }
constexpr Interval operator*(Interval a, Interval b) {
  return {SaturatingMultiply(a.min, b.min), SaturatingMultiply(a.max, b.max)};
}
constexpr Interval operator*(Interval a, uint64_t b) { return a * Interval::Exactly(b); }
// Rounded up. A size without bound stays without bound.
constexpr Interval CeilDivide(Interval a, uint64_t b) {
  return {CeilDivide(a.min, b), a.max == kUnbounded ? kUnbounded : CeilDivide(a.max, b)};
}
// Both.
constexpr Interval Union(Interval a, Interval b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}
// The smaller of two.
constexpr Interval Smaller(Interval a, Interval b) {
  return {std::min(a.min, b.min), std::min(a.max, b.max)};
}

// What a model sees of a value.
struct Extent {
  // As size() counts: code points, bytes, elements, entries; 1 for what has no size.
  Interval size = Interval::Exactly(1);
  // Of an int: its value, between these.
  int64_t least = std::numeric_limits<int64_t>::min();
  int64_t most = std::numeric_limits<int64_t>::max();

  // An int's value as a size or count: nothing below 0.
  Interval Count() const {
    return {least < 0 ? 0 : static_cast<uint64_t>(least),
            most < 0 ? 0 : static_cast<uint64_t>(most)};
  }
};

// A value of which the bound knows the parts, too.
struct Shape {
  Extent extent;
  // Elements of a list, values of a map, the value of an optional, fields of a message: what holds
  // for each of them. Null: they are not larger than `parts`, however deep.
  std::shared_ptr<const Shape> element;
  // The keys of a map.
  std::shared_ptr<const Shape> key;
  uint64_t parts = 1;
  // Where it stands in the input (`change.services[*]`), as far as that is known.
  std::string path;
};

using Extents = absl::Span<const Extent>;
using Shapes = absl::Span<const Shape>;

struct CostModel {
  // The cost of the call alone. Null: 1.
  Interval (*cost)(Extents args, const Extent& result) = nullptr;
  // What is known of the result; for the bound only. Null: see above.
  Shape (*result)(Shapes args) = nullptr;
};

// Something of up to `size`, whose parts are not larger than `parts`.
Shape ShapeOf(Interval size, uint64_t parts = 1);
// What holds for every element of it.
Shape ElementOf(const Shape& shape);
Shape KeyOf(const Shape& shape);
// What holds for both.
Shape Union(const Shape& a, const Shape& b);
// The largest size in it, at any depth.
uint64_t Largest(const Shape& shape);
// A list, or an optional, of such elements.
Shape CollectionOf(Interval size, Shape element);

// The models. Where cel-go charges for a function, so do these; other functions cost 1 and a tenth
// of a unit for each character, or a unit for each element, that they go through or make.
namespace cost {

inline constexpr uint64_t kListCreation = 10;
inline constexpr uint64_t kMapCreation = 30;
inline constexpr uint64_t kMessageCreation = 40;

// ---- Costs

template <uint64_t kUnits>
Interval Constant(Extents, const Extent&) {
  return Interval::Exactly(kUnits);
}
// A tenth of argument i, which may come to nothing.
template <size_t i>
Interval Tenth(Extents args, const Extent&) {
  return CeilDivide(args[i].size, 10);
}
template <size_t i>
Interval Elements(Extents args, const Extent&) {
  return args[i].size;
}
// 1 and a tenth of argument i: a text is gone through.
template <size_t i>
Interval Traverse(Extents args, const Extent&) {
  return CeilDivide(args[i].size, 10) + 1;
}
// 1 and a tenth of argument i and of the result: a text is gone through and another made.
template <size_t i>
Interval Rewrite(Extents args, const Extent& result) {
  return CeilDivide(args[i].size + result.size, 10) + 1;
}
// 1 and a tenth of all arguments and of the result.
Interval RewriteAll(Extents args, const Extent& result);
// 1 and one for each element of argument i.
template <size_t i>
Interval PerElement(Extents args, const Extent&) {
  return args[i].size + 1;
}
// A list is made, one unit for each of its elements.
Interval MakeList(Extents args, const Extent& result);
// Elements of argument 0, and a list is made; with a depth in argument 1, that often.
Interval Flatten(Extents args, const Extent& result);
// Every element of argument i against every other, and a list is made.
template <size_t i>
Interval SelfCompare(Extents args, const Extent&) {
  return CeilDivide(args[i].size * args[i].size * 21, 10) + 1 + kListCreation;
}
// Every element of list 0 against every one of list 1, `kTimes` times.
template <uint64_t kTimes>
Interval CrossCompare(Extents args, const Extent&) {
  return args[0].size * args[1].size * kTimes + 1;
}
// Texts 0 and 1: each place of one against all of the other.
Interval Search(Extents args, const Extent& result);
// The same with 1 for the call.
Interval SearchCall(Extents args, const Extent& result);
Interval Comparison(Extents args, const Extent& result);
Interval Concatenation(Extents args, const Extent& result);
// Text 0 and the regular expression 1.
Interval Match(Extents args, const Extent& result);
// The same, and the result is made.
Interval MatchAndMake(Extents args, const Extent& result);

// ---- Results

// Not larger than argument i, with the same parts: a piece of a text or of a list.
template <size_t i>
Shape PieceOf(Shapes args) {
  Shape piece = args[i];
  piece.extent.size.min = 0;
  piece.path.clear();
  return piece;
}
// Argument i itself, or something of the same size and parts.
template <size_t i>
Shape SameAs(Shapes args) {
  return args[i];
}
// An element of argument i.
template <size_t i>
Shape AnElement(Shapes args) {
  return ElementOf(args[i]);
}
// An optional that holds argument i, or nothing.
template <size_t i>
Shape OptionalOf(Shapes args) {
  return CollectionOf(Interval::Exactly(1), args[i]);
}
template <size_t i>
Shape OptionalElement(Shapes args) {
  return CollectionOf(Interval::Exactly(1), ElementOf(args[i]));
}
// An int that says how large argument i is.
template <size_t i>
Shape SizeOf(Shapes args) {
  Shape size;
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  size.extent.least = static_cast<int64_t>(std::min(args[i].extent.size.min, kMost));
  size.extent.most = static_cast<int64_t>(std::min(args[i].extent.size.max, kMost));
  return size;
}
// A text of at most this many characters.
template <uint64_t kMost>
Shape ShortText(Shapes) {
  return ShapeOf(Interval::UpTo(kMost));
}
Shape Scalar(Shapes args);
Shape Sum(Shapes args);

// ---- Both, for the functions of the standard and of the extensions

inline constexpr CostModel kComparison{Comparison, Scalar};
inline constexpr CostModel kConcatenation{Concatenation, Sum};
inline constexpr CostModel kListConcatenation{Constant<1>, Sum};
inline constexpr CostModel kScalar{Constant<1>, Scalar};
inline constexpr CostModel kSame{Constant<1>, SameAs<0>};
inline constexpr CostModel kIndex{Constant<1>, AnElement<0>};
inline constexpr CostModel kOptionalIndex{Constant<1>, OptionalElement<0>};
// An index into what an optional holds.
extern const CostModel kIndexInOptional;
inline constexpr CostModel kInList{Elements<1>, Scalar};
inline constexpr CostModel kSize{Constant<1>, SizeOf<0>};
inline constexpr CostModel kNumberText{Constant<1>, ShortText<64>};
inline constexpr CostModel kContains{Search, Scalar};
// startsWith, endsWith.
inline constexpr CostModel kAffix{Tenth<1>, Scalar};
inline constexpr CostModel kMatches{Match, Scalar};
extern const CostModel kStringToBytes;
inline constexpr CostModel kBytesToString{Tenth<0>, PieceOf<0>};
extern const CostModel kQuote;
extern const CostModel kFormat;
inline constexpr CostModel kPosition{SearchCall, Scalar};
inline constexpr CostModel kCharAt{Traverse<0>, ShortText<1>};
inline constexpr CostModel kTrim{Rewrite<0>, PieceOf<0>};
// The same length: case, order.
inline constexpr CostModel kMapText{Rewrite<0>, SameAs<0>};
extern const CostModel kReplace;
extern const CostModel kSplit;
extern const CostModel kJoin;
inline constexpr CostModel kSlice{MakeList, PieceOf<0>};
inline constexpr CostModel kReverseList{MakeList, SameAs<0>};
inline constexpr CostModel kSort{SelfCompare<0>, SameAs<0>};
// sortBy: list 0 in the order of the keys in list 1.
inline constexpr CostModel kSortByKeys{SelfCompare<1>, SameAs<0>};
inline constexpr CostModel kDistinct{SelfCompare<0>, PieceOf<0>};
extern const CostModel kRange;
extern const CostModel kFlatten;
inline constexpr CostModel kFirst{Constant<1>, OptionalElement<0>};
inline constexpr CostModel kOptionalOf{Constant<1>, OptionalOf<0>};
inline constexpr CostModel kOptionalValue{Constant<1>, AnElement<0>};
// sets.contains and sets.intersects; sets.equivalent looks from both sides.
inline constexpr CostModel kSetsContains{CrossCompare<1>, Scalar};
inline constexpr CostModel kSetsEquivalent{CrossCompare<2>, Scalar};
// math.greatest and math.least of a list.
inline constexpr CostModel kReduceList{PerElement<0>, AnElement<0>};
extern const CostModel kBase64Encode;
inline constexpr CostModel kBase64Decode{Rewrite<0>, PieceOf<0>};
// ip(), cidr() and their like: a short text is read.
inline constexpr CostModel kParseText{Traverse<0>, Scalar};
extern const CostModel kRegexReplace;
// regex.extract, regex.extractAll.
extern const CostModel kRegexExtract;
extern const CostModel kRegexExtractAll;

}  // namespace cost
}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_COST_MODEL_H_
