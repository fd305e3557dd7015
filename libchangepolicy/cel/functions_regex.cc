// Regular expressions by RE2, linear in the text, whatever the pattern: matches() of the standard
// and the regex library. The only file that includes RE2.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/regex.h"
#include "re2/re2.h"

namespace changepolicy::cel {

namespace {

// What one search through `bytes` bytes may cost.
uint64_t CostOfSearch(size_t bytes, size_t pattern) {
  return 1 + (bytes / 64 + 1) * (pattern / 16 + 1);
}

// The pattern in the words of this RE2, which knows `(?P<name>` only, where newer ones and Go know
// `(?<name>` too. Nothing for a pattern with `\C`: half a character is no string of the language.
std::optional<std::string> Translated(const std::string& pattern) {
  std::string translated;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = std::string_view(pattern).substr(i);
    size_t taken = 1;
    if (rest.starts_with("\\Q") && !in_class) {
      const size_t end = rest.find("\\E");
      taken = end == std::string_view::npos ? rest.size() : end + 2;
    } else if (rest[0] == '\\') {
      if (rest.starts_with("\\C")) return std::nullopt;
      taken = std::min<size_t>(2, rest.size());
    } else if (in_class) {
      // A class of its own, like [:alpha:], or the end.
      if (rest.starts_with("[:") && rest.find(":]") != std::string_view::npos) {
        taken = rest.find(":]") + 2;
      } else {
        in_class = rest[0] != ']';
      }
    } else if (rest[0] == '[') {
      in_class = true;
      // A bracket that comes first stands for itself.
      taken = rest.starts_with("[^]")                            ? 3
              : rest.starts_with("[]") || rest.starts_with("[^") ? 2
                                                                 : 1;
    } else if (rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!")) {
      translated += "(?P<";
      i += 2;
      continue;
    }
    translated += rest.substr(0, taken);
    i += taken - 1;
  }
  return translated;
}

// A pattern made ready.
class Prepared {
 public:
  explicit Prepared(const Value& pattern)
      : size_(pattern.string_value().size()),
        expression_(Translated(pattern.string_value()).value_or(kInvalid), Options()) {
    if (!expression_.ok()) {
      error_ = Value::FromError(
          absl::StatusCode::kInvalidArgument,
          StrCat("invalid regular expression ", pattern.ToString(), ": ", expression_.error()));
    }
  }
  const std::optional<Value>& error() const { return error_; }
  // A short pattern may stand for a long one: `(a{100}){100}`. What making it ready took, and what
  // a search through `bytes` bytes takes at worst, where it goes through the pattern for each of
  // them.
  uint64_t Steps(size_t bytes) const {
    const uint64_t size = expression_.ok() ? static_cast<uint64_t>(expression_.ProgramSize()) : 0;
    return size + size * bytes / 64;
  }
  size_t size() const { return size_; }
  const RE2& expression() const { return expression_; }

 private:
  static constexpr const char* kInvalid = "\\C\\";

  static RE2::Options Options() {
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(1 << 20);
    return options;
  }

  const size_t size_;
  const RE2 expression_;
  std::optional<Value> error_;
};

// A loop asks for the same few patterns for each of its elements, so that a thread keeps the last
// ones that it used, each with 1 MiB at most. What an evaluation is charged does not depend on it.
std::shared_ptr<const Prepared> Prepare(const Value& pattern) {
  constexpr size_t kMost = 8;
  constexpr size_t kLongest = 1'000;
  struct Kept {
    std::string pattern;
    std::shared_ptr<const Prepared> prepared;
  };
  thread_local std::vector<Kept> last;  // the last one used in front
  const std::string& text = pattern.string_value();
  auto found =
      std::find_if(last.begin(), last.end(), [&](const Kept& k) { return k.pattern == text; });
  if (found == last.end()) {
    auto prepared = std::make_shared<const Prepared>(pattern);
    if (text.size() > kLongest) return prepared;
    if (last.size() == kMost) last.pop_back();
    last.push_back({text, std::move(prepared)});
    found = last.end() - 1;
  }
  std::rotate(last.begin(), found, found + 1);
  return last.front().prepared;
}

Value Matches(CallContext& context, Args args) {
  const std::string& text = args[0].string_value();
  if (!context.Charge(CostOfSearch(text.size(), args[1].string_value().size()))) {
    return Value::Null();
  }
  const std::shared_ptr<const Prepared> prepared = Prepare(args[1]);
  const Prepared& pattern = *prepared;
  if (pattern.error().has_value()) return *pattern.error();
  if (!context.Charge(pattern.Steps(text.size()))) return Value::Null();
  return Value::Bool(RE2::PartialMatch(text, pattern.expression()));
}

class ReadyPattern final : public Pattern {
 public:
  explicit ReadyPattern(const std::string& pattern) : prepared_(Value::String(pattern)) {}
  bool valid() const { return !prepared_.error().has_value(); }
  bool Matches(const std::string& text) const override {
    return RE2::PartialMatch(text, prepared_.expression());
  }
  uint64_t Steps(size_t bytes) const override {
    return CostOfSearch(bytes, prepared_.size()) + prepared_.Steps(bytes);
  }

