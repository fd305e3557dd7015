// The encoders library.
#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Encoders, Base64) {
  ExpectAll({
      {"base64.encode(b'hello')", "\"aGVsbG8=\"", "string"},
      {"base64.encode(b'')", "\"\"", "string"},
      {"base64.encode(b'\\xff\\xff\\xff')", "\"////\""},
      {"base64.decode('aGVsbG8=')", "b\"hello\"", "bytes"},
      {"base64.decode('aGVsbG8')", "b\"hello\"", "bytes"},
      {"base64.decode('')", "b\"\""},
      {"base64.decode('aGVs\\nbG8=\\r\\n')", "b\"hello\""},
      // The bits that are no whole byte do not matter.
      {"base64.decode('YR==')", "b\"a\""},
      {"base64.decode('____')", "error INVALID_ARGUMENT"},
      {"base64.decode('YQ=')", "error INVALID_ARGUMENT"},
      {"base64.decode('YQ===')", "error INVALID_ARGUMENT"},
      {"base64.decode('Y')", "error INVALID_ARGUMENT"},
      {"base64.decode('Y Q==')", "error INVALID_ARGUMENT"},
      {"base64.decode('YQ==YQ==')", "error INVALID_ARGUMENT"},
      {"base64.encodeUrl(b'\\xff\\xff\\xff')", "\"____\"", "string"},
      {"base64.encodeUrl(b'\\xfb\\xef')", "\"--8=\""},
      {"base64.decodeUrl('____')", "b\"\\xff\\xff\\xff\"", "bytes"},
      {"base64.decodeUrl('////')", "error INVALID_ARGUMENT"},
      {"base64.decodeUrl('--8')", "b\"\\xfb\\xef\""},
      {"base64.encode('hello')", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"base64.decode(b'aGVsbG8=')", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"base64.decode(dyn(1))", "error UNIMPLEMENTED", "bytes"},
  });
}

TEST(Encoders, JsonOfNumbersAndTexts) {
  ExpectAll({
      {"json.encode('hello') == '\"hello\"'", "true"},
      {"json.encode(null)", "\"null\"", "string"},
      {"json.encode(true)", "\"true\""},
      {"json.encode(-7)", "\"-7\""},
      // Beyond what a double holds exactly, as a string.
      {"json.encode(9007199254740991)", "\"9007199254740991\""},
      {"json.encode(9007199254740992)", "\"\\\"9007199254740992\\\"\""},
      {"json.encode(9007199254740992u)", "\"\\\"9007199254740992\\\"\""},
      {"json.encode(1.0)", "\"1\""},
      {"json.encode(-0.0)", "\"-0\""},
      {"json.encode(1e20)", "\"100000000000000000000\""},
      {"json.encode(1e21)", "\"1e+21\""},
      {"json.encode(1e-6)", "\"0.000001\""},
      {"json.encode(1e-7)", "\"1e-7\""},
      {"json.encode(1e-100)", "\"1e-100\""},
      {"json.encode(0.0 / 0.0)", "error INVALID_ARGUMENT"},
      {"json.encode(-1.0 / 0.0)", "error INVALID_ARGUMENT"},
      {R"(json.encode('\"\\\n\u0001<&>\u2028é') == r'"\"\\\n\u0001\u003c\u0026\u003e\u2028é"')",
       "true"},
      {"json.encode(b'hello') == '\"aGVsbG8=\"'", "true"},
      {"json.encode(timestamp('2020-01-02T03:04:05.5Z')) == '\"2020-01-02T03:04:05.5Z\"'", "true"},
      {"json.encode(duration('1.5s')) == '\"1.5s\"'", "true"},
      {"json.encode(int)", "error INVALID_ARGUMENT"},
      {"json.encode(ip('::1'))", "error INVALID_ARGUMENT"},
  });
}

TEST(Encoders, JsonOfCollections) {
  ExpectAll({
      {"json.encode([1, 'two', true]) == '[1,\"two\",true]'", "true"},
      {"json.encode({'items': [1, 'two', false]}) == '{\"items\":[1,\"two\",false]}'", "true"},
      {"json.encode([])", "\"[]\""},
      {"json.encode({})", "\"{}\""},
      {"json.encode({1: 2, true: 3u}) == '{\"1\":2,\"true\":3}'", "true"},
      {"json.encode([optional.of(1)])", "\"[1]\""},
      {"json.encode([optional.none()])", "error INVALID_ARGUMENT"},
      {"json.encode([[0.0 / 0.0]])", "error INVALID_ARGUMENT"},
      {"json.encode(ChangeRequest{id: 'C-1'}) == '{\"id\":\"C-1\"}'", "true"},
      {"json.encode([Urgency.HIGH]) == '[\"URGENCY_HIGH\"]'", "true"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
