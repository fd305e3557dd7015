#include "libchangepolicy/domain/document_lint.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "changepolicy/v1/change.flat.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/documents.h"
#include "libchangepolicy/domain/field_values.h"
#include "libchangepolicy/domain/life_cycle.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Words = std::vector<std::string>;

// A text of which at least nine in ten words are those of another is that other one.
constexpr size_t kSameOfTen = 9;
// Longer texts of which less than two in five words are different say nothing new.
constexpr size_t kRepetitiveFrom = 8;

// The document at a dotted path; null where there is none, `is_document` false where the path names
// none.
const v1::Document* FindDocument(const Message& root, std::string_view path, bool* is_document) {
  *is_document = false;
  const Message* message = &root;
  bool there = true;
  while (true) {
    const size_t dot = path.find('.');
    const FieldDescriptor* const field =
        message->GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return nullptr;
    }
    there = there && message->GetReflection()->HasField(*message, field);
    message = &message->GetReflection()->GetMessage(*message, field);
    if (dot == path.npos) break;
    path.remove_prefix(dot + 1);
  }
  if (message->GetDescriptor() != v1::Document::descriptor()) return nullptr;
  *is_document = true;
  return there ? static_cast<const v1::Document*>(message) : nullptr;
}

std::map<std::string_view, size_t> Count(const Words& words) {
  std::map<std::string_view, size_t> counts;
  for (const std::string& word : words) ++counts[word];
  return counts;
}

// How many of the words of `one` are words of `other`, each as often as it stands there.
size_t CountShared(const Words& one, const Words& other) {
  std::map<std::string_view, size_t> left = Count(other);
  size_t shared = 0;
  for (const std::string& word : one) {
    const auto found = left.find(word);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++shared;
  }
  return shared;
}

bool IsMostly(const Words& one, const Words& other) {
  return !one.empty() && 10 * CountShared(one, other) >= kSameOfTen * one.size();
}

bool Occurs(const Words& phrase, const Words& text, bool any_ending) {
  if (phrase.empty()) return false;
  const auto same = [&](const std::string& word, const std::string& wanted) {
    return any_ending && &wanted == &phrase.back() ? word.starts_with(wanted) : word == wanted;
  };
  // The last word of a phrase may be open at its end.
  return std::search(text.begin(), text.end(), phrase.begin(), phrase.end(), same) != text.end();
}

class Assessor {
 public:
  explicit Assessor(const DocumentQuestion& question) : question_(question) {
    const auto* const documents = v1::ChangeDocuments::descriptor();
    for (int i = 0; i < documents->field_count(); ++i) {
      fields_.push_back(StrCat("documents.", FromAbsl(documents->field(i)->name())));
    }
    for (const v1::DocumentRule& rule : question.policy->documents()) {
      if (std::find(fields_.begin(), fields_.end(), rule.field()) == fields_.end() &&
          IsDocumentPath(rule.field())) {
        fields_.push_back(rule.field());
      }
    }
  }

  std::vector<v1::DocumentAssessment> Run() {
    std::vector<v1::DocumentAssessment> assessments;
    for (const std::string& field : fields_) assessments.push_back(Assess(field));
    return assessments;
  }

  bool IsSound(std::string_view field) {
    const auto found = std::find(fields_.begin(), fields_.end(), field);
    return found != fields_.end() && Assess(*found).sound();
  }

 private:
  const v1::DocumentRule* RuleFor(std::string_view field) const {
    for (const v1::DocumentRule& rule : question_.policy->documents()) {
      if (rule.field() != field) continue;
      if (rule.categories().empty() || std::find(rule.categories().begin(), rule.categories().end(),
                                                 question_.category) != rule.categories().end()) {
        return &rule;
      }
    }
    return nullptr;
  }

  v1::Transition NeededAt(const v1::DocumentRule& rule) const {
    for (const v1::DocumentPhase& phase : rule.later()) {
      if (phase.category() == question_.category) return phase.needed_at();
    }
    return rule.needed_at();
  }

  bool IsReached(v1::Transition transition) const {
    const v1::ChangeState state = question_.change->state();
    if (state == v1::CHANGE_STATE_UNSPECIFIED) return true;
    if (state == v1::CHANGE_STATE_REJECTED || state == v1::CHANGE_STATE_CANCELLED) return false;
    return std::any_of(question_.life_cycle->changes().begin(),
                       question_.life_cycle->changes().end(), [&](const v1::ChangeStep& step) {
                         return step.at() == transition &&
                                (LeavesFrom(step, state) || step.to() <= state);
                       });
  }

