// What the language has, for whoever lists it.
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy {

namespace {

// As it is called: `has(a)`, `list.all(a, b)`, `cel.bind(a, b, c)`.
std::string SignatureOf(const cel::Macro& macro) {
  std::string text = macro.receiver == "*" ? "target." : "";
  if (macro.receiver != "*" && !macro.receiver.empty()) StrAppend(&text, macro.receiver, ".");
  StrAppend(&text, macro.name, "(");
  if (macro.args == cel::Macro::kAnyNumber) return text + "...)";
  for (size_t i = 0; i < macro.args; ++i) {
    StrAppend(&text, i == 0 ? "" : ", ", std::string(1, static_cast<char>('a' + i)));
  }
  return text + ")";
}

bool IsOperator(std::string_view function) {
  return function.find('_') == 0 || function.ends_with('_') || function.starts_with('@');
}

}  // namespace

std::vector<CelLibrary> CelLibraries() {
  std::vector<CelLibrary> libraries;
  for (const cel::Library& library : cel::Libraries()) {
    CelLibrary described{.name = std::string(library.name), .doc = std::string(library.doc)};
    for (const auto& [name, overload] : library.functions) {
      if (!IsOperator(name)) described.functions.push_back({overload->id, overload->doc});
    }
    for (const cel::Macro& macro : library.macros) {
      described.functions.push_back({SignatureOf(macro), "a macro"});
    }
    libraries.push_back(std::move(described));
  }
  return libraries;
}

}  // namespace changepolicy
