// Everything that the tests of the auditor's programme look at, once a log was read to its end.
#ifndef LIBCHANGEPOLICY_AUDIT_EXAMINATION_H_
#define LIBCHANGEPOLICY_AUDIT_EXAMINATION_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/audit/deployed.h"
#include "libchangepolicy/audit/findings.h"
#include "libchangepolicy/audit/programme.h"
#include "libchangepolicy/audit/trails.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

// A change or release as the log has it: its latest version, and the records that came by
// themselves. Exactly one of the two is set; points into the examination.
struct KnownSubject {
  const SubjectTrail* trail = nullptr;
  v1::ChangeRequest* change = nullptr;
  v1::Release* release = nullptr;

  // Calls with the message, whichever it is.
  template <typename Visit>
  auto With(Visit visit) const {
    return change != nullptr ? visit(static_cast<const v1::ChangeRequest&>(*change))
                             : visit(static_cast<const v1::Release&>(*release));
  }
};

// Made by Examine, then looked at by each test in turn.
struct Examination {
  Examination(const Policy& given_policy, const Organization& given_organization,
              const Programme::Options& given_options, Trails given_trails);
  Examination(const Examination&) = delete;
  Examination& operator=(const Examination&) = delete;

  // The instant lies in what is examined.
  bool Covers(absl::Time at) const {
    return (!options.start || *options.start <= at) && (!options.end || at < *options.end);
  }
  // Null where the log holds no version of it.
  const KnownSubject* Find(const std::string& id) const;
  // Deployments of the subject, by instant.
  std::vector<const Deployed*> DeploymentsOf(const std::string& subject) const;
  // Of a change: as the latest decision on it at or before `at` says, or one after it; where there
  // is none, as it claims, or an emergency where it names a basis. Unspecified for a release.
  v1::Category CategoryOf(const SubjectTrail& trail, absl::Time at) const;

  const v1::Policy& rules() const { return policy.proto(); }

  const Policy& policy;
  const Organization& organization;
  const Programme::Options& options;
  const Roster& roster;
  Trails trails;
  std::vector<v1::ChangeRequest> changes;        // by id
  std::vector<v1::Release> releases;             // by id
  std::map<std::string, KnownSubject> subjects;  // by id
  std::vector<Deployed> deployments;             // by instant
  std::multimap<std::string, const Deployed*> deployments_of;
  Findings findings;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_EXAMINATION_H_
