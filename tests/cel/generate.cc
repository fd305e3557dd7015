#include "tests/cel/generate.h"

#include <algorithm>
#include <utility>

#include "kinds2.pb.h"
#include "kinds3.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

namespace {

using Texts = std::vector<std::string>;

const Texts& Ints() {
  static const auto& texts = *new Texts{"0",
                                        "1",
                                        "2",
                                        "3",
                                        "-1",
                                        "-7",
                                        "42",
                                        "0x7F",
                                        "-0x10",
                                        "2000000",
                                        "2147483647",
                                        "2147483648",
                                        "-2147483648",
                                        "4294967296",
                                        "9007199254740993",
                                        "9223372036854775807",
                                        "9223372036854775806",
                                        "-9223372036854775808",
                                        "253402300799",
                                        "-62135596800"};
  return texts;
}

const Texts& Uints() {
  static const auto& texts = *new Texts{"0u",
                                        "1u",
                                        "2u",
                                        "3U",
                                        "0xFFu",
                                        "4294967295u",
                                        "4294967296u",
                                        "9007199254740993u",
                                        "9223372036854775807u",
                                        "9223372036854775808u",
                                        "18446744073709551615u"};
  return texts;
}

const Texts& Doubles() {
  static const auto& texts = *new Texts{"0.0",
                                        "-0.0",
                                        "1.0",
                                        "-1.0",
                                        "1.5",
                                        "-2.5",
                                        "0.1",
                                        "3.0",
                                        "1.5e6",
                                        "123456789.125",
                                        "1e21",
                                        "1.5e-7",
                                        "9007199254740993.0",
                                        "9223372036854775807.0",
                                        "-9223372036854775808.0",
                                        "18446744073709551616.0",
                                        "1.7976931348623157e308",
                                        "5e-324",
                                        "double('NaN')",
                                        "double('Infinity')",
                                        "double('-Infinity')",
                                        "(1.0 / 3.0)"};
  return texts;
}

const Texts& Strings() {
  static const auto& texts = *new Texts{"''",
                                        "'a'",
                                        "\"abc\"",
                                        "'abcabc'",
                                        "'b'",
                                        "','",
                                        "' '",
                                        "'a,b,,c'",
                                        "'\\t x\\u00a0\\n'",
                                        "'\\u00e9t\\u00e9'",
                                        "'e\\u0301'",
                                        "'日本語'",
                                        "'\\U0001F600\\U0001F468'",
                                        "'ÀB\\u0130'",
                                        "'\\'\"\\\\'",
                                        "'\\x41\\101\\n\\r\\v\\a\\b\\f'",
                                        "r'\\d+'",
                                        "\"\"\"tri\"ple\"\"\"",
                                        "'a+'",
                                        "'('",
                                        "'0'",
                                        "'-1'",
                                        "'42'",
                                        "'+7'",
                                        "' 8'",
                                        "'1.5'",
                                        "'1e3'",
                                        "'inf'",
                                        "'NaN'",
                                        "'9223372036854775808'",
                                        "'18446744073709551615'",
                                        "'true'",
                                        "'False'",
                                        "'2024-02-29T23:59:59.999999999Z'",
                                        "'0001-01-01T00:00:00Z'",
                                        "'9999-12-31T23:59:59Z'",
                                        "'2023-06-15T12:00:00+05:30'",
                                        "'1h30m'",
                                        "'-1.5s'",
                                        "'UTC'",
                                        "'Europe/Berlin'",
                                        "'+01:00'",
                                        "'key'",
                                        "'k'"};
  return texts;
}

const Texts& BytesTexts() {
  static const auto& texts = *new Texts{
      "b''",        "b'a'",    "b'abc'",     "b'\\xff\\x00'", "b'日'",    "b'\\303\\251'",
      "b\"\\377\"", "br'\\d'", "b'''x'y'''", "b'\\xe2\\x82'", "B'\\x41'", "b'abd'"};
  return texts;
}

const Texts& Timestamps() {
  static const auto& texts = *new Texts{
      "timestamp('1970-01-01T00:00:00Z')",           "timestamp('0001-01-01T00:00:00Z')",
      "timestamp('9999-12-31T23:59:59.999999999Z')", "timestamp('2024-02-29T12:34:56.789Z')",
      "timestamp('1969-12-31T23:59:59.5Z')",         "timestamp('2023-03-26T01:30:00+01:00')",
      "timestamp('1900-01-01T00:00:00.000000001Z')", "timestamp(1700000000)",
      "timestamp('2000-12-31T23:30:00-08:00')"};
  return texts;
}

const Texts& Durations() {
  static const auto& texts =
      *new Texts{"duration('0s')",           "duration('1s')",
                 "duration('-1s')",          "duration('1h2m3.004s')",
                 "duration('-1.5ms')",       "duration('1ns')",
                 "duration('24h')",          "duration('9223372036s')",
                 "duration('-9223372036s')", "duration('2562047h47m16.854775807s')",
                 "duration('1us')",          "duration('720h')"};
  return texts;
}

std::string Joined(const Texts& pieces) {
  std::string text;
  for (const std::string& piece : pieces) StrAppend(&text, text.empty() ? "" : ", ", piece);
  return text;
}

// Whether an operator beside the text would tear it apart.
bool IsWhole(std::string_view text) { return !text.starts_with('-'); }

// Whether the template is a chain of selections and calls, or in brackets of its own.
bool IsWhole(const Template& chosen) {
  int depth = 0;
  for (const Template::Part& part : chosen.parts) {
    if (part.kind != Template::Part::Kind::kText) continue;
    for (const char c : part.text) {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (depth == 0 && (c == ' ' || c == '!' || c == '-')) return false;
    }
  }
  return true;
}

bool OpensPlace(const std::string& before) {
  const size_t last = before.find_last_not_of(' ');
  return last == std::string::npos ||
         std::string_view("([{,:").find(before[last]) != std::string_view::npos;
}

bool ClosesPlace(const std::string& after) {
  const size_t first = after.find_first_not_of(' ');
  return first == std::string::npos ||
         std::string_view(")]},:").find(after[first]) != std::string_view::npos;
}

}  // namespace