 private:
  const Prepared prepared_;
};

// ---- The regex library

using Groups = std::array<re2::StringPiece, 10>;  // the whole match and \1 to \9

// Goes through the matches that do not overlap, from left to right. An empty match where the last
// match ended is none.
class Matcher {
 public:
  Matcher(CallContext& context, const std::string& text, const Prepared& pattern)
      : context_(context), text_(text), pattern_(pattern) {}

  // False at the end; spent() tells whether the budget is the reason.
  bool Next(Groups* groups) {
    const int count = std::min(pattern_.expression().NumberOfCapturingGroups() + 1,
                               static_cast<int>(groups->size()));
    while (at_ <= text_.size()) {
      const size_t left = text_.size() - at_;
      if (!context_.Charge(CostOfSearch(left, pattern_.size()) + pattern_.Steps(left))) {
        spent_ = true;
        return false;
      }
      if (!pattern_.expression().Match(text_, at_, text_.size(), RE2::UNANCHORED, groups->data(),
                                       count)) {
        return false;
      }
      const re2::StringPiece& whole = (*groups)[0];
      const size_t begin = static_cast<size_t>(whole.data() - text_.data());
      const size_t end = begin + whole.size();
      const bool repeated = whole.empty() && last_end_ == begin;
      at_ = whole.empty() ? NextCodePoint(end) : end;
      last_end_ = end;
      if (!repeated) return true;
    }
    return false;
  }
  bool spent() const { return spent_; }

 private:
  size_t NextCodePoint(size_t at) const {
    do {
      ++at;
    } while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80);
    return at;
  }

  CallContext& context_;
  const std::string& text_;
  const Prepared& pattern_;
  size_t at_ = 0;
  size_t last_end_ = std::string::npos;  // none yet
  bool spent_ = false;
};

std::string Copy(const re2::StringPiece& piece) {
  return piece.empty() ? "" : std::string(piece.data(), piece.size());
}

// What an implementation that has overdrawn its budget gives; the evaluation says why.
Value Spent() { return Value::FromError(absl::StatusCode::kResourceExhausted, "too many steps"); }

Value BadReplacement(const Value& replacement, std::string_view why) {
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat("invalid replacement ", replacement.ToString(), ": ", why));
}

// The replacement with its references filled in, appended; an error or null.
Value Expand(CallContext& context, const Value& replacement, const Groups& groups, int group_count,
             std::string* out) {
  const std::string& text = replacement.string_value();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      *out += text[i];
      continue;
    }
    if (++i == text.size()) return BadReplacement(replacement, "a backslash ends it");
    if (text[i] == '\\') {
      *out += '\\';
      continue;
    }
    if (text[i] < '0' || text[i] > '9') {
      return BadReplacement(replacement, "a digit or a backslash follows a backslash");
    }
    const int group = text[i] - '0';
    if (group > group_count) {
      return BadReplacement(replacement,
                            StrCat("there is no group ", group, ", the pattern has ", group_count));
    }
    const re2::StringPiece& piece = groups[static_cast<size_t>(group)];
    if (!context.Charge(1 + piece.size() / 16)) return Spent();
    *out += Copy(piece);
  }
  return Value::Null();
}

