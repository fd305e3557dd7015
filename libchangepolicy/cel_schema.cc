// The messages and enums that expressions may name: pools, and who keeps them.
#include <algorithm>
#include <map>
#include <utility>

#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/dynamic_message.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

namespace {

// The user's files by name, and behind them the program's own. Protobuf's database for this prints
// what it does not like.
class Files final : public google::protobuf::DescriptorDatabase {
 public:
  explicit Files(const google::protobuf::FileDescriptorSet& files)
      : generated_(*DescriptorPool::generated_pool()) {
    for (const FileDescriptorProto& file : files.file()) files_.emplace(file.name(), file);
  }

  bool FindFileByName(const std::string& name, FileDescriptorProto* output) override {
    const auto found = files_.find(name);
    if (found == files_.end()) return generated_.FindFileByName(name, output);
    *output = found->second;
    return true;
  }
  // The user's files are all loaded before anybody asks for a symbol.
  bool FindFileContainingSymbol(const std::string& name, FileDescriptorProto* output) override {
    return generated_.FindFileContainingSymbol(name, output) && files_.count(output->name()) == 0;
  }
  bool FindFileContainingExtension(const std::string& type, int number,
                                   FileDescriptorProto* output) override {
    return generated_.FindFileContainingExtension(type, number, output) &&
           files_.count(output->name()) == 0;
  }

  const std::map<std::string, FileDescriptorProto>& files() const { return files_; }

 private:
  std::map<std::string, FileDescriptorProto> files_;
  google::protobuf::DescriptorPoolDatabase generated_;
};

// Keeps the first complaint of loading; those after it follow from it.
class Complaints final : public DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (first_.empty()) first_ = StrCat(file, ": ", element, ": ", message);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

void Collect(const Descriptor& message, std::vector<std::string>* names) {
  if (message.options().map_entry()) return;
  names->push_back(message.full_name());
  for (int i = 0; i < message.nested_type_count(); ++i) Collect(*message.nested_type(i), names);
  for (int i = 0; i < message.enum_type_count(); ++i) {
    names->push_back(message.enum_type(i)->full_name());
  }
}

void Collect(const FileDescriptor& file, std::vector<std::string>* names) {
  for (int i = 0; i < file.message_type_count(); ++i) Collect(*file.message_type(i), names);
  for (int i = 0; i < file.enum_type_count(); ++i) names->push_back(file.enum_type(i)->full_name());
}

// Files, pool and factory stand in the order in which they need each other.
struct Loaded {
  explicit Loaded(const google::protobuf::FileDescriptorSet& set)
      : files(set), pool(&files, &complaints) {}

  Files files;
  Complaints complaints;
  DescriptorPool pool;
};

}  // namespace

struct CelSchema::Data {
  // Null where the pool is somebody else's.
  std::unique_ptr<Loaded> loaded;
  const DescriptorPool* pool = nullptr;
  // Null for generated classes.
  std::unique_ptr<google::protobuf::DynamicMessageFactory> dynamic;
  google::protobuf::MessageFactory* factory = nullptr;
  std::vector<std::string> names;
};

CelSchema::CelSchema() : CelSchema(Borrow(DescriptorPool::generated_pool())) {}

CelSchema CelSchema::Borrow(const DescriptorPool* pool) {
  auto data = std::make_shared<Data>();
  data->pool = pool;
  if (pool == DescriptorPool::generated_pool()) {
    data->factory = google::protobuf::MessageFactory::generated_factory();
  } else {
    data->dynamic = std::make_unique<google::protobuf::DynamicMessageFactory>(pool);
    data->factory = data->dynamic.get();
  }
  return CelSchema(std::move(data));
}

absl::StatusOr<CelSchema> CelSchema::Create(const google::protobuf::FileDescriptorSet& files) {
  auto data = std::make_shared<Data>();
  data->loaded = std::make_unique<Loaded>(files);
  data->pool = &data->loaded->pool;
  for (const auto& [name, unused] : data->loaded->files.files()) {
    const FileDescriptor* const file = data->pool->FindFileByName(name);
    if (file == nullptr) {
      const std::string& first = data->loaded->complaints.first();
      return InvalidArgument(first.empty() ? StrCat(name, ": cannot be loaded") : first);
    }
    Collect(*file, &data->names);
  }
  std::sort(data->names.begin(), data->names.end());
  data->dynamic = std::make_unique<google::protobuf::DynamicMessageFactory>(data->pool);
  data->factory = data->dynamic.get();
  return CelSchema(std::move(data));
}

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> CelSchema::New(
    std::string_view type) const {
  const Descriptor* const descriptor = pool().FindMessageTypeByName(std::string(type));
  if (descriptor != nullptr) {
    return std::unique_ptr<google::protobuf::Message>(factory().GetPrototype(descriptor)->New());
  }
  const std::string_view nearest = Nearest(type, {names().begin(), names().end()});
  return InvalidArgument(
      StrCat("`", type, "` is no message",
             nearest.empty() ? std::string() : StrCat("; did you mean `", nearest, "`?")));
}

const DescriptorPool& CelSchema::pool() const { return *data_->pool; }
google::protobuf::MessageFactory& CelSchema::factory() const { return *data_->factory; }
const std::vector<std::string>& CelSchema::names() const { return data_->names; }

}  // namespace changepolicy
