#include "libchangepolicy/check/checked_policy.h"

#include <algorithm>

namespace changepolicy {

const CheckedDefinition* CheckedPolicy::FindDefinition(std::string_view name) const {
  const auto found =
      std::find_if(definitions_.begin(), definitions_.end(),
                   [&](const CheckedDefinition& definition) { return definition.name == name; });
  return found == definitions_.end() ? nullptr : &*found;
}

}  // namespace changepolicy
