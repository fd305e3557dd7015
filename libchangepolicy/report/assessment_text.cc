#include "libchangepolicy/report/assessment_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// `DATA_INTEGRITY` in a sentence: `data integrity`.
template <typename Enum>
std::string Words(Enum value) {
  std::string words = absl::AsciiStrToLower(ToAbsl(ShortName(value)));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string FactText(const v1::FactRead& fact) {
  return fact.known() ? StrCat(fact.path(), " = ", fact.value())
                      : StrCat(fact.path(), " is not known");
}

class AssessmentWriter {
 public:
  AssessmentWriter(const v1::Decision& decision, bool verbose)
      : decision_(decision), verbose_(verbose) {}

  std::vector<std::string> Write() {
    Category();
    if (!verbose_) return std::move(lines_);
    Model();
    Risk();
    return std::move(lines_);
  }

 private:
  template <typename... Args>
  void Line(const Args&... args) {
    lines_.push_back(StrCat(args...));
  }

  void Category() {
    const v1::Categorization& category = decision_.categorization();
    if (verbose_ && !category.rule().empty() &&
        decision_.subject_kind() == v1::SUBJECT_KIND_CHANGE) {
      Line(Words(category.category()), " by rule ", category.rule(),
           InBrackets(category.clauses()));
    }
    if (category.claim_rule().empty()) return;
    Line("no ", Words(category.claimed()), ", as was claimed: rule ", category.claim_rule(),
         " read");
    for (const v1::FactRead& fact : category.claim_facts()) Line("  ", FactText(fact));
  }

  void Model() {
    if (!decision_.has_model()) return;
    const v1::ModelAssessment& model = decision_.model();
    std::vector<std::string> parts;
    if (!model.known()) parts.emplace_back("not in the catalogue");
    if (model.known() && !model.valid()) parts.emplace_back("not approved now");
    for (const std::string& field : model.drift()) parts.push_back(StrCat("drifts in ", field));
    parts.push_back(StrCat(model.successes(), " of ", model.runs(), " runs ended well"));
    parts.push_back(absl::StrFormat("lower bound of success %d.%02d %%",
                                    model.success_bound_ppm() / 10000,
                                    model.success_bound_ppm() / 100 % 100));
    if (model.decertified()) parts.emplace_back("recent failures took its trust");
    if (model.provisional()) parts.emplace_back("provisional");
    parts.emplace_back(model.trusted() ? "trusted" : "not trusted");
    Line("model ", model.id(), ": ", Join(parts, ", "));
  }

  void Risk() {
    const v1::RiskAssessment& risk = decision_.risk();
    if (risk.level() == v1::RISK_LEVEL_UNSPECIFIED) return;
    std::vector<std::string> methods;
    if (risk.factor_level() != v1::RISK_LEVEL_UNSPECIFIED) {
      methods.push_back(StrCat(ShortName(risk.factor_level()), " by factors (", risk.score(), ")"));
    }
    if (risk.matrix_level() != v1::RISK_LEVEL_UNSPECIFIED) {
      std::vector<std::string> dimensions;
      for (const int dimension : risk.matrix_dimensions()) {
        dimensions.push_back(Words(static_cast<v1::Dimension>(dimension)));
      }
      methods.push_back(StrCat(ShortName(risk.matrix_level()), " by impact and likelihood (",
                               Words(risk.matrix_impact()), " on ", Join(dimensions, ", "), "; ",
                               Words(risk.matrix_likelihood()), ")"));
    }
    if (risk.questionnaire_level() != v1::RISK_LEVEL_UNSPECIFIED) {
      methods.push_back(StrCat(ShortName(risk.questionnaire_level()), " by questionnaire (",
                               risk.questionnaire_score(), ")"));
    }
    Line("risk ", ShortName(risk.level()), ", the highest of: ", Join(methods, ", "));
    for (const std::string& fact : risk.matrix_unknown()) {
      Line("  ", fact, " is not known, and counts at its worst");
    }
    for (const v1::RiskPoint& point : risk.points()) Point(point);
  }

  void Point(const v1::RiskPoint& point) {
    Line("  ", absl::StrFormat("%2d", point.points()), " ", point.factor(),
         point.dimension() == v1::DIMENSION_UNSPECIFIED
             ? ""
             : StrCat(" (", Words(point.dimension()), ")"),
         point.answer().empty() ? "" : StrCat(": ", point.answer()), InBrackets(point.clauses()));
    for (const v1::FactRead& fact : point.facts()) {
      if (fact.known()) Line("       ", FactText(fact));
    }
    for (const std::string& fact : point.unknown()) {
      Line("       ", fact, " is not known, and counts at its worst");
    }
    if (point.has_error()) Line("       could not be computed: ", point.error().message());
  }

  const v1::Decision& decision_;
  const bool verbose_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> AssessmentLines(const v1::Decision& decision, bool verbose) {
  return AssessmentWriter(decision, verbose).Write();
}

}  // namespace changepolicy
