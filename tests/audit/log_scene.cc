#include "tests/audit/log_scene.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {
namespace {

[[noreturn]] void Die(std::string_view reason) {
  std::cerr << reason << "\n";
  std::abort();
}

template <typename T>
T Read(const std::string& yaml) {
  T message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "scene.yaml", &message);
  if (HasErrors(issues)) Die(StrCat(ToText(issues), "\n", yaml));
  return message;
}

struct Block {
  std::vector<std::string> words;               // of its head, without `key=value`
  std::map<std::string, std::string> settings;  // `key=value`
  std::string body;
};

std::vector<Block> Split(std::string_view text) {
  std::vector<Block> blocks;
  std::map<std::string, std::string> pieces;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 4, "--- ") == 0) {
      if (!blocks.empty() && blocks.back().words[0] == "let") {
        pieces[blocks.back().words[1]] = blocks.back().body;
      }
      Block& block = blocks.emplace_back();
      std::istringstream head(line.substr(4));
      for (std::string word; head >> word;) {
        const size_t equals = word.find('=');
        if (equals == std::string::npos) {
          block.words.push_back(word);
        } else {
          block.settings[word.substr(0, equals)] = word.substr(equals + 1);
        }
      }
    } else if (!line.empty() && line[0] == '@') {
      const auto piece = pieces.find(line.substr(1));
      if (piece == pieces.end()) Die(StrCat("no piece ", line));
      blocks.back().body += piece->second;
    } else if (!blocks.empty()) {
      blocks.back().body += line + "\n";
    }
  }
  return blocks;
}

template <typename Enum>
Enum EnumOf(const std::string& prefix, const std::string& name) {
  const auto* const value =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByName(prefix + name);
  if (value == nullptr) Die(StrCat("no value ", name));
  return static_cast<Enum>(value->number());
}

class SceneReader {
 public:
  LogScene Read(std::string_view text) {
    std::optional<Policy> policy;
    std::optional<Organization> now, then;
    std::vector<LoggedEntry> entries;
    for (const Block& block : Split(text)) {
      const std::string& kind = block.words[0];
      if (kind == "policy") {
        PolicyResult result = Policy::Load({{"policy.yaml", block.body}});
        if (!result.policy) Die(ToText(result.issues));
        policy = std::move(result.policy);
      } else if (kind == "organization" || kind == "organization-then") {
        OrganizationResult result =
            Organization::Create(changepolicy::Read<v1::Organization>(block.body));
        if (!result.organization) Die(ToText(result.issues));
        (kind == "organization" ? now : then) = std::move(result.organization);
      } else if (kind == "decide") {
        entries.push_back(Decide(block, Engine(*policy, then ? *then : *now)));
      } else if (kind == "event") {
        LoggedEntry& entry = entries.emplace_back();
        *entry.entry.mutable_event() = changepolicy::Read<v1::EventRecord>(block.body);
        SetLogged(block, "", &entry);
      } else if (kind == "change" || kind == "release") {
        v1::EventRecord& event = *entries.emplace_back().entry.mutable_event();
        if (kind == "change") {
          *event.mutable_change() = changepolicy::Read<v1::ChangeRequest>(block.body);
        } else {
          *event.mutable_release() = changepolicy::Read<v1::Release>(block.body);
        }
        SetLogged(block, "", &entries.back());
      } else if (kind != "let") {
        Die(StrCat("no such block: ", kind));
      }
    }
    for (size_t i = 0; i < entries.size(); ++i) entries[i].index = static_cast<int64_t>(i);
    return {*policy, *now, std::move(entries)};
  }

 private:
  static std::string Setting(const Block& block, const std::string& name,
                             const std::string& otherwise) {
    const auto found = block.settings.find(name);
    return found == block.settings.end() ? otherwise : found->second;
  }

  static void SetLogged(const Block& block, const std::string& otherwise, LoggedEntry* entry) {
    const std::string at = Setting(block, "logged", otherwise);
    if (at != "never") ToProto(InstantOf(at), entry->entry.mutable_recorded_at());
  }

  template <typename Subject>
  static LoggedEntry DecideOn(const Subject& subject, const Block& block, const Engine& engine) {
    const std::string now = Setting(block, "now", "");
    Question question{.now = InstantOf(now),
                      .transition = EnumOf<v1::Transition>("TRANSITION_", block.words[2])};
    const std::string detail = Setting(block, "detail", "");
    if (!detail.empty()) question.detail = EnumOf<v1::Detail>("DETAIL_", detail);
    absl::StatusOr<v1::Decision> decision = engine.Decide(subject, question);
    if (!decision.ok()) Die(MessageOf(decision.status()));
    LoggedEntry entry;
    entry.entry.mutable_decision()->set_subject_id(subject.id());
    entry.decision.emplace(LoggedDecision{subject, *std::move(decision)});
    SetLogged(block, now, &entry);
    return entry;
  }

  static LoggedEntry Decide(const Block& block, const Engine& engine) {
    if (block.words.size() < 3) Die("decide: what, and at which transition?");
    if (block.words[1] == "release") {
      return DecideOn(changepolicy::Read<v1::Release>(block.body), block, engine);
    }
    return DecideOn(changepolicy::Read<v1::ChangeRequest>(block.body), block, engine);
  }

  static std::string_view MessageOf(const absl::Status& status) {
    return FromAbsl(status.message());
  }
};

}  // namespace

LogScene ReadLogScene(std::string_view text) { return SceneReader().Read(text); }

std::string EditScene(std::string text, const std::vector<SceneEdit>& edits) {
  for (const SceneEdit& edit : edits) {
    if (edit.from.empty()) {
      text += edit.to;
      continue;
    }
    if (text.find(edit.from) == std::string::npos) Die(StrCat("nowhere: ", edit.from));
    text = absl::StrReplaceAll(text, {{edit.from, edit.to}});
  }
  return text;
}

absl::Time InstantOf(std::string_view text) {
  const auto at = ReadInstant(text);
  if (!at) Die(StrCat("no instant: `", text, "`"));
  return *at;
}

}  // namespace changepolicy
