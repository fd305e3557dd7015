// In which order definitions are worked out.
#ifndef LIBCHANGEPOLICY_MAPPING_DEFINITION_ORDER_H_
#define LIBCHANGEPOLICY_MAPPING_DEFINITION_ORDER_H_

#include <map>
#include <string>
#include <vector>

#include "libchangepolicy/cel/environment.h"

namespace changepolicy {

struct DefinitionOrder {
  // All of them, each after those that it reads as far as there is no circle.
  std::vector<std::string> names;
  // The first definition of each circle, and the way round: `a -> b -> a`.
  std::map<std::string, std::string> circles;
};

// `texts` are expressions by name. What cannot be parsed reads nothing.
DefinitionOrder OrderDefinitions(const cel::Environment& environment,
                                 const std::map<std::string, std::string>& texts);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_DEFINITION_ORDER_H_
