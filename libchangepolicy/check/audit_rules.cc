#include "libchangepolicy/check/audit_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/reporter.h"
#include "libchangepolicy/domain/personal_data.h"

namespace changepolicy {
namespace {

class AuditRuleChecker : private Reporter {
 public:
  AuditRuleChecker(const MergedPolicy& merged, Issues* issues)
      : Reporter(merged.origins, issues), policy_(merged.policy) {
    for (const auto& [clause, unused] : policy_.clauses()) clauses_.insert(clause);
  }

  void Run() {
    if (policy_.has_personal_data()) CheckPersonalData(policy_.personal_data());
    CheckThresholds(policy_.audit());
    CheckTold(policy_.audit());
    CheckTests(policy_.audit());
  }

 private:
  // ---- Personal data

  void CheckPersonalData(const v1::PersonalData& data) {
    CheckClauses(data, "personal_data", clauses_);
    std::set<std::string_view> seen;
    for (int i = 0; i < data.fields_size(); ++i) {
      const std::string place = StrCat("personal_data.fields[", i, "]");
      if (!seen.insert(data.fields(i)).second) {
        Report("field-twice", StrCat("`", data.fields(i), "` stands twice"), "remove one", place);
        continue;
      }
      CheckField(data.fields(i), place);
    }
    if (!data.people() && data.fields().empty()) {
      Warn("no-personal-data", "declares nothing as personal data",
           "write `people: true`, or list `fields`", "personal_data");
    }
  }

  void CheckField(const std::string& field, const std::string& place) {
    const PersonalPath path = ParsePersonalPath(field);
    if (path.root == nullptr) {
      Report("unknown-path", StrCat("`", field, "` begins with no record that a log keeps"),
             HelpWithRoot(field, path.unknown), place);
    } else if (!path.unknown.empty()) {
      Report("unknown-path", StrCat("`", path.before, "` has no field `", path.unknown, "`"),
             HelpWithPart(field, path), place);
    } else if (path.fields.empty()) {
      Report("unknown-path", StrCat("`", field, "` names no field"),
             StrCat("like `", field, ".", AnyFieldOf(*path.root), "`"), place);
    } else if (IdentifiesRecord(*path.fields.back())) {
      Report("identifying-field",
             StrCat("`", field, "` identifies a record; the audit finds it by that"),
             "leave it as it stands: with a commitment in its place nothing could be found", place);
    } else if (!HoldsPersonalText(*path.fields.back())) {
      Report("no-text", StrCat("only text can be kept as a commitment, and `", field, "` has none"),
             "remove it", place);
    } else if (!path.key.empty()) {
      CheckKey(field, path, place);
    }
  }

  // One that could be declared.
  static std::string AnyFieldOf(const google::protobuf::Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
      const auto* const field = type.field(i);
      if (!IdentifiesRecord(*field) && HoldsPersonalText(*field)) return field->name();
    }
    return "";
  }

  static std::string HelpWithRoot(std::string_view field, std::string_view part) {
    std::vector<std::string_view> known;
    for (const PersonalRoot& root : PersonalRoots()) known.push_back(root.name);
    const std::string_view nearest = Nearest(part, known);
    if (nearest.empty()) return "begin with `change`, `release`, `directory` or `ledger`";
    return StrCat("did you mean `", nearest, field.substr(part.size()), "`?");
  }

  static std::string HelpWithPart(std::string_view field, const PersonalPath& path) {
    std::vector<std::string_view> known;
    for (int i = 0; path.of != nullptr && i < path.of->field_count(); ++i) {
      known.push_back(FromAbsl(path.of->field(i)->name()));
    }
    const std::string_view nearest = Nearest(path.unknown, known);
    if (nearest.empty()) return "name it by its path, like `change.approvals.comment`";
    const size_t rest = path.before.size() + 1 + path.unknown.size();
    return StrCat("did you mean `", path.before, ".", nearest,
                  field.substr(std::min(rest, field.size())), "`?");
  }

