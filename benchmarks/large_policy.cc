#include "large_policy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

constexpr int kGatesOfService = 20;
constexpr int kGatesOfDocument = 20'000;
constexpr std::string_view kId = "large";

template <size_t N>
std::string_view Pick(const std::array<std::string_view, N>& values, int number) {
  return values[static_cast<size_t>(number) % N];
}

constexpr std::array<std::string_view, 4> kEnvironments = {"PRODUCTION", "STAGING",
                                                           "PRE_PRODUCTION", "DISASTER_RECOVERY"};
constexpr std::array<std::string_view, 5> kKinds = {"APPLICATION_CODE", "CONFIGURATION",
                                                    "INFRASTRUCTURE_AS_CODE", "DATABASE_SCHEMA",
                                                    "DATA_MIGRATION"};
constexpr std::array<std::string_view, 3> kLevels = {"MEDIUM", "HIGH", "CRITICAL"};
constexpr std::array<std::string_view, 3> kCategories = {"STANDARD", "NORMAL", "EMERGENCY"};
constexpr std::array<std::string_view, 6> kRoles = {"developer", "qa",  "devops",
                                                    "security",  "dpo", "release_manager"};
constexpr std::array<std::string_view, 5> kEvidence = {
    "unit-tests", "load-test", "penetration-test", "rehearsal", "code-scan"};
constexpr std::array<std::string_view, 4> kZones = {"Europe/Berlin", "Asia/Singapore",
                                                    "America/New_York", "UTC"};
constexpr std::array<std::string_view, 5> kAreas = {"payments", "ledger", "identity", "search",
                                                    "messaging"};

// Digits that are as good as random and always the same (the finalizer of splitmix64).
int Mix(int number, int salt) {
  uint64_t x = static_cast<uint64_t>(number) * 64 + static_cast<uint64_t>(salt);
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return static_cast<int>((x ^ (x >> 31)) & 0x7FFFFFFF);
}

int Clauses(int gates) { return std::clamp(gates / 50, 5, 400); }

std::string Header(int gates) {
  std::string text = StrCat("policy:\n  id: ", kId,
                            "\n  title: Rules of every service\n  version: \"1.0\"\n"
                            "  last_review: 2026-01-01\n  next_review: 2027-01-01\n"
                            "clauses:\n");
  for (int i = 0; i < Clauses(gates); ++i) {
    StrAppend(&text, "  C-", i, ":\n    title: What sentence ", i,
              " of the written policy asks for\n    controls: [soc2/CC8.", i % 9,
              ", \"iso27001:2022/A.8.", i % 34, "\"]\n");
  }
  text += "roles: [";
  for (const std::string_view role : kRoles) StrAppend(&text, role, ", ");
  text += "cab]\nevidence:\n  types: [";
  for (const std::string_view type : kEvidence) {
    StrAppend(&text, type == kEvidence[0] ? "" : ", ", type);
  }
  text += R"(]
definitions:
  urgent:
    is: category == Category.EMERGENCY
    meaning: An incident, a vulnerability or an outage asks for it
    clause: C-1
risk:
  factors:
    - id: clients
      applies_if: change.services.exists(s, s.client_facing)
      points: 3
      dimension: CLIENT_FACING
      clause: C-0
    - id: personal-data
      applies_if: change.services.exists(s, DataClass.PERSONAL in s.data_classes)
      points: 2
      dimension: COMPLIANCE
      clause: C-0
  levels:
    - {level: LOW, from: 0}
    - {level: MEDIUM, from: 2}
    - {level: HIGH, from: 3}
    - {level: CRITICAL, from: 5}
categories:
  - {id: emergency, category: EMERGENCY, applies_if: size(change.emergency_basis) > 0, clause: C-2}
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-2}
approvals:
  - id: peer
    title: A colleague who did not write it
    needs: {at_least: 1, of: {role: developer}}
    clause: C-3
)";
  return text;
}

std::string Overlay(int first) {
  return StrCat("policy: {id: more-", first, ", version: \"1.0\"}\noverlay: {of: ", kId,
                ", reason: a document holds 16 MB at most}\n");
}

