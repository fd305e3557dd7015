#include "libchangepolicy/report/sarif.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "nlohmann/json.hpp"

namespace changepolicy {
namespace {

using nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

// The rules of the run, and where each stands among them.
class Rules {
 public:
  explicit Rules(const SarifOptions& options) : options_(options) {}

  void AddOf(const v1::Policy& policy) {
    for (const v1::ApprovalRule& rule : policy.approvals()) Add(rule, policy, "approval");
    for (const v1::PartPair& pair : policy.separation().pairs()) Add(pair, policy, "separation");
    for (const v1::Gate& gate : policy.gates()) Add(gate, policy, "gate");
  }

  // Of a finding whose rule no policy has, like ours, or a pair without an id.
  int IndexOf(const std::string& id) {
    const auto [found, added] = index_.emplace(id, static_cast<int>(rules_.size()));
    if (added) {
      rules_.push_back({{"id", id},
                        {"shortDescription", {{"text", TitleOf(id)}}},
                        {"defaultConfiguration", {{"level", "error"}}}});
    }
    return found->second;
  }

  ordered_json Json() && { return std::move(rules_); }

 private:
  static std::string TitleOf(const std::string& id) {
    if (id == kVerdictFinding) return "What the policy says beside its rules";
    if (id == kRecordFinding) return "A record that could not be decided";
    return id;
  }

  template <typename Rule>
  void Add(const Rule& rule, const v1::Policy& policy, std::string_view kind) {
    if (rule.id().empty()) return;
    if (!index_.emplace(rule.id(), static_cast<int>(rules_.size())).second) return;
    const std::string title = OneLine(rule.title().empty() ? rule.id() : rule.title());
    ordered_json json = {{"id", OneLine(rule.id())},
                         {"shortDescription", {{"text", title}}},
                         {"defaultConfiguration", {{"level", "error"}}}};
    std::string help = StrCat(title, " (", kind, ").");
    ordered_json clauses = ordered_json::array();
    ordered_json tags = ordered_json::array();
    for (const std::string& id : rule.clauses()) {
      const auto clause = policy.clauses().find(id);
      StrAppend(&help, "\nClause ", OneLine(id));
      if (clause != policy.clauses().end()) {
        StrAppend(&help, ": ", OneLine(clause->second.title()));
        for (const std::string& control : clause->second.controls()) {
          const std::string tag = OneLine(control);
          if (std::find(tags.begin(), tags.end(), ordered_json(tag)) == tags.end()) {
            tags.push_back(tag);
          }
        }
      }
      clauses.push_back(OneLine(id));
    }
    if (!rule.clauses().empty()) {
      const std::string url = ClauseUrl(options_.clause_url, rule.clauses(0));
      if (!url.empty()) json["helpUri"] = url;
    }
    json["help"] = {{"text", help}};
    json["properties"] = {{"kind", kind}, {"clauses", clauses}, {"tags", tags}};
    rules_.push_back(std::move(json));
  }

  const SarifOptions& options_;
  ordered_json rules_ = ordered_json::array();
  std::map<std::string, int> index_;
};

// A path as a reference of RFC 3986. Colons are escaped, so that none begins like a scheme.
std::string ArtifactUri(std::string_view file) {
  const std::string escaped = UrlEscaped(file, "/@!$&'()*+,;=");
  return file.starts_with("/") ? StrCat("file://", escaped) : escaped;
}

ordered_json Location(const CheckedRecord& record, int line) {
  ordered_json location;
  if (!record.file.empty()) {
    location["physicalLocation"]["artifactLocation"] = {{"uri", ArtifactUri(record.file)}};
    if (line > 0) location["physicalLocation"]["region"] = {{"startLine", line}};
  }
  const ordered_json subject = {{"fullyQualifiedName", QuestionOf(record)}, {"kind", "resource"}};
  location["logicalLocations"] = ordered_json::array({subject});
  return location;
}

// What a finding is known by.
std::string Fingerprint(const CheckedRecord& record, const CheckFinding& finding, int occurrence) {
  const std::string subject = record.decision.has_value()
                                  ? StrCat(static_cast<int>(record.decision->subject_kind()), " ",
                                           static_cast<int>(record.decision->transition()), " ",
                                           record.decision->subject_id())
                                  : StrCat("record ", record.name);
  return Sha256(StrCat(finding.rule, "\n", occurrence, "\n", subject)).substr(7);
}

ordered_json Result(const CheckedRecord& record, const CheckFinding& finding, int rule_index,
                    int occurrence) {
  const bool set_aside =
      finding.status == v1::STATUS_WAIVED || finding.status == v1::STATUS_OVERRIDDEN;
  std::string text = StrCat(VerdictOf(record), " ", QuestionOf(record), ": ", finding.text);
  if (!finding.remedy.empty()) StrAppend(&text, "\n-> ", finding.remedy);
  ordered_json result = {{"ruleId", finding.rule},
                         {"ruleIndex", rule_index},
                         {"kind", "fail"},
                         {"level", finding.blocks ? "error"
                                   : set_aside    ? "warning"
                                                  : "note"},
                         {"message", {{"text", text}}},
                         {"locations", ordered_json::array({Location(record, finding.line)})},
                         {"partialFingerprints",
                          {{"changepolicyFinding/v1", Fingerprint(record, finding, occurrence)}}}};
  ordered_json suppliers = ordered_json::array();
  for (const Supplier& supplier : finding.suppliers) {
    suppliers.push_back(supplier.person.empty() ? supplier.as
                                                : StrCat(supplier.person, " for ", supplier.as));
  }
  result["properties"] = {{"verdict", VerdictOf(record)},
                          {"clauses", finding.clauses},
                          {"controls", finding.controls},
                          {"suppliedBy", suppliers}};
  return result;
}

}  // namespace

std::string Sarif(const std::vector<CheckedRecord>& records, const SarifOptions& options) {
  Rules rules(options);
  ordered_json results = ordered_json::array();
  for (const CheckedRecord& record : records) {
    if (record.policy.has_value()) rules.AddOf(record.policy->proto());
  }
  bool all_decided = !records.empty();
  for (const CheckedRecord& record : records) {
    all_decided = all_decided && record.decision.has_value();
    std::map<std::string, int> occurrences;
    for (const CheckFinding& finding : FindingsOf(record)) {
      results.push_back(
          Result(record, finding, rules.IndexOf(finding.rule), occurrences[finding.rule]++));
    }
  }
  const ordered_json driver = {{"name", "changepolicy"},
                               {"version", std::string(options.tool_version)},
                               {"rules", std::move(rules).Json()}};
  const ordered_json run = {
      {"tool", {{"driver", driver}}},
      {"invocations", ordered_json::array({{{"executionSuccessful", all_decided},
                                            {"exitCode", options.exit_code}}})},
      {"results", results},
      {"properties", {{"verdict", WorstVerdict(records)}}}};
  const ordered_json log = {
      {"$schema", kSchema}, {"version", "2.1.0"}, {"runs", ordered_json::array({run})}};
  return log.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace changepolicy
