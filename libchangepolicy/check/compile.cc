#include "libchangepolicy/check/compile.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "changepolicy/v1/change.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/library_use.h"
#include "libchangepolicy/check/now_use.h"

namespace changepolicy {

namespace {

// What reads a change, and what a release.
bool IsChangeName(std::string_view name) { return name == "change" || name == "model"; }
bool IsReleaseName(std::string_view name) {
  static constexpr std::string_view kNames[] = {"release",   "release_kind", "implied_release_kind",
                                                "changes",   "tags",         "monitoring",
                                                "changelog", "criteria"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Stratum StratumOfVariable(std::string_view name) {
  static const auto& strata = *[] {
    auto* const by_name = new std::unordered_map<std::string_view, Stratum>;
    for (const VariableEntry& variable : Variables()) {
      by_name->emplace(variable.name, variable.stratum);
    }
    return by_name;
  }();
  const auto found = strata.find(name);
  return found == strata.end() ? Stratum::kFacts : found->second;
}

// The rows of the table that have this name.
const std::vector<const FunctionEntry*>& EntriesOf(std::string_view function) {
  using ByName = std::unordered_map<std::string_view, std::vector<const FunctionEntry*>>;
  static const ByName& by_name = *[] {
    auto* const entries = new ByName;
    for (const FunctionEntry& entry : DomainFunctions()) {
      (*entries)[entry.signature.substr(0, entry.signature.find('('))].push_back(&entry);
    }
    return entries;
  }();
  static const auto& none = *new std::vector<const FunctionEntry*>;
  const auto found = by_name.find(function);
  return found == by_name.end() ? none : found->second;
}

Stratum StratumOfFunction(std::string_view name) {
  Stratum stratum = Stratum::kFacts;
  for (const FunctionEntry* const function : EntriesOf(name)) {
    stratum = std::max(stratum, function->stratum);
  }
  return stratum;
}

bool IsMany(Stratum stratum) {
  return stratum != Stratum::kRisk && stratum != Stratum::kCategory &&
         stratum != Stratum::kCalendar;
}

std::map<Names, Compiler::Naming> Namings(const v1::Policy& policy) {
  using Naming = Compiler::Naming;
  std::map<Names, Naming> namings;
  Naming& roles = namings[Names::kRole] = {"role", "roles", {}};
  for (const v1::RoleDeclaration& role : policy.roles()) roles.known.insert(role.id());
  Naming& types = namings[Names::kEvidenceType] = {"type of evidence", "evidence.types", {}};
  types.known.insert(policy.evidence().types().begin(), policy.evidence().types().end());
  Naming& rules = namings[Names::kRule] = {"obligation", "obligations", {}};
  for (const v1::ObligationRule& rule : policy.obligations()) rules.known.insert(rule.id());
  Naming& criteria = namings[Names::kCriterion] = {"criterion", "criteria", {}};
  for (const v1::Criterion& criterion : policy.criteria()) criteria.known.insert(criterion.id());
  Naming& documents = namings[Names::kDocument] = {"document", "documents", {}};
  const auto* const six = v1::ChangeDocuments::descriptor();
  for (int i = 0; i < six->field_count(); ++i) {
    documents.known.insert(StrCat("documents.", FromAbsl(six->field(i)->name())));
  }
  for (const v1::DocumentRule& rule : policy.documents()) documents.known.insert(rule.field());
  return namings;
}

bool IsDynamic(const cel::Type& type) { return type.IsDynamic(); }

}  // namespace

Compiler::Compiler(const MergedPolicy& merged, Issues* issues)
    : merged_(merged), issues_(*issues), namings_(Namings(merged.policy)) {}

cel::Environment& Compiler::environment(Scope scope) {
  // Large, and most policies need few of them.
  std::shared_ptr<cel::Environment>& environment = environments_[scope];
  if (environment == nullptr) environment = MakeEnvironment(scope, merged_.policy);
  return *environment;
}

std::vector<std::shared_ptr<const cel::Environment>> Compiler::TakeEnvironments() {
  std::vector<std::shared_ptr<const cel::Environment>> all;
  for (auto& [scope, environment] : environments_) {
    // Some only served to check that a text makes sense for both kinds of subject.
    if (environments_kept_.contains(environment.get())) all.push_back(environment);
  }
  return all;
}

const Compiler::Parsed& Compiler::Parse(std::string_view text) {
  const auto [entry, added] = parsed_.try_emplace(text);
  Parsed& parsed = entry->second;
  if (!added) return parsed;
  // The macros are those of the policy's libraries, in each scope.
  std::optional<cel::Tree> tree =
      environment(Scope::kChange).Parse(text, /*macros=*/true, &parsed.diagnostics);
  if (!tree.has_value()) return parsed;
  std::set<std::string_view> bound;
  for (const cel::Node& node : tree->nodes) {
    if (node.kind != cel::NodeKind::kComprehension) continue;
    bound.insert({node.variable(), node.second_variable(), node.accumulator()});
  }
  for (const cel::Node& node : tree->nodes) {
    if (node.kind == cel::NodeKind::kIdent && !bound.contains(node.name)) {
      parsed.names.push_back(node.name);
    }
  }
  parsed.tree = std::make_shared<const cel::Tree>(*std::move(tree));
  return parsed;
}

Compiler::Compiled& Compiler::CompileOnce(Scope scope, std::string_view text) {
  const auto [entry, added] = compiled_[scope].try_emplace(text);
  Compiled& compiled = entry->second;
  if (!added) return compiled;
  const Parsed& parsed = Parse(text);
  if (parsed.tree == nullptr) {
    compiled.diagnostics = parsed.diagnostics;
    return compiled;
  }
  cel::CompileResult result = environment(scope).Compile(parsed.tree);
  compiled.expression = std::move(result.expression);
  compiled.diagnostics = std::move(result.diagnostics);
  if (!compiled.expression.has_value()) return compiled;
  compiled.constants = CheckConstants(scope, *compiled.expression);
  if (!merged_.policy.policy().libraries().empty()) {
    compiled.libraries = cel::LibrariesUsed(*compiled.expression);
  }
  return compiled;
}

bool Compiler::Declare(Scope scope, const std::string& name, cel::Type type,
                       std::string_view meaning) {
  // What was compiled so far may mean something else now.
  compiled_[scope].clear();
  return environment(scope).AddVariable(name, std::move(type), meaning).ok();
}

Compiler::Kinds Compiler::KindsOf(const std::vector<std::string_view>& texts,
                                  const google::protobuf::RepeatedField<int>& stated,
                                  const std::string& element) {
  Kinds kinds;
  std::string change_reader, release_reader;
  for (const std::string_view text : texts) {
    for (const std::string& name : FreeNames(text)) {
      const auto definition = definitions_.find(name);
      const bool defined = definition != definitions_.end();
      if (IsChangeName(name) || (defined && !definition->second.for_release)) change_reader = name;
      if (IsReleaseName(name) || (defined && !definition->second.for_change)) release_reader = name;
    }
  }
  if (!change_reader.empty() && !release_reader.empty()) {
    issues_.push_back(merged_.origins.MakeIssue(
        "two-subjects",
        StrCat("reads `", change_reader, "`, which only a change has, and `", release_reader,
               "`, which only a release has"),
        "make two rules of it", element));
    return {.change = false, .release = false};
  }
  kinds.change = release_reader.empty();
  kinds.release = change_reader.empty();
  if (!stated.empty()) {
    const auto says = [&](v1::SubjectKind kind) {
      return std::find(stated.begin(), stated.end(), static_cast<int>(kind)) != stated.end();
    };
    if ((says(v1::SUBJECT_KIND_CHANGE) && !kinds.change) ||
        (says(v1::SUBJECT_KIND_RELEASE) && !kinds.release)) {
      issues_.push_back(merged_.origins.MakeIssue(
          "subject-not-read",
          StrCat("is for ", kinds.change ? "releases" : "changes", " too, and reads `",
                 kinds.change ? change_reader : release_reader, "`"),
          "take that kind out of `subjects`", element + ".subjects"));
    }
    kinds.change = kinds.change && says(v1::SUBJECT_KIND_CHANGE);
    kinds.release = kinds.release && says(v1::SUBJECT_KIND_RELEASE);
  }
  return kinds;
}

void Compiler::Report(const Text& text, const cel::Diagnostic& diagnostic) {
  const Origins::Place place = merged_.origins.Find(text.element);
  if (place.document == nullptr || place.node->kind != Node::Kind::kScalar) {
    issues_.push_back(merged_.origins.MakeIssue(diagnostic.id, diagnostic.message, diagnostic.help,
                                                text.element));
    return;
  }
  const size_t begin = place.document->OffsetInside(*place.node, text.offset + diagnostic.begin);
  const size_t end = place.document->OffsetInside(*place.node, text.offset + diagnostic.end);
  issues_.push_back(place.document->MakeIssue(diagnostic.id, diagnostic.message, diagnostic.help,
                                              text.element, begin, end > begin ? end - begin : 1));
}

Compiler::Compiled* Compiler::CompileIn(Scope scope, const Text& text, Wanted wanted) {
  Compiled& compiled = CompileOnce(scope, text.text);
  for (const cel::Diagnostic& diagnostic : compiled.diagnostics) Report(text, diagnostic);
  if (!compiled.expression.has_value()) return nullptr;
  const cel::Type& type = compiled.expression->type();
  const bool fits =
      wanted == Wanted::kAnything || IsDynamic(type) ||
      type.Is(wanted == Wanted::kBool ? cel::TypeKind::kBool : cel::TypeKind::kDuration);
  if (!fits) {
    Report(
        text,
        {.id = "cel-result-type",
         .message =
             StrCat("expected ", wanted == Wanted::kBool ? "a condition (`bool`)" : "a `duration`",
                    ", found `", type.ToString(), "`"),
         .help = wanted == Wanted::kBool ? "compare it with something" : "like `duration(\"48h\")`",
         .begin = 0,
         .end = static_cast<uint32_t>(text.text.size())});
    return nullptr;
  }
  for (const cel::Diagnostic& diagnostic : compiled.constants) Report(text, diagnostic);
  if (!compiled.constants.empty()) return nullptr;
  libraries_used_.insert(compiled.libraries.begin(), compiled.libraries.end());
  return &compiled;
}

cel::Diagnostics Compiler::CheckConstants(Scope scope, const cel::Expression& expression) {
  cel::Diagnostics diagnostics;
  const cel::Tree& tree = expression.tree();
  const auto source = [&](const cel::Node& node) {
    return std::string_view(tree.text).substr(node.begin, node.end - node.begin);
  };
  for (cel::NodeId id = 0; id < static_cast<cel::NodeId>(tree.nodes.size()); ++id) {
    const cel::Node& call = tree[id];
    if (call.kind != cel::NodeKind::kCall || call.args.empty() ||
        expression.ResolutionOf(id).kind != cel::Resolution::Kind::kFunction) {
      continue;
    }
    const auto is_literal = [&](cel::NodeId arg) {
      return tree[arg].kind == cel::NodeKind::kLiteral;
    };
    const cel::Node& last = tree[call.args.back()];
    std::string constant;
    if (std::all_of(call.args.begin(), call.args.end(), is_literal)) {
      constant = source(call);
    } else if (call.name == "matches" && is_literal(call.args.back())) {
      constant = StrCat("''.matches(", source(last), ")");
    } else {
      continue;
    }
    const std::string& error = ErrorOf(scope, constant);
    if (error.empty()) continue;
    diagnostics.push_back({.id = "cel-constant",
                           .message = StrCat("this always fails: ", error),
                           .help = "",
                           .begin = last.begin,
                           .end = last.end});
  }
  return diagnostics;
}

const std::string& Compiler::ErrorOf(Scope scope, const std::string& constant) {
  const auto [entry, added] = constant_errors_[scope].try_emplace(constant);
  if (!added) return entry->second;
  const cel::CompileResult compiled = environment(scope).Compile(constant);
  if (!compiled.expression.has_value()) return entry->second;
  const cel::Value value = cel::Evaluate(*compiled.expression, cel::Activation());
  if (value.is_error()) entry->second = value.error().message;
  return entry->second;
}

void Compiler::CheckNames(const cel::Expression& expression, const Text& text) {
  const cel::Tree& tree = expression.tree();
  for (cel::NodeId id = 0; id < static_cast<cel::NodeId>(tree.nodes.size()); ++id) {
    const cel::Resolution& resolution = expression.ResolutionOf(id);
    if (resolution.kind != cel::Resolution::Kind::kFunction) continue;
    for (const FunctionEntry* const entry : EntriesOf(resolution.name)) {
      const FunctionEntry& function = *entry;
      if (function.names == Names::kNothing) continue;
      const size_t index =
          static_cast<size_t>(function.naming_argument) + (resolution.skip_target ? 1 : 0);
      if (index >= tree[id].args.size()) continue;
      const cel::Node& argument = tree[tree[id].args[index]];
      const auto* const name = std::get_if<std::string>(&argument.literal);
      if (argument.kind != cel::NodeKind::kLiteral || name == nullptr) break;
      const auto& [what, place, known] = namings_.at(function.names);
      if (known.count(*name) > 0) break;
      const std::string_view nearest = Nearest(*name, {known.begin(), known.end()});
      Report(text, {.id = "unknown-name",
                    .message = StrCat("unknown ", what, " `", *name, "`"),
                    .help = nearest.empty() ? StrCat("declare it in `", place, "`")
                                            : StrCat("did you mean `", nearest, "`?"),
                    .begin = argument.begin,
                    .end = argument.end});
      break;
    }
  }
}

namespace {

// Where the scalar's text begins, if it stands in one line of the document as it is: byte for byte,
// without escapes or folding.
std::optional<size_t> VerbatimStart(const Document& document, const Node& scalar) {
  if (scalar.text.find('\n') != std::string::npos) return std::nullopt;
  const size_t start = document.OffsetInside(scalar, 0);
  if (document.text().compare(start, scalar.text.size(), scalar.text) != 0) return std::nullopt;
  return start;
}

// Of its nodes, in the scalar of a document in which it begins at `offset`.
TextPlaces PlacesOf(const cel::Tree& tree, const Document& document, const Node& scalar,
                    size_t offset) {
  if (const std::optional<size_t> start = VerbatimStart(document, scalar)) {
    uint32_t first = tree.nodes[0].at;
    for (const cel::Node& node : tree.nodes) first = std::min(first, node.at);
    return TextPlaces(tree.text, {{first, document.PositionAt(*start + offset + first)}});
  }
  std::vector<uint32_t> begins;
  for (const cel::Node& node : tree.nodes) begins.push_back(node.at);
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  std::vector<size_t> offsets;
  for (const uint32_t begin : begins) offsets.push_back(offset + begin);
  const std::vector<Position> positions = document.PositionsInside(scalar, offsets);
  std::vector<std::pair<uint32_t, Position>> places;
  for (size_t i = 0; i < begins.size(); ++i) places.emplace_back(begins[i], positions[i]);
  return TextPlaces(tree.text, places);
}

}  // namespace

void Compiler::KeepElement(const std::string& element) {
  // The expressions of one message come one after the other.
  if (last_element_ == element) return;
  last_element_ = store_.elements->Copy(element);
  last_place_ = merged_.origins.Find(element);
}

std::optional<CheckedExpression> Compiler::Finish(Compiled* compiled, const Text& text,
                                                  Stratum highest) {
  const cel::Expression& expression = *compiled->expression;
  if (compiled->kept == nullptr) {
    compiled->kept = &store_.kept.emplace_back(expression, text.text);
    environments_kept_.insert(&expression.environment());
  }
  CheckedExpression::Body& body = store_.bodies.emplace_back();
  const CheckedExpression checked(&body, static_cast<int32_t>(store_.bodies.size()) - 1);
  body.kept = compiled->kept;
  KeepElement(text.element);
  body.element = last_element_;
  cel::Diagnostics diagnostics;
  CheckedExpression::Body::Use use;
  if (expression.references().variables.contains("now")) {
    use.now_comparisons = FindNowComparisons(expression, &diagnostics);
  }
  for (const cel::Diagnostic& diagnostic : diagnostics) Report(text, diagnostic);
  std::string highest_name;
  const auto raise = [&](Stratum stratum, const std::string& name) {
    if (stratum > body.stratum) {
      body.stratum = stratum;
      highest_name = name;
    }
  };
  for (const std::string& name : expression.references().variables) {
    if (const auto definition = definitions_.find(name); definition != definitions_.end()) {
      use.definitions.push_back(name);
      raise(definition->second.stratum, name);
    } else {
      raise(StratumOfVariable(name), name);
    }
  }
  for (const std::string& name : expression.references().functions) {
    raise(StratumOfFunction(name), name);
  }
  if (body.stratum > highest) {
    Report(text, {.id = "stratum",
                  .message = StrCat("reads `", highest_name, "`, which is only known once the ",
                                    Name(body.stratum), IsMany(body.stratum) ? " are" : " is"),
                  .help = StrCat("here only what stands up to the ", Name(highest),
                                 " may be read (docs/evaluation.md, Strata)"),
                  .begin = 0,
                  .end = static_cast<uint32_t>(text.text.size())});
    return std::nullopt;
  }
  CheckNames(expression, text);
  if (last_place_.document != nullptr && last_place_.node->kind == Node::Kind::kScalar) {
    body.places =
        PlacesOf(expression.tree(), *last_place_.document, *last_place_.node, text.offset);
  }
  if (!use.definitions.empty() || !use.now_comparisons.empty()) {
    body.use = std::make_unique<const CheckedExpression::Body::Use>(std::move(use));
  }
  if (!diagnostics.empty()) return std::nullopt;
  return checked;
}

std::optional<CheckedExpression> Compiler::CompileText(const Text& text, Kinds kinds,
                                                       Stratum highest, Wanted wanted) {
  const Scope scope = kinds.change ? Scope::kChange : Scope::kRelease;
  Compiled* const compiled = CompileIn(scope, text, wanted);
  if (compiled == nullptr) return std::nullopt;
  // For both kinds of subject it must make sense in both.
  if (kinds.change && kinds.release && CompileIn(Scope::kRelease, text, wanted) == nullptr) {
    return std::nullopt;
  }
  return Finish(compiled, text, highest);
}

std::optional<CheckedExpression> Compiler::Compile(std::string_view text,
                                                   const std::string& element, Kinds kinds,
                                                   Stratum highest, Wanted wanted) {
  // Of no kind: that was complained about.
  if (text.empty() || (!kinds.change && !kinds.release)) return std::nullopt;
  return CompileText({text, element}, kinds, highest, wanted);
}

namespace {

Scope ScopeOf(v1::LintTarget target) {
  switch (target) {
    case v1::LINT_TARGET_ORGANIZATION:
      return Scope::kOrganization;
    case v1::LINT_TARGET_POPULATION:
      return Scope::kPopulation;
    default:
      return Scope::kPolicy;
  }
}

}  // namespace

std::optional<CheckedExpression> Compiler::CompileLint(std::string_view text,
                                                       const std::string& element,
                                                       v1::LintTarget target, Wanted wanted) {
  if (text.empty()) return std::nullopt;
  Compiled* const compiled = CompileIn(ScopeOf(target), {text, element}, wanted);
  if (compiled == nullptr) return std::nullopt;
  return Finish(compiled, {text, element}, Stratum::kFacts);
}

template <typename CompilePiece>
MessageTemplate Compiler::Split(std::string_view text, const std::string& element,
                                CompilePiece compile) {
  MessageTemplate message;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find("{{", at);
    if (open == std::string_view::npos) break;
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      Report({text, element}, {.id = "message-open",
                               .message = "an expression in the message does not end",
                               .help = "close it with `}}`",
                               .begin = static_cast<uint32_t>(open),
                               .end = static_cast<uint32_t>(open + 2)});
      return message;
    }
    if (open > at) message.pieces.push_back({text.substr(at, open - at), {}});
    const std::string_view inside = text.substr(open + 2, close - open - 2);
    message.pieces.push_back({inside, compile(Text{inside, element, open + 2})});
    at = close + 2;
  }
  if (at < text.size()) message.pieces.push_back({text.substr(at), {}});
  message.pieces.shrink_to_fit();
  return message;
}

MessageTemplate Compiler::CompileMessage(std::string_view text, const std::string& element,
                                         Kinds kinds, Stratum highest) {
  return Split(text, element, [&](const Text& piece) {
    return CompileText(piece, kinds, highest, Wanted::kAnything);
  });
}

MessageTemplate Compiler::CompileLintMessage(std::string_view text, const std::string& element,
                                             v1::LintTarget target) {
  return Split(text, element, [&](const Text& piece) -> std::optional<CheckedExpression> {
    Compiled* const compiled = CompileIn(ScopeOf(target), piece, Wanted::kAnything);
    if (compiled == nullptr) return std::nullopt;
    return Finish(compiled, piece, Stratum::kFacts);
  });
}

std::vector<CheckedDefinition> Compiler::CompileDefinitions() {
  std::map<std::string, std::set<std::string>> reads;
  for (const auto& [name, definition] : merged_.policy.definitions()) {
    std::set<std::string>& names = reads[name];
    for (const std::string& free : FreeNames(definition.is())) {
      if (merged_.policy.definitions().count(free) > 0) names.insert(free);
    }
  }
  std::vector<CheckedDefinition> ordered;
  std::set<std::string> done;
  std::vector<std::string> path;
  const std::function<void(const std::string&)> visit = [&](const std::string& name) {
    if (done.count(name) > 0) return;
    if (const auto again = std::find(path.begin(), path.end(), name); again != path.end()) {
      std::string cycle;
      for (auto step = again; step != path.end(); ++step) StrAppend(&cycle, *step, " -> ");
      issues_.push_back(merged_.origins.MakeIssue(
          "definition-cycle", StrCat("definitions read each other: ", cycle, name),
          "take one of them out of the circle", StrCat("definitions[", name, "].is")));
      // Known from here on, so that the circle is the only complaint about it.
      for (auto step = again; step != path.end(); ++step) {
        if (!done.insert(*step).second) continue;
        for (const Scope scope : {Scope::kChange, Scope::kRelease}) {
          (void)Declare(scope, *step, cel::Type::Dyn(), "");
        }
        definitions_[*step] = {Stratum::kFacts, true, true};
      }
      return;
    }
    path.push_back(name);
    for (const std::string& other : reads[name]) visit(other);
    path.pop_back();
    if (!done.insert(name).second) return;
    const v1::Definition& definition = merged_.policy.definitions().at(name);
    const std::string element = StrCat("definitions[", name, "].is");
    if (definition.is().empty()) {
      issues_.push_back(merged_.origins.MakeIssue("no-definition", "says nothing",
                                                  "write an expression", element));
      return;
    }
    const Kinds kinds = KindsOf({definition.is()}, {}, element);
    std::optional<CheckedExpression> checked =
        Compile(definition.is(), element, kinds, Stratum::kGates, Wanted::kAnything);
    // Declared even with mistakes, so that its users are not blamed.
    const cel::Type type = checked.has_value() ? checked->expression().type() : cel::Type::Dyn();
    bool declared = true;
    for (const Scope scope : {Scope::kChange, Scope::kRelease}) {
      if (scope == Scope::kChange ? !kinds.change : !kinds.release) continue;
      declared = Declare(scope, name, type, definition.meaning()) && declared;
    }
    if (!declared) {
      issues_.push_back(merged_.origins.MakeIssue(
          "name-taken", StrCat("`", name, "` is a name of the language of policies already"),
          "choose another", element));
      return;
    }
    definitions_[name] = {checked.has_value() ? checked->stratum() : Stratum::kFacts, kinds.change,
                          kinds.release};
    if (checked.has_value()) {
      ordered.push_back({name, *std::move(checked), kinds.change, kinds.release});
    }
  };
  for (const auto& [name, unused] : reads) visit(name);
  return ordered;
}

}  // namespace changepolicy
