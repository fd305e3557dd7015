#include "tests/mapping/scenes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/foreign/read_records.h"

namespace changepolicy {

namespace {

std::vector<std::filesystem::path> FilesBelow(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".json" || ending == ".xml" || ending == ".sarif") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<ForeignRecord> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  RecordsResult read = ReadRecords(bytes, path.filename().string());
  return read.issues.empty() ? std::move(read.records) : std::vector<ForeignRecord>();
}

std::string IdOf(const google::protobuf::Message& subject) {
  if (const auto* change = dynamic_cast<const v1::ChangeRequest*>(&subject)) return change->id();
  return dynamic_cast<const v1::Release&>(subject).id();
}

}  // namespace

const Mappings& MappingsOf(const std::string& family) {
  static std::map<std::string, Mappings>& loaded = *new std::map<std::string, Mappings>();
  const auto [found, is_new] = loaded.emplace(family, Mappings());
  if (is_new) {
    for (const BuiltinMapping& each : BuiltinMappings(family)) {
      const MappingResult result = LoadMapping(each.name, each.text);
      EXPECT_TRUE(result.issues.empty()) << ToText(result.issues);
      if (result.mapping != nullptr) found->second.push_back(result.mapping);
    }
    EXPECT_FALSE(found->second.empty()) << family;
  }
  return found->second;
}

const std::vector<Scene>& OwnScenes() {
  static const std::vector<Scene>& scenes = *new std::vector<Scene>([] {
    std::vector<Scene> own;
    for (const std::filesystem::path& path :
         FilesBelow(std::filesystem::path(CHANGEPOLICY_SOURCE_DIR) / "tests/mapping/payloads")) {
      const std::string name = path.filename().string();
      own.push_back({name, name.substr(0, name.find_first_of("_.")), ReadFile(path)});
      const Answer answer = Import(own.back().family, own.back().records);
      EXPECT_FALSE(answer.refused) << name << ": " << answer.why;
    }
    return own;
  }());
  return scenes;
}

const std::vector<Scene>& SharedScenes() {
  static const std::vector<Scene>& scenes = *new std::vector<Scene>([] {
    std::vector<Scene> shared;
    const char* const data = std::getenv("CHANGEPOLICY_DATA");
    if (data == nullptr) return shared;
    const std::vector<std::pair<std::string, std::string>> folders = {
        {"github_webhooks", "github"},
        {"gitlab_webhooks", "gitlab"},
        {"jira", "jira"},
        {"servicenow_change", "servicenow"},
        {"release_evidence", "in-toto"},
        {"release_evidence", "slsa"},
        {"release_evidence", "junit"},
        {"release_evidence", "sarif"},
        {"release_evidence", "cobertura"}};
    for (const auto& [folder, family] : folders) {
      for (const std::filesystem::path& path : FilesBelow(std::filesystem::path(data) / folder)) {
        Scene scene{(std::filesystem::path(folder) / path.filename()).string(), family,
                    ReadFile(path)};
        const Answer answer = Import(family, scene.records);
        if (!answer.refused && !answer.subjects.empty()) shared.push_back(std::move(scene));
      }
    }
    return shared;
  }());
  return scenes;
}

Answer Import(const std::string& family, const std::vector<ForeignRecord>& records) {
  ImportResult result = ImportRecords(MappingsOf(family), records, {});
  Answer answer;
  const auto refuse = [&](const std::string& why) {
    answer.refused = true;
    if (answer.why.empty()) answer.why = why;
  };
  for (const std::string& file : result.uncovered) refuse(file + ": no mapping takes it");
  for (const std::string& file : result.left_over) refuse(file + ": belongs to nothing");
  for (ImportedRecord& subject : result.subjects) {
    if (!subject.mapped.issues.empty()) {
      refuse(ToText(subject.mapped.issues));
    } else {
      const std::string id = IdOf(*subject.mapped.message);
      if (!answer.subjects.emplace(id, std::move(subject.mapped.message)).second) {
        refuse(id + ": two subjects");
      }
    }
  }
  return answer;
}

}  // namespace changepolicy
