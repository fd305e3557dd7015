// The functions that every environment knows, as tables: one function per file of them.
#ifndef LIBCHANGEPOLICY_CEL_STANDARD_LIBRARY_H_
#define LIBCHANGEPOLICY_CEL_STANDARD_LIBRARY_H_

#include <vector>

#include "libchangepolicy/cel/function.h"

namespace changepolicy::cel {

using FunctionTable = std::vector<FunctionRow>;

void AddArithmetic(FunctionTable* table);          // + - * / % and negation
void AddRelations(FunctionTable* table);           // < <= > >= == != in ! and [ ]
void AddConversions(FunctionTable* table);         // int() string() type() dyn() ...
void AddCollections(FunctionTable* table);         // size(), maps of comprehensions, optionals
void AddStrings(FunctionTable* table);             // contains() startsWith() endsWith()
void AddStringExtension(FunctionTable* table);     // charAt() split() replace() ...
void AddLists(FunctionTable* table);               // flatten() distinct() sort() ...
void AddFormat(FunctionTable* table);              // format()
void AddRegularExpressions(FunctionTable* table);  // matches()
void AddTimes(FunctionTable* table);               // getHours() ... and arithmetic of time

// All of them.
FunctionTable StandardLibrary();

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_STANDARD_LIBRARY_H_
