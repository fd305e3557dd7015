// matches(), by RE2: linear in the text, whatever the pattern. The only file that includes RE2.
#include <memory>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "re2/re2.h"

namespace changepolicy::cel {

namespace {

Value Matches(CallContext& context, Args args) {
  const std::string& text = args[0].string_value();
  const std::string& pattern = args[1].string_value();
  if (!context.Charge(1 + (text.size() / 64 + 1) * (pattern.size() / 16 + 1))) return Value::Null();
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(1 << 20);
  const RE2 expression(pattern, options);
  // A short pattern may stand for a long one: `(a{100}){100}`. Making it ready took that long, and
  // where a search is not kept in memory it goes through the pattern for each character.
  const uint64_t size = expression.ok() ? static_cast<uint64_t>(expression.ProgramSize()) : 0;
  if (!context.Charge(size + size * text.size() / 64)) return Value::Null();
  if (!expression.ok()) {
    return Value::FromError(
        absl::StatusCode::kInvalidArgument,
        StrCat("invalid regular expression ", args[1].ToString(), ": ", expression.error()));
  }
  return Value::Bool(RE2::PartialMatch(text, expression));
}

}  // namespace

void AddRegularExpressions(FunctionTable* table) {
  table->push_back({"string.matches(string) -> bool", Matches, "", cost::kMatches});
  table->push_back({"matches(string, string) -> bool", Matches, "", cost::kMatches});
}

}  // namespace changepolicy::cel
