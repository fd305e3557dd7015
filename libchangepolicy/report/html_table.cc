#include "libchangepolicy/report/html_table.h"

#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {
namespace {

template <typename List>
std::string FirstOf(const List& texts, size_t most) {
  const size_t size = texts.size();
  std::string list;
  size_t count = 0;
  for (const std::string& text : texts) {
    if (count == most) break;
    StrAppend(&list, count == 0 ? "" : ", ", Foreign(text, 120));
    ++count;
  }
  if (size > count) StrAppend(&list, " and ", Grouped(static_cast<long>(size - count)), " more");
  return list;
}

}  // namespace

std::string Foreign(std::string_view text, size_t most) {
  return StrCat("<bdi>", Escaped(text, most), "</bdi>");
}

std::string ForeignList(const google::protobuf::RepeatedPtrField<std::string>& texts, size_t most) {
  return FirstOf(texts, most);
}

std::string ForeignList(const std::vector<std::string>& texts, size_t most) {
  return FirstOf(texts, most);
}

std::string ClausesHtml(const std::string& clauses, const std::string& controls) {
  return controls.empty() ? clauses : StrCat(clauses, "<small>", controls, "</small>");
}

HtmlTable::HtmlTable(std::string_view labelled_by, std::vector<Column> columns)
    : columns_(std::move(columns)) {
  head_ = StrCat("<table aria-labelledby=\"", labelled_by, "\"><colgroup>");
  for (const Column& column : columns_) {
    head_ += column.width == 0 ? "<col>" : StrCat("<col style=\"width:", column.width, "%\">");
  }
  head_ += "</colgroup><thead><tr>";
  for (const Column& column : columns_) {
    StrAppend(&head_, "<th scope=\"col\"",
              column.look.empty() ? "" : StrCat(" class=\"", column.look, "\""), ">", column.name,
              "</th>");
  }
  head_ += "</tr></thead><tbody>\n";
}

void HtmlTable::Row(const std::vector<std::string>& cells, std::string_view id) {
  StrAppend(&body_, "<tr", id.empty() ? "" : StrCat(" id=\"", id, "\""), ">");
  for (size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    StrAppend(&body_, i == 0 ? "<th scope=\"row\"" : "<td", " data-label=\"", column.name, "\"",
              column.look.empty() ? "" : StrCat(" class=\"", column.look, "\""), ">", cells[i],
              i == 0 ? "</th>" : "</td>");
  }
  body_ += "</tr>\n";
}

std::string HtmlTable::Html(std::string_view none) const {
  if (body_.empty()) return none.empty() ? std::string() : StrCat("<p>", none, "</p>\n");
  return StrCat(head_, body_, "</tbody></table>\n");
}

}  // namespace changepolicy
