// Whether a text names somebody.
#include "libchangepolicy/audit/personal_values.h"

#include <ostream>
#include <string>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

struct Row {
  std::string value, text;
  bool named;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << '`' << row.value << "` in `" << row.text << '`';
}

class Names : public testing::TestWithParam<Row> {};

TEST_P(Names, AreFoundAsWholeWords) {
  PersonalValues values;
  values.Add(GetParam().value);
  EXPECT_EQ(values.AreNamedIn(GetParam().text), GetParam().named);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Names,
    testing::Values(
        // Words and what is around them.
        Row{"ann", "ann", true}, Row{"ann", "ANN", true}, Row{"Ann", "role cab, ann", true},
        Row{"ann", "anna", false}, Row{"ann", "joann", false}, Row{"ann", "ann-lee", false},
        Row{"ann", "ann_2", false}, Row{"ann", "x.ann", false}, Row{"ann", "", false},
        Row{"ann", "[\"ann\", \"bo\"]", true}, Row{"ann", "person ann.", true},
        Row{"ann", "`ann`'s", true}, Row{"ann", "(-ann-)", true}, Row{"-ann-", "ann", true},
        Row{"ann",
            "\xe2\x80\x9c"
            "ann\xe2\x80\x9d",
            true},  // typographic quotes
        // A name of one account is not the name of another.
        Row{"ann", "ann@example.org", false}, Row{"ann@example.org", "ann", false},
        Row{"ann@example.org", "mailto:Ann@Example.org.", true},
        // Several words, whatever stands between them.
        Row{"Ann Lee", "ann lee", true}, Row{"Ann Lee", "ann, lee", true},
        Row{"Ann Lee", "ann\\tlee", false}, Row{"Ann\tLee", "\"Ann\\tLee\"", true},
        Row{"Ann\nLee", "Ann\nLee", true}, Row{"Ann\x01Lee", "Ann\\u0001Lee", true},
        Row{"Ann\x01Lee", "Ann\\001Lee", true}, Row{"O\"Neil", "\"O\\\"Neil\"", true},
        Row{"Ann Lee", "Ann", false}, Row{"Ann Lee", "Lee Ann", false},
        Row{"Ann Lee", "Ann Ann Lee", true}, Row{"Ann Lee", "Ann Wu Lee", false},
        Row{"John Smith Jr.", "John Smith Jr", true},
        // As git writes accounts.
        Row{"Ann Lee <ann@example.org>", "ann@example.org", true},
        Row{"Ann Lee <ann@example.org>", "Ann Lee", true},
        Row{"Ann Lee <ann@example.org>", "Ann", false},
        // Other scripts: case, accents in either form, and words without spaces.
        Row{"J\xc3\xbcrgen", "J\xc3\x9cRGEN", true}, Row{"Jose\xcc\x81", "jos\xc3\xa9", true},
        Row{"\xe5\xbc\xa0\xe4\xbc\x9f", "\xe8\xaf\xb7\xe5\xbc\xa0\xe4\xbc\x9f\xe7\x9c\x8b", true},
        Row{"\xe5\xbc\xa0\xe4\xbc\x9f", "\xe5\xbc\xa0", false},
        // Thai: Somchai before "approves".
        Row{"\xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa2",
            "\xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa2\xe0\xb8\xad\xe0\xb8"
            "\x99\xe0\xb8\xb8\xe0\xb8\xa1\xe0\xb8\xb1\xe0\xb8\x95\xe0\xb8\xb4",
            true},
        // Bytes that are no text stand for themselves.
        Row{"a\xffz", "say a\xffz", true}, Row{"a\xffz", "a\xfez", false},
        Row{"\xe5", "\xe5", true},
        // Cut text might go on as any of them.
        Row{"ann@example.org", "[\"bo\", \"ann@ex...", true},
        Row{"ann@example.org", "[\"bo\", \"anne...", false},
        Row{"Ann Lee of Bedok", "text.given(\"Ann Lee...\")", true},
        Row{"Ann Lee of Bedok", "Ann ...", true}, Row{"Ann Lee of Bedok", "Ann", false},
        Row{"Ann Lee of Bedok", "Lee of...", false},
        Row{"\xe5\xbc\xa0\xe4\xbc\x9f", "\xe5\xbc\xa0...", true}, Row{"ann", "ann...", true},
        Row{"ann", "\"...\"", false},
        // Without letters and digits there is nobody.
        Row{"-", "a - b", false}, Row{"", "a", false}, Row{"?!", "?!", false}));

TEST(PersonalValues, HaveThoseOfOthersAsWell) {
  PersonalValues organization;
  organization.Add("ann");
  PersonalValues both(&organization);
  both.Add("bo");
  EXPECT_TRUE(both.AreNamedIn("by ann"));
  EXPECT_TRUE(both.AreNamedIn("by bo"));
  EXPECT_FALSE(both.AreNamedIn("by cy"));
  EXPECT_FALSE(organization.AreNamedIn("by bo"));
}

TEST(PersonalValues, AreToldApartAmongMany) {
  PersonalValues values;
  for (int i = 0; i < 3000; ++i) {
    values.Add("person" + std::to_string(i));
    values.Add("Ms " + std::to_string(i) + " Tan");
  }
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(values.AreNamedIn("approved by person" + std::to_string(i) + " today"));
    ASSERT_TRUE(values.AreNamedIn("ms " + std::to_string(i) + " tan"));
  }
  EXPECT_FALSE(values.AreNamedIn("person3000"));
  EXPECT_FALSE(values.AreNamedIn("Ms 3000 Tan"));
  EXPECT_FALSE(values.AreNamedIn("Ms 17 and Tan"));
}

}  // namespace
}  // namespace changepolicy
