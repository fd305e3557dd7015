#include "cli/audit_json.h"

#include <variant>

#include "absl/strings/escaping.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"
#include "nlohmann/json.hpp"

namespace changepolicy::cli {

namespace {

using nlohmann::ordered_json;

ordered_json JsonOf(const google::protobuf::Message& message) {
  return ordered_json::parse(MessageJson(message, false));
}

std::string Base64(std::string_view bytes) { return absl::Base64Escape(ToAbsl(bytes)); }

ordered_json Hashes(const std::vector<std::string>& hashes) {
  ordered_json list = ordered_json::array();
  for (const std::string& hash : hashes) list.push_back(Base64(hash));
  return list;
}

}  // namespace

std::string EntryJson(const LoggedEntry& logged) {
  ordered_json json;
  json["index"] = logged.index;
  if (logged.erased) json["erased"] = true;
  json.update(JsonOf(logged.entry));
  if (logged.decision.has_value()) {
    json["decision"]["subject"] =
        std::visit([](const auto& subject) { return JsonOf(subject); }, logged.decision->subject);
    json["decision"]["decision"] = JsonOf(logged.decision->decision);
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string InclusionJson(std::string_view origin, int64_t index, int64_t size,
                          std::string_view root, std::string_view leaf_hash,
                          const std::vector<std::string>& proof) {
  const ordered_json json = {{"origin", origin},
                             {"leafIdx", index},
                             {"treeSize", size},
                             {"root", Base64(root)},
                             {"leafHash", Base64(leaf_hash)},
                             {"proof", Hashes(proof)}};
  return json.dump(2) + "\n";
}

std::string ConsistencyJson(std::string_view origin, int64_t earlier, int64_t size,
                            std::string_view earlier_root, std::string_view root,
                            const std::vector<std::string>& proof) {
  const ordered_json json = {{"origin", origin},      {"size1", earlier},
                             {"size2", size},         {"root1", Base64(earlier_root)},
                             {"root2", Base64(root)}, {"proof", Hashes(proof)}};
  return json.dump(2) + "\n";
}

}  // namespace changepolicy::cli
