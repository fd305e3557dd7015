// A small policy, firm and change, on which the tests of decisions stand.
#ifndef TESTS_ENGINE_EXAMPLE_H_
#define TESTS_ENGINE_EXAMPLE_H_

#include <string>
#include <string_view>

#include "libchangepolicy/engine.h"

namespace changepolicy {

// The head of a policy: clause C, role engineer with ann, bob and cy, no rule but those given.
std::string PolicyWith(std::string_view rules);

// Loads it; the test fails where that is not possible.
Policy LoadOrDie(const std::string& text);
Organization Firm(std::string_view more = "");
v1::ChangeRequest ReadChange(std::string_view yaml);
// Id C-1, scheduled, by ann, into staging.
v1::ChangeRequest SmallChange(std::string_view more = "");
absl::Time At(std::string_view text);

// The decision at DEPLOY at 2026-03-02T10:00:00Z.
v1::Decision Decide(const std::string& policy, const v1::ChangeRequest& change);
v1::Status StatusOf(const v1::Decision& decision, std::string_view rule);

}  // namespace changepolicy

#endif  // TESTS_ENGINE_EXAMPLE_H_
