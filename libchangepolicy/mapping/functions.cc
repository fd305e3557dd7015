#include "libchangepolicy/mapping/functions.h"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/foreign_time.h"
#include "libchangepolicy/mapping/record_value.h"

namespace changepolicy {

using cel::Value;

namespace {

// Above it a number of JSON no longer tells every integer from its neighbour.
constexpr double kLargestExact = 9007199254740992.0;  // 2^53

// What an optional holds, or null.
Value Opened(const Value& value) {
  if (!value.Is(Value::Kind::kOptional)) return value;
  return value.has_optional_value() ? value.optional_value() : Value::Null();
}

Value BadArgument(std::string message) {
  return Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

// A scalar as a text: an integer without exponent or fraction.
Value Text(const Value& given) {
  const Value value = Opened(given);
  switch (value.kind()) {
    case Value::Kind::kNull:
    case Value::Kind::kString:
      return value;
    case Value::Kind::kDouble:
      if (std::fabs(value.double_value()) > kLargestExact) {
        return BadArgument(StrCat("the number ", value.ToString(),
                                  " is too large to be told exactly; the system must send a text"));
      }
      return Value::String(cel::PlainDoubleText(value.double_value()));
    case Value::Kind::kInt:
      return Value::String(StrCat(value.int_value()));
    case Value::Kind::kUint:
      return Value::String(StrCat(value.uint_value()));
    case Value::Kind::kBool:
      return Value::String(value.bool_value() ? "true" : "false");
    default:
      return BadArgument(StrCat("`text` takes a scalar, found a ", value.type_name()));
  }
}

Value TextOf(cel::CallContext&, cel::Args args) { return Text(args[0]); }

Value Lookup(cel::CallContext& context, cel::Args args) {
  const auto& host = *static_cast<const FunctionHost*>(context.host());
  const std::string& name = args[0].string_value();
  const auto table = host.mapping->tables().find(name);
  if (table == host.mapping->tables().end()) {
    return Value::FromError(absl::StatusCode::kNotFound, StrCat("no table ", args[0].ToString()));
  }
  const Value word = Opened(args[1]);
  if (word.Is(Value::Kind::kNull)) return word;
  const std::string key = word.Is(Value::Kind::kString) ? word.string_value() : word.ToString();
  const auto found = table->second.values().find(key);
  if (found != table->second.values().end()) {
    return found->second.empty() ? Value::Null() : Value::String(found->second);
  }
  if (!table->second.otherwise().empty()) return Value::String(table->second.otherwise());
  host.unmapped->insert({name, key});
  return Value::Null();
}

// Null where the path ends early, at a part that is null or not there; an error where a part on
// the way is no map, as the record is then not of the form that the mapping takes it for.
Value At(const Value& given, std::string_view path) {
  Value value = Opened(given);
  size_t begin = 0;
  while (!value.Is(Value::Kind::kNull)) {
    if (!value.Is(Value::Kind::kMap)) {
      return BadArgument(StrCat("`", path.substr(0, begin == 0 ? 0 : begin - 1), "` is a ",
                                value.type_name(), " and no map"));
    }
    const size_t dot = path.find('.', begin);
    const std::string key(path.substr(begin, dot == std::string_view::npos ? dot : dot - begin));
    const std::optional<Value> found = value.map().Find(Value::String(key));
    if (!found.has_value()) return Value::Null();
    value = *found;
    if (dot == std::string_view::npos) break;
    begin = dot + 1;
  }
  return value;
}

Value AtOf(cel::CallContext&, cel::Args args) { return At(args[0], args[1].string_value()); }

Value Instant(const Value& given, std::string_view zone) {
  const Value value = Opened(given);
  if (value.Is(Value::Kind::kNull) || value.Is(Value::Kind::kTimestamp)) return value;
  if (!value.Is(Value::Kind::kString)) {
    return BadArgument(StrCat("`instant` takes a text, found a ", value.type_name()));
  }
  std::string problem;
  const std::optional<absl::Time> time = ReadForeignTime(value.string_value(), zone, &problem);
  return time.has_value() ? Value::Timestamp(*time) : BadArgument(std::move(problem));
}

Value InstantOf(cel::CallContext&, cel::Args args) { return Instant(args[0], ""); }
Value InstantIn(cel::CallContext&, cel::Args args) {
  return Instant(args[0], args[1].string_value());
}

// Of elements that have the same text at the path only the last, where it stands.
Value Latest(cel::CallContext& context, cel::Args args) {
  const cel::List& list = args[0].list();
  if (!context.Charge(list.size())) return Value::Null();
  std::set<std::string> seen;
  std::vector<Value> kept;
  for (size_t i = list.size(); i-- > 0;) {
    Value element = list.At(i);
    const Value key = Text(At(element, args[1].string_value()));
    if (key.is_error()) return key;
    if (key.Is(Value::Kind::kNull)) {
      return Value::FromError(
          absl::StatusCode::kNotFound,
          StrCat("element ", i, " has no `", args[1].string_value(), "` to tell it by"));
    }
    if (seen.insert(key.string_value()).second) kept.push_back(std::move(element));
  }
  return Value::ListOf({kept.rbegin(), kept.rend()});
}

// The search of `below`. Depth is bounded by that of documents (source/read.h).
class PartsBelow {
 public:
  PartsBelow(cel::CallContext& context, const std::string& key)
      : context_(context), key_(key), log_(static_cast<const FunctionHost*>(context.host())->log) {}

  std::vector<Value> Find(const Value& value) {
    log_->Pause();
    Walk(value);
    log_->Resume();
    return std::move(found_);
  }

 private:
  void Walk(const Value& value) {
    if (value.Is(Value::Kind::kList)) {
      WalkList(value.list(), false);
    } else if (value.Is(Value::Kind::kMap)) {
      const cel::Map& map = value.map();
      for (size_t i = 0; i < map.size() && context_.Charge(1); ++i) {
        const Value key = map.KeyAt(i);
        const bool is_asked = key.Is(Value::Kind::kString) && key.string_value() == key_;
        Value part = map.ValueAt(i);
        if (is_asked && !part.Is(Value::Kind::kList)) {
          Keep([&] { return map.ValueAt(i); });
        } else if (is_asked) {
          WalkList(part.list(), true);
          continue;
        }
        Walk(part);
      }
    }
  }

  void WalkList(const cel::List& list, bool is_asked) {
    for (size_t i = 0; i < list.size() && context_.Charge(1); ++i) {
      if (is_asked) Keep([&] { return list.At(i); });
      Walk(list.At(i));
    }
  }

  // What is found counts as read, what was passed by does not.
  template <typename Read>
  void Keep(const Read& read) {
    log_->Resume();
    found_.push_back(read());
    log_->Pause();
  }

  cel::CallContext& context_;
  const std::string& key_;
  ReadLog* const log_;
  std::vector<Value> found_;
};

// Every part below the value, at any depth, that stands under the key.
Value Below(cel::CallContext& context, cel::Args args) {
  return Value::ListOf(PartsBelow(context, args[1].string_value()).Find(Opened(args[0])));
}

// Of whole numbers; of none it is 0.
Value Sum(cel::CallContext& context, cel::Args args) {
  const cel::List& list = args[0].list();
  if (!context.Charge(list.size())) return Value::Null();
  int64_t sum = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const Value element = list.At(i);
    if (!element.Is(Value::Kind::kInt)) {
      return BadArgument(StrCat("`sum` takes whole numbers, found a ", element.type_name()));
    }
    if (__builtin_add_overflow(sum, element.int_value(), &sum)) {
      return Value::FromError(absl::StatusCode::kOutOfRange, "the sum is too large");
    }
  }
  return Value::Int(sum);
}

// A record that cannot be told in our words is better not told at all.
Value Refuse(cel::CallContext&, cel::Args args) { return BadArgument(args[0].string_value()); }

}  // namespace

std::vector<cel::FunctionRow> MappingFunctions() {
  return {
      {.signature = "lookup(string, dyn) -> dyn",
       .implementation = Lookup,
       .doc = "our word by theirs, out of the table of that name"},
      {.signature = "at(dyn, string) -> dyn",
       .implementation = AtOf,
       .doc = "the part at a path, or null where it or something on the way is null or missing"},
      {.signature = "text(dyn) -> dyn",
       .implementation = TextOf,
       .doc = "a number, bool or text as a text; null for null"},
      {.signature = "instant(dyn) -> dyn",
       .implementation = InstantOf,
       .doc = "a text with its zone or offset as a timestamp; null for null"},
      {.signature = "instant(dyn, string) -> dyn",
       .implementation = InstantIn,
       .doc = "the same, where the text may be local to the zone"},
      {.signature = "latest(list(A), string) -> list(A)",
       .implementation = Latest,
       .doc = "of elements with the same value at the path only the last"},
      {.signature = "below(dyn, string) -> list(dyn)",
       .implementation = Below,
       .doc = "every part below the value, at any depth, that stands under the key; of a list its "
              "elements"},
      {.signature = "sum(list(int)) -> int",
       .implementation = Sum,
       .doc = "the sum of whole numbers; 0 of none"},
      {.signature = "refuse(string) -> dyn",
       .implementation = Refuse,
       .doc = "an error with this text: the record is refused"},
  };
}

}  // namespace changepolicy
