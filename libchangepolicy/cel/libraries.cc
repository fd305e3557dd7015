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
  std::vector<std::string_view> types = {};
};

std::vector<Source> Sources() {
  return {
      {kStandardLibrary,
       "what every expression may use",
       {AddArithmetic, AddRelations, AddConversions, AddCollections, AddStrings,
        AddRegularExpressions, AddTimes},
       {AddStandardMacros}},
      {"bindings", "cel.bind: a name for a value", {}, {AddBindingMacros}},
      {"block", "cel.block: sub-expressions that stand once", {}, {AddBlockMacros}},
      {"comprehensions",
       "macros with two variables: index and element, key and value",
       {AddMapInsertion},
       {AddTwoVariableMacros}},
      {"encoders", "base64 and JSON texts of values", {AddEncoders}, {}},
      {"lists",
       "flatten, distinct, slice, sort, sortBy, range and their like",
       {AddLists, AddMembership},
       {AddListMacros}},
      {"math",
       "greatest, least, rounding, roots, signs and bits of numbers",
       {AddMath},
       {AddMathMacros}},
      {"network", "IP addresses and CIDR ranges", {AddNetwork}, {}, {kIpTypeName, kCidrTypeName}},
      {kOptionalsLibrary,
       "values that may be absent: a.?b, a[?b], optional.of",
       {AddOptionals},
       {AddOptionalMacros}},
      {"protos", "extensions of messages: proto.getExt, proto.hasExt", {}, {AddProtoMacros}},
      {"regex",
       "regex.replace, regex.extract, regex.extractAll; the results of extract need `optionals`",
       {AddRegexExtension},
       {}},
      {"sets", "lists compared as sets: contains, equivalent, intersects", {AddSets}, {}},
      {"strings",
       "charAt, split, replace, substring, format, quote and their like",
       {AddStringExtension, AddFormat},
       {}},
  };
}

Library Load(const Source& source) {
  FunctionTable rows;
  for (const auto add : source.functions) add(&rows);
  Library library = MakeLibrary(source.name, source.doc, rows);
  library.types = source.types;
  for (const auto add : source.macros) add(&library.macros);
  return library;
}

bool HasMacro(const Library& library, std::string_view function, size_t args) {
  return std::any_of(library.macros.begin(), library.macros.end(), [&](const Macro& macro) {
    if (macro.args != Macro::kAnyNumber && macro.args != args) return false;
    const bool named = macro.receiver != "*" && !macro.receiver.empty();
    return named ? function == StrCat(macro.receiver, ".", macro.name) : function == macro.name;
  });
}

}  // namespace

Library MakeLibrary(std::string_view name, std::string_view doc, const FunctionTable& rows,
                    const TypeResolver& resolver) {
  Library library{.name = name, .doc = doc};
  for (const FunctionRow& row : rows) {
    std::optional<ParsedSignature> parsed = ParseSignature(row.signature, resolver);
    if (!parsed.has_value()) continue;
    parsed->overload.implementation = row.implementation;
    parsed->overload.doc = row.doc;
    parsed->overload.cost = row.cost;
    library.functions.emplace_back(std::move(parsed->name),
                                   std::make_shared<const Overload>(std::move(parsed->overload)));
  }
  return library;
}

const std::vector<Library>& Libraries() {
  static const auto& libraries = *[] {
    auto* const loaded = new std::vector<Library>;
    for (const Source& source : Sources()) loaded->push_back(Load(source));
    return loaded;
  }();
  return libraries;
}

bool HasFunction(const Library& library, std::string_view function) {
  return std::any_of(library.functions.begin(), library.functions.end(),
                     [&](const auto& entry) { return entry.first == function; });
}

const Library* FindLibrary(std::string_view name) {
  for (const Library& library : Libraries()) {
    if (library.name == name) return &library;
  }
  return nullptr;
}

const Library* LibraryOf(std::string_view function, size_t args) {
  const Library& standard = Libraries().front();
  if (HasFunction(standard, function) || HasMacro(standard, function, args)) return nullptr;
  for (const Library& library : Libraries()) {
    if (HasFunction(library, function) || HasMacro(library, function, args)) return &library;
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
