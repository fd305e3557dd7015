#include <algorithm>
#include <set>
#include <utility>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/lookup.h"
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

// The name that is wrong in a path of fields, and the message that lacks it; nothing when all is
// well.
std::pair<std::string, const google::protobuf::Descriptor*> WrongName(
    const google::protobuf::Descriptor* type, std::string_view path) {
  while (true) {
    const size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    const auto* const field = type->FindFieldByName(name);
    if (field == nullptr) return {name, type};
    if (dot == std::string_view::npos) return {"", nullptr};
    if (field->is_map()) return {"", nullptr};  // what follows is a key
    path = path.substr(dot + 1);
    if (field->message_type() == nullptr) return {std::string(path), type};
    type = field->message_type();
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
    Declare();
    Compile(mapping_->proto_.definitions(), "definitions", true, &mapping_->definitions_);
    CheckFields();
    Compile(mapping_->proto_.fields(), "fields", false, &mapping_->fields_);
    Compile(mapping_->proto_.annotations(), "annotations", false, &mapping_->annotations_);
    CompileKeys();
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
    std::set<std::string> seen;
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const v1::Source& source = mapping_->proto_.sources(i);
      if (source.id().empty() || !seen.insert(source.id()).second) {
        Report("source-id", "each source needs an id of its own", "", StrCat("sources[", i, "]"));
      }
    }
  }

  std::shared_ptr<cel::Environment> NewEnvironment() {
    auto environment = std::make_shared<cel::Environment>(
        google::protobuf::DescriptorPool::generated_pool(),
        google::protobuf::MessageFactory::generated_factory(), cel::EnvironmentOptions{});
    environment->AddVariable("file", cel::Type::String()).IgnoreError();
    environment->AddFunction(LookupRow()).IgnoreError();
    return environment;
  }

  void Declare() {
    mapping_->environment_ = NewEnvironment();
    mapping_->key_environment_ = NewEnvironment();
    mapping_->key_environment_->AddVariable("record", cel::Type::Dyn()).IgnoreError();
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const std::string& id = mapping_->proto_.sources(i).id();
      if (!mapping_->environment_->AddVariable(id, cel::Type::Dyn()).ok()) {
        Report("source-id", StrCat("`", id, "` is taken"), "choose another id",
               StrCat("sources[", i, "].id"));
      }
    }
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
    return std::move(compiled.expression);
  }

  template <typename Map>
  void Compile(const Map& texts, std::string_view list, bool declare,
               std::vector<std::pair<std::string, cel::Expression>>* expressions) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : texts) names.push_back(name);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string path = StrCat(list, "[\"", name, "\"]");
      std::optional<cel::Expression> expression =
          CompileOne(*mapping_->environment_, texts.at(name), path);
      if (declare) {
        const cel::Type type = expression.has_value() ? expression->type() : cel::Type::Dyn();
        if (!mapping_->environment_->AddVariable(name, type).ok()) {
          Report("name-taken", StrCat("`", name, "` is taken"), "choose another name", path);
        }
      }
      if (expression.has_value()) expressions->emplace_back(name, *std::move(expression));
    }
  }

  void CheckFields() {
    const auto* const target = TargetOf(mapping_->proto_.mapping().to());
    if (target == nullptr) return;
    for (const auto& [field, unused] : mapping_->proto_.fields()) {
      const auto [wrong, type] = WrongName(target, field);
      if (type == nullptr) continue;
      std::vector<std::string_view> known;
      for (int i = 0; i < type->field_count(); ++i) known.push_back(type->field(i)->name());
      const std::string_view nearest = Nearest(wrong, known);
      Report("unknown-field", StrCat("unknown field `", wrong, "` in ", type->name()),
             nearest.empty() ? "" : StrCat("did you mean `", nearest, "`?"),
             StrCat("fields[\"", field, "\"]"));
    }
  }

  void CompileKeys() {
    for (int i = 0; i < mapping_->proto_.sources_size(); ++i) {
      const v1::Source& source = mapping_->proto_.sources(i);
      if (source.key().empty()) continue;
      std::optional<cel::Expression> key =
          CompileOne(*mapping_->key_environment_, source.key(), StrCat("sources[", i, "].key"));
      if (key.has_value()) mapping_->keys_.emplace(source.id(), *std::move(key));
    }
  }

  Issues& issues_;
  std::shared_ptr<Document> document_;
  SourceMap map_;
  std::shared_ptr<Mapping> mapping_;
};

MappingResult LoadMapping(std::string_view name, std::string_view text) {
  MappingResult result;
  result.mapping = MappingLoader(name, text, &result.issues).Run();
  return result;
}

}  // namespace changepolicy
