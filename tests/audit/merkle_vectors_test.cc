// The published vectors of RFC 6962 trees, where they are at hand, and a few of our own.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"
#include "nlohmann/json.hpp"

namespace changepolicy {
namespace {

using nlohmann::json;

std::filesystem::path Folder() {
  const char* const data = std::getenv("CHANGEPOLICY_DATA");
  return std::filesystem::path(data != nullptr ? data : CHANGEPOLICY_SOURCE_DIR "/../shared/data") /
         "merkle_rfc6962";
}

json Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}

std::string Bytes(const json& text) {
  absl::StatusOr<std::string> bytes = DecodeBase64(text.get<std::string>());
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

std::vector<std::string> Proof(const json& vector) {
  std::vector<std::string> proof;
  for (const json& hash : vector.at("proof")) proof.push_back(Bytes(hash));
  return proof;
}

uint64_t Number(const json& vector, const char* name) { return vector.at(name).get<uint64_t>(); }

absl::Status Inclusion(const json& v) {
  return VerifyInclusion(Number(v, "leafIdx"), Number(v, "treeSize"), Bytes(v.at("leafHash")),
                         Proof(v), Bytes(v.at("root")));
}
absl::Status Consistency(const json& v) {
  return VerifyConsistency(Number(v, "size1"), Number(v, "size2"), Proof(v), Bytes(v.at("root1")),
                           Bytes(v.at("root2")));
}
absl::Status SubtreeInclusion(const json& v) {
  return VerifySubtreeInclusion(Number(v, "leafIdx"), Number(v, "start"), Number(v, "end"),
                                Bytes(v.at("leafHash")), Proof(v), Bytes(v.at("root")));
}
absl::Status SubtreeConsistency(const json& v) {
  return VerifySubtreeConsistency(Number(v, "start"), Number(v, "end"), Number(v, "size"), Proof(v),
                                  Bytes(v.at("root1")), Bytes(v.at("root2")));
}

TEST(MerkleVectorsTest, EveryPublishedProofIsJudgedAsPublished) {
  if (!std::filesystem::exists(Folder())) GTEST_SKIP() << "no shared data";
  const struct {
    const char* folder;
    absl::Status (*verify)(const json&);
  } kinds[] = {{"inclusion", Inclusion},
               {"consistency", Consistency},
               {"subtreeinclusion", SubtreeInclusion},
               {"subtreeconsistency", SubtreeConsistency}};
  size_t valid = 0;
  size_t refused = 0;
  for (const auto& kind : kinds) {
    const std::filesystem::path folder = Folder() / "testdata" / kind.folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".json") continue;
      const json vector = Read(entry.path());
      const bool wants_error = vector.at("wantErr").get<bool>();
      const absl::Status status = kind.verify(vector);
      EXPECT_EQ(status.ok(), !wants_error) << entry.path() << ": " << status;
      ++(wants_error ? refused : valid);
    }
  }
  EXPECT_GT(valid, 0u);
  EXPECT_GT(refused, 0u);
  RecordProperty("valid", static_cast<int>(valid));
  RecordProperty("refused", static_cast<int>(refused));
}

TEST(MerkleVectorsTest, PublishedNodesAndRoots) {
  if (!std::filesystem::exists(Folder())) GTEST_SKIP() << "no shared data";
  const json tree = Read(Folder() / "rfc6962_leaf_and_roots.json");
  const auto hex = [](const json& text) {
    return absl::HexStringToBytes(ToAbsl(text.get<std::string>()));
  };
  const json& inputs = tree.at("leaf_inputs_hex");
  const json& levels = tree.at("node_hashes_by_level_hex");
  const json& roots = tree.at("root_hashes_hex_by_size");
  ASSERT_EQ(inputs.size(), 8u);
  ASSERT_EQ(roots.size(), inputs.size());
  TreeBuilder builder;
  size_t nodes = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_TRUE(builder
                    .Append(LeafHash(hex(inputs[i])),
                            [&](const TreeNode& node, const Hash& hash) {
                              ++nodes;
                              EXPECT_EQ(BytesOf(hash), hex(levels.at(node.level).at(node.index)));
                            })
                    .ok());
    EXPECT_EQ(BytesOf(builder.Root()), hex(roots[i])) << i + 1 << " leaves";
  }
  size_t published = 0;
  for (const json& level : levels) published += level.size();
  EXPECT_EQ(nodes, published);
}

}  // namespace
}  // namespace changepolicy
