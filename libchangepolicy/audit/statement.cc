#include "libchangepolicy/audit/statement.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libchangepolicy/audit/envelope.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/sha256.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"
#include "libchangepolicy/base/utf8.h"
#include "nlohmann/json.hpp"

namespace changepolicy {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kPredicateType = "https://in-toto.io/attestation/svr/v0.1";
constexpr std::string_view kDigestPrefix = "sha256:";

// Instants of the years 1 to 9999 only have a form in RFC 3339.
absl::StatusOr<std::string> Rfc3339(const google::protobuf::Timestamp& timestamp,
                                    std::string_view what) {
  const absl::Time time = FromProto(timestamp);
  const absl::CivilYear year(absl::ToCivilSecond(time, absl::UTCTimeZone()));
  if (year.year() < 1 || year.year() > 9999) {
    return InvalidArgument(StrCat(what, ": is not in the years 1 to 9999"));
  }
  return UtcText(time);
}

// ---- Properties --------------------------------------------------------------------------------

// The entries that were examined are those of the report's root. That some are not signed does not
// change what they are.
bool HashesHold(const v1::AuditReport& report) {
  const v1::VerificationReport& verified = report.verification();
  return report.has_verification() && verified.size() == report.size() &&
         verified.root() == report.root() && verified.entries_verified() == report.size() &&
         std::all_of(verified.problems().begin(), verified.problems().end(),
                     [](const v1::LogProblem& problem) {
                       return problem.kind() == v1::LOG_PROBLEM_KIND_UNSIGNED;
                     });
}

// Tests that ran and found nothing; not those of which the report says two things.
std::vector<v1::AuditTestKind> PassedTests(const v1::AuditReport& report) {
  std::set<int> found;
  for (const v1::AuditFinding& finding : report.findings()) found.insert(finding.test());
  std::map<int, bool> passed;
  for (const v1::AuditTestResult& test : report.tests()) {
    const bool good = test.passed() && test.exceptions() == 0 && !found.contains(test.test());
    const auto [place, is_new] = passed.emplace(test.test(), good);
    if (!is_new) place->second = false;
  }
  std::vector<v1::AuditTestKind> kinds;
  for (const auto& [kind, good] : passed) {
    if (good && kind != v1::AUDIT_TEST_KIND_UNSPECIFIED && v1::AuditTestKind_IsValid(kind)) {
      kinds.push_back(static_cast<v1::AuditTestKind>(kind));
    }
  }
  return kinds;
}

bool HasPeriod(const v1::AuditReport& report) {
  return report.period().has_start() || report.period().has_end();
}

// ---- JSON --------------------------------------------------------------------------------------

// `sha256:<hex>` as a DigestSet of in-toto.
absl::StatusOr<ordered_json> DigestSet(std::string_view digest, std::string_view what) {
  const std::string_view hex = digest.substr(std::min(kDigestPrefix.size(), digest.size()));
  if (!digest.starts_with(kDigestPrefix) || hex.size() != 64 ||
      hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return InvalidArgument(StrCat(what, ": is not `sha256:` and 64 hexadecimal digits"));
  }
  return ordered_json({{"sha256", std::string(hex)}});
}

ordered_json Subject(std::string_view name, ordered_json digest) {
  return {{"name", std::string(name)}, {"digest", std::move(digest)}};
}

absl::StatusOr<ordered_json> Subjects(const v1::AuditReport& report,
                                      absl::Span<const StatementFile> files) {
  if (report.origin().empty()) return InvalidArgument("origin: a statement names the log");
  CP_ASSIGN_OR_RETURN(const std::string root, DecodeBase64(report.root()));
  if (root.size() != sizeof(Hash)) return InvalidArgument("root: is not 32 bytes in base 64");
  const std::string log = StrCat(report.origin(), "@", report.size());
  ordered_json subjects =
      ordered_json::array({Subject(log, {{"sha256", std::string(absl::BytesToHexString(root))}})});
  std::set<std::string_view> names = {log};
  for (const StatementFile& file : files) {
    if (file.name.empty() || !names.insert(file.name).second) {
      return InvalidArgument(
          StrCat("a file without a name of its own: `", Printable(file.name), "`"));
    }
    CP_ASSIGN_OR_RETURN(ordered_json digest, DigestSet(Sha256(file.bytes), file.name));
    subjects.push_back(Subject(file.name, std::move(digest)));
  }
  return subjects;
}

// A text as part of an address (RFC 3986): letters, digits and `-._~` as they are.
std::string UriPart(std::string_view text) {
  std::string part;
  for (const char c : text) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      part += c;
    } else {
      StrAppend(&part, "%",
                absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
  return part;
}

absl::StatusOr<ordered_json> Verifier(const v1::AuditReport& report, std::string_view id) {
  ordered_json verifier = {{"id", std::string(id.empty() ? kVerifierId : id)}};
  if (!report.policy_id().empty()) {
    ordered_json policy = {{"uri", StrCat("changepolicy:policy/", UriPart(report.policy_id()), "@",
                                          UriPart(report.policy_version()))}};
    if (!report.policy_digest().empty()) {
      CP_ASSIGN_OR_RETURN(policy["digest"], DigestSet(report.policy_digest(), "policy_digest"));
    }
    verifier["policy"] = std::move(policy);
  }
  if (HasPeriod(report)) {
    ordered_json period = ordered_json::object();
    if (report.period().has_start()) {
      CP_ASSIGN_OR_RETURN(period["start"], Rfc3339(report.period().start(), "period.start"));
    }
    if (report.period().has_end()) {
      CP_ASSIGN_OR_RETURN(period["end"], Rfc3339(report.period().end(), "period.end"));
    }
    verifier["period"] = std::move(period);
  }
  return verifier;
}

}  // namespace

std::vector<std::string> AuditProperties(const v1::AuditReport& report) {
  std::vector<std::string> properties;
  if (!HashesHold(report)) return properties;
  const std::string limits =
      StrCat(HasPeriod(report) ? "_IN_PERIOD" : "", report.problems().empty() ? "" : "_WITH_GAPS");
  for (const v1::AuditTestKind kind : PassedTests(report)) {
    properties.push_back(StrCat("CHANGEPOLICY_AUDIT_", ValueName(kind), limits));
  }
  const v1::VerificationReport& verified = report.verification();
  if (verified.problems().empty()) {
    properties.emplace_back("CHANGEPOLICY_LOG_HASHES_VERIFIED");
    if (verified.signatures_checked() && verified.signed_size() == report.size()) {
      properties.emplace_back("CHANGEPOLICY_LOG_VERIFIED");
    }
  }
  const v1::ReplayReport& replay = report.replay();
  const bool none_else =
      replay.different() == 0 && replay.failed() == 0 && replay.other_semantics() == 0;
  const bool some = replay.same() > 0 && replay.same() <= replay.decisions();
  if (none_else && some && replay.erased() == replay.decisions() - replay.same()) {
    properties.emplace_back(replay.erased() == 0 ? "CHANGEPOLICY_LOG_REPLAYED"
                                                 : "CHANGEPOLICY_LOG_REPLAYED_EXCEPT_ERASED");
  }
  return properties;
}

absl::StatusOr<std::string> AuditStatement(const v1::AuditReport& report,
                                           std::string_view verifier_id,
                                           absl::Span<const StatementFile> files) {
  if (!report.has_now()) return InvalidArgument("now: a statement says when it was found");
  const bool is_text = IsUtf8(report.origin()) && IsUtf8(verifier_id) &&
                       std::all_of(files.begin(), files.end(),
                                   [](const StatementFile& file) { return IsUtf8(file.name); });
  if (!is_text) return InvalidArgument("origin, verifier or the name of a file is no UTF-8");
  ordered_json statement;
  statement["_type"] = kStatementType;
  CP_ASSIGN_OR_RETURN(statement["subject"], Subjects(report, files));
  statement["predicateType"] = kPredicateType;
  ordered_json& predicate = statement["predicate"];
  CP_ASSIGN_OR_RETURN(predicate["verifier"], Verifier(report, verifier_id));
  CP_ASSIGN_OR_RETURN(predicate["timeCreated"], Rfc3339(report.now(), "now"));
  predicate["properties"] = AuditProperties(report);
  return statement.dump();
}

absl::StatusOr<std::string> SignedStatement(const v1::AuditReport& report,
                                            std::string_view verifier_id, const SignerKey& signer,
                                            absl::Span<const StatementFile> files) {
  CP_ASSIGN_OR_RETURN(const std::string statement, AuditStatement(report, verifier_id, files));
  return SignEnvelope(kInTotoPayloadType, statement, {&signer, 1});
}

}  // namespace changepolicy
