// From checked expressions to the nodes of a Program.
#ifndef LIBCHANGEPOLICY_PROGRAM_COMPILER_H_
#define LIBCHANGEPOLICY_PROGRAM_COMPILER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/cel/time_part.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

class ProgramCompiler {
 public:
  explicit ProgramCompiler(Program* program) : program_(*program) {}

  // Fills the program with every expression of its policy about a change or a release.
  void Run();

 private:
  // What is known of a compiled part.
  struct Part {
    NodeIndex node = kNoIndex;  // kNoIndex: it has a form that is not compiled
    // Of a message, or of a list of elements of messages: the attribute's place, and what decides
    // whether what is below is known.
    int32_t path = kNoIndex;  // kNoIndex below an element of a list
    std::string statement;    // the path without root and indices
    Presence presence = Presence::kAlways;
    bool is_root = false;                       // a variable itself
    const flat::MessageTable* table = nullptr;  // of a message
    const flat::FieldTable* list = nullptr;     // the field whose elements a list has

    bool ok() const { return node != kNoIndex; }
  };
  struct Local {
    std::string_view name;
    Part part;
  };

  void AddRules(const std::vector<CheckedRule>& rules);
  void Add(const std::optional<CheckedExpression>& expression);
  ProgramExpression Compile(const CheckedExpression& expression);
  int32_t IndexOf(ProgramNeeds needs);

  Part Visit(cel::NodeId id);
  Part VisitVariable(const std::string& name);
  Part VisitLocal(const std::string& name);
  Part VisitSelect(const cel::Node& node);
  bool IsNamed(const Part& message) const;
  Part Select(const Part& operand, std::string_view name, bool test);
  Part SelectFrom(const Part& operand, std::string_view name, bool test);
  Part SelectIf(const Part& operand, std::string_view name, bool is_optional);
  Part VisitCall(cel::NodeId id, const cel::Node& node);
  Part VisitOperator(cel::NodeId id, std::string_view function, const std::vector<Part>& args,
                     const std::vector<const cel::Type*>& types);
  Part VisitOptional(std::string_view function, const std::vector<Part>& args,
                     const std::vector<const cel::Type*>& types);
  Part VisitFunction(const cel::Node& node, const cel::Resolution& resolution,
                     const std::vector<Part>& args, const std::vector<const cel::Type*>& types);
  Part VisitMatches(const std::vector<Part>& args);
  static Part ElementOf(const Part& list);
  Part VisitDomainCall(const FunctionEntry& function, absl::Span<const cel::NodeId> ids,
                       const std::vector<Part>& args, const cel::Type& result);
  Part VisitComprehension(const cel::Node& node);
  Part VisitBinding(const cel::Node& node);
  // Gives its slot.
  int32_t AddLocal(std::string_view name, Part part);
  Part VisitList(const cel::Node& node);
  Part ValueAt(const Part& map, const Part& key);
  Part InKeys(const Part& key, const Part& map);
  Part VisitTimePart(cel::TimePart part, const std::vector<Part>& args);
  // The constant that the node is, by itself or by its definition; null for others.
  const Datum* ConstantAt(NodeIndex node) const;
  Part Comparison(cel::NodeId id, Op op, const std::vector<Part>& args, const cel::Type& type);

  // The value of a part without variables; nothing where it has none, or none that is kept.
  std::optional<Datum> Fold(cel::NodeId id);
  cel::Value FoldedValue(cel::NodeId id) const;
  std::optional<Datum> ConstantOf(const cel::Value& value);
  std::optional<Datum> ConstantOfMap(const cel::Map& map);
  bool IsConstant(NodeIndex node) const { return program_.node(node).op == Op::kConstant; }

  Part Of(ProgramNode node, Part part);
  Part Of(ProgramNode node) { return Of(node, Part()); }
  uint64_t FreeSlotsOf(const ProgramNode& node) const;
  bool TellsOfClock(const ProgramNode& node) const;
  Part OfConstant(Datum datum);
  Part OfText(std::string_view text);
  Datum KeptList(std::vector<Datum> elements);
  int32_t AddArguments(const std::vector<Part>& args);
  // Calls `visit` for each node that the node is made of.
  template <typename Body>
  void ForChildren(const ProgramNode& node, Body visit) const;
  int32_t PathOf(std::string_view text);
  int32_t StatementOf(std::string_view text);
  std::optional<int32_t> ZoneOf(std::string_view name);
  int32_t FieldOf(const ProgramField& field);
  std::string CallText(std::string_view name, absl::Span<const cel::NodeId> ids,
                       const std::vector<Part>& args);

  void CountUses();
  void RankPaths();
  void GivePathsBits();
  void TellFacts();
  void ShrinkToFit();
  // Instructions for every node (instructions.cc).
  void MakeInstructions();
  Instruction InstructionFor(const ProgramNode& node);
  Instruction InstructionForLogic(const ProgramNode& node, Op op);
  bool InstructionForComparison(const ProgramNode& node, Instruction* instruction);
  bool InstructionForMembership(const ProgramNode& node, Instruction* instruction);
  void AddOperands(NodeIndex node, Op chain, std::vector<NodeIndex>* operands) const;

  Program& program_;
  using NodeKey = std::tuple<Op, NodeIndex, NodeIndex, NodeIndex, int32_t>;
  absl::flat_hash_map<NodeKey, NodeIndex> nodes_;
  using FieldKey = std::tuple<const flat::FieldTable*, int32_t, int32_t, Presence>;
  absl::flat_hash_map<FieldKey, int32_t> fields_;
  using DatumKey = std::tuple<Datum::Kind, int64_t, uint32_t, std::string>;
  absl::flat_hash_map<DatumKey, int32_t> constants_;
  absl::flat_hash_map<std::string, Part> messages_;  // by the variable's name
  using SelectionKey = std::tuple<NodeIndex, int32_t, std::string_view, bool>;
  absl::flat_hash_map<SelectionKey, Part> selections_;  // names are of trees that stay meanwhile
  absl::flat_hash_map<std::string, int32_t> calls_, applications_, patterns_;
  absl::flat_hash_map<std::string, int32_t> zones_;  // by name; kNoIndex: there is none
  absl::flat_hash_map<std::string, int32_t> definitions_, facts_;
  std::map<ProgramNeeds, int32_t> needs_;
  std::vector<uint64_t> free_slots_;  // by node
  // Of the expression that is being compiled.
  const CheckedExpression* expression_ = nullptr;
  std::vector<Local> locals_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_COMPILER_H_
