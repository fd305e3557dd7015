// The expressions of a merged policy, compiled and held against the strata.
#ifndef LIBCHANGEPOLICY_CHECK_COMPILE_H_
#define LIBCHANGEPOLICY_CHECK_COMPILE_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/check/vocabulary.h"

namespace changepolicy {

// What an expression must give.
enum class Wanted { kBool, kDuration, kAnything };

class Compiler {
 public:
  Compiler(const MergedPolicy& merged, Issues* issues);

  // What texts of one kind name: in words, where it is declared, and what there is.
  struct Naming {
    std::string_view what, place;
    std::set<std::string> known;
  };

  // All definitions, each after those that it reads; a cycle is an issue that prints it.
  std::vector<CheckedDefinition> CompileDefinitions();

  // The kinds of subject that expressions together are for, by what they read; an issue where they
  // read both. Starts from what the rule itself says.
  struct Kinds {
    bool change = true;
    bool release = true;
  };
  Kinds KindsOf(const std::vector<std::string_view>& texts,
                const google::protobuf::RepeatedField<int>& stated, const std::string& element);

  // Nothing for an empty text, and for one with mistakes.
  std::optional<CheckedExpression> Compile(std::string_view text, const std::string& element,
                                           Kinds kinds, Stratum highest, Wanted wanted);
  std::optional<CheckedExpression> CompileLint(std::string_view text, const std::string& element,
                                               v1::LintTarget target, Wanted wanted);
  // The pieces of `text {{expression}} text`.
  MessageTemplate CompileMessage(std::string_view text, const std::string& element, Kinds kinds,
                                 Stratum highest);
  MessageTemplate CompileLintMessage(std::string_view text, const std::string& element,
                                     v1::LintTarget target);

  // Those of all expressions that are kept.
  std::vector<std::shared_ptr<const cel::Environment>> TakeEnvironments();
  // What all that was compiled refers to, as it refers to the texts that it was compiled from.
  ExpressionStore TakeStore() { return std::move(store_); }
  // Extension libraries that an expression compiled so far needs.
  const std::set<std::string_view>& libraries_used() const { return libraries_used_; }

 private:
  struct Known {  // a definition
    Stratum stratum = Stratum::kFacts;
    bool for_change = true, for_release = true;
  };
  struct Text {  // an expression inside an element
    std::string_view text;
    std::string element;
    size_t offset = 0;  // inside the element's scalar
  };

  // Policies say the same again and again, `{{change.id}}` in every message: what was made of a
  // text is kept, and shared. The texts are parts of the policy's own.
  struct Parsed {
    std::shared_ptr<const cel::Tree> tree;  // null where it is none
    cel::Diagnostics diagnostics;
    std::vector<std::string> names;  // free ones
  };
  struct Compiled {
    std::optional<cel::Expression> expression;  // of a text without diagnostics
    const KeptExpression* kept = nullptr;       // the same for the policy, once it is needed
    cel::Diagnostics diagnostics;
    cel::Diagnostics constants;            // calls of literals that fail
    std::set<std::string_view> libraries;  // that it uses
  };
  const Parsed& Parse(std::string_view text);
  Compiled& CompileOnce(Scope scope, std::string_view text);
  bool Declare(Scope scope, const std::string& name, cel::Type type, std::string_view meaning);

  // Null, and complaints, for a text with mistakes.
  Compiled* CompileIn(Scope scope, const Text& text, Wanted wanted);
  std::optional<CheckedExpression> Finish(Compiled* compiled, const Text& text, Stratum highest);
  void KeepElement(const std::string& element);
  std::optional<CheckedExpression> CompileText(const Text& text, Kinds kinds, Stratum highest,
                                               Wanted wanted);
  template <typename CompilePiece>
  MessageTemplate Split(std::string_view text, const std::string& element, CompilePiece compile);
  void Report(const Text& text, const cel::Diagnostic& diagnostic);
  // A call of literals has its value already: `duration("24x")` is a mistake of the text, and no
  // subject's fault.
  cel::Diagnostics CheckConstants(Scope scope, const cel::Expression& expression);
  // Why the constant expression has no value; empty where it has one, or is none.
  const std::string& ErrorOf(Scope scope, const std::string& constant);
  void CheckNames(const cel::Expression& expression, const Text& text);
  cel::Environment& environment(Scope scope);
  // Names at the beginning of paths, except for comprehension variables.
  const std::vector<std::string>& FreeNames(std::string_view text) { return Parse(text).names; }

  const MergedPolicy& merged_;
  Issues& issues_;
  const std::map<Names, Naming> namings_;
  std::map<Scope, std::shared_ptr<cel::Environment>> environments_;
  std::set<const cel::Environment*> environments_kept_;  // of expressions that are kept
  std::map<std::string, Known, std::less<>> definitions_;
  std::unordered_map<std::string_view, Parsed> parsed_;
  std::map<Scope, std::unordered_map<std::string_view, Compiled>> compiled_;
  std::map<Scope, std::unordered_map<std::string, std::string>> constant_errors_;
  std::set<std::string_view> libraries_used_;
  ExpressionStore store_;
  std::string_view last_element_;
  Origins::Place last_place_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_COMPILE_H_
