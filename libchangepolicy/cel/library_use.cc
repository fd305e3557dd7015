#include "libchangepolicy/cel/library_use.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/issue.h"

namespace changepolicy::cel {

namespace {

std::vector<std::string_view> ExtensionNames() {
  std::vector<std::string_view> names;
  for (const Library& library : Libraries()) {
    if (library.name != kStandardLibrary) names.push_back(library.name);
  }
  return names;
}

std::string ListOf(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) StrAppend(&list, list.empty() ? "`" : "`, `", name);
  return list + "`";
}

bool HasOneOf(const Library& library, const Resolution& resolution) {
  return std::any_of(library.functions.begin(), library.functions.end(), [&](const auto& function) {
    return std::find(resolution.overloads.begin(), resolution.overloads.end(), function.second) !=
           resolution.overloads.end();
  });
}

bool IsCallOf(const Macro& macro, const Tree& tree, const Node& call) {
  const size_t args = call.args.size() - (call.is_member ? 1 : 0);
  if (call.name != macro.name || (macro.args != Macro::kAnyNumber && macro.args != args)) {
    return false;
  }
  if (macro.receiver.empty()) return !call.is_member;
  if (macro.receiver == "*") return call.is_member;
  return call.is_member && tree[call.args[0]].kind == NodeKind::kIdent &&
         tree[call.args[0]].name == macro.receiver;
}

bool HasMacroFor(const Library& library, const Tree& tree, const Node& call) {
  return std::any_of(library.macros.begin(), library.macros.end(),
                     [&](const Macro& macro) { return IsCallOf(macro, tree, call); });
}

bool HasOptionalPart(const Node& node) {
  if (node.kind == NodeKind::kCall) return node.name == "_?._" || node.name == "_[?_]";
  return node.HasOptional();
}

}  // namespace

std::vector<LibraryMistake> FindLibraryMistakes(absl::Span<const std::string> names) {
  std::vector<LibraryMistake> mistakes;
  const std::vector<std::string_view> known = ExtensionNames();
  std::set<std::string_view> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name == kStandardLibrary) {
      mistakes.push_back({i,
                          "standard-library",
                          StrCat("`", name, "` is always there"),
                          "name extensions only",
                          {}});
    } else if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string_view nearest = Nearest(name, known);
      const std::string guess = nearest.empty() ? "" : StrCat("did you mean `", nearest, "`? ");
      mistakes.push_back({i, "unknown-library", StrCat("unknown library `", name, "`"),
                          StrCat(guess, "there are ", ListOf(known)), nearest});
    } else if (!seen.insert(name).second) {
      mistakes.push_back({i,
                          "duplicate-library",
                          StrCat("`", name, "` stands twice in `libraries`"),
                          "remove one",
                          {}});
    }
  }
  return mistakes;
}

bool AddsToFunctions(std::string_view library, const std::vector<std::string>& used) {
  const Library* const added = FindLibrary(library);
  if (added == nullptr) return false;
  for (const Library& other : Libraries()) {
    if (other.name != kStandardLibrary && std::count(used.begin(), used.end(), other.name) == 0) {
      continue;
    }
    for (const auto& [function, unused] : added->functions) {
      if (HasFunction(other, function)) return true;
    }
  }
  return false;
}

std::set<std::string_view> LibrariesUsed(const Expression& expression) {
  // A macro leaves no trace in the tree, so the text is parsed once more without any.
  Diagnostics ignored;
  const std::optional<Tree> written =
      expression.environment().Parse(expression.text(), /*macros=*/false, &ignored);
  std::set<std::string_view> used;
  for (const Library& library : Libraries()) {
    if (library.name == kStandardLibrary || !expression.environment().Uses(library.name)) continue;
    bool uses = false;
    for (size_t i = 0; i < expression.tree().nodes.size() && !uses; ++i) {
      uses = HasOneOf(library, expression.ResolutionOf(static_cast<NodeId>(i)));
    }
    if (written.has_value()) {
      for (const Node& node : written->nodes) {
        uses = uses || (node.kind == NodeKind::kCall && HasMacroFor(library, *written, node)) ||
               (library.name == kOptionalsLibrary && HasOptionalPart(node));
      }
    }
    if (uses) used.insert(library.name);
  }
  return used;
}

}  // namespace changepolicy::cel