Value Replace(CallContext& context, Args args) {
  const std::string& text = args[0].string_value();
  const int64_t limit = args.size() == 4 ? args[3].int_value() : -1;
  if (limit == 0) return args[0];
  if (!context.Charge(1 + args[1].string_value().size() / 16)) return Value::Null();
  const std::shared_ptr<const Prepared> prepared = Prepare(args[1]);
  const Prepared& pattern = *prepared;
  if (pattern.error().has_value()) return *pattern.error();
  std::string replaced;
  size_t copied = 0;
  Groups groups;
  Matcher matcher(context, text, pattern);
  for (int64_t count = 0; count != limit && matcher.Next(&groups); ++count) {
    const size_t begin = static_cast<size_t>(groups[0].data() - text.data());
    if (!context.Charge(args[2].string_value().size() / 16)) return Spent();
    replaced.append(text, copied, begin - copied);
    const Value failed =
        Expand(context, args[2], groups, pattern.expression().NumberOfCapturingGroups(), &replaced);
    if (failed.is_error()) return failed;
    copied = begin + groups[0].size();
  }
  if (matcher.spent()) return Spent();
  replaced.append(text, copied);
  return Value::String(std::move(replaced));
}

// What extract and extractAll take: a valid pattern with one group at most.
std::optional<Value> Unfit(const Prepared& pattern, const Value& text) {
  if (pattern.error().has_value()) return pattern.error();
  const int groups = pattern.expression().NumberOfCapturingGroups();
  if (groups <= 1) return std::nullopt;
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat("the regular expression ", text.ToString(), " has ", groups,
                                 " groups, more than one; write `(?:` for those that only group"));
}

// The group where the pattern has one, else the whole match; an empty group counts as no match.
std::optional<Value> Extracted(const Prepared& pattern, const Groups& groups) {
  if (pattern.expression().NumberOfCapturingGroups() == 0) return Value::String(Copy(groups[0]));
  if (groups[1].empty()) return std::nullopt;
  return Value::String(Copy(groups[1]));
}

Value Extract(CallContext& context, Args args) {
  if (!context.Charge(1 + args[1].string_value().size() / 16)) return Value::Null();
  const std::shared_ptr<const Prepared> prepared = Prepare(args[1]);
  const Prepared& pattern = *prepared;
  if (std::optional<Value> unfit = Unfit(pattern, args[1])) return *unfit;
  Groups groups;
  Matcher matcher(context, args[0].string_value(), pattern);
  if (!matcher.Next(&groups)) return Value::OptionalNone();
  std::optional<Value> extracted = Extracted(pattern, groups);
  return extracted.has_value() ? Value::OptionalOf(*std::move(extracted)) : Value::OptionalNone();
}

Value ExtractAll(CallContext& context, Args args) {
  if (!context.Charge(1 + args[1].string_value().size() / 16)) return Value::Null();
  const std::shared_ptr<const Prepared> prepared = Prepare(args[1]);
  const Prepared& pattern = *prepared;
  if (std::optional<Value> unfit = Unfit(pattern, args[1])) return *unfit;
  std::vector<Value> all;
  Groups groups;
  Matcher matcher(context, args[0].string_value(), pattern);
  while (matcher.Next(&groups)) {
    std::optional<Value> extracted = Extracted(pattern, groups);
    if (extracted.has_value()) all.push_back(*std::move(extracted));
  }
  return Value::ListOf(std::move(all));
}

}  // namespace

std::shared_ptr<const Pattern> MakePattern(const std::string& pattern) {
  auto made = std::make_shared<const ReadyPattern>(pattern);
  return made->valid() ? made : nullptr;
}

void AddRegularExpressions(FunctionTable* table) {
  constexpr std::string_view kDoc = "whether some part of the text matches the regular expression";
  table->push_back({"string.matches(string) -> bool", Matches, kDoc, cost::kMatches});
  table->push_back({"matches(string, string) -> bool", Matches, kDoc, cost::kMatches});
}

void AddRegexExtension(FunctionTable* table) {
  const FunctionTable rows = {
      {"regex.replace(string, string, string) -> string", Replace,
       "the text with every match of the pattern replaced; \\1 to \\9 are its groups",
       cost::kRegexReplace},
      {"regex.replace(string, string, string, int) -> string", Replace,
       "the text with so many matches of the pattern replaced, all where it is negative",
       cost::kRegexReplace},
      {"regex.extract(string, string) -> optional(string)", Extract,
       "the first match of the pattern, or of its one group", cost::kRegexExtract},
      {"regex.extractAll(string, string) -> list(string)", ExtractAll,
       "all matches of the pattern, or of its one group", cost::kRegexExtractAll},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
