// Signs and verifies statements, for the test that looks at them from outside:
//   audit_statement_tool sign SIGNER_KEY REPORT.json    (the report is a further subject, too)
//   audit_statement_tool verify VERIFIER_KEY ENVELOPE   (prints the payload)
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "libchangepolicy/audit/envelope.h"
#include "libchangepolicy/audit/statement.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

absl::StatusOr<std::string> Sign(const std::string& key, const std::string& name,
                                 const std::string& bytes) {
  CP_ASSIGN_OR_RETURN(const SignerKey signer, ParseSignerKey(key));
  v1::AuditReport report;
  const Issues issues = ReadMessage(bytes, Format::kJson, name, &report);
  if (!issues.empty()) return InvalidArgument(ToText(issues));
  const StatementFile file = {"report.json", bytes};
  return SignedStatement(report, "https://auditor.example/v1", signer, {file});
}

absl::StatusOr<std::string> Verify(const std::string& key, const std::string& envelope) {
  CP_ASSIGN_OR_RETURN(const VerifierKey verifier, ParseVerifierKey(key));
  CP_ASSIGN_OR_RETURN(VerifiedEnvelope verified, VerifyEnvelope(envelope, {verifier}));
  return std::move(verified.payload);
}

int Run(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  if (what != "sign" && what != "verify") {
    std::cerr << "usage: audit_statement_tool sign KEY REPORT.json | verify KEY ENVELOPE\n";
    return 3;
  }
  std::ostringstream bytes;
  bytes << std::ifstream(argv[3], std::ios::binary).rdbuf();
  const absl::StatusOr<std::string> text =
      what == "sign" ? Sign(argv[2], argv[3], bytes.str()) : Verify(argv[2], bytes.str());
  if (!text.ok()) {
    std::cerr << text.status() << "\n";
    return 1;
  }
  std::cout << *text;
  return std::cout.flush() ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) { return changepolicy::Run(argc, argv); }