Generator::Generator(std::vector<TypedName> variables, const GeneratorOptions& options,
                     uint64_t seed)
    : options_(options), variables_(std::move(variables)), random_(seed) {}

Type Generator::Simple() {
  static const auto& types = *new std::vector<Type>{
      Type::Bool(),   Type::Int(),   Type::Int(),       Type::Uint(),     Type::Double(),
      Type::String(), Type::Bytes(), Type::Timestamp(), Type::Duration(), Type::String()};
  return random_.Pick(types);
}

Type Generator::AnyType(int depth) {
  const size_t way = random_.Below(depth > 0 ? 20 : 11);
  if (way < 9) return Simple();
  if (way == 9) return Type::Dyn();
  if (way == 10) return random_.Chance(50) ? Type::Null() : Type::TypeOf(Simple());
  if (way < 14) return Type::List(AnyType(depth - 1));
  if (way < 16) {
    const std::vector<Type> keys = {Type::Int(), Type::Uint(), Type::Bool(), Type::String()};
    return Type::Map(random_.Pick(keys), AnyType(depth - 1));
  }
  if (way < 18 || !options_.messages) return Type::Optional(AnyType(depth - 1));
  const std::vector<Type> messages = {Type::Message(test::Kinds3::descriptor()),
                                      Type::Message(test::Kinds3::descriptor()),
                                      Type::Message(test::Kinds2::descriptor()),
                                      Type::Message(test::Leaf::descriptor()),
                                      Type::Wrapper(Type::Int()),
                                      Type::Wrapper(Type::String())};
  return random_.Pick(messages);
}

std::string Generator::Expression(const Type& type) {
  parts_left_ = options_.parts;
  names_ = 0;
  constant_ = false;
  locals_.clear();
  mistake_in_ = -1;
  return Make(type, options_.depth).text;
}

std::string Generator::Mistyped(const Type& type) {
  parts_left_ = options_.parts;
  names_ = 0;
  constant_ = false;
  locals_.clear();
  mistake_in_ = static_cast<int>(random_.Below(12));
  return Make(type, options_.depth).text;
}

std::string Generator::Constant(const Type& type) {
  constant_ = true;
  locals_.clear();
  parts_left_ = 0;
  return Leaf(type, 2).text;
}

