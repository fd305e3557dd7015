// Which records speak against permission, by their own content: for protobuf's messages and for
// flat ones alike.
#ifndef LIBCHANGEPOLICY_EVAL_AGAINST_PERMISSION_H_
#define LIBCHANGEPOLICY_EVAL_AGAINST_PERMISSION_H_

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/evidence.flat.h"
#include "changepolicy/v1/evidence.pb.h"
#include "changepolicy/v1/organization.flat.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// One message of the model as protobuf has it, and flat.
template <typename P, typename F>
struct MessageType {
  using Proto = P;
  using Flat = F;
};

// `as(MessageType<...>())` gives the record as a message of that type, null where it is of another.
template <typename As>
bool SpeaksAgainstPermission(As as) {
  if (const auto* approval = as(MessageType<v1::Approval, flat::Approval>())) {
    return approval->kind() == v1::APPROVAL_KIND_WITHDRAWN;
  }
  if (const auto* evidence = as(MessageType<v1::Evidence, flat::Evidence>())) {
    return evidence->conclusion() != v1::CONCLUSION_PASSED &&
           evidence->conclusion() != v1::CONCLUSION_NOT_APPLICABLE;
  }
  if (const auto* check = as(MessageType<v1::HealthCheck, flat::HealthCheck>())) {
    return check->conclusion() != v1::CONCLUSION_PASSED;
  }
  if (const auto* deployment = as(MessageType<v1::Deployment, flat::Deployment>())) {
    return deployment->conclusion() != v1::CONCLUSION_PASSED &&
           deployment->conclusion() != v1::CONCLUSION_SKIPPED;
  }
  if (const auto* monitoring = as(MessageType<v1::Monitoring, flat::Monitoring>())) {
    return monitoring->issues_found();
  }
  if (const auto* criterion = as(MessageType<v1::CriterionMet, flat::CriterionMet>())) {
    return criterion->withdrawn();
  }
  if (const auto* run = as(MessageType<v1::PastRun, flat::PastRun>())) {
    return !run->successful();
  }
  return as(MessageType<v1::Veto, flat::Veto>()) ||
         as(MessageType<v1::Revision, flat::Revision>()) ||
         as(MessageType<v1::ReleaseRevision, flat::ReleaseRevision>()) ||
         as(MessageType<v1::Incident, flat::Incident>()) ||
         as(MessageType<v1::ScheduledWork, flat::ScheduledWork>()) ||
         as(MessageType<v1::Obligation, flat::Obligation>());
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_AGAINST_PERMISSION_H_
