#include "libchangepolicy/domain/training.h"

#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

bool IsTrained(const v1::Directory& directory, std::string_view course,
               const std::function<bool(std::string_view account)>& is_person, absl::Time now,
               std::vector<absl::Time>* changes) {
  bool trained = false;
  for (const v1::Training& training : directory.training()) {
    if (training.course() != course || !training.has_completed_at() ||
        !is_person(training.person())) {
      continue;
    }
    const absl::Time start = FromProto(training.completed_at());
    const absl::Time end =
        training.has_expires_at() ? FromProto(training.expires_at()) : absl::InfiniteFuture();
    if (start >= end) continue;
    NoteChange(start, now, changes);
    NoteChange(end, now, changes);
    trained = trained || (start <= now && now < end);
  }
  return trained;
}

}  // namespace changepolicy
