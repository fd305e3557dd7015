// Whether somebody is trained for what they do.
#ifndef LIBCHANGEPOLICY_DOMAIN_TRAINING_H_
#define LIBCHANGEPOLICY_DOMAIN_TRAINING_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

// What a directory records of courses. Immutable, thread-safe.
class TrainingRecords {
 public:
  TrainingRecords() = default;
  // `person_of` gives the number of the person with an account, the same for all their accounts,
  // and a negative one for nobody. The directory must outlive the records.
  TrainingRecords(const v1::Directory& directory,
                  const std::function<int(std::string_view account)>& person_of);

  // Whether the person has completed the course, and that holds at `now`: in
  // [completed_at, expires_at), without end where none is given. A record that does not say when
  // the course was completed counts for nothing. To `changes` go the later instants at which one
  // of the records begins or ceases to hold. O(log n + records of the person and course).
  bool IsTrained(std::string_view course, int person, absl::Time now,
                 std::vector<absl::Time>* changes) const;

 private:
  struct Record {
    int person;
    absl::Time start, end;
  };
  absl::flat_hash_map<absl::string_view, std::vector<Record>> courses_;  // each by person
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TRAINING_H_
