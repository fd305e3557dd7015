#include "libchangepolicy/cel/parser.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/habits.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/tree_builder.h"

namespace changepolicy::cel {

namespace {

// Binary operators that group to the left, loosest first; `||` and `&&` are treated apart.
struct BinaryOperator {
  std::string_view symbol;
  int precedence;
  std::string_view function;
};
constexpr std::array kBinary = {
    BinaryOperator{"<", 1, "_<_"},   BinaryOperator{"<=", 1, "_<=_"},
    BinaryOperator{">", 1, "_>_"},   BinaryOperator{">=", 1, "_>=_"},
    BinaryOperator{"==", 1, "_==_"}, BinaryOperator{"!=", 1, "_!=_"},
    BinaryOperator{"in", 1, "@in"},  BinaryOperator{"+", 2, "_+_"},
    BinaryOperator{"-", 2, "_-_"},   BinaryOperator{"*", 3, "_*_"},
    BinaryOperator{"/", 3, "_/_"},   BinaryOperator{"%", 3, "_%_"},
};

// Every parsing function returns kNoNode once something was wrong, and everything unwinds.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<Token>& tokens, const ParseOptions& options,
         Diagnostics* diagnostics)
      : text_(text),
        tokens_(tokens),
        options_(options),
        builder_(options.limits),
        diagnostics_(diagnostics) {}

