// What is safe to print.
#include "libchangepolicy/base/text.h"

#include <ostream>
#include <string_view>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

struct Row {
  std::string_view name;
  std::string_view text;
  std::string_view printed;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class PrintableTest : public testing::TestWithParam<Row> {};

TEST_P(PrintableTest, IsOneLineThatDoesNothing) {
  EXPECT_EQ(Printable(GetParam().text), GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, PrintableTest,
    testing::Values(
        Row{"plain", "CHG-7, as it stands", "CHG-7, as it stands"}, Row{"empty", "", ""},
        Row{"line break", "C-1\nALLOWED", "C-1\\nALLOWED"}, Row{"tab", "a\tb", "a\\tb"},
        Row{"return", "a\rb", "a\\u000db"}, Row{"escape", "\x1b[31mred", "\\u001b[31mred"},
        Row{"delete", "a\x7f", "a\\u007f"}, Row{"NUL", std::string_view("a\0b", 3), "a\\u0000b"},
        Row{"next line, C1", "a\xc2\x85z", "a\\u0085z"},
        Row{"line separator", "a\xe2\x80\xa8z", "a\\u2028z"},
        Row{"right to left override", "a\xe2\x80\xaez", "a\\u202ez"},
        Row{"isolate", "a\xe2\x81\xa6z", "a\\u2066z"},
        Row{"letters of other scripts", "Zoë 東京 😀 \xe2\x80\x99", "Zoë 東京 😀 \xe2\x80\x99"},
        Row{"no UTF-8", "a\xff\xc2", "a\xff\xc2"}, Row{"cut", "a\xe2\x80", "a\xe2\x80"}));

}  // namespace
}  // namespace changepolicy
