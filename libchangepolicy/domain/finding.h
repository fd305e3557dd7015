// The answer to a yes-or-no question about records, where the answer may depend on an attribute of
// the subject that nobody stated.
#ifndef LIBCHANGEPOLICY_DOMAIN_FINDING_H_
#define LIBCHANGEPOLICY_DOMAIN_FINDING_H_

#include <string>
#include <utility>

namespace changepolicy {

struct Finding {
  // Meaningful where `needs_fact` is empty, and false otherwise.
  bool holds = false;
  // The unstated attribute on which the answer depends, by path without the subject's name, like
  // `artifact.digest`.
  std::string needs_fact;

  static Finding Of(bool holds) { return {holds, ""}; }
  static Finding Needs(std::string fact) { return {false, std::move(fact)}; }
  bool known() const { return needs_fact.empty(); }

  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_FINDING_H_
