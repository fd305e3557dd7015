// The functions of mapping documents, over values as other systems write them.
#include <ostream>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

struct Row {
  std::string expression;
  std::string result;  // the title, `unset`, or the complaint
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.expression; }

class Functions : public testing::TestWithParam<Row> {};

TEST_P(Functions, Give) {
  const MappingResult mapping = LoadMapping(
      "m.yaml",
      StrCat("mapping: {id: m, to: CHANGE, libraries: [optionals]}\nsources: [{id: r}]\nfields:\n"
             "  title: >-\n    ",
             GetParam().expression, "\n"));
  ASSERT_NE(mapping.mapping, nullptr) << ToText(mapping.issues);
  const DocumentResult read = ReadDocument(
      "{id: 279147437, big: 12345678901234567890, half: 0.5, no: null, user: {login: ann}, "
      "plain: x, list: [{k: 1, v: a}, {k: 2, v: b}, {k: 1, v: c}]}",
      Format::kYaml, "r");
  const std::vector<MappedRecord> mapped =
      mapping.mapping->Apply({{"r", {{"r", ToJsonValue(read.document->root)}}}});
  ASSERT_EQ(mapped.size(), 1u);
  const auto* const change = dynamic_cast<const v1::ChangeRequest*>(mapped[0].message.get());
  ASSERT_NE(change, nullptr);
  const std::string result = !mapped[0].issues.empty() ? mapped[0].issues[0].message
                             : change->has_title()     ? change->title()
                                                       : "unset";
  EXPECT_EQ(result, GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    All, Functions,
    testing::Values(
        Row{"text(r.id)", "279147437"}, Row{"text(r.half)", "0.5"}, Row{"text(r.no)", "unset"},
        Row{"text(r.?gone)", "unset"},
        // A number that no double holds is kept as it was written.
        Row{"text(r.big)", "12345678901234567890"},
        Row{"text(1e19)",
            "field `title`: the number 10000000000000000000 is too large to be told exactly; the "
            "system must send "
            "a text"},
        Row{"at(r, 'user.login')", "ann"}, Row{"at(r, 'user.name')", "unset"},
        Row{"at(r, 'no.name')", "unset"}, Row{"at(r, 'gone.name')", "unset"},
        Row{"at(r, 'plain.name')", "field `title`: `plain` is a string and no map"},
        Row{"latest(r.list, 'k').map(e, e.v)[0] + latest(r.list, 'k').map(e, e.v)[1]", "bc"},
        Row{"latest(r.list, 'id')[0].v", "field `title`: element 2 has no `id` to tell it by"},
        Row{"string(instant('2026-03-02T10:00:00.000+0100'))", "2026-03-02T09:00:00Z"},
        Row{"string(instant('2026-03-02 10:00:00 UTC'))", "2026-03-02T10:00:00Z"},
        Row{"string(instant('2026-03-02 10:00:00 +0530'))", "2026-03-02T04:30:00Z"},
        Row{"string(instant('2026-03-02 10:00 +01'))", "2026-03-02T09:00:00Z"},
        Row{"string(instant('2026-03-02T10:00:00.25Z'))", "2026-03-02T10:00:00.25Z"},
        Row{"string(instant('2026-07-02 10:00:00', 'Europe/Berlin'))", "2026-07-02T08:00:00Z"},
        Row{"string(instant('2026-07-02', 'Europe/Berlin'))", "2026-07-01T22:00:00Z"},
        // Twice: the first. Never: by the offset before the gap.
        Row{"string(instant('2026-10-25 02:30:00', 'Europe/Berlin'))", "2026-10-25T00:30:00Z"},
        Row{"string(instant('2026-03-29 02:30:00', 'Europe/Berlin'))", "2026-03-29T01:30:00Z"},
        // What it says of its zone itself wins.
        Row{"string(instant('2026-07-02T10:00:00Z', 'Europe/Berlin'))", "2026-07-02T10:00:00Z"},
        Row{"instant(r.no)", "unset"}, Row{"instant(r.no, 'UTC')", "unset"},
        Row{"instant('2026-07-02 10:00:00')",
            "field `title`: `2026-07-02 10:00:00` has no zone; write `instant(..., "
            "\"Europe/Berlin\")`"},
        Row{"instant('2026-07-02')",
            "field `title`: `2026-07-02` has no zone; write `instant(..., \"Europe/Berlin\")`"},
        Row{"instant('soon')", "field `title`: `soon` is no instant"},
        Row{"instant('')", "field `title`: `` is no instant"},
        Row{"instant('2026-02-30T10:00:00Z')",
            "field `title`: `2026-02-30T10:00:00Z` is no instant"},
        Row{"instant('2026-03-02T10:00:00 CET')",
            "field `title`: `2026-03-02T10:00:00 CET` is no instant"},
        // As git and mail write them.
        Row{"string(instant('Mon Mar 2 10:00:00 2026 +0100'))", "2026-03-02T09:00:00Z"},
        Row{"string(instant('Thu Dec  31 23:59:59 2026 -0500'))", "2027-01-01T04:59:59Z"},
        Row{"string(instant('Mon, 2 Mar 2026 10:00:00 +0100'))", "2026-03-02T09:00:00Z"},
        Row{"string(instant('Mon, 02 Mar 2026 10:00:00 GMT'))", "2026-03-02T10:00:00Z"},
        Row{"string(instant('1772442000 +0100'))", "2026-03-02T09:00:00Z"},
        Row{"string(instant('0 +0000'))", "1970-01-01T00:00:00Z"},
        Row{"instant('Tue Mar 2 10:00:00 2026 +0100')",
            "field `title`: `Tue Mar 2 10:00:00 2026 +0100` is no instant"},
        Row{"instant('Mon Feb 30 10:00:00 2026 +0100')",
            "field `title`: `Mon Feb 30 10:00:00 2026 +0100` is no instant"},
        Row{"instant('Mon Mar 2 25:00:00 2026 +0100')",
            "field `title`: `Mon Mar 2 25:00:00 2026 +0100` is no instant"},
        Row{"instant('Mon Mar 2 10:00:00 2026')",
            "field `title`: `Mon Mar 2 10:00:00 2026` is no instant"},
        Row{"instant('1772442000')", "field `title`: `1772442000` is no instant"},
        Row{"instant('1772442000 CET')", "field `title`: `1772442000 CET` is no instant"},
        Row{"instant('253402300800 +0000')", "field `title`: `253402300800 +0000` is no instant"},
        Row{"instant('99999999999999999999 +0000')",
            "field `title`: `99999999999999999999 +0000` is no instant"},
        Row{"text(sum([1, 2, -4]))", "-1"}, Row{"text(sum([]))", "0"},
        Row{"text(sum([9223372036854775807, 1]))", "field `title`: the sum is too large"},
        Row{"text(sum([dyn(1), dyn('a')]))",
            "field `title`: `sum` takes whole numbers, found a string"},
        Row{"r.plain == 'x' ? refuse('it is an x') : 'y'", "field `title`: it is an x"},
        Row{"r.plain == 'x' ? 'y' : refuse('it is no x')", "y"},
        Row{"instant(r.id)", "field `title`: `instant` takes a text, found a double"},
        Row{"refuse('line 3: `!a` is no pattern')", "field `title`: line 3: `!a` is no pattern"},
        Row{"r.id == 1.0 ? refuse('never asked') : 'x'", "x"}));

}  // namespace
}  // namespace changepolicy
