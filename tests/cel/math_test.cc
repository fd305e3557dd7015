// The math library.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Math, GreatestAndLeastOfNumbers) {
  ExpectAll({
      {"math.greatest(1)", "1", "int"},
      {"math.greatest(1u)", "1u", "uint"},
      {"math.greatest(1.5)", "1.5", "double"},
      {"math.greatest(1, 2)", "2", "int"},
      {"math.least(1u, 2u)", "1u", "uint"},
      {"math.greatest(-42.0, -21.5)", "-21.5", "double"},
      {"math.greatest(1, 2, 3)", "3", "int"},
      {"math.least(3u, 1u, 2u)", "1u", "uint"},
      {"math.greatest(1, 2u)", "2u", "dyn"},
      {"math.least(1.5, 2u, 1)", "1", "dyn"},
      {"math.greatest(dyn(1), 2)", "2", "dyn"},
      {"math.greatest(dyn('a'), 'b' == 'b' ? 1 : 2)", "error UNIMPLEMENTED", "dyn"},
      // The kind is that of the winner; of equals the first wins.
      {"type(math.greatest(1, 1.0)) == int", "true"},
      {"type(math.greatest(1.0, 1)) == double", "true"},
      {"type(math.least(1u, 1, 1.0)) == uint", "true"},
      // One number line, whatever the kinds.
      {"math.greatest(-1, 18446744073709551615u)", "18446744073709551615u"},
      {"math.least(-9223372036854775808, 0u, -1e300)", "-1e+300"},
      {"math.greatest(9223372036854775807, 9223372036854775808u)", "9223372036854775808u"},
      {"math.greatest(1.0 / 0.0, 18446744073709551615u)", "Infinity"},
      // Without a type, an expression may be any; what it turns out to be is then looked at.
      {"math.greatest(i, 1)", "error NOT_FOUND", "int"},
  });
}

TEST(Math, GreatestAndLeastOfAList) {
  ExpectAll({
      {"math.greatest([3, 1, 2])", "3", "int"},
      {"math.least([3u, 1u])", "1u", "uint"},
      {"math.least([2.5, -0.5])", "-0.5", "double"},
      {"math.greatest([1, 2u, 3.5])", "3.5", "dyn"},
      {"math.greatest([1, 2].map(x, x * 2))", "4", "int"},
      {"math.greatest(dyn([1, 2u]))", "2u", "dyn"},
      {"math.greatest([])", "refused cel-macro", "", "refused cel-macro"},
      {"math.least(dyn([]))", "error INVALID_ARGUMENT", "dyn"},
      {"math.greatest([1].filter(x, x > 1))", "error INVALID_ARGUMENT", "int"},
      {"math.greatest(dyn(['a']))", "error UNIMPLEMENTED", "dyn"},
      {"math.greatest(dyn([1, 'a']))", "error UNIMPLEMENTED", "dyn"},
      {"math.least(dyn([true, 1]))", "error UNIMPLEMENTED", "dyn"},
      {"math.greatest(['a', 'b'].map(x, x))", "refused cel-no-such-overload", "",
       "error UNIMPLEMENTED"},
      {"math.greatest({'a': 1}.map(k, 2))", "2", "int"},
  });
}