  v1::DocumentAssessment Assess(const std::string& field) {
    v1::DocumentAssessment assessment;
    assessment.set_field(field);
    const v1::DocumentRule* const rule = RuleFor(field);
    if (rule != nullptr) {
      assessment.set_rule(rule->id());
      *assessment.mutable_clauses() = rule->clauses();
      assessment.set_needed_at(NeededAt(*rule));
      assessment.set_needed(assessment.needed_at() != v1::TRANSITION_UNSPECIFIED &&
                            IsReached(assessment.needed_at()));
    }
    bool is_document = false;
    const v1::Document* const document = FindDocument(*question_.change, field, &is_document);
    FindWeaknesses(field, document, rule, &assessment);
    std::sort(assessment.mutable_weaknesses()->begin(), assessment.mutable_weaknesses()->end(),
              [](const v1::Weakness& a, const v1::Weakness& b) {
                return std::pair(a.kind(), a.detail()) < std::pair(b.kind(), b.detail());
              });
    assessment.set_sound(assessment.weaknesses().empty());
    return assessment;
  }

  static void Add(v1::WeaknessKind kind, std::string detail, v1::DocumentAssessment* assessment) {
    v1::Weakness* const weakness = assessment->add_weaknesses();
    weakness->set_kind(kind);
    weakness->set_detail(std::move(detail));
  }

  void FindWeaknesses(const std::string& field, const v1::Document* document,
                      const v1::DocumentRule* rule, v1::DocumentAssessment* assessment) const {
    if (document == nullptr || (!HasBareText(document->text()) && document->url().empty())) {
      Add(v1::WEAKNESS_KIND_MISSING, "", assessment);
      return;
    }
    const v1::TextRules& texts = question_.policy->text();
    if (!HasBareText(document->text())) {
      assessment->set_elsewhere(IsWritten(*document, texts));
      if (!assessment->elsewhere()) Add(v1::WEAKNESS_KIND_UNVERIFIABLE, "", assessment);
      return;
    }
    const std::string bare = BareText(document->text());
    for (const std::string& placeholder : texts.placeholders()) {
      if (bare != BareText(placeholder)) continue;
      Add(v1::WEAKNESS_KIND_PLACEHOLDER, placeholder, assessment);
      return;
    }
    const Words words = BareWords(document->text());
    for (const std::string& model : texts.templates()) {
      if (bare != BareText(model) && !IsMostly(words, BareWords(model))) continue;
      Add(v1::WEAKNESS_KIND_TEMPLATE, model, assessment);
      return;
    }
    const size_t asked =
        rule == nullptr ? 0 : static_cast<size_t>(std::max(0, rule->minimum_words()));
    if (words.size() < asked || !IsMeaningful(document->text(), texts)) {
      Add(v1::WEAKNESS_KIND_TOO_SHORT,
          words.size() < asked
              ? StrCat(words.size(), " of ", asked, " words")
              : StrCat(CountBareCodePoints(bare), " of ", texts.minimum_length(), " letters"),
          assessment);
    }
    if (const std::string other = CopyOf(field, words); !other.empty()) {
      Add(v1::WEAKNESS_KIND_COPY, other, assessment);
    }
    if (words.size() >= kRepetitiveFrom && 5 * Count(words).size() < 2 * words.size()) {
      Add(v1::WEAKNESS_KIND_REPETITIVE, "", assessment);
    }
    if (rule == nullptr) return;
    for (const v1::Mention& mention : rule->says()) {
      if (!IsMentioned(mention, words)) {
        Add(v1::WEAKNESS_KIND_SAYS_NOTHING_OF, mention.about(), assessment);
      }
    }
  }

  // The first of the other documents before this one that says the same.
  std::string CopyOf(const std::string& field, const Words& words) const {
    for (const std::string& other : fields_) {
      if (other == field) return "";
      bool is_document = false;
      const v1::Document* const document = FindDocument(*question_.change, other, &is_document);
      if (document == nullptr) continue;
      const Words there = BareWords(document->text());
      if (IsMostly(words, there) && IsMostly(there, words)) return other;
    }
    return "";
  }

  std::vector<std::string> TextsOf(std::string_view field) const {
    flat::Arena arena;
    const auto* const change = flat::CopyOf<flat::ChangeRequest>(*question_.change, &arena);
    if (change == nullptr) return {};
    return TextsAt(flat::ChangeRequest::table(), change, field);
  }

  bool IsMentioned(const v1::Mention& mention, const Words& words) const {
    const auto has_digit = [](const std::string& word) {
      return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (mention.number() && std::any_of(words.begin(), words.end(), has_digit)) return true;
    for (const std::string& phrase : mention.words()) {
      if (Occurs(BareWords(phrase), words, phrase.ends_with('*'))) return true;
    }
    for (const std::string& field : mention.fields()) {
      for (const std::string& value : TextsOf(field)) {
        if (Occurs(BareWords(value), words, false)) return true;
      }
    }
    return false;
  }

  const DocumentQuestion& question_;
  std::vector<std::string> fields_;
};

}  // namespace

std::vector<v1::DocumentAssessment> AssessDocuments(const DocumentQuestion& question) {
  return Assessor(question).Run();
}

bool IsSoundDocument(const DocumentQuestion& question, std::string_view field) {
  return Assessor(question).IsSound(field);
}

bool IsDocumentPath(std::string_view path) {
  bool is_document = false;
  FindDocument(v1::ChangeRequest::default_instance(), path, &is_document);
  return is_document;
}

}  // namespace changepolicy
