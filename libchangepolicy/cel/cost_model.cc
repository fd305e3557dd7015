#include "libchangepolicy/cel/cost_model.h"

namespace changepolicy::cel {

Shape ShapeOf(Interval size, uint64_t parts) {
  Shape shape;
  shape.extent.size = size;
  shape.parts = parts;
  return shape;
}

Shape ElementOf(const Shape& shape) {
  if (shape.element != nullptr) return *shape.element;
  return ShapeOf(Interval::UpTo(shape.parts), shape.parts);
}

Shape KeyOf(const Shape& shape) {
  if (shape.key != nullptr) return *shape.key;
  return ShapeOf(Interval::UpTo(shape.parts), shape.parts);
}

namespace {

// An empty list or map, of whose elements everything can be said.
bool HasNoParts(const Shape& shape) {
  return shape.extent.size.max == 0 && shape.element == nullptr && shape.path.empty();
}

}  // namespace

Shape Union(const Shape& a, const Shape& b) {
  if (HasNoParts(a) || HasNoParts(b)) {
    Shape both = HasNoParts(a) ? b : a;
    both.extent.size = Union(a.extent.size, b.extent.size);
    return both;
  }
  Shape both;
  both.extent.size = Union(a.extent.size, b.extent.size);
  both.extent.least = std::min(a.extent.least, b.extent.least);
  both.extent.most = std::max(a.extent.most, b.extent.most);
  both.parts = std::max(a.parts, b.parts);
  if (a.element == b.element) {
    both.element = a.element;
  } else if (a.element != nullptr && b.element != nullptr) {
    both.element = std::make_shared<const Shape>(Union(*a.element, *b.element));
  } else {
    // One of them says nothing of its elements but that they are not larger than its parts.
    both.parts = std::max(both.parts, std::max(Largest(a), Largest(b)));
  }
  if (a.key == b.key) {
    both.key = a.key;
  } else if (a.key != nullptr && b.key != nullptr) {
    both.key = std::make_shared<const Shape>(Union(*a.key, *b.key));
  } else {
    both.parts = std::max(both.parts, std::max(Largest(a), Largest(b)));
  }
  if (a.path == b.path) both.path = a.path;
  return both;
}

uint64_t Largest(const Shape& shape) {
  uint64_t largest = std::max(shape.extent.size.max, shape.parts);
  if (shape.element != nullptr) largest = std::max(largest, Largest(*shape.element));
  if (shape.key != nullptr) largest = std::max(largest, Largest(*shape.key));
  return largest;
}

Shape CollectionOf(Interval size, Shape element) {
  Shape shape = ShapeOf(size, Largest(element));
  shape.element = std::make_shared<const Shape>(std::move(element));
  return shape;
}

namespace cost {

Interval RewriteAll(Extents args, const Extent& result) {
  Interval all = result.size;
  for (const Extent& arg : args) all = all + arg.size;
  return CeilDivide(all, 10) + 1;
}

Interval MakeList(Extents, const Extent& result) { return result.size + 1 + kListCreation; }

Interval Flatten(Extents args, const Extent&) {
  // No value is nested deeper than this, so that more levels are no more work.
  constexpr uint64_t kDeepest = 200;
  const Interval asked = args.size() < 2 ? Interval::Exactly(1) : args[1].Count();
  const Interval depth = Smaller(asked, Interval::Exactly(kDeepest));
  return args[0].size * depth + 1 + kListCreation;
}

Interval Search(Extents args, const Extent&) {
  return CeilDivide(args[0].size, 10) * CeilDivide(args[1].size, 10);
}

Interval SearchCall(Extents args, const Extent& result) { return Search(args, result) + 1; }

Interval Comparison(Extents args, const Extent&) {
  return CeilDivide(Smaller(args[0].size, args[1].size), 10);
}

Interval Concatenation(Extents args, const Extent&) {
  return CeilDivide(args[0].size + args[1].size, 10);
}

Interval Match(Extents args, const Extent&) {
  return CeilDivide(args[0].size + 1, 10) * CeilDivide(args[1].size, 4);
}

Interval MatchAndMake(Extents args, const Extent& result) {
  return Match(args, result) + CeilDivide(result.size, 10) + 1;
}

Shape Scalar(Shapes) { return Shape(); }

Shape Sum(Shapes args) {
  Shape sum = Union(args[0], args[1]);
  sum.extent.size = args[0].extent.size + args[1].extent.size;
  sum.path.clear();
  return sum;
}

namespace {

// What came from a text by adding up to `more` to each character, and `extra` at the ends.
Shape Grown(const Shape& text, uint64_t times, uint64_t extra) {
  return ShapeOf({0, SaturatingAdd(SaturatingMultiply(text.extent.size.max, times), extra)});
}

Shape IndexedInOptional(Shapes args) {
  return CollectionOf(Interval::Exactly(1), ElementOf(ElementOf(args[0])));
}

Shape StringBytes(Shapes args) { return Grown(args[0], 4, 0); }

Shape Quoted(Shapes args) { return Grown(args[0], 2, 2); }

// Every place of the format may hold the largest of the values, and those as often as lists are
// nested; no text of a number or time is longer than the largest precision allows.
Shape Formatted(Shapes args) {
  constexpr uint64_t kLongestNumber = 1400;
  if (args[1].parts > 1 && args[1].element == nullptr) return ShapeOf(Interval::UpTo(kUnbounded));
  const Shape value = ElementOf(args[1]);
  uint64_t longest = std::max(kLongestNumber, SaturatingMultiply(value.extent.size.max, 2));
  if (Largest(ElementOf(value)) > 1 || value.element != nullptr) longest = kUnbounded;
  const uint64_t places = std::min(args[1].extent.size.max, args[0].extent.size.max);
  return ShapeOf(
      Interval::UpTo(SaturatingAdd(args[0].extent.size.max, SaturatingMultiply(places, longest))));
}

// Before each character and at the end, or each character, becomes the replacement.
Shape Replaced(Shapes args) {
  const uint64_t text = args[0].extent.size.max;
  const uint64_t places = SaturatingAdd(text, 1);
  const uint64_t most = args.size() > 3 && args[3].extent.least >= 0
                            ? std::min(places, args[3].extent.Count().max)
                            : places;
  return ShapeOf(
      Interval::UpTo(SaturatingAdd(text, SaturatingMultiply(most, args[2].extent.size.max))));
}

Interval Splitting(Extents args, const Extent& result) {
  return CeilDivide(args[0].size, 10) + result.size + 1 + kListCreation;
}

Shape Parts(Shapes args) {
  const uint64_t text = args[0].extent.size.max;
  uint64_t most = SaturatingAdd(text, 1);
  if (args.size() > 2 && args[2].extent.least >= 0) {
    most = std::min(most, args[2].extent.Count().max);
  }
  return CollectionOf(Interval::UpTo(most), ShapeOf(Interval::UpTo(text)));
}

Interval Joining(Extents args, const Extent& result) {
  return args[0].size + CeilDivide(result.size, 10) + 1;
}

Shape Joined(Shapes args) {
  const Interval element = ElementOf(args[0]).extent.size;
  const uint64_t separator = args.size() > 1 ? args[1].extent.size.max : 0;
  return ShapeOf(
      {SaturatingMultiply(args[0].extent.size.min, element.min),
       SaturatingMultiply(args[0].extent.size.max, SaturatingAdd(element.max, separator))});
}

// lists.range makes no more than this.
constexpr uint64_t kLongestRange = 1'000'000;

Shape Numbers(Shapes args) {
  Shape number;
  const Interval count = args[0].extent.Count();
  number.extent.least = 0;
  number.extent.most = static_cast<int64_t>(std::min(count.max, kLongestRange));
  return CollectionOf({std::min(count.min, kLongestRange), std::min(count.max, kLongestRange)},
                      std::move(number));
}

// Elements that are lists give theirs, as deep as is asked.
Shape Flattened(Shapes args) {
  Shape flat = args[0];
  const uint64_t depth = args.size() < 2 ? 1 : args[1].extent.Count().max;
  for (uint64_t level = 0; level < std::min<uint64_t>(depth, 100); ++level) {
    if (Largest(flat) <= 1) break;
    const Shape element = ElementOf(flat);
    const Shape inner = ElementOf(element);
    Shape both =
        CollectionOf(Interval::UpTo(SaturatingMultiply(
                         flat.extent.size.max, std::max<uint64_t>(1, element.extent.size.max))),
                     Union(element, inner));
    both.parts = std::max(both.parts, flat.parts);
    flat = std::move(both);
    if (flat.extent.size.max == kUnbounded) break;
  }
  flat.extent.size.min = 0;
  flat.path.clear();
  return flat;
}

Shape Encoded(Shapes args) { return Grown(args[0], 2, 4); }

// In the replacement, `\1` may stand for all of the text, so each of its characters counts as one.
Shape RegexReplaced(Shapes args) {
  const uint64_t text = args[0].extent.size.max;
  const uint64_t each = SaturatingMultiply(args[2].extent.size.max, SaturatingAdd(text, 1));
  return ShapeOf(
      Interval::UpTo(SaturatingAdd(text, SaturatingMultiply(SaturatingAdd(text, 1), each))));
}

Shape Extracted(Shapes args) {
  return CollectionOf(Interval::Exactly(1), ShapeOf(Interval::UpTo(args[0].extent.size.max)));
}

Shape ExtractedAll(Shapes args) {
  const uint64_t text = args[0].extent.size.max;
  return CollectionOf(Interval::UpTo(SaturatingAdd(text, 1)), ShapeOf(Interval::UpTo(text)));
}

}  // namespace

const CostModel kIndexInOptional{Constant<1>, IndexedInOptional};
const CostModel kStringToBytes{Tenth<0>, StringBytes};
const CostModel kQuote{Tenth<0>, Quoted};
const CostModel kFormat{Tenth<0>, Formatted};
const CostModel kReplace{RewriteAll, Replaced};
const CostModel kSplit{Splitting, Parts};
const CostModel kJoin{Joining, Joined};
const CostModel kRange{MakeList, Numbers};
const CostModel kFlatten{Flatten, Flattened};
const CostModel kBase64Encode{Rewrite<0>, Encoded};
const CostModel kRegexReplace{MatchAndMake, RegexReplaced};
const CostModel kRegexExtract{MatchAndMake, Extracted};
const CostModel kRegexExtractAll{MatchAndMake, ExtractedAll};

}  // namespace cost
}  // namespace changepolicy::cel