TEST(Math, GreatestAndLeastRefuseWhatIsNoNumber) {
  ExpectAll({
      {"math.greatest()", "refused cel-macro", "", "refused cel-macro"},
      {"math.least('a')", "refused cel-macro", "", "refused cel-macro"},
      {"math.greatest(1, true)", "refused cel-macro", "", "refused cel-macro"},
      {"math.greatest(1, [2])", "refused cel-macro", "", "refused cel-macro"},
      {"math.greatest(1, 2, {})", "refused cel-macro", "", "refused cel-macro"},
      {"math.least([1, 'a'])", "refused cel-macro", "", "refused cel-macro"},
      {"math.least(null)", "refused cel-macro", "", "refused cel-macro"},
      {"math.greatest('a' + 'b', 1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"math.greatest(dyn('a'))", "error UNIMPLEMENTED", "dyn"},
      {"math.greatest(dyn(null), 1)", "error UNIMPLEMENTED", "dyn"},
  });
}

// NaN is in no order; alone it is never compared.
TEST(Math, NanIsNeitherGreatestNorLeast) {
  ExpectAll({
      {"math.greatest(0.0 / 0.0)", "NaN", "double"},
      {"math.greatest([0.0 / 0.0])", "NaN", "double"},
      {"math.greatest(0.0 / 0.0, 1.0)", "error INVALID_ARGUMENT"},
      {"math.least(1, 0.0 / 0.0)", "error INVALID_ARGUMENT"},
      {"math.least([1.0, 0.0 / 0.0, 2.0])", "error INVALID_ARGUMENT"},
  });
}

TEST(Math, Rounding) {
  ExpectAll({
      {"math.ceil(1.2)", "2", "double"},
      {"math.ceil(-1.2)", "-1", "double"},
      {"math.floor(1.2)", "1", "double"},
      {"math.floor(-1.2)", "-2", "double"},
      {"math.round(1.5)", "2", "double"},
      {"math.round(2.5)", "3", "double"},
      {"math.round(-1.5)", "-2", "double"},
      {"math.round(-0.49999999999999994)", "-0", "double"},
      {"math.round(0.0 / 0.0)", "NaN", "double"},
      {"math.trunc(-1.9)", "-1", "double"},
      {"math.trunc(1e300)", "1e+300", "double"},
      {"math.ceil(1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"math.round(dyn(1u))", "error UNIMPLEMENTED", "double"},
  });
}

TEST(Math, SignsAndRoots) {
  ExpectAll({
      {"math.abs(-1)", "1", "int"},
      {"math.abs(-9223372036854775807)", "9223372036854775807", "int"},
      {"math.abs(-9223372036854775808)", "error OUT_OF_RANGE", "int"},
      {"math.abs(-1.5)", "1.5", "double"},
      {"math.abs(3u)", "3u", "uint"},
      {"math.abs(dyn(-2))", "2", "dyn"},
      {"math.abs('a')", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"math.sign(-42)", "-1", "int"},
      {"math.sign(0)", "0", "int"},
      {"math.sign(42u)", "1u", "uint"},
      {"math.sign(0u)", "0u", "uint"},
      {"math.sign(-0.5)", "-1", "double"},
      {"1.0 / math.sign(-0.0)", "Infinity", "double"},
      {"math.sign(0.0 / 0.0)", "NaN", "double"},
      {"math.sqrt(81)", "9", "double"},
      {"math.sqrt(81u)", "9", "double"},
      {"math.sqrt(985.25)", "31.388692231439016", "double"},
      {"math.sqrt(-15)", "NaN", "double"},
  });
}

TEST(Math, KindsOfDoubles) {
  ExpectAll({
      {"math.isNaN(0.0 / 0.0)", "true", "bool"},
      {"math.isNaN(1.0)", "false", "bool"},
      {"math.isInf(-1.0 / 0.0)", "true", "bool"},
      {"math.isInf(1.0)", "false", "bool"},
      {"math.isFinite(1.0)", "true", "bool"},
      {"math.isFinite(0.0 / 0.0)", "false", "bool"},
      {"math.isFinite(1.0 / 0.0)", "false", "bool"},
      {"math.isNaN(1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

TEST(Math, Bits) {
  ExpectAll({
      {"math.bitAnd(-3, -5)", "-7", "int"},
      {"math.bitAnd(3u, 2u)", "2u", "uint"},
      {"math.bitOr(-2, -4)", "-2", "int"},
      {"math.bitOr(1u, 2u)", "3u", "uint"},
      {"math.bitXor(1, 3)", "2", "int"},
      {"math.bitXor(3u, 5u)", "6u", "uint"},
      {"math.bitNot(1)", "-2", "int"},
      {"math.bitNot(0u)", "18446744073709551615u", "uint"},
      {"math.bitAnd(1, 1u)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"math.bitAnd(1.0, 1.0)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"math.bitShiftLeft(1, 2)", "4", "int"},
      {"math.bitShiftLeft(-1, 2)", "-4", "int"},
      {"math.bitShiftLeft(1, 63)", "-9223372036854775808", "int"},
      {"math.bitShiftLeft(1u, 64)", "0u", "uint"},
      {"math.bitShiftLeft(1u, 200)", "0u", "uint"},
      {"math.bitShiftLeft(1, -1)", "error INVALID_ARGUMENT", "int"},
      {"math.bitShiftRight(1024, 2)", "256", "int"},
      // Zeros come in, whatever the sign.
      {"math.bitShiftRight(-1024, 3)", "2305843009213693824", "int"},
      {"math.bitShiftRight(-1, 64)", "0", "int"},
      {"math.bitShiftRight(1024u, 2)", "256u", "uint"},
      {"math.bitShiftRight(1u, -9)", "error INVALID_ARGUMENT", "uint"},
      {"math.bitShiftRight(1u, 1u)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