Generator::Piece Generator::Make(const Type& type, int depth) {
  if (depth <= 0 || parts_left_ <= 0 || random_.Chance(15)) return Leaf(type, depth);
  --parts_left_;
  // What is special to the type is rarer in the table than what every type has.
  std::vector<std::pair<const Template*, TypeBinding>> special, general;
  for (const Template& candidate : Templates()) {
    if (candidate.messages && !options_.messages) continue;
    TypeBinding binding;
    if (!MatchType(candidate.result, type, &binding)) continue;
    const bool any = candidate.result.Is(TypeKind::kParameter);
    (any ? general : special).emplace_back(&candidate, std::move(binding));
  }
  const auto& choices = special.empty() || random_.Chance(30) ? general : special;
  const auto& [chosen, binding] = choices[random_.Below(choices.size())];
  return Fill(*chosen, binding, depth);
}

Generator::Piece Generator::Fill(const Template& chosen, TypeBinding binding, int depth) {
  using Kind = Template::Part::Kind;
  std::string text;
  std::vector<TypedName> declared;
  const size_t outside = locals_.size();
  for (size_t i = 0; i < chosen.parts.size(); ++i) {
    const Template::Part& part = chosen.parts[i];
    switch (part.kind) {
      case Kind::kText:
        text += part.text;
        break;
      case Kind::kVariable: {
        // Shadowing is meant to happen: few names.
        std::string name = random_.Chance(30) ? part.text : StrCat(part.text, names_++ % 4);
        if (!declared.empty() && declared.back().name == name) name += "_";
        text += name;
        declared.push_back({name, Substitute(part.type, &binding)});
        break;
      }
      case Kind::kScope:
        locals_.resize(outside);
        if (part.text == "+") locals_.insert(locals_.end(), declared.begin(), declared.end());
        break;
      case Kind::kPosition:
      case Kind::kExpression: {
        Type type = Substitute(part.type, &binding);
        if (mistake_in_ >= 0 && mistake_in_-- == 0) type = AnyType();
        const bool position = part.kind == Kind::kPosition && random_.Chance(85);
        const Piece piece =
            position ? Piece{StrCat(random_.Below(4)), true} : Make(type, depth - 1);
        const bool alone = OpensPlace(text) && i + 1 < chosen.parts.size() &&
                           ClosesPlace(chosen.parts[i + 1].text) &&
                           (i + 2 < chosen.parts.size() || !text.empty());
        text += piece.whole || alone ? piece.text : StrCat("(", piece.text, ")");
        break;
      }
    }
  }
  locals_.resize(outside);
  return {std::move(text), IsWhole(chosen)};
}

Type Generator::Substitute(const Type& pattern, TypeBinding* binding) {
  if (pattern.Is(TypeKind::kParameter)) {
    const auto found = binding->find(pattern.name());
    if (found != binding->end()) return found->second;
    const std::string& name = pattern.name();
    Type chosen = name == "A" || name == "B" ? AnyType(1) : Simple();
    while ((name == "K" && !IsPlainKeyType(chosen)) || (name == "O" && !IsOrderedType(chosen)) ||
           ((name == "N" || name == "M") && !IsNumberType(chosen))) {
      chosen = Simple();
    }
    binding->emplace(name, chosen);
    return chosen;
  }
  switch (pattern.kind()) {
    case TypeKind::kList:
      return Type::List(Substitute(pattern.first(), binding));
    case TypeKind::kMap: {
      Type key = Substitute(pattern.first(), binding);
      return Type::Map(std::move(key), Substitute(pattern.second(), binding));
    }
    case TypeKind::kType:
      return Type::TypeOf(Substitute(pattern.first(), binding));
    case TypeKind::kOpaque:
      return pattern.IsOptional() ? Type::Optional(Substitute(pattern.first(), binding)) : pattern;
    default:
      return pattern;
  }
}

std::optional<Generator::Piece> Generator::Name(const Type& type) {
  if (constant_) return std::nullopt;
  // What a variable inside hides cannot be meant.
  const auto visible = [&](size_t i) {
    for (size_t j = i + 1; j < locals_.size(); ++j) {
      if (locals_[j].name == locals_[i].name) return false;
    }
    return true;
  };
  Texts names;
  for (size_t i = 0; i < locals_.size(); ++i) {
    if (locals_[i].type == type && visible(i)) names.insert(names.end(), 3, locals_[i].name);
  }
  for (const TypedName& variable : variables_) {
    const bool hidden = std::any_of(locals_.begin(), locals_.end(), [&](const TypedName& local) {
      return local.name == variable.name;
    });
    if (variable.type == type && !hidden) names.push_back(variable.name);
  }
  if (names.empty()) return std::nullopt;
  return Piece{random_.Pick(names), true};
}

