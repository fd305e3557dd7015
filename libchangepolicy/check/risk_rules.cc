#include "libchangepolicy/check/risk_rules.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/reporter.h"

namespace changepolicy {
namespace {

class RiskChecker : private Reporter {
 public:
  RiskChecker(const v1::Policy& policy, const std::set<std::string>& clauses,
              const Origins& origins, Issues* issues)
      : Reporter(origins, issues), policy_(policy), clauses_(clauses) {}

  void Run() {
    const v1::Risk& risk = policy_.risk();
    if (!policy_.has_risk()) {
      Report("no-risk", "the policy does not say how risk is assessed",
             "declare `risk` with factors and levels", "");
      return;
    }
    for (const v1::RiskFactor& factor : risk.factors()) {
      const std::string element = StrCat("risk.factors[", factor.id(), "]");
      CheckClauses(factor, element, clauses_);
      if (factor.points() < 1) {
        Report("factor-points",
               StrCat("a factor has at least 1 point, found `", factor.points(), "`"),
               "a factor that turns true never lowers the level", element + ".points");
      }
      if (factor.dimension() == v1::DIMENSION_UNSPECIFIED) {
        Report("factor-dimension", "a factor names the dimension that it threatens",
               "like `dimension: AVAILABILITY`", element);
      }
    }
    int64_t most = 0;
    for (const v1::RiskFactor& factor : risk.factors()) most += factor.points();
    CheckBands(risk.levels(), "risk.levels", true);
    FindUnreached(risk.levels(), most, "risk.levels");
    CheckBands(risk.questionnaire_levels(), "risk.questionnaire_levels",
               risk.questionnaire_size() > 0);
    most = 0;
    for (const v1::RiskQuestion& question : risk.questionnaire()) {
      int worst = 0;
      for (const v1::RiskAnswer& answer : question.answers()) {
        worst = std::max(worst, answer.points());
      }
      most += worst;
    }
    FindUnreached(risk.questionnaire_levels(), most, "risk.questionnaire_levels");
    CheckMatrix();
    for (const v1::RiskQuestion& question : risk.questionnaire()) {
      const std::string element = StrCat("risk.questionnaire[", question.id(), "]");
      CheckClauses(question, element, clauses_);
      if (question.answers_size() == 0) {
        Report("no-answers", "a question has no answers", "list them with their points", element);
      }
      for (const v1::RiskAnswer& answer : question.answers()) {
        if (answer.points() < 0) {
          Report("answer-points", "an answer has at least 0 points", "", element + ".answers");
        }
      }
    }
  }

 private:
  void CheckBands(const google::protobuf::RepeatedPtrField<v1::RiskBand>& bands,
                  const std::string& element, bool needed) {
    if (bands.empty()) {
      if (needed) {
        Report("no-levels", "scores have no levels", "write `levels: [{level: LOW, from: 0}, ...]`",
               "risk");
      }
      return;
    }
    if (bands[0].from() != 0) {
      Report("level-gap", StrCat("scores below ", bands[0].from(), " have no level"),
             "the first level begins at 0", element + "[0].from");
    }
    for (int i = 0; i < bands.size(); ++i) {
      const std::string place = StrCat(element, "[", i, "]");
      if (bands[i].level() == v1::RISK_LEVEL_UNSPECIFIED) {
        Report("no-level", "a band of scores names no level", "write `level: LOW`", place);
      }
      if (i == 0) continue;
      if (bands[i].from() <= bands[i - 1].from()) {
        Report("level-overlap",
               StrCat("the band from ", bands[i].from(), " does not begin after the one from ",
                      bands[i - 1].from()),
               "list levels by ascending `from`, each score in one", place + ".from");
      }
      if (bands[i].level() <= bands[i - 1].level()) {
        Report("level-order", "a higher score does not have a higher level", "", place + ".level");
      }
    }
  }

  // A level that no sum of points reaches is a slip of somebody's: points were taken away.
  void FindUnreached(const google::protobuf::RepeatedPtrField<v1::RiskBand>& bands, int64_t most,
                     const std::string& element) {
    for (int i = 1; i < bands.size(); ++i) {
      if (bands[i].from() <= most) continue;
      Warn("level-unreached",
           StrCat("no subject reaches ", bands[i].from(), " points; there are ", most, " at most"),
           "lower `from`, or take the level away", StrCat(element, "[", i, "].from"));
    }
  }

  void CheckMatrix() {
    if (policy_.risk().matrix_size() == 0) return;
    std::map<std::pair<int, int>, v1::RiskLevel> cells;
    for (int i = 0; i < policy_.risk().matrix_size(); ++i) {
      const v1::RiskCell& cell = policy_.risk().matrix(i);
      if (!cells.emplace(std::pair(cell.impact(), cell.likelihood()), cell.level()).second) {
        Report("matrix-twice",
               StrCat("`", v1::Effect_Name(cell.impact()), "` and `",
                      v1::Likelihood_Name(cell.likelihood()), "` stand twice"),
               "remove one", StrCat("risk.matrix[", i, "]"));
      }
    }
    for (int impact = v1::EFFECT_NONE; impact <= v1::EFFECT_HIGH; ++impact) {
      for (int chance = v1::LIKELIHOOD_RARE; chance <= v1::LIKELIHOOD_LIKELY; ++chance) {
        if (cells.count({impact, chance}) > 0) continue;
        Report("matrix-gap",
               StrCat("no level for `", v1::Effect_Name(static_cast<v1::Effect>(impact)), "` and `",
                      v1::Likelihood_Name(static_cast<v1::Likelihood>(chance)), "`"),
               "the matrix has every pair once", "risk.matrix");
      }
    }
  }

  const v1::Policy& policy_;
  const std::set<std::string>& clauses_;
};

}  // namespace

void CheckRiskRules(const v1::Policy& policy, const std::set<std::string>& clauses,
                    const Origins& origins, Issues* issues) {
  RiskChecker(policy, clauses, origins, issues).Run();
}

}  // namespace changepolicy