  std::optional<Tree> Run() {
    const NodeId root = Expression();
    if (root == kNoNode) return std::nullopt;
    if (Peek().kind != TokenKind::kEnd) {
      Unexpected("an operator or the end", OperatorHelp(Here(), Before()));
      return std::nullopt;
    }
    Tree tree = builder_.Take(text_, root);
    // Thousands are held while a policy is loaded.
    tree.nodes.shrink_to_fit();
    return tree;
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  bool At(std::string_view symbol) const {
    return Peek().kind == TokenKind::kSymbol && Peek().text == symbol;
  }
  bool Accept(std::string_view symbol) {
    if (!At(symbol)) return false;
    ++next_;
    return true;
  }
  uint32_t LastEnd() const { return next_ == 0 ? 0 : tokens_[next_ - 1].end; }
  Span From(uint32_t begin, uint32_t at) const { return {begin, LastEnd(), at}; }

  NodeId Fail(uint32_t begin, uint32_t end, std::string message, std::string help = "") {
    diagnostics_->push_back({.id = "cel-syntax",
                             .message = std::move(message),
                             .help = std::move(help),
                             .begin = begin,
                             .end = end});
    return kNoNode;
  }

  NodeId Unexpected(std::string_view expected, std::string help = "") {
    const Token& token = Peek();
    const std::string found =
        token.kind == TokenKind::kEnd
            ? "the expression ends"
            : StrCat("found `", text_.substr(token.begin, token.end - token.begin), "`");
    return Fail(token.begin, token.end, StrCat(found, " where ", expected, " is expected"),
                std::move(help));
  }

  // `=>` is no token, but what somebody meant.
  std::string_view Here() const {
    const Token& token = Peek();
    return At("=") && text_.substr(token.begin, 2) == "=>" ? "=>" : TextOf(token);
  }
  std::string_view Before() const { return next_ == 0 ? "" : TextOf(tokens_[next_ - 1]); }
  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  NodeId NoValue() { return Unexpected("a value", ValueHelp(Here(), Before())); }

  // Where a bracket that was opened at `begin` should be closed.
  NodeId Unclosed(std::string_view expected, uint32_t begin) {
    const std::string_view open = text_.substr(begin, 1);
    if (open == "(" && At(",")) return Unexpected(expected, "a list is written `[a, b]`");
    if (Peek().kind == TokenKind::kEnd || At(")") || At("]") || At("}")) {
      const Position place = PositionOf(text_, begin);
      return Unexpected(expected, StrCat("close the `", open, "` of line ", place.line, ", column ",
                                         place.column));
    }
    return Unexpected(expected, OperatorHelp(Here(), Before()));
  }

  NodeId Checked(NodeId id) {
    if (id != kNoNode && (builder_.too_deep() || builder_.too_many())) {
      const Span span = builder_.SpanOf(id);
      return Fail(span.begin, span.end,
                  builder_.too_deep()
                      ? StrCat("more than ", options_.limits.tree_depth, " levels of operators")
                      : StrCat("more than ", options_.limits.nodes, " parts in an expression"),
                  "split the expression into definitions");
    }
    return id;
  }

  NodeId Expression() {
    if (++nesting_ > options_.limits.nesting) {
      return Fail(Peek().begin, Peek().end,
                  StrCat("nested deeper than ", options_.limits.nesting, " levels"),
                  "split the expression into definitions");
    }
    const NodeId result = Checked(Conditional());
    --nesting_;
    return result;
  }

  // A chain `a ? b : c ? d : e` is read without recursion; its tree is as deep as it has branches.
  NodeId Conditional() {
    struct Branch {
      NodeId condition;
      NodeId yes;
      uint32_t at;
    };
    std::vector<Branch> branches;
    NodeId result = Logic("||", "_||_");
    while (result != kNoNode && At("?")) {
      const uint32_t at = Peek().begin;
      if (branches.size() >= options_.limits.tree_depth) {
        return Fail(
            at, at + 1,
            StrCat("a conditional has more than ", options_.limits.tree_depth, " branches"),
            "look the value up in a map or a list, or split the expression into definitions");
      }
      ++next_;
      const NodeId yes = Logic("||", "_||_");
      if (yes == kNoNode) return kNoNode;
      if (!Accept(":")) {
        const bool selection = text_.substr(at, 2) == "?.";
        return Unexpected("`:`", selection ? "an optional selection is written `a.?b`"
                                           : "write `condition ? one : other`");
      }
      branches.push_back({result, yes, at});
      result = Logic("||", "_||_");
    }
    for (; result != kNoNode && !branches.empty(); branches.pop_back()) {
      const Branch& last = branches.back();
      result = Checked(builder_.AddCall("_?_:_", {last.condition, last.yes, result},
                                        From(builder_[last.condition].begin, last.at)));
    }
    return result;
  }

  // A chain of one logical operator becomes a balanced tree, so that a long one is not deep.
  NodeId Logic(std::string_view symbol, std::string_view function) {
    std::vector<NodeId> operands;
    std::vector<uint32_t> places;
    while (true) {
      const NodeId operand = symbol == "||" ? Logic("&&", "_&&_") : Binary(1);
      if (operand == kNoNode) return kNoNode;
      operands.push_back(operand);
      if (!At(symbol)) break;
      places.push_back(Peek().begin);
      ++next_;
    }
    return Balance(function, operands, places, 0, operands.size());
  }

  NodeId Balance(std::string_view function, const std::vector<NodeId>& operands,
                 const std::vector<uint32_t>& places, size_t begin, size_t end) {
    if (end - begin == 1) return operands[begin];
    const size_t middle = begin + (end - begin + 1) / 2;
    const NodeId left = Balance(function, operands, places, begin, middle);
    const NodeId right = Balance(function, operands, places, middle, end);
    return builder_.AddCall(function, {left, right},
                            {builder_[left].begin, builder_[right].end, places[middle - 1]});
  }

  const BinaryOperator* OperatorHere() const {
    const Token& token = Peek();
    if (token.kind != TokenKind::kSymbol &&
        !(token.kind == TokenKind::kIdent && token.text == "in")) {
      return nullptr;
    }
    for (const BinaryOperator& candidate : kBinary) {
      if (candidate.symbol == token.text) return &candidate;
    }
    return nullptr;
  }

  NodeId Binary(int precedence) {
    NodeId left = Unary();
    while (left != kNoNode) {
      const BinaryOperator* const op = OperatorHere();
      if (op == nullptr || op->precedence < precedence) break;
      const uint32_t at = Peek().begin;
      ++next_;
      const NodeId right = Binary(op->precedence + 1);
      if (right == kNoNode) return kNoNode;
      left = Checked(builder_.AddCall(op->function, {left, right}, From(builder_[left].begin, at)));
    }
    return left;
  }

  NodeId Unary() {
    std::vector<uint32_t> places;
    const std::string_view symbol = At("!") ? "!" : "-";
    while (At(symbol)) {
      places.push_back(Peek().begin);
      ++next_;
    }
    // A minus before a number belongs to it, so that the smallest int can be written.
    const auto is_number = [&](size_t ahead) {
      return Peek(ahead).kind == TokenKind::kInt || Peek(ahead).kind == TokenKind::kDouble;
    };
    bool negative = false;
    if (symbol == "-" && !places.empty() && is_number(0)) {
      places.pop_back();
      negative = true;
    } else if (symbol == "!" && At("-") && is_number(1)) {
      ++next_;
      negative = true;
    }
    NodeId operand = Member(negative);
    while (operand != kNoNode && !places.empty()) {
      operand = Checked(builder_.AddCall(symbol == "!" ? "!_" : "-_", {operand},
                                         From(places.back(), places.back())));
      places.pop_back();
    }
    return operand;
  }

  NodeId Member(bool negative) {
    NodeId node = Primary(negative);
    while (node != kNoNode) {
      const uint32_t begin = builder_[node].begin;
      const uint32_t at = Peek().begin;
      if (Accept(".")) {
        node = At("?") ? OptionalSelection(node, begin, at) : Selection(node, begin, at);
      } else if (Accept("[")) {
        node = Index(node, begin, at);
      } else if (At("{") && !QualifiedName(builder_.tree(), node).empty()) {
        node = MessageLiteral(node);
      } else {
        break;
      }
      node = Checked(node);
    }
    return node;
  }

  std::string SelectionHelp(NodeId operand, const Token& found) const {
    if (TextOf(found).starts_with('.')) return "there are no ranges; write `low <= x && x <= high`";
    if (IsKeyword(found.text))
      return StrCat("write it in backquotes, as `` .`", found.text, "` ``");
    const bool number = std::holds_alternative<int64_t>(builder_[operand].literal);
    return number ? "a double has digits after its point, like `1.0`" : "name one after the dot";
  }

  // After the dot.
  NodeId Selection(NodeId operand, uint32_t begin, uint32_t at) {
    const Token token = Peek();
    const bool quoted = token.kind == TokenKind::kQuotedIdent;
    if ((token.kind != TokenKind::kIdent && !quoted) || (!quoted && IsKeyword(token.text))) {
      return Unexpected("a field or a function", SelectionHelp(operand, token));
    }
    ++next_;
    if (!quoted && At("(")) return Call(token, operand, begin);
    return builder_.Add({.kind = NodeKind::kSelect,
                         .quoted = quoted,
                         .name = std::string(token.text),
                         .args = {operand}},
                        From(begin, quoted ? at : token.begin));
  }

  // Whether a `?` marks what follows as perhaps absent; false after a complaint.
  bool Mark(bool* marked) {
    *marked = At("?");
    if (!*marked) return true;
    if (!options_.optional_syntax) {
      Fail(Peek().begin, Peek().end, "`?` before a part belongs to the library `optionals`",
           "add `optionals` to the libraries that are used");
      return false;
    }
    ++next_;
    return true;
  }

  // After the dot, at the mark.
  NodeId OptionalSelection(NodeId operand, uint32_t begin, uint32_t at) {
    bool marked = false;
    if (!Mark(&marked)) return kNoNode;
    const Token token = Peek();
    const bool quoted = token.kind == TokenKind::kQuotedIdent;
    if ((token.kind != TokenKind::kIdent && !quoted) || (!quoted && IsKeyword(token.text))) {
      return Unexpected("a field");
    }
    ++next_;
    const NodeId field =
        builder_.AddLiteral(std::string(token.text), {token.begin, token.end, token.begin});
    return builder_.AddCall("_?._", {operand, field}, From(begin, at));
  }

  // After the opening bracket.
  NodeId Index(NodeId operand, uint32_t begin, uint32_t at) {
    bool optional = false;
    if (!Mark(&optional)) return kNoNode;
    const NodeId index = Expression();
    if (index == kNoNode) return kNoNode;
    if (!Accept("]")) return Unclosed("`]`", at);
    return builder_.AddCall(optional ? "_[?_]" : "_[_]", {operand, index}, From(begin, at));
  }

  // At the opening parenthesis.
  NodeId Call(const Token& name, NodeId target, uint32_t begin) {
    const uint32_t open = Peek().begin;
    ++next_;
    NodeArgs args;
    if (!At(")") && Peek().kind != TokenKind::kEnd) {
      do {
        const NodeId arg = Expression();
        if (arg == kNoNode) return kNoNode;
        args.push_back(arg);
      } while (Accept(","));
    }
    if (!Accept(")")) return Unclosed("`,` or `)`", open);
    const Span span = From(begin, name.begin);
    if (options_.macros != nullptr) {
      NodeId expanded = kNoNode;
      const MacroCall call{.function = name.text, .target = target, .args = args, .span = span};
      const MacroOutcome outcome =
          ExpandMacro(call, *options_.macros, &builder_, &expanded, diagnostics_);
      if (outcome != MacroOutcome::kNoMacro) return expanded;
    }
    if (target == kNoNode) return builder_.AddCall(name.text, args, span);
    args.insert(args.begin(), target);
    return builder_.AddMember(name.text, args, span);
  }

  NodeId Primary(bool negative) {
    const Token token = Peek();
    const Span span{token.begin, token.end, token.begin};
    switch (token.kind) {
      case TokenKind::kInt:
      case TokenKind::kUint:
      case TokenKind::kDouble:
        ++next_;
        return Number(token, negative);
      case TokenKind::kString:
        ++next_;
        return builder_.AddLiteral(std::string(token.text), span);
      case TokenKind::kBytes:
        ++next_;
        return builder_.AddLiteral(BytesLiteral{std::string(token.text)}, span);
      case TokenKind::kIdent:
        return Name("");
      case TokenKind::kSymbol:
        return Bracketed();
      case TokenKind::kQuotedIdent:
        return Unexpected("a value", "backquotes name a field, after a dot");
      case TokenKind::kEnd:
        break;
    }
    return NoValue();
  }

  NodeId Bracketed() {
    const uint32_t begin = Peek().begin;
    if (Accept("(")) {
      const NodeId inner = Expression();
      if (inner == kNoNode) return kNoNode;
      return Accept(")") ? inner : Unclosed("`)`", begin);
    }
    if (At("[")) return ListLiteral();
    if (At("{")) return MapLiteral();
    if (At(".")) {
      ++next_;
      return Peek().kind == TokenKind::kIdent ? Name(".") : Unexpected("a name");
    }
    return NoValue();
  }

  NodeId Name(std::string_view prefix) {
    const Token token = Peek();
    const Span span{token.begin, token.end, token.begin};
    if (prefix.empty()) {
      if (token.text == "true" || token.text == "false") {
        ++next_;
        return builder_.AddLiteral(token.text == "true", span);
      }
      if (token.text == "null") {
        ++next_;
        return builder_.AddLiteral(std::monostate{}, span);
      }
    }
    if (IsReserved(token.text) || IsKeyword(token.text)) {
      return Fail(token.begin, token.end, StrCat("`", token.text, "` is a reserved word"),
                  ReservedWordHelp(token.text));
    }
    ++next_;
    const std::string rooted = prefix.empty() ? "" : StrCat(prefix, token.text);
    Token name = token;
    if (!rooted.empty()) name.text = rooted;
    if (At("(")) return Call(name, kNoNode, token.begin);
    return builder_.AddIdent(name.text, span);
  }

  NodeId Number(const Token& token, bool negative) {
    const uint32_t begin = negative ? tokens_[next_ - 2].begin : token.begin;
    const Span span{begin, token.end, begin};
    if (token.kind == TokenKind::kDouble) {
      double value = 0;
      if (!absl::SimpleAtod(ToAbsl(token.text), &value) || std::isinf(value)) {
        return Fail(
            span.begin, span.end,
            StrCat("`", text_.substr(begin, token.end - begin), "` does not fit into a double"),
            "infinity is written `double('Infinity')`");
      }
      return builder_.AddLiteral(negative ? -value : value, span);
    }
    const bool hex = token.text.size() > 1 && (token.text[1] | 0x20) == 'x';
    const char* const first = token.text.data() + (hex ? 2 : 0);
    const char* const last = token.text.data() + token.text.size();
    uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(first, last, magnitude, hex ? 16 : 10);
    const uint64_t limit = token.kind == TokenKind::kUint
                               ? std::numeric_limits<uint64_t>::max()
                               : static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (error != std::errc() || end != last || magnitude > limit) {
      return Fail(span.begin, span.end,
                  StrCat("`", text_.substr(begin, token.end - begin), "` does not fit into ",
                         token.kind == TokenKind::kUint ? "a uint" : "an int"),
                  token.kind == TokenKind::kUint
                      ? "the greatest is `18446744073709551615u`"
                      : "it is from `-9223372036854775808` to `9223372036854775807`; a greater "
                        "number can be a double, like `1e19`");
    }
    if (token.kind == TokenKind::kUint) return builder_.AddLiteral(magnitude, span);
    const uint64_t bits = negative ? uint64_t{0} - magnitude : magnitude;
    return builder_.AddLiteral(static_cast<int64_t>(bits), span);
  }

  // `detail` is kept where it says anything.
  NodeId AddAggregate(Node node, NodeDetail detail, uint32_t begin) {
    const std::vector<bool>& optional = detail.optional;
    const bool marked = std::find(optional.begin(), optional.end(), true) != optional.end();
    if (!marked) detail.optional.clear();
    if (marked || !detail.fields.empty()) {
      node.detail = std::make_shared<const NodeDetail>(std::move(detail));
    }
    return builder_.Add(std::move(node), From(begin, begin));
  }

  NodeId ListLiteral() {
    const uint32_t begin = Peek().begin;
    Node node{.kind = NodeKind::kList};
    NodeDetail detail;
    ++next_;
    const bool empty = Accept(",");  // the grammar lets a comma stand alone
    while (!empty && !At("]") && Peek().kind != TokenKind::kEnd) {
      bool optional = false;
      if (!Mark(&optional)) return kNoNode;
      detail.optional.push_back(optional);
      const NodeId element = Expression();
      if (element == kNoNode) return kNoNode;
      node.args.push_back(element);
      if (!Accept(",")) break;
    }
    if (!Accept("]")) return Unclosed("`,` or `]`", begin);
    return AddAggregate(std::move(node), std::move(detail), begin);
  }

  NodeId MapLiteral() {
    const uint32_t begin = Peek().begin;
    ++next_;
    Node node{.kind = NodeKind::kMap};
    NodeDetail detail;
    const bool empty = Accept(",");  // the grammar lets a comma stand alone
    while (!empty && !At("}") && Peek().kind != TokenKind::kEnd) {
      bool optional = false;
      if (!Mark(&optional)) return kNoNode;
      detail.optional.push_back(optional);
      const NodeId key = Expression();
      if (key == kNoNode) return kNoNode;
      if (!Accept(":")) return Unexpected("`:`", "a map is written `{key: value}`");
      const NodeId value = Expression();
      if (value == kNoNode) return kNoNode;
      node.args.push_back(key);
      node.args.push_back(value);
      if (!Accept(",")) break;
    }
    if (!Accept("}")) return Unclosed("`,` or `}`", begin);
    return AddAggregate(std::move(node), std::move(detail), begin);
  }

  NodeId MessageLiteral(NodeId type) {
    Node node{.kind = NodeKind::kMessage, .name = QualifiedName(builder_.tree(), type)};
    NodeDetail detail;
    const uint32_t begin = builder_[type].begin;
    const uint32_t open = Peek().begin;
    ++next_;
    const bool empty = Accept(",");  // the grammar lets a comma stand alone
    while (!empty && !At("}") && Peek().kind != TokenKind::kEnd) {
      bool optional = false;
      if (!Mark(&optional)) return kNoNode;
      detail.optional.push_back(optional);
      const Token field = Peek();
      if ((field.kind != TokenKind::kIdent && field.kind != TokenKind::kQuotedIdent) ||
          (field.kind == TokenKind::kIdent && IsKeyword(field.text))) {
        return Unexpected("a field or `}`", "a message is written `Type{field: value}`");
      }
      ++next_;
      if (!Accept(":")) return Unexpected("`:`", "a message is written `Type{field: value}`");
      const NodeId value = Expression();
      if (value == kNoNode) return kNoNode;
      detail.fields.emplace_back(field.text);
      detail.field_offsets.push_back(field.begin);
      node.args.push_back(value);
      if (!Accept(",")) break;
    }
    if (!Accept("}")) return Unclosed("`,` or `}`", open);
    return AddAggregate(std::move(node), std::move(detail), begin);
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const ParseOptions& options_;
  TreeBuilder builder_;
  Diagnostics* diagnostics_;
  size_t next_ = 0;
  size_t nesting_ = 0;
};

}  // namespace

std::optional<Tree> Parse(std::string_view text, const ParseOptions& options,
                          Diagnostics* diagnostics) {
  if (text.size() > options.limits.text_bytes) {
    diagnostics->push_back({.id = "cel-too-long",
                            .message = StrCat("the expression has ", text.size(),
                                              " bytes, more than ", options.limits.text_bytes),
                            .help = "split it into definitions"});
    return std::nullopt;
  }
  const std::optional<Tokens> tokens = Tokenize(text, diagnostics);
  if (!tokens.has_value()) return std::nullopt;
  return Parser(text, tokens->list, options, diagnostics).Run();
}

}  // namespace changepolicy::cel
