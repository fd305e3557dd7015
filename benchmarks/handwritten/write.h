// The Decision of a case that was judged, by whatever way it is written: as a message, or as bytes
// that were prepared.
//
// A writer has a function for each part of a Decision; they are called in the order of the fields.
#ifndef BENCHMARKS_HANDWRITTEN_WRITE_H_
#define BENCHMARKS_HANDWRITTEN_WRITE_H_

#include <string_view>
#include <vector>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {

struct RemarkText {
  std::string_view id;
  std::vector<std::string_view> about;
};

inline std::string_view CategoryName(v1::Category category) {
  constexpr std::string_view kNames[] = {"CATEGORY_UNSPECIFIED", "CATEGORY_STANDARD",
                                         "CATEGORY_NORMAL", "CATEGORY_EMERGENCY"};
  return kNames[category];
}

// In the order of ids.
template <typename Visit>
void ForEachRemark(const Case& decided, Visit visit) {
  const v1::ChangeRequest& change = *decided.change;
  if (decided.claim_differs) {
    visit(RemarkText{"claimed-category-differs",
                     {CategoryName(change.claimed_category()), CategoryName(decided.category),
                      kCategoryIds[decided.category_rule]}});
    if (change.claimed_category() == v1::CATEGORY_EMERGENCY) {
      RemarkText remark{"emergency-without-basis", {}};
      if (change.emergency_basis().empty()) remark.about.push_back("change.emergency_basis");
      for (const v1::EmergencyBasis& basis : change.emergency_basis()) {
        if (basis.kind() == v1::BASIS_KIND_UNSPECIFIED) {
          remark.about.push_back("change.emergency_basis[0].kind");
        }
        if (!decided.IsGiven(basis.reference())) {
          remark.about.push_back("change.emergency_basis[0].reference");
        }
      }
      if (!remark.about.empty()) visit(remark);
    }
  }
  if (decided.category == v1::CATEGORY_EMERGENCY && decided.calendar.crossing_possible) {
    RemarkText remark{"freeze-crossed", {}};
    for (size_t i = 0; i < decided.calendar.freeze_count; ++i) {
      remark.about.push_back(decided.calendar.freezes[i].id);
    }
    visit(remark);
  }
}

template <typename Writer>
void WriteDecision(Case* decided, Writer* writer) {
  writer->Head();
  writer->Categorization();
  writer->Risk();
  writer->Priority();
  if (decided->has_model) writer->Model();
  writer->Calendar();
  for (const Outcome& outcome : decided->outcomes) writer->RuleOutcome(outcome);
  for (const OwedEntry& owed : decided->owed) writer->Obligation(owed);
  ForEachRemark(*decided, [&](const RemarkText& remark) { writer->Remark(remark); });
  writer->Tail();
}

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_WRITE_H_
