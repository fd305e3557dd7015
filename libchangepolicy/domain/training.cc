#include "libchangepolicy/domain/training.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

TrainingRecords::TrainingRecords(const v1::Directory& directory,
                                 const std::function<int(std::string_view account)>& person_of) {
  for (const v1::Training& training : directory.training()) {
    if (!training.has_completed_at()) continue;
    const int person = person_of(training.person());
    if (person < 0) continue;
    const absl::Time start = FromProto(training.completed_at());
    const absl::Time end =
        training.has_expires_at() ? FromProto(training.expires_at()) : absl::InfiniteFuture();
    if (start < end) courses_[training.course()].push_back({person, start, end});
  }
  for (auto& [course, records] : courses_) {
    std::sort(records.begin(), records.end(),
              [](const Record& a, const Record& b) { return a.person < b.person; });
  }
}

bool TrainingRecords::IsTrained(std::string_view course, int person, absl::Time now,
                                std::vector<absl::Time>* changes) const {
  const auto found = courses_.find(ToAbsl(course));
  if (found == courses_.end()) return false;
  bool trained = false;
  auto record = std::lower_bound(found->second.begin(), found->second.end(), person,
                                 [](const Record& r, int wanted) { return r.person < wanted; });
  for (; record != found->second.end() && record->person == person; ++record) {
    NoteChange(record->start, now, changes);
    NoteChange(record->end, now, changes);
    trained = trained || (record->start <= now && now < record->end);
  }
  return trained;
}

}  // namespace changepolicy