// Which changes the gate is about.
std::string AppliesIf(int gate, int gates) {
  const std::string service = ServiceOfGate(gate, gates);
  const std::string_view environment = Pick(kEnvironments, Mix(gate, 1));
  const std::string_view kind = Pick(kKinds, Mix(gate, 2));
  const std::string_view level = Pick(kLevels, Mix(gate, 3));
  const std::string_view category = Pick(kCategories, Mix(gate, 4));
  if (service.empty()) {
    switch (Mix(gate, 5) % 3) {
      case 0:
        return StrCat("change.tracker.key.startsWith(\"P", gate, "-\") && risk.level >= RiskLevel.",
                      level);
      case 1:
        return StrCat("change.team == \"team-", gate, "\" && ChangeKind.", kind,
                      " in change.kinds && !urgent");
      default:
        return StrCat("people.of(Part.OWNER).exists(p, p == \"owner-", gate,
                      "@example.com\") && Environment.", environment, " in change.environments");
    }
  }
  const std::string about = StrCat("change.services.exists(s, s.id == \"", service, "\")");
  switch (Mix(gate, 5) % 6) {
    case 0:
      return StrCat(about, " && Environment.", environment,
                    " in change.environments && risk.level >= RiskLevel.", level);
    case 1:
      return StrCat("category == Category.", category, " && ", about, " && ChangeKind.", kind,
                    " in change.kinds");
    case 2:
      return StrCat(about, " && change.kinds.exists(k, k in [ChangeKind.", kind, ", ChangeKind.",
                    Pick(kKinds, Mix(gate, 2) + 1), "]) && category != Category.", category);
    case 3:
      return StrCat(about, " && change.schedule.start.getHours(\"", Pick(kZones, Mix(gate, 6)),
                    "\") >= ", 16 + Mix(gate, 7) % 6, " && Environment.", environment,
                    " in change.environments");
    case 4:
      return StrCat(about, " && calendar.frozen && risk.score >= ", 1 + Mix(gate, 7) % 5,
                    " && !urgent");
    default:
      return StrCat(about, " && change.paths.exists(p, p.startsWith(\"src/",
                    Pick(kAreas, Mix(gate, 8)), "/", gate % 97, "/\")) && risk.level >= RiskLevel.",
                    level);
  }
}

// What they must have.
std::string Must(int gate) {
  const std::string_view role = Pick(kRoles, Mix(gate, 9));
  const std::string_view evidence = Pick(kEvidence, Mix(gate, 10));
  switch (Mix(gate, 11) % 5) {
    case 0:
      return StrCat("evidence.passed(\"", evidence, "\")");
    case 1:
      return StrCat("people.of(Part.IMPLEMENTER).exists(p, people.has_role(p, \"", role, "\"))");
    case 2:
      return StrCat(
          "evidence.passed(\"", evidence,
          "\", Environment.STAGING) && evidence.findings(\"code-scan\", RiskLevel.HIGH) <= ",
          Mix(gate, 12) % 4);
    case 3:
      return "documents.written(change.documents.rollback_strategy) && calendar.inside_window";
    default:
      return StrCat("change.rollback.duration <= duration(\"", 5 + Mix(gate, 12) % 55,
                    "m\") || change.rollback.irreversible");
  }
}

std::string Message(int gate, std::string_view service) {
  if (service.empty()) return StrCat("{{change.id}} is not ready by rule ", gate);
  switch (Mix(gate, 13) % 3) {
    case 0:
      return StrCat("{{change.id}} touches ", service, " at risk {{risk.score}} and is not ready");
    case 1:
      return StrCat("{{change.id}} touches ", service,
                    " while {{size(change.services)}} services"
                    " are changed at once");
    default:
      return StrCat("{{change.id}} is not ready for ", service);
  }
}

std::string Gate(int gate, int gates) {
  static constexpr std::array<std::string_view, 3> kAt = {"DEPLOY", "APPROVE", "APPROVE, DEPLOY"};
  const std::string service = ServiceOfGate(gate, gates);
  return StrCat("  - id: g-", gate, "\n    title: Rule ", gate, " of ",
                service.empty() ? "the organization" : std::string_view(service), "\n    at: [",
                Pick(kAt, Mix(gate, 14)), "]\n    applies_if: >-\n      ", AppliesIf(gate, gates),
                "\n    must: ", Must(gate), "\n    message: \"", Message(gate, service),
                "\"\n    remedy: Ask the owners of rule ", gate,
                " what is missing, and attach it.\n    supplied_by: [", Pick(kRoles, Mix(gate, 15)),
                "]\n    clauses: [C-", Mix(gate, 16) % Clauses(gates), "]\n");
}

}  // namespace

std::string ServiceOfGate(int gate, int gates) {
  if (gate % 10 == 9) return "";
  const int services = std::max(1, gates / kGatesOfService);
  return StrCat("svc-", Mix(gate, 0) % services);
}

std::vector<NamedText> LargePolicy(int gates) {
  std::vector<NamedText> documents;
  for (int first = 0; first == 0 || first < gates; first += kGatesOfDocument) {
    NamedText& document = documents.emplace_back();
    document.name = first == 0 ? "large.yaml" : StrCat("more-", first, ".yaml");
    document.text = first == 0 ? Header(gates) : Overlay(first);
    document.text += "gates:\n";
    for (int gate = first; gate < std::min(gates, first + kGatesOfDocument); ++gate) {
      document.text += Gate(gate, gates);
    }
  }
  return documents;
}

}  // namespace changepolicy
