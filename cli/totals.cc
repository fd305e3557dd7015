#include "cli/totals.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

namespace {

std::pair<int, std::string> PartKey(const std::string& name) {
  v1::Part part;
  const bool known = v1::Part_Parse("PART_" + name, &part);
  return {known ? part : v1::Part_MAX + 1, name};
}

using Counts = std::vector<std::pair<std::string, int64_t>>;

// How members of an object are set apart: on lines of their own at a depth, or not at all.
class Layout {
 public:
  explicit Layout(bool pretty) : pretty_(pretty) {}
  std::string Line(int depth) const { return pretty_ ? StrCat("\n", std::string(depth, ' ')) : ""; }
  std::string_view colon() const { return pretty_ ? ": " : ":"; }

  std::string Members(const Counts& counts, int depth) const {
    std::string json;
    for (const auto& [name, count] : counts) {
      StrAppend(&json, json.empty() ? "" : ",", Line(depth), Quoted(name), colon(), count);
    }
    return json;
  }
  std::string Object(const Counts& counts, int depth) const {
    return counts.empty() ? "{}" : StrCat("{", Members(counts, depth), Line(depth - 1), "}");
  }

 private:
  const bool pretty_;
};

}  // namespace

void ApprovalTotals::Add(const Record& record, const v1::ApprovalsAnswer& answer) {
  switch (answer.verdict()) {
    case v1::VERDICT_ALLOWED:
      ++satisfied_;
      break;
    case v1::VERDICT_DENIED: {
      const bool impossible = std::any_of(answer.outcomes().begin(), answer.outcomes().end(),
                                          [](const v1::RuleOutcome& outcome) {
                                            return outcome.status() == v1::STATUS_UNSATISFIABLE;
                                          });
      ++(impossible ? unsatisfiable_ : missing_);
      break;
    }
    case v1::VERDICT_UNKNOWN:
      ++unknown_;
      break;
    default:
      ++error_;
  }
  std::set<std::pair<int, std::string>> parts;
  for (const v1::RuleOutcome& outcome : answer.outcomes()) {
    for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
      if (approval.reason() == v1::NOT_COUNTED_APART) parts.insert(PartKey(approval.detail()));
    }
  }
  if (!parts.empty()) ++self_approved_;
  for (const auto& part : parts) ++self_approved_by_part_[part];
  for (const auto& [name, json] : record.annotations) {
    if (json == "true" || json == "false") annotations_[name] += json == "true";
  }
}

std::string ApprovalTotals::Text() const {
  Table table;
  Counts counts = {{"records", records()}, {"satisfied", satisfied_},
                   {"missing", missing_},  {"unsatisfiable", unsatisfiable_},
                   {"unknown", unknown_},  {"error", error_},
                   {"bad records", bad_},  {"self-approved", self_approved_}};
  for (const auto& [part, count] : self_approved_by_part_) {
    counts.emplace_back(StrCat("  as ", Printable(part.second)), count);
  }
  for (const auto& [name, count] : annotations_) counts.emplace_back(Printable(name), count);
  size_t widest = 0;
  for (const auto& [unused, count] : counts) widest = std::max(widest, StrCat(count).size());
  for (const auto& [name, count] : counts) {
    const std::string number = StrCat(count);
    table.Add({{name}, {std::string(widest - number.size(), ' ') + number}});
  }
  return table.Text(0, Painter(false));
}

std::string ApprovalTotals::Json(absl::Time now, bool pretty) const {
  Counts parts, annotations(annotations_.begin(), annotations_.end());
  for (const auto& [part, count] : self_approved_by_part_) parts.emplace_back(part.second, count);
  const Layout layout(pretty);
  const std::string_view colon = layout.colon();
  return StrCat("{", layout.Line(1), "\"now\"", colon, Quoted(InstantText(now)), ",",
                layout.Line(1), "\"totals\"", colon, "{",
                layout.Members({{"records", records()},
                                {"satisfied", satisfied_},
                                {"missing", missing_},
                                {"unsatisfiable", unsatisfiable_},
                                {"unknown", unknown_},
                                {"error", error_},
                                {"bad_records", bad_},
                                {"self_approved", self_approved_}},
                               2),
                ",", layout.Line(2), "\"self_approved_by_part\"", colon, layout.Object(parts, 3),
                ",", layout.Line(2), "\"annotations\"", colon, layout.Object(annotations, 3),
                layout.Line(1), "}", layout.Line(0), "}");
}

}  // namespace changepolicy::cli
