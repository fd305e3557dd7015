// The libraries of the language: what a policy can say that it uses, and the tables of functions
// and macros behind each. A table stands in the functions_*.cc or macros_*.cc of its name.
#ifndef LIBCHANGEPOLICY_CEL_LIBRARIES_H_
#define LIBCHANGEPOLICY_CEL_LIBRARIES_H_

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/macro.h"

namespace changepolicy::cel {

using FunctionTable = std::vector<FunctionRow>;

void AddArithmetic(FunctionTable* table);          // + - * / % and negation
void AddRelations(FunctionTable* table);           // < <= > >= == != in ! and [ ]
void AddConversions(FunctionTable* table);         // int() string() type() dyn() ...
void AddCollections(FunctionTable* table);         // size()
void AddStrings(FunctionTable* table);             // contains() startsWith() endsWith()
void AddRegularExpressions(FunctionTable* table);  // matches()
void AddTimes(FunctionTable* table);               // getHours() ... and arithmetic of time
void AddStringExtension(FunctionTable* table);     // charAt() split() replace() ...
void AddFormat(FunctionTable* table);              // format()
void AddLists(FunctionTable* table);               // flatten() distinct() sort() ...
void AddMembership(FunctionTable* table);          // hasAll() hasAny() hasOnly() hasExactly()
void AddOptionals(FunctionTable* table);           // optional.of() value() ...
void AddMath(FunctionTable* table);                // math.abs() math.bitAnd() ...
void AddSets(FunctionTable* table);                // sets.contains() ...
void AddEncoders(FunctionTable* table);            // base64.encode() json.encode() ...
void AddNetwork(FunctionTable* table);             // ip() cidr() containsIP() ...
void AddRegexExtension(FunctionTable* table);      // regex.replace() regex.extract() ...
void AddMapInsertion(FunctionTable* table);        // what transformMap() expands to

void AddStandardMacros(MacroTable* table);     // has() all() exists() exists_one() map() filter()
void AddTwoVariableMacros(MacroTable* table);  // all(i, v, ...) transformList() transformMap() ...
void AddBindingMacros(MacroTable* table);      // cel.bind()
void AddBlockMacros(MacroTable* table);        // cel.block() cel.index()
void AddOptionalMacros(MacroTable* table);     // optMap() optFlatMap()
void AddMathMacros(MacroTable* table);         // math.greatest() math.least()
void AddListMacros(MacroTable* table);         // sortBy()
void AddProtoMacros(MacroTable* table);        // proto.getExt() proto.hasExt()

// A library with its tables made ready. Immutable, thread-safe, lives for ever.
struct Library {
  std::string_view name;
  std::string_view doc;
  // A function's name with its overloads.
  std::vector<std::pair<std::string, std::shared_ptr<const Overload>>> functions;
  MacroTable macros;
  // The names of opaque types that expressions can compare with: `type(x) == net.IP`.
  std::vector<std::string_view> types;
};

// A library of functions, of a host for instance; AddLibrary of an environment takes it. Rows whose
// signature is none are left out: tables are a program's own, and its tests ask for each row.
// `resolver` finds the messages and enums that signatures name.
Library MakeLibrary(std::string_view name, std::string_view doc, const FunctionTable& rows,
                    const TypeResolver& resolver = {});

// The standard first, then the extensions by name.
const std::vector<Library>& Libraries();
// Whether a function of the library has this name.
bool HasFunction(const Library& library, std::string_view function);
// Null where there is none of that name.
const Library* FindLibrary(std::string_view name);
// The extension that has a function of this name, or a macro that takes so many arguments beside
// its target (`math.abs`, `optMap`); null for none, and for functions of the standard.
const Library* LibraryOf(std::string_view function, size_t args);

inline constexpr std::string_view kStandardLibrary = "standard";
inline constexpr std::string_view kOptionalsLibrary = "optionals";

// Of every library.
const MacroTable& EveryMacro();

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LIBRARIES_H_
