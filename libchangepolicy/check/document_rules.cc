#include "libchangepolicy/check/document_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/field_paths.h"
#include "libchangepolicy/check/reporter.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/document_lint.h"
#include "libchangepolicy/domain/life_cycle.h"

namespace changepolicy {
namespace {

class DocumentRuleChecker : private Reporter {
 public:
  DocumentRuleChecker(const MergedPolicy& merged, Issues* issues)
      : Reporter(merged.origins, issues), policy_(merged.policy) {
    for (const auto& [clause, unused] : policy_.clauses()) clauses_.insert(clause);
  }

  void Run() {
    for (const v1::DocumentRule& rule : policy_.documents()) {
      CheckRule(rule, StrCat("documents[", rule.id(), "]"));
    }
  }

 private:
  void CheckRule(const v1::DocumentRule& rule, const std::string& element) {
    if (!IsDocumentPath(rule.field())) {
      std::vector<std::string> known;
      const auto* const documents = v1::ChangeDocuments::descriptor();
      for (int i = 0; i < documents->field_count(); ++i) {
        known.push_back(StrCat("documents.", FromAbsl(documents->field(i)->name())));
      }
      const std::string_view nearest = Nearest(rule.field(), {known.begin(), known.end()});
      Report("no-document", StrCat("`", rule.field(), "` is no document of a change"),
             nearest.empty() ? "like `field: documents.rollback_strategy`"
                             : StrCat("did you mean `", nearest, "`?"),
             rule.field().empty() ? element : element + ".field");
    }
    CheckClauses(rule, element, clauses_);
    if (rule.minimum_words() < 0) {
      Report("minimum-words", StrCat("at least ", rule.minimum_words(), " words"),
             "0 asks for no number", element + ".minimum_words");
    }
    CheckStep(rule.needed_at(), false, element, element + ".needed_at");
    std::set<int> later;
    for (int i = 0; i < rule.later_size(); ++i) {
      const std::string place = StrCat(element, ".later[", i, "]");
      CheckStep(rule.later(i).needed_at(), true, place, place + ".needed_at");
      if (rule.later(i).category() == v1::CATEGORY_UNSPECIFIED) {
        Report("no-category", "does not say for which category", "write `category: EMERGENCY`",
               place);
      } else if (!later.insert(rule.later(i).category()).second) {
        Report("category-twice", StrCat("`", ValueName(rule.later(i).category()), "` stands twice"),
               "remove one", place + ".category");
      }
    }
    for (int i = 0; i < rule.says_size(); ++i) {
      CheckMention(rule.says(i), StrCat(element, ".says[", i, "]"));
    }
    FindShadowed(rule, element);
  }

  void CheckStep(v1::Transition transition, bool needed, const std::string& element,
                 const std::string& place) {
    if (transition == v1::TRANSITION_UNSPECIFIED) {
      if (needed) Report("no-transition", "names no step", "write `needed_at: CLOSE`", element);
      return;
    }
    if (!IsStepOf(v1::SUBJECT_KIND_CHANGE, transition)) {
      Report("no-such-step", StrCat("changes have no step `", ValueName(transition), "`"),
             "see the transitions in docs/lifecycle.md", place);
    }
  }

  void CheckMention(const v1::Mention& mention, const std::string& element) {
    if (mention.about().empty()) {
      Report("no-about", "does not say what is asked for", "write `about: ...`, for people",
             element);
    }
    if (mention.words().empty() && mention.fields().empty() && !mention.number()) {
      Report("empty-mention", "nothing that a text could mention",
             "list `words` or `fields`, or write `number: true`", element);
    }
    for (int i = 0; i < mention.words_size(); ++i) {
      if (!BareWords(mention.words(i)).empty()) continue;
      Report("empty-mention", "a word without a letter or digit", "remove it",
             StrCat(element, ".words[", i, "]"));
    }
    for (int i = 0; i < mention.fields_size(); ++i) {
      const std::string& field = mention.fields(i);
      if (!field.empty() && IsFieldPath(*v1::ChangeRequest::descriptor(), field)) continue;
      Report("unknown-path", StrCat("a change has no field `", field, "`"), FieldPathHelp(field),
             StrCat(element, ".fields[", i, "]"));
    }
  }

  // The first rule that names the document and is for the category decides.
  void FindShadowed(const v1::DocumentRule& rule, const std::string& element) {
    std::set<int>& taken = taken_[rule.field()];
    std::set<int> wanted(rule.categories().begin(), rule.categories().end());
    if (wanted.empty()) {
      wanted = {v1::CATEGORY_STANDARD, v1::CATEGORY_NORMAL, v1::CATEGORY_EMERGENCY};
    }
    if (std::includes(taken.begin(), taken.end(), wanted.begin(), wanted.end())) {
      Report("rule-shadowed", StrCat("is never asked: earlier rules are for `", rule.field(), "`"),
             "limit them by `categories`, or remove this one", element);
    }
    taken.insert(wanted.begin(), wanted.end());
  }

  const v1::Policy& policy_;
  std::set<std::string> clauses_;
  std::map<std::string, std::set<int>> taken_;  // categories by document
};

}  // namespace

void CheckDocumentRules(const MergedPolicy& merged, Issues* issues) {
  DocumentRuleChecker(merged, issues).Run();
}

}  // namespace changepolicy
