#include "libchangepolicy/cel/libraries.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

struct Source {
  std::string_view name;
  std::string_view doc;
  std::vector<void (*)(FunctionTable*)> functions;
  std::vector<void (*)(MacroTable*)> macros;
};

std::vector<Source> Sources() {
  return {
      {kStandardLibrary,
       "what every expression may use",
       {AddArithmetic, AddRelations, AddConversions, AddCollections, AddStrings,
        AddRegularExpressions, AddTimes},
       {AddStandardMacros}},
      {"bindings", "cel.bind: a name for a value", {}, {AddBindingMacros}},
      {"comprehensions",
       "macros with two variables: index and element, key and value",
       {AddMapInsertion},
       {AddTwoVariableMacros}},
      {"lists", "flatten, distinct, slice, sort, range and their like", {AddLists}, {}},
      {kOptionalsLibrary,
       "values that may be absent: a.?b, a[?b], optional.of",
       {AddOptionals},
       {AddOptionalMacros}},
      {"strings",
       "charAt, split, replace, substring, format, quote and their like",
       {AddStringExtension, AddFormat},
       {}},
  };
}

Library Load(const Source& source) {
  Library library{.name = source.name, .doc = source.doc};
  FunctionTable rows;
  for (const auto add : source.functions) add(&rows);
  for (const FunctionRow& row : rows) {
    std::optional<ParsedSignature> parsed = ParseSignature(row.signature, {});
    // A table of our own; tests/cel/library_test.cc asks that each row be declared.
    if (!parsed.has_value()) continue;
    parsed->overload.implementation = row.implementation;
    parsed->overload.doc = row.doc;
    parsed->overload.cost = row.cost;
    library.functions.emplace_back(
        std::move(parsed->name), std::make_shared<const Overload>(std::move(parsed->overload)));
  }
  for (const auto add : source.macros) add(&library.macros);
  return library;
}

bool Has(const Library& library, std::string_view function) {
  return std::any_of(library.functions.begin(), library.functions.end(),
                     [&](const auto& entry) { return entry.first == function; }) ||
         std::any_of(library.macros.begin(), library.macros.end(), [&](const Macro& macro) {
           const bool named = macro.receiver != "*" && !macro.receiver.empty();
           return named ? function == StrCat(macro.receiver, ".", macro.name)
                        : function == macro.name;
         });
}

}  // namespace

const std::vector<Library>& Libraries() {
  static const auto& libraries = *[] {
    auto* const loaded = new std::vector<Library>;
    for (const Source& source : Sources()) loaded->push_back(Load(source));
    return loaded;
  }();
  return libraries;
}

const Library* FindLibrary(std::string_view name) {
  for (const Library& library : Libraries()) {
    if (library.name == name) return &library;
  }
  return nullptr;
}

const Library* LibraryOf(std::string_view function) {
  for (const Library& library : Libraries()) {
    if (library.name != kStandardLibrary && Has(library, function)) return &library;
  }
  return nullptr;
}

const MacroTable& EveryMacro() {
  static const auto& every = *[] {
    auto* const all = new MacroTable;
    for (const Library& library : Libraries()) {
      all->insert(all->end(), library.macros.begin(), library.macros.end());
    }
    return all;
  }();
  return every;
}

}  // namespace changepolicy::cel
