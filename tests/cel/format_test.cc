// format() of the strings library.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Format, Texts) {
  ExpectAll({
      {"'%s'.format([1e21])", "\"1000000000000000000000\"", "string"},
      {"'%s'.format([1e-7])", "\"0.0000001\""},
      {"'%s'.format([-0.5])", "\"-0.5\""},
      {"'%s'.format([100.0])", "\"100\""},
      {"'%s'.format([123456789.125])", "\"123456789.125\""},
      {"'%s'.format([duration('123456789.123456789s')])", "\"123456789.12345679s\""},
      {"'%s'.format([duration('-100ms')])", "\"-0.1s\""},
      {"'%s'.format([duration('1ns')])", "\"0.000000001s\""},
      {"'%s'.format([timestamp('2023-02-03T23:31:20.5+01:00')])", "\"2023-02-03T22:31:20.5Z\""},
      {"'%s'.format([type(1)])", "\"int\""},
      {"'%s'.format([[1, [2.5, 'x'], null, {'b': 1, 'a': b'y'}]])",
       "\"[1, [2.5, x], null, {a: y, b: 1}]\""},
      // Two keys of one text are two entries.
      {"'%s'.format([{1: 'x', '1': 'y'}])", "\"{1: x, 1: y}\""},
      {"'%s'.format([b'a\\xff\\xfeb\\xffé']) == 'a\\ufffdb\\ufffd\\u00e9'", "true"},
      {"'%s'.format([ip('::1')])", "error INVALID_ARGUMENT"},
      {"'%s'.format([[optional.of(1)]])", "error INVALID_ARGUMENT"},
  });
}

TEST(Format, Numbers) {
  ExpectAll({
      {"'%d'.format([3.14])", "\"3.14\""},
      {"'%d'.format([1e21])", "\"1000000000000000000000\""},
      {"'%d %d'.format([double('NaN'), double('-Infinity')])", "\"NaN -Infinity\""},
      {"'%d'.format(['1'])", "error INVALID_ARGUMENT"},
      {"'%.0f %.0f %.3f'.format([2.5, 3.5, 123.4999])", "\"2 4 123.500\""},
      {"'%f'.format([1u])", "\"1.000000\""},
      {"'%e'.format([1e100])", "\"1.000000e+100\""},
      {"'%.1e'.format([-3.14])", "\"-3.1e+00\""},
      {"'%f %e'.format([double('Infinity'), double('NaN')])", "\"Infinity NaN\""},
      {"'%b %b %b'.format([true, -5, 5u])", "\"1 -101 101\""},
      {"'%x %X'.format([-9223372036854775808, b'\\xab'])", "\"-8000000000000000 AB\""},
      {"'%x'.format(['hello'])", "\"68656c6c6f\""},
      {"'%o'.format([-8])", "\"-10\""},
      {"'%o'.format([1.0])", "error INVALID_ARGUMENT"},
  });
}

TEST(Format, Places) {
  ExpectAll({
      {"'%.100f'.format([0.0]).size()", "102"},
      {"'%.101f'.format([0.0])", "error INVALID_ARGUMENT"},
      {"'%.99999999999999999999f'.format([0.0])", "error INVALID_ARGUMENT"},
      {"'%.f'.format([1.0])", "error INVALID_ARGUMENT"},
      {"'%'.format([1])", "error INVALID_ARGUMENT"},
      {"'%5d'.format([1])", "error INVALID_ARGUMENT"},
      {"'%s'.format([])", "error INVALID_ARGUMENT"},
      {"'100%%'.format([])", "\"100%\""},
      {"1.format([1])", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
