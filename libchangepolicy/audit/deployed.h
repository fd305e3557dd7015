// Deployments to production that are on record somewhere, each once, and the decision that let each
// of them go.
#ifndef LIBCHANGEPOLICY_AUDIT_DEPLOYED_H_
#define LIBCHANGEPOLICY_AUDIT_DEPLOYED_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/evidence.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/audit/trails.h"

namespace changepolicy {

// What is wrong with a deployment: the id of its finding, and the rest of a sentence that begins
// with the deployment.
struct Flaw {
  std::string id;
  std::string text;
  std::optional<int64_t> index;  // the decision that shows it
};

// The decision by which something went out.
struct Governing {
  const DecisionTrace* decision = nullptr;  // null: there is none before it
  const SubjectTrail* subject = nullptr;    // the change, or a release that it is in
  std::vector<Flaw> flaws;                  // empty: it was allowed, and this is what went out
};

struct Deployed {
  std::string subject;  // may be empty
  std::string id;
  std::string digest;            // as written
  std::set<std::string> by;      // accounts, as written
  absl::Time at;                 // the earliest that is told
  std::optional<int64_t> index;  // the first entry that tells it; none does where the ledger does
  const SubjectTrail* trail = nullptr;  // null: the log knows no such subject
  Governing governing;

  // `Deployment D-7 of C-1 on 2026-03-02T10:00:00Z`.
  std::string Name() const;
};

// A deployment as some source tells it.
struct ToldDeployment {
  const v1::Deployment* record = nullptr;
  std::string subject;
  std::optional<int64_t> index;
  absl::Time logged_at = absl::InfinitePast();  // stands for an instant that it does not say
};

// What production got: each deployment once, by instant, subject, digest, id. Two that are told of
// one subject are one where they have the same id, or the same digest and instant; one without a
// subject is what another tells, where they agree in instant and id, or in instant and digest where
// one of them has no id. Where both name digests that differ they are two. What failed, was
// skipped, cancelled or timed out is left out; what nobody says failed is not. `problems` gets
// those that do not say when or where to. O(n log n).
std::vector<Deployed> MergeDeployments(const std::vector<ToldDeployment>& told,
                                       std::set<std::string>* problems);

// Releases by the changes that decisions on them name.
using ReleasesOf = std::map<std::string, std::vector<const SubjectTrail*>>;
ReleasesOf FindReleases(const Trails& trails);

// The latest decision at DEPLOY that was asked and written by then; for what went out in a release,
// a flawless one on the release where there is none on the change itself.
Governing FindGoverning(const Deployed& deployed, const ReleasesOf& releases);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_DEPLOYED_H_
