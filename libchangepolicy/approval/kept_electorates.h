// Electorates that were made once for a value and are read ever after.
#ifndef LIBCHANGEPOLICY_APPROVAL_KEPT_ELECTORATES_H_
#define LIBCHANGEPOLICY_APPROVAL_KEPT_ELECTORATES_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/eligibility.h"

namespace changepolicy {

// By a text: a team, a service, a role. Nothing is ever taken out, so that a reader needs no lock
// and writes nothing that another thread reads: decisions on several processors do not wait for
// each other. Finding is thread-safe beside anything; adding takes place one at a time.
class KeptElectorates {
 public:
  // For about so many values; more only take longer.
  explicit KeptElectorates(size_t values);
  ~KeptElectorates();
  KeptElectorates(const KeptElectorates&) = delete;
  KeptElectorates& operator=(const KeptElectorates&) = delete;

  // Null where none was added. O(1). What is found lives as long as this.
  const Electorate* Find(std::string_view value) const;
  // Of a value that has none. The caller sees to it that no two threads add at once.
  const Electorate* Add(std::string_view value, Electorate electorate);

 private:
  struct Entry {
    std::string value;
    Electorate electorate;
    const Entry* next;  // in the same place
  };

  std::atomic<const Entry*>& PlaceOf(std::string_view value) const;

  // A power of two of them, each the first of a chain that grows at its head.
  mutable std::vector<std::atomic<const Entry*>> places_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_KEPT_ELECTORATES_H_
