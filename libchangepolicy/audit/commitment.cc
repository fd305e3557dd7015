#include "libchangepolicy/audit/commitment.h"

#include <algorithm>

#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

constexpr std::string_view kPrefix = "commitment:";
constexpr size_t kHexDigits = 64;

}  // namespace

bool IsCommitment(std::string_view text) {
  return text.size() == kPrefix.size() + kHexDigits && text.starts_with(kPrefix) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string MakeCommitment(std::string_view salt, std::string_view value) {
  const std::string digest = Sha256(StrCat(salt, value));
  return StrCat(kPrefix, std::string_view(digest).substr(digest.size() - kHexDigits));
}

absl::Status CheckOpening(const v1::Opening& opening) {
  if (!IsCommitment(opening.commitment())) {
    return InvalidArgument(
        StrCat("`commitment` is no commitment: `", Printable(opening.commitment()), "`"));
  }
  if (opening.salt().size() != kSaltBytes) {
    return InvalidArgument(
        StrCat("`salt` has ", opening.salt().size(), " bytes instead of ", kSaltBytes));
  }
  if (MakeCommitment(opening.salt(), opening.value()) == opening.commitment()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      ToAbsl(StrCat("the opening of ", opening.commitment(), " does not open it")));
}

}  // namespace changepolicy
