// Reading a written policy.
//
//   changepolicy::PolicyResult result = changepolicy::Policy::Builtin("saas");
//   if (!result.policy) { std::cerr << changepolicy::ToText(result.issues) << "\n"; return 1; }
//   changepolicy::Policy policy = *std::move(result.policy);
//
// A policy of one's own, with an overlay laid over it:
//
//   changepolicy::Policy::Load({{"policy.yaml", text}, {"team.yaml", overlay}});
//
// Every problem of every document is reported at once, with file, line, column and remedy; a policy
// with an error does not exist. Reading takes text, never a file name: files are the caller's.
#ifndef LIBCHANGEPOLICY_POLICY_H_
#define LIBCHANGEPOLICY_POLICY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

class CheckedPolicy;
class PolicyIndex;
class Program;
struct PolicyResult;

// A document and what its complaints call it. The format follows from the name's ending (`.yaml`,
// `.yml`, `.json`, `.textproto`, `.binpb`) or, where that says nothing, from the content.
struct NamedText {
  std::string name;
  std::string text;
};

// A checked policy. Immutable, thread-safe, cheap to copy.
class Policy {
 public:
  // The first document is the policy, the others are overlays in the order in which they are laid
  // over it (docs/evaluation.md, "Overlays").
  static PolicyResult Load(const std::vector<NamedText>& documents);

  // A policy that is built into the library, by name, with overlays over it. `saas` is the change
  // and release policy of a software-as-a-service firm.
  static PolicyResult Builtin(std::string_view name, const std::vector<NamedText>& overlays = {});

  // The merged document.
  const v1::Policy& proto() const;

  // Digest of the merged document's canonical form, `sha256:<hex>` (docs/canonical.md).
  const std::string& digest() const;

  // The documents from which it was read: the policy, then its overlays. They make the same policy
  // again, places in messages included.
  const std::vector<NamedText>& documents() const { return *documents_; }

  // For the layers above; not installed.
  const std::shared_ptr<const CheckedPolicy>& checked() const { return checked_; }
  const Program& program() const { return *program_; }
  const PolicyIndex& index() const { return *index_; }

 private:
  Policy(std::shared_ptr<const CheckedPolicy> checked,
         std::shared_ptr<const std::vector<NamedText>> documents);

  std::shared_ptr<const CheckedPolicy> checked_;
  std::shared_ptr<const Program> program_;
  std::shared_ptr<const PolicyIndex> index_;
  std::shared_ptr<const std::vector<NamedText>> documents_;
};

// The text of a policy that is built in, by name; nothing where there is none.
std::optional<std::string_view> BuiltinText(std::string_view name);

struct PolicyResult {
  // Present when no issue is an error.
  std::optional<Policy> policy;
  Issues issues;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_POLICY_H_
