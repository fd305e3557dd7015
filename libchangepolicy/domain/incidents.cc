#include "libchangepolicy/domain/incidents.h"

#include <algorithm>

#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

bool IsIncidentOver(const v1::Ledger& ledger, std::string_view id, absl::Duration duration,
                    absl::Time now, std::vector<absl::Time>* changes) {
  bool known = false;
  absl::Time over = absl::InfinitePast();
  for (const v1::Incident& incident : ledger.incidents()) {
    if (incident.id() != id) continue;
    if (!incident.has_resolved_at()) return false;
    known = true;
    over = std::max(over,
                    FromProto(incident.resolved_at()) + std::max(duration, absl::ZeroDuration()));
  }
  if (!known) return false;
  NoteChange(over, now, changes);
  return over <= now;
}

}  // namespace changepolicy
