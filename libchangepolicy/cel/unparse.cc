#include "libchangepolicy/cel/unparse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

namespace {

// How tightly the forms of the grammar bind, loosest first.
enum Level { kTernary, kOr, kAnd, kRelation, kSum, kProduct, kUnary, kMember };

struct Operator {
  std::string_view function;
  std::string_view symbol;
  Level level;
};
constexpr std::array kOperators = {
    Operator{"_||_", "||", kOr},       Operator{"_&&_", "&&", kAnd},
    Operator{"_<_", "<", kRelation},   Operator{"_<=_", "<=", kRelation},
    Operator{"_>_", ">", kRelation},   Operator{"_>=_", ">=", kRelation},
    Operator{"_==_", "==", kRelation}, Operator{"_!=_", "!=", kRelation},
    Operator{"@in", "in", kRelation},  Operator{"_+_", "+", kSum},
    Operator{"_-_", "-", kSum},        Operator{"_*_", "*", kProduct},
    Operator{"_/_", "/", kProduct},    Operator{"_%_", "%", kProduct},
};

const Operator* BinaryOperator(const Node& node) {
  if (node.kind != NodeKind::kCall || node.is_member || node.args.size() != 2) return nullptr;
  for (const Operator& candidate : kOperators) {
    if (candidate.function == node.name) return &candidate;
  }
  return nullptr;
}

bool IsLogic(const Operator& op) { return op.level == kOr || op.level == kAnd; }

bool IsCallOf(const Node& node, std::string_view function, size_t args) {
  return node.kind == NodeKind::kCall && !node.is_member && node.name == function &&
         node.args.size() == args;
}

bool IsPlainName(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !letter(name[0]) || IsKeyword(name)) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// Controls, and characters that nobody sees or that turn the direction of what follows.
bool IsHidden(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

uint32_t CodeOf(std::string_view point) {
  const auto lead = static_cast<unsigned char>(point[0]);
  if (point.size() == 1) return lead;
  uint32_t code = lead & (0xFFu >> (point.size() + 1));
  for (const char c : point.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return code;
}

// The letter of a simple escape; 0 where there is none.
char EscapeLetter(char c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\\':
      return '\\';
    default:
      return '\0';
  }
}

char BestMark(std::string_view text) {
  return text.find('"') != std::string_view::npos && text.find('\'') == std::string_view::npos
             ? '\''
             : '"';
}

// Appends bytes as \xHH, which in bytes is a byte and in strings a code point.
void AppendHex(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    absl::StrAppendFormat(out, "\\x%02x", static_cast<unsigned char>(c));
  }
}

std::string QuotedText(std::string_view text, bool bytes) {
  const char mark = BestMark(text);
  std::string out = bytes ? "b" : "";
  out += mark;
  const auto append = [&](std::string_view point) {
    if (point.size() == 1 && (point[0] == mark || EscapeLetter(point[0]) != '\0')) {
      out += '\\';
      out += point[0] == mark ? mark : EscapeLetter(point[0]);
    } else if (const uint32_t code = CodeOf(point); !IsHidden(code)) {
      out += point;
    } else if (bytes || code < 0x80) {
      AppendHex(point, &out);
    } else {
      absl::StrAppendFormat(&out, "\\u%04x", code);
    }
  };
  if (IsValidUtf8(text)) {
    for (std::string_view rest = text; !rest.empty();) {
      const size_t length = FirstPoint(rest);
      append(rest.substr(0, length));
      rest.remove_prefix(length);
    }
  } else {
    for (size_t i = 0; i < text.size(); ++i) {
      const std::string_view byte = text.substr(i, 1);
      if (static_cast<unsigned char>(byte[0]) < 0x80) {
        append(byte);
      } else {
        AppendHex(byte, &out);
      }
    }
  }
  out += mark;
  return out;
}

// The fewest digits that give the number back, and always something that makes it a double.
std::string DoubleLiteral(double value) {
  // No literal is one of these; a tree built by hand may have them.
  if (!std::isfinite(value)) return StrCat("double(\"", DoubleText(value), "\")");
  std::array<char, 40> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  std::string text(digits.data(), written.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

struct LiteralText {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return StrCat(value); }
  std::string operator()(uint64_t value) const { return StrCat(value, "u"); }
  std::string operator()(double value) const { return DoubleLiteral(value); }
  std::string operator()(const std::string& value) const { return QuotedText(value, false); }
  std::string operator()(const BytesLiteral& value) const { return QuotedText(value.bytes, true); }
};

class Printer {
 public:
  explicit Printer(const Tree& tree) : tree_(tree) {}

  // The part, in parentheses where it binds more loosely than `least`.
  void Print(NodeId id, Level least) {
    if (LevelOf(id) < least) {
      out_ += '(';
      PrintBare(id);
      out_ += ')';
    } else {
      PrintBare(id);
    }
  }
  std::string Take() { return std::move(out_); }

 private:
  Level LevelOf(NodeId id) const {
    const Node& node = tree_[id];
    if (tree_.MacroUseAt(id) != nullptr) return kMember;
    if (const Operator* const op = BinaryOperator(node)) return op->level;
    if (IsCallOf(node, "_?_:_", 3)) return kTernary;
    if (IsCallOf(node, "!_", 1) || IsCallOf(node, "-_", 1)) return kUnary;
    return kMember;
  }

  void PrintBare(NodeId id) {
    const Node& node = tree_[id];
    if (const MacroUse* const use = tree_.MacroUseAt(id)) {
      PrintCall(use->function, use->target, use->args, 0);
      return;
    }
    switch (node.kind) {
      case NodeKind::kLiteral:
        out_ += std::visit(LiteralText(), node.literal);
        return;
      case NodeKind::kIdent:
        out_ += node.name;
        return;
      case NodeKind::kSelect:
        PrintSelect(node);
        return;
      case NodeKind::kCall:
        PrintOperation(id, node);
        return;
      case NodeKind::kList:
        PrintParts('[', node, ']');
        return;
      case NodeKind::kMap:
        PrintParts('{', node, '}');
        return;
      case NodeKind::kMessage:
        out_ += node.name;
        PrintParts('{', node, '}');
        return;
      case NodeKind::kComprehension:
        PrintFold(node);
        return;
    }
  }

  void PrintSelect(const Node& node) {
    if (node.test_only) out_ += "has(";
    Print(node.args[0], kMember);
    out_ += '.';
    out_ += node.quoted ? StrCat("`", node.name, "`") : FieldText(node.name);
    if (node.test_only) out_ += ')';
  }

  // Elements, entries or fields.
  void PrintParts(char open, const Node& node, char close) {
    const size_t step = node.kind == NodeKind::kMap ? 2 : 1;
    out_ += open;
    for (size_t i = 0; i < node.args.size(); i += step) {
      if (i > 0) out_ += ", ";
      if (node.IsOptional(i / step)) out_ += '?';
      if (i < node.fields().size()) StrAppend(&out_, FieldText(node.fields()[i]), ": ");
      Print(node.args[i], kTernary);
      if (step == 1 || i + 1 >= node.args.size()) continue;
      out_ += ": ";
      Print(node.args[i + 1], kTernary);
    }
    out_ += close;
  }

  void PrintOperation(NodeId id, const Node& node) {
    if (const Operator* const op = BinaryOperator(node)) {
      if (IsLogic(*op)) {
        PrintChain(id, *op, LongestChain(id, *op));
      } else {
        PrintInfix(node.args[0], op->level, op->symbol, node.args[1]);
      }
    } else if (IsCallOf(node, "_?_:_", 3)) {
      PrintInfix(node.args[0], kOr, "?", node.args[1], kOr);
      out_ += " : ";
      Print(node.args[2], kTernary);
    } else if (IsCallOf(node, "!_", 1)) {
      PrintUnary('!', node.args[0]);
    } else if (IsCallOf(node, "-_", 1)) {
      PrintUnary('-', node.args[0]);
    } else if (IsCallOf(node, "_[_]", 2) || IsCallOf(node, "_[?_]", 2)) {
      Print(node.args[0], kMember);
      out_ += node.name == "_[_]" ? "[" : "[?";
      Print(node.args[1], kTernary);
      out_ += ']';
    } else if (IsCallOf(node, "_?._", 2) &&
               std::holds_alternative<std::string>(tree_[node.args[1]].literal)) {
      Print(node.args[0], kMember);
      StrAppend(&out_, ".?", FieldText(std::get<std::string>(tree_[node.args[1]].literal)));
    } else if (node.is_member) {
      PrintCall(node.name, node.args[0], node.args, 1);
    } else {
      PrintCall(node.name, kNoNode, node.args, 0);
    }
  }

  // Operators group to the left: what stands on the right must bind more tightly.
  void PrintInfix(NodeId left, Level level, std::string_view symbol, NodeId right) {
    PrintInfix(left, level, symbol, right, static_cast<Level>(level + 1));
  }
  void PrintInfix(NodeId left, Level level, std::string_view symbol, NodeId right,
                  Level right_level) {
    Print(left, level);
    StrAppend(&out_, " ", symbol, " ");
    Print(right, right_level);
  }

  // One kind of sign may be repeated; a sign before digits would become part of the number.
  void PrintUnary(char sign, NodeId operand) {
    out_ += sign;
    const size_t begin = out_.size();
    const Node& node = tree_[operand];
    const bool repeated =
        IsCallOf(node, sign == '!' ? "!_" : "-_", 1) && tree_.MacroUseAt(operand) == nullptr;
    Print(operand, repeated ? kUnary : kMember);
    const bool digits = out_[begin] >= '0' && out_[begin] <= '9';
    const bool unsigned_number = std::holds_alternative<uint64_t>(node.literal);
    if (sign == '-' ? digits && !unsigned_number : out_[begin] == '-') {
      out_.insert(begin, 1, '(');
      out_ += ')';
    }
  }

  void PrintCall(std::string_view function, NodeId target, const NodeArgs& args, size_t first) {
    if (target != kNoNode) {
      Print(target, kMember);
      out_ += '.';
    }
    StrAppend(&out_, function, "(");
    for (size_t i = first; i < args.size(); ++i) {
      if (i > first) out_ += ", ";
      Print(args[i], kTernary);
    }
    out_ += ')';
  }

  void PrintFold(const Node& node) {
    StrAppend(&out_, "@fold(", node.variable(), ", ");
    if (!node.second_variable().empty()) StrAppend(&out_, node.second_variable(), ", ");
    Print(node.args[kRange], kTernary);
    StrAppend(&out_, ", ", node.accumulator());
    for (const ComprehensionPart part : {kInitial, kCondition, kStep, kResult}) {
      out_ += ", ";
      Print(node.args[part], kTernary);
    }
    out_ += ')';
  }

  // The parser balances a chain of one logical operator: of k operands, the larger half goes to the
  // left. So a node may be written as a chain of k operands whenever its left is one of ceil(k/2)
  // and its right one of floor(k/2); the longest such chain needs the fewest parentheses.
  size_t LongestChain(NodeId id, const Operator& op) {
    const Node& node = tree_[id];
    if (BinaryOperator(node) != &op || tree_.MacroUseAt(id) != nullptr) return 1;
    if (const auto known = chains_.find(id); known != chains_.end()) return known->second;
    const size_t left = LongestChain(node.args[0], op);
    const size_t right = LongestChain(node.args[1], op);
    const size_t longest = std::min(2 * left, 2 * right + 1);
    chains_.emplace(id, longest);
    return longest;
  }

  void PrintChain(NodeId id, const Operator& op, size_t operands) {
    if (operands == 1) {
      Print(id, static_cast<Level>(op.level + 1));
      return;
    }
    PrintChain(tree_[id].args[0], op, (operands + 1) / 2);
    StrAppend(&out_, " ", op.symbol, " ");
    PrintChain(tree_[id].args[1], op, operands / 2);
  }

  const Tree& tree_;
  std::string out_;
  std::unordered_map<NodeId, size_t> chains_;  // only looked up, never gone through
};

}  // namespace

std::string Unparse(const Tree& tree) { return Unparse(tree, tree.root); }

std::string Unparse(const Tree& tree, NodeId part) {
  if (part == kNoNode) return "";
  Printer printer(tree);
  printer.Print(part, kTernary);
  return printer.Take();
}

std::string FieldText(std::string_view name) {
  return IsPlainName(name) ? std::string(name) : StrCat("`", name, "`");
}

std::string StringText(std::string_view text) { return QuotedText(text, false); }

}  // namespace changepolicy::cel
