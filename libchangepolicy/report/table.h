// Rows of text in aligned columns, for a terminal of 100 columns.
#ifndef LIBCHANGEPOLICY_REPORT_TABLE_H_
#define LIBCHANGEPOLICY_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace changepolicy {

// How many columns of a terminal the text takes: none for a combining mark, two for a wide
// character of East Asia or a pictogram, otherwise one per code point. A byte that is no UTF-8
// takes one.
size_t DisplayWidth(std::string_view text);

// The text, and blanks up to the width.
std::string Pad(std::string_view text, size_t width);

// ANSI colours where they are on; otherwise the text as it is.
class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string operator()(std::string_view code, std::string_view text) const;

 private:
  bool on_;
};

// Columns are as wide as what stands in them. Where that is more than the terminal has, the widest
// columns are narrowed and their cells go on in further lines, between words.
class Table {
 public:
  struct Cell {
    std::string text;
    std::string_view color = {};  // code of a colour; must outlive the table
  };
  using Row = std::vector<Cell>;

  void Add(Row row) { rows_.push_back(std::move(row)); }
  // A line over all columns, with an empty one before it where it is not the first.
  void AddLine(std::string text, std::string_view color) {
    lines_.push_back(rows_.size());
    rows_.push_back({{std::move(text), color}});
  }
  bool empty() const { return rows_.empty(); }

  // Lines that begin with `indent` blanks, with no blanks at their ends.
  std::string Text(size_t indent, const Painter& paint) const;

 private:
  std::vector<Row> rows_;
  std::vector<size_t> lines_;  // the rows that go over all columns
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_TABLE_H_
