#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/library_use.h"
#include "libchangepolicy/mapping/definition_order.h"
#include "libchangepolicy/mapping/field_path.h"
#include "libchangepolicy/mapping/functions.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

namespace {

const google::protobuf::Descriptor* TargetOf(v1::MappingTarget target) {
  switch (target) {
    case v1::MAPPING_TARGET_CHANGE:
      return v1::ChangeRequest::descriptor();
    case v1::MAPPING_TARGET_RELEASE:
      return v1::Release::descriptor();
    case v1::MAPPING_TARGET_ORGANIZATION:
      return v1::Organization::descriptor();
    default:
      return nullptr;
  }
}

}  // namespace

class MappingLoader {
 public:
  MappingLoader(std::string_view name, std::string_view text, Issues* issues) : issues_(*issues) {
    DocumentResult read = ReadDocument(text, Format::kAuto, name);
    issues_ = std::move(read.issues);
    document_ = std::move(read.document);
  }

  std::shared_ptr<const Mapping> Run() {
    if (document_ == nullptr) return nullptr;
    mapping_.reset(new Mapping());
    Issues bound = Bind(*document_, &mapping_->proto_, &map_);
    issues_.insert(issues_.end(), bound.begin(), bound.end());
    if (HasErrors(issues_)) return nullptr;
    CheckHeader();
    CheckLibraries();
    Declare();
    CompileDefinitions();
    CheckFields();
    CheckOverlaps();
    CheckRequired();
    Compile(mapping_->proto_.fields(), "fields", &mapping_->fields_);
    Compile(mapping_->proto_.annotations(), "annotations", &mapping_->annotations_);
    CompileKeys();
    FindUnusedLibraries();
    FindUnusedNames();
    // Lists of the document are maps, which have no order.
    std::stable_sort(issues_.begin(), issues_.end(), [](const Issue& a, const Issue& b) {
      return std::pair(a.position.line, a.position.column) <
             std::pair(b.position.line, b.position.column);
    });
    return HasErrors(issues_) ? nullptr : mapping_;
  }

 private:
  void Report(std::string_view id, std::string message, std::string help, const std::string& path) {
    const Node* const node = map_.Find(path);
    issues_.push_back(document_->MakeIssue(id, std::move(message), std::move(help), path,
                                           node == nullptr ? document_->root : *node));
  }

  void CheckHeader() {
    if (mapping_->proto_.mapping().to() == v1::MAPPING_TARGET_UNSPECIFIED) {
      Report("no-target", "does not say what records become",
             "write `mapping: {id: ..., to: CHANGE}`, RELEASE or ORGANIZATION", "mapping");
    }
    if (mapping_->proto_.sources_size() == 0) {
      Report("no-sources", "names no sources", "write `sources: [{id: ticket, files: [\"**\"]}]`",
             "sources");
    }
    const auto has_key = [](const v1::Source& source) { return !source.key().empty(); };
    const auto& sources = mapping_->proto_.sources();
    const auto asks_for_key = [](const v1::Source& source) {
      return !source.key().empty() && source.of().empty();
    };
    if (!sources.empty() && !has_key(sources[0]) &&
        std::any_of(sources.begin(), sources.end(), asks_for_key)) {
      Report("no-key", "the first source has no key, so that nothing can belong to its records",
             "give it the key by which the others are found", "sources[0]");
    }
  }

  // A misspelt name gives way to the one that was meant, so that its users are not blamed.
  void CheckLibraries() {
    const auto& names = mapping_->proto_.mapping().libraries();
    libraries_.assign(names.begin(), names.end());
    for (const cel::LibraryMistake& mistake : cel::FindLibraryMistakes(libraries_)) {
      Report(mistake.id, mistake.message, mistake.help,
             StrCat("mapping.libraries[", mistake.index, "]"));
      if (!mistake.meant.empty()) libraries_[mistake.index] = mistake.meant;
    }
  }

  void Warn(std::string_view id, std::string message, std::string help, const std::string& path) {
    Report(id, std::move(message), std::move(help), path);
    issues_.back().severity = Severity::kWarning;
  }

  void FindUnusedLibraries() {
    if (HasErrors(issues_)) return;
    for (size_t i = 0; i < libraries_.size(); ++i) {
      if (libraries_used_.contains(libraries_[i])) continue;
      Warn("unused-library", StrCat("no expression uses the library `", libraries_[i], "`"),
           "take it out of `libraries`", StrCat("mapping.libraries[", i, "]"));
    }
  }

