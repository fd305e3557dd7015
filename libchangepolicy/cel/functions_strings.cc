// contains() startsWith() endsWith() of the standard.
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

template <typename Test>
auto Test_(Test test) {
  return [test](CallContext& context, Args args) {
    const std::string& text = args[0].string_value();
    const std::string& part = args[1].string_value();
    if (!context.Charge(1 + TextSteps(text.size() + part.size()))) return Value::Null();
    return Value::Bool(test(text, part));
  };
}

}  // namespace

void AddStrings(FunctionTable* table) {
  const FunctionTable rows = {
      {"string.contains(string) -> bool",
       Test_([](const std::string& text, const std::string& part) {
         return FindText(text, part) != std::string_view::npos;
       }),
       "whether the other text occurs in it", cost::kContains},
      {"string.startsWith(string) -> bool",
       Test_(
           [](const std::string& text, const std::string& part) { return text.starts_with(part); }),
       "whether it begins with the other text", cost::kAffix},
      {"string.endsWith(string) -> bool",
       Test_([](const std::string& text, const std::string& part) { return text.ends_with(part); }),
       "whether it ends with the other text", cost::kAffix},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