  // A slip in a key would leave the data that is meant in the log for good.
  void CheckKey(const std::string& field, const PersonalPath& path, const std::string& place) {
    if (path.fields.back()->message_type()->map_value()->message_type() == nullptr) {
      std::map<std::string, int> questions;
      for (const v1::RiskQuestion& question : policy_.risk().questionnaire()) {
        questions.emplace(question.id(), 0);
      }
      CheckNamed(path.key, questions, "question", "unknown-name", place,
                 "declare it in `risk.questionnaire`");
      return;
    }
    std::map<std::string, v1::FactType> facts;
    for (const v1::FactDeclaration& fact : policy_.facts()) facts.emplace(fact.name(), fact.type());
    CheckNamed(path.key, facts, "fact", "unknown-name", place, "declare it in `facts`");
    const auto fact = facts.find(path.key);
    if (fact == facts.end()) return;
    if (fact->second == v1::FACT_TYPE_BOOL || fact->second == v1::FACT_TYPE_INT ||
        fact->second == v1::FACT_TYPE_DOUBLE) {
      Report("no-text",
             StrCat("only text can be kept as a commitment, and `", field, "` is of type ",
                    ValueName(fact->second)),
             "declare the fact as `type: STRING`, or remove it", place);
    }
  }

  // ---- The auditor's programme

  void CheckThresholds(const v1::AuditRules& rules) {
    if (rules.has_retention() && FromProto(rules.retention()) <= absl::ZeroDuration()) {
      Report("retention", "records are kept for no time at all",
             "write a duration like `26280h`, or leave it out", "audit.retention");
    }
    if (rules.has_emergency_percent() &&
        (rules.emergency_percent() < 0 || rules.emergency_percent() > 100)) {
      Report("percent", StrCat("0 to 100 per cent, found `", rules.emergency_percent(), "`"), "",
             "audit.emergency_percent");
    }
    if (rules.has_recording_grace() && FromProto(rules.recording_grace()) < absl::ZeroDuration()) {
      Report("recording-grace", "nothing is recorded before it happens",
             "write a duration like `15m`", "audit.recording_grace");
    }
  }

  void CheckTold(const v1::AuditRules& rules) {
    std::set<int> seen;
    for (int i = 0; i < rules.told_size(); ++i) {
      const std::string place = StrCat("audit.told[", i, "]");
      if (!v1::Audience_IsValid(rules.told(i)) || rules.told(i) == v1::AUDIENCE_UNSPECIFIED) {
        Report("no-audience", "names no audience", "like `told: [STAKEHOLDERS]`", place);
      } else if (!seen.insert(rules.told(i)).second) {
        Report("audience-twice", StrCat("`", ValueName(rules.told(i)), "` stands twice"),
               "remove one", place);
      }
    }
  }

  void CheckTests(const v1::AuditRules& rules) {
    std::map<int, std::string> listed;
    for (const v1::AuditTest& test : rules.tests()) {
      const std::string element = StrCat("audit.tests[", test.id(), "]");
      CheckClauses(test, element, clauses_);
      if (!v1::AuditTestKind_IsValid(test.test()) ||
          test.test() == v1::AUDIT_TEST_KIND_UNSPECIFIED) {
        Report("no-test", "does not say which test it is", "like `test: COMPLETENESS`", element);
      } else if (const auto [first, added] = listed.emplace(test.test(), test.id()); !added) {
        Report("test-twice",
               StrCat("`", first->second, "` is for `", ValueName(test.test()), "` too"),
               "make one of the two", element + ".test");
      }
      std::set<std::string_view> seen;
      for (int i = 0; i < test.controls_size(); ++i) {
        const std::string place = StrCat(element, ".controls[", i, "]");
        CheckControl(test.controls(i), place);
        if (!seen.insert(test.controls(i)).second) {
          Report("control-twice", StrCat("`", test.controls(i), "` stands twice"), "remove one",
                 place);
        }
      }
    }
  }

  void CheckControl(std::string_view control, const std::string& place) {
    const size_t slash = control.find('/');
    if (slash != std::string_view::npos && slash > 0 && slash + 1 < control.size() &&
        control.find(' ') == std::string_view::npos) {
      return;
    }
    Report("control", StrCat("`", control, "` is no control of a standard"),
           "write `<standard>/<control>`, like `soc2/CC8.1`", place);
  }

  const v1::Policy& policy_;
  std::set<std::string> clauses_;
};

}  // namespace

void CheckAuditRules(const MergedPolicy& merged, Issues* issues) {
  AuditRuleChecker(merged, issues).Run();
}

}  // namespace changepolicy