  // What nobody reads is mostly a name that was mistyped where it is read: `at(pull, "reviews")`
  // instead of `reviews`.
  void FindUnusedNames() {
    if (HasErrors(issues_)) return;
    for (const auto& [table, unused] : mapping_->proto_.tables()) {
      if (looks_up_any_table_ || tables_used_.contains(table)) continue;
      Warn("unused-table", StrCat("no expression looks words up in the table `", table, "`"),
           "take it out of `tables`, or use it", StrCat("tables[\"", table, "\"]"));
    }
    for (const auto& [name, unused] : mapping_->proto_.definitions()) {
      if (names_used_.contains(name)) continue;
      Warn("unused-definition", StrCat("no expression reads `", name, "`"),
           "take it out of `definitions`, or use it", StrCat("definitions[\"", name, "\"]"));
    }
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const v1::Source& source = mapping_->proto_.sources(i);
      // The first makes subjects and a required one holds them back, even where nobody reads them.
      if (i > 0 && !source.required() && !names_used_.contains(source.id())) {
        Warn("unused-source", StrCat("no expression reads the records of `", source.id(), "`"),
             "take it out of `sources`, or read it", StrCat("sources[", i, "].id"));
      }
      if (!source.history().empty() && !names_used_.contains(source.history())) {
        Warn("unused-history", StrCat("no expression reads the versions `", source.history(), "`"),
             "take `history` out, or read it", StrCat("sources[", i, "].history"));
      }
    }
  }

  std::shared_ptr<cel::Environment> NewEnvironment() {
    auto environment =
        std::make_shared<cel::Environment>(google::protobuf::DescriptorPool::generated_pool(),
                                           google::protobuf::MessageFactory::generated_factory(),
                                           cel::EnvironmentOptions{.libraries = libraries_});
    environment->AddVariable("file", cel::Type::String()).IgnoreError();
    environment->AddFunctions(MappingFunctions()).IgnoreError();
    return environment;
  }

  void Declare() {
    mapping_->environment_ = NewEnvironment();
    mapping_->environment_->AddVariable("given", cel::Type::Dyn()).IgnoreError();
    mapping_->environment_->AddVariable("origin", cel::Type::Dyn()).IgnoreError();
    mapping_->key_environment_ = NewEnvironment();
    mapping_->key_environment_->AddVariable("record", cel::Type::Dyn()).IgnoreError();
    std::set<std::string> seen;
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const std::string& id = mapping_->proto_.sources(i).id();
      if (id.empty() || !seen.insert(id).second) {
        Report("source-id", "each source needs an id of its own", "", StrCat("sources[", i, "]"));
      } else {
        DeclareName(id, TypeOf(mapping_->proto_.sources(i)), "source-id",
                    StrCat("sources[", i, "].id"));
      }
      const std::string& history = mapping_->proto_.sources(i).history();
      if (!history.empty()) {
        DeclareName(history, cel::Type::List(cel::Type::Dyn()), "source-id",
                    StrCat("sources[", i, "].history"));
      }
    }
  }

  static cel::Type TypeOf(const v1::Source& source) {
    return source.many() ? cel::Type::List(cel::Type::Dyn()) : cel::Type::Dyn();
  }

  void DeclareName(const std::string& name, const cel::Type& type, std::string_view issue,
                   const std::string& path) {
    if (!mapping_->environment_->AddVariable(name, type).ok()) {
      Report(issue, StrCat("`", name, "` is taken"), "choose another name", path);
      return;
    }
    const cel::CompileResult read = mapping_->environment_->Compile(name);
    if (read.expression.has_value()) {
      const cel::Tree& tree = read.expression->tree();
      const cel::Node& root = tree[tree.root];
      if (root.kind == cel::NodeKind::kIdent && root.name == name) return;
    }
    Report(issue, StrCat("`", name, "` cannot be read in an expression"),
           "names consist of letters, digits and `_`, and are no words of the language", path);
  }

  std::optional<cel::Expression> CompileOne(const cel::Environment& environment,
                                            const std::string& text, const std::string& path) {
    cel::CompileResult compiled = environment.Compile(text);
    const Node* const node = map_.Find(path);
    for (const cel::Diagnostic& diagnostic : compiled.diagnostics) {
      const size_t begin = document_->OffsetInside(*node, diagnostic.begin);
      const size_t end = document_->OffsetInside(*node, diagnostic.end);
      issues_.push_back(document_->MakeIssue(diagnostic.id, diagnostic.message, diagnostic.help,
                                             path, begin, end > begin ? end - begin : 1));
    }
    if (compiled.expression.has_value()) {
      CheckTables(*compiled.expression, *node, path);
      const auto& read = compiled.expression->references().variables;
      names_used_.insert(read.begin(), read.end());
      if (!libraries_.empty()) libraries_used_.merge(cel::LibrariesUsed(*compiled.expression));
    }
    return std::move(compiled.expression);
  }

  // A table that is named in quotes and is not there would be an error of each record.
  void CheckTables(const cel::Expression& expression, const Node& node, const std::string& path) {
    const cel::Tree& tree = expression.tree();
    for (const cel::Node& call : tree.nodes) {
      if (call.kind != cel::NodeKind::kCall || call.name != "lookup" || call.args.empty()) continue;
      const cel::Node& argument = tree[call.args[0]];
      const auto* const name = std::get_if<std::string>(&argument.literal);
      if (argument.kind != cel::NodeKind::kLiteral || name == nullptr) {
        looks_up_any_table_ = true;
        continue;
      }
      tables_used_.insert(*name);
      if (mapping_->proto_.tables().contains(*name)) continue;
      std::vector<std::string_view> known;
      for (const auto& [table, unused] : mapping_->proto_.tables()) known.push_back(table);
      std::sort(known.begin(), known.end());
      const std::string_view nearest = Nearest(*name, known);
      const size_t begin = document_->OffsetInside(node, argument.begin);
      const size_t end = document_->OffsetInside(node, argument.end);
      issues_.push_back(document_->MakeIssue(
          "unknown-name", StrCat("unknown table `", *name, "`"),
          nearest.empty() ? "declare it in `tables`" : StrCat("did you mean `", nearest, "`?"),
          path, begin, end > begin ? end - begin : 1));
    }
  }

  template <typename Map>
  void Compile(const Map& texts, std::string_view list,
               std::vector<std::pair<std::string, cel::Expression>>* expressions) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : texts) names.push_back(name);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string path = StrCat(list, "[\"", name, "\"]");
      NotePlace(name, path);
      std::optional<cel::Expression> expression =
          CompileOne(*mapping_->environment_, texts.at(name), path);
      if (expression.has_value()) expressions->emplace_back(name, *std::move(expression));
    }
  }

  void NotePlace(const std::string& name, const std::string& path) {
    const Position place = document_->PositionAt(map_.Find(path)->offset);
    mapping_->places_[name] = StrCat(document_->file(), ":", place.line, ":", place.column);
  }

  // Each after those that it reads. Of a circle one is reported, and then taken for whatever is
  // asked of it.
  void CompileDefinitions() {
    const auto& texts = mapping_->proto_.definitions();
    const DefinitionOrder order = OrderDefinitions(
        *mapping_->environment_, std::map<std::string, std::string>(texts.begin(), texts.end()));
    for (const auto& [name, circle] : order.circles) {
      Report("definition-cycle", StrCat("`", name, "` reads itself: ", circle), "",
             StrCat("definitions[\"", name, "\"]"));
    }
    for (const std::string& name : order.names) {
      const std::string path = StrCat("definitions[\"", name, "\"]");
      std::optional<cel::Expression> expression;
      if (!order.circles.contains(name)) {
        expression = CompileOne(*mapping_->environment_, texts.at(name), path);
      }
      DeclareName(name, expression.has_value() ? expression->type() : cel::Type::Dyn(),
                  "name-taken", path);
      if (expression.has_value()) {
        mapping_->definitions_.emplace_back(name, *std::move(expression));
      }
    }
  }

  void CheckRequired() {
    const auto& fields = mapping_->proto_.fields();
    std::vector<std::string_view> known;
    for (const auto& [field, unused] : fields) known.push_back(field);
    std::sort(known.begin(), known.end());
    for (int i = 0; i < mapping_->proto_.required_size(); ++i) {
      const std::string& field = mapping_->proto_.required(i);
      if (fields.contains(field)) continue;
      const std::string_view nearest = Nearest(field, known);
      Report("unknown-name", StrCat("`fields` does not give `", field, "`"),
             nearest.empty() ? "name a field that the mapping gives"
                             : StrCat("did you mean `", nearest, "`?"),
             StrCat("required[", i, "]"));
    }
  }

  void CheckFields() {
    const auto* const target = TargetOf(mapping_->proto_.mapping().to());
    if (target == nullptr) return;
    for (const auto& [field, unused] : mapping_->proto_.fields()) {
      const std::optional<WrongPath> wrong = FindWrongPath(target, field);
      if (!wrong.has_value()) continue;
      Report("unknown-field", wrong->message, wrong->help, StrCat("fields[\"", field, "\"]"));
    }
  }

  // A field that is given as a whole and again by its parts.
  void CheckOverlaps() {
    for (const auto& [field, unused] : mapping_->proto_.fields()) {
      for (size_t dot = field.find('.'); dot != std::string::npos; dot = field.find('.', dot + 1)) {
        const std::string whole = field.substr(0, dot);
        if (!mapping_->proto_.fields().contains(whole)) continue;
        Report("field-overlap",
               StrCat("`", field, "` is a part of `", whole, "`, which is given too"),
               "give the whole or its parts", StrCat("fields[\"", field, "\"]"));
        break;
      }
    }
  }

  enum class Wanted { kText, kList, kBool, kOrder };

  static bool Gives(const cel::Type& type, Wanted wanted) {
    if (type.IsDynamic()) return true;
    switch (wanted) {
      case Wanted::kText:
        return type.Is(cel::TypeKind::kString);
      case Wanted::kList:
        return type.Is(cel::TypeKind::kList);
      case Wanted::kBool:
        return type.Is(cel::TypeKind::kBool);
      default:
        return type.Is(cel::TypeKind::kString) || type.Is(cel::TypeKind::kTimestamp) ||
               type.Is(cel::TypeKind::kInt) || type.Is(cel::TypeKind::kDouble);
    }
  }

  static std::string_view NameOf(Wanted wanted) {
    switch (wanted) {
      case Wanted::kText:
        return "text";
      case Wanted::kList:
        return "list";
      case Wanted::kBool:
        return "bool";
      default:
        return "timestamp, number or text";
    }
  }

  void CompileKeys() {
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const v1::Source& source = mapping_->proto_.sources(i);
      Mapping::SourceExpressions& expressions = mapping_->sources_[source.id()];
      const auto compile = [&](const std::string& text, std::string_view field, Wanted wanted,
                               std::optional<cel::Expression>* expression) {
        if (text.empty()) return;
        const std::string path = StrCat("sources[", i, "].", field);
        *expression = CompileOne(*mapping_->key_environment_, text, path);
        if (!expression->has_value() || Gives((*expression)->type(), wanted)) return;
        Report("cel-result-type",
               StrCat("expected a ", NameOf(wanted), ", found `", (*expression)->type().ToString(),
                      "`"),
               wanted == Wanted::kText ? "write `string(...)`" : "", path);
      };
      compile(source.key(), "key", Wanted::kText, &expressions.key);
      compile(source.each(), "each", Wanted::kList, &expressions.each);
      compile(source.when(), "when", Wanted::kBool, &expressions.when);
      compile(source.order(), "order", Wanted::kOrder, &expressions.order);
      compile(source.of(), "of", Wanted::kText, &expressions.of);
      CheckRole(i);
    }
  }

  // What only the first source can have, and what only the others can.
  void CheckRole(int i) {
    const v1::Source& source = mapping_->proto_.sources(i);
    const auto report = [&](std::string_view field, std::string message, std::string help) {
      Report("source-role", std::move(message), std::move(help),
             StrCat("sources[", i, "].", field));
    };
    if (i == 0 && source.many()) {
      report("many", "the first source cannot be `many`: each of its records is a subject",
             "for versions of one thing write `key` and `order`");
    }
    if (i == 0 && !source.of().empty()) {
      report("of", "the first source belongs to no other", "take `of` out");
    }
    if (i == 0 && !source.order().empty() && source.key().empty()) {
      report("order", "versions of one thing are told by their key, and there is none",
             "write `key`");
    }
    if (i != 0 && !source.history().empty()) {
      report("history", "only the first source has versions", "write `many: true`");
    }
    if (i != 0 && !source.order().empty() && !source.many()) {
      report("order", "at most one record of this source belongs to a subject",
             "write `many: true`, or take `order` out");
    }
    if (!source.of().empty() && source.key().empty()) {
      report("of", "records of this source have no key that could be compared", "write `key`");
    }
  }

  Issues& issues_;
  std::shared_ptr<Document> document_;
  SourceMap map_;
  std::shared_ptr<Mapping> mapping_;
  std::vector<std::string> libraries_;
  std::set<std::string_view> libraries_used_;
  std::set<std::string> names_used_, tables_used_;
  bool looks_up_any_table_ = false;  // whose name is computed
};

MappingResult LoadMapping(std::string_view name, std::string_view text) {
  MappingResult result;
  result.mapping = MappingLoader(name, text, &result.issues).Run();
  return result;
}

}  // namespace changepolicy
