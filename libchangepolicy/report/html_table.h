// Tables of a page that are read on any screen: rows are stacked where it is narrow, each cell with
// the name of its column (audit_style.cc). For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_HTML_TABLE_H_
#define LIBCHANGEPOLICY_REPORT_HTML_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/repeated_field.h"

namespace changepolicy {

// Foreign text, escaped, whose direction of writing stays its own. At most `most` bytes of it.
std::string Foreign(std::string_view text, size_t most = 400);

// The first `most` texts with commas between them, and `and 3 more`. Empty for none.
std::string ForeignList(const google::protobuf::RepeatedPtrField<std::string>& texts,
                        size_t most = 12);
std::string ForeignList(const std::vector<std::string>& texts, size_t most = 12);

// Clauses, and controls below them in small; empty for none.
std::string ClausesHtml(const std::string& clauses, const std::string& controls);

class HtmlTable {
 public:
  struct Column {
    std::string_view name;
    // Class of its cells: `num` for numbers.
    std::string_view look = {};
    // Per cent of the table's width; 0: what is left.
    int width = 0;
  };

  // `labelled_by`: the id of the heading that names the table. The first column heads the rows.
  HtmlTable(std::string_view labelled_by, std::vector<Column> columns);

  // Cells are HTML. `id`, where there is one, is what links lead to.
  void Row(const std::vector<std::string>& cells, std::string_view id = {});

  // The table; nothing but `none`, as a paragraph, where it has no row.
  std::string Html(std::string_view none = {}) const;

 private:
  std::vector<Column> columns_;
  std::string head_;
  std::string body_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_HTML_TABLE_H_