Generator::Piece Generator::Leaf(const Type& type, int depth) {
  if (random_.Chance(60)) {
    if (std::optional<Piece> name = Name(type)) return *std::move(name);
  }
  const auto from = [&](const Texts& texts) {
    std::string text = random_.Pick(texts);
    const bool whole = IsWhole(text);
    return Piece{std::move(text), whole};
  };
  switch (type.kind()) {
    case TypeKind::kBool:
      return {random_.Chance(50) ? "true" : "false", true};
    case TypeKind::kInt:
      return from(Ints());
    case TypeKind::kUint:
      return from(Uints());
    case TypeKind::kDouble:
      return from(Doubles());
    case TypeKind::kString:
      return from(Strings());
    case TypeKind::kBytes:
      return from(BytesTexts());
    case TypeKind::kTimestamp:
      return from(Timestamps());
    case TypeKind::kDuration:
      return from(Durations());
    case TypeKind::kNull:
      return {"null", true};
    default:
      return Aggregate(type, depth);
  }
}

Generator::Piece Generator::Aggregate(const Type& type, int depth) {
  const auto part = [&](const Type& wanted) { return Make(wanted, depth - 1).text; };
  // Of what an empty list holds nothing is known, so that the first use of an element decides it,
  // perhaps otherwise than meant: empty ones stand only beside full ones (templates.cc).
  const size_t size = constant_ ? random_.Below(4) : 1 + random_.Below(depth > 0 ? 3 : 1);
  Texts pieces;
  switch (type.kind()) {
    case TypeKind::kList:
      for (size_t i = 0; i < size; ++i) pieces.push_back(part(type.first()));
      return {StrCat("[", Joined(pieces), "]"), true};
    case TypeKind::kMap:
      for (size_t i = 0; i < size; ++i) {
        std::string key = part(type.first());
        // A key that is written twice is refused; one that is computed twice is not.
        if (i > 0 && !constant_) key = StrCat("[", key, "][0]");
        pieces.push_back(StrCat(key, ": ", part(type.second())));
      }
      return {StrCat("{", Joined(pieces), "}"), true};
    case TypeKind::kType: {
      const std::string name = RuntimeTypeName(type.first());
      return {name == "dyn" || name.find('.') != std::string::npos ? "type(1)" : name, true};
    }
    case TypeKind::kMessage:
      return {Message(type, depth), true};
    case TypeKind::kWrapper: {
      const bool text = type.first().Is(TypeKind::kString);
      return {StrCat("google.protobuf.", text ? "StringValue" : "Int64Value",
                     "{value: ", part(type.first()), "}"),
              true};
    }
    case TypeKind::kOpaque:
      if (constant_ && random_.Chance(30)) return {"optional.none()", true};
      return {StrCat("optional.of(", part(type.first()), ")"), true};
    default:
      return {StrCat("dyn(", part(random_.Chance(80) ? Simple() : Type::List(Simple())), ")"),
              true};
  }
}

std::string Generator::Message(const Type& type, int depth) {
  const google::protobuf::Descriptor& message = *type.descriptor();
  Texts fields;
  const size_t size = depth > 0 ? random_.Below(4) : 0;
  for (size_t i = 0; i < size; ++i) {
    const auto& field = *message.field(
        static_cast<int>((random_.Below(static_cast<size_t>(message.field_count())))));
    Type wanted = Type::OfField(field, EnumProfile::kLegacy);
    if (wanted.Is(TypeKind::kWrapper)) wanted = random_.Chance(20) ? Type::Null() : wanted.first();
    if (wanted.IsDynamic()) wanted = Type::Dyn();
    const bool repeated = std::any_of(fields.begin(), fields.end(), [&](const std::string& other) {
      return other.starts_with(StrCat(field.name(), ":")) ||
             other.starts_with(StrCat("?", field.name(), ":"));
    });
    if (repeated) continue;
    if (random_.Chance(10)) {
      fields.push_back(
          StrCat("?", field.name(), ": ", Make(Type::Optional(wanted), depth - 1).text));
    } else {
      fields.push_back(StrCat(field.name(), ": ", Make(wanted, depth - 1).text));
    }
  }
  return StrCat(message.full_name(), "{", Joined(fields), "}");
}

}  // namespace changepolicy::cel
