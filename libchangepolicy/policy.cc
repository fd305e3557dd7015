#include "libchangepolicy/policy.h"

#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/program/policy_index.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

PolicyResult Policy::Load(const std::vector<NamedText>& documents) {
  std::vector<PolicyText> texts;
  for (const NamedText& document : documents) texts.push_back({document.name, document.text});
  LoadResult loaded = LoadPolicy(texts);
  PolicyResult result{.issues = std::move(loaded.issues)};
  if (loaded.policy != nullptr) {
    result.policy =
        Policy(std::move(loaded.policy), std::make_shared<const std::vector<NamedText>>(documents));
  }
  return result;
}

PolicyResult Policy::Builtin(std::string_view name, const std::vector<NamedText>& overlays) {
  const std::string_view text = BuiltinPolicyText(name);
  if (text.empty()) {
    Issue issue;
    issue.id = "unknown-policy";
    issue.message = StrCat("no policy `", name, "` is built in");
    std::string names;
    for (const std::string_view known : BuiltinPolicyNames()) {
      StrAppend(&names, names.empty() ? "`" : ", `", known, "`");
    }
    const std::string_view nearest = Nearest(name, BuiltinPolicyNames());
    issue.help = nearest.empty() ? StrCat("there is ", names)
                                 : StrCat("did you mean `", nearest, "`? there is ", names);
    return {.issues = {std::move(issue)}};
  }
  std::vector<NamedText> documents = {{StrCat(name, ".yaml"), std::string(text)}};
  documents.insert(documents.end(), overlays.begin(), overlays.end());
  return Load(documents);
}

std::optional<std::string_view> BuiltinText(std::string_view name) {
  const std::string_view text = BuiltinPolicyText(name);
  return text.empty() ? std::nullopt : std::optional(text);
}

Policy::Policy(std::shared_ptr<const CheckedPolicy> checked,
               std::shared_ptr<const std::vector<NamedText>> documents)
    : checked_(std::move(checked)),
      program_(std::make_shared<const Program>(*checked_)),
      index_(std::make_shared<const PolicyIndex>(*program_)),
      documents_(std::move(documents)) {
  program_->RestExpressions();
}

const v1::Policy& Policy::proto() const { return checked_->policy(); }
const std::string& Policy::digest() const { return checked_->digest(); }

}  // namespace changepolicy
