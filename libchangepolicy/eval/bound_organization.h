// An organization made ready for deciding: the directory indexed, the calendars compiled, both
// digests computed. Made once, shared by all decisions.
#ifndef LIBCHANGEPOLICY_EVAL_BOUND_ORGANIZATION_H_
#define LIBCHANGEPOLICY_EVAL_BOUND_ORGANIZATION_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/organization.flat.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/calendar/concerns.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work_index.h"
#include "libchangepolicy/domain/ledger_index.h"
#include "libchangepolicy/domain/model_history.h"
#include "libchangepolicy/domain/training.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

class ApprovalPlan;
class ApprovalPlans;
class CheckedPolicy;

// The directory's part; shared by all ledgers. Immutable, thread-safe.
class BoundDirectory {
 public:
  static std::shared_ptr<const BoundDirectory> Create(v1::Directory directory, Issues* issues);

  const v1::Directory& proto() const { return directory_; }
  // proto() for expressions, made when somebody first asks; null where it cannot be read back.
  const flat::Directory* flat() const {
    return static_cast<const flat::Directory*>(flat_.Of(directory_));
  }
  const Roster& roster() const { return *roster_; }
  // What is known of its people and a policy's approvals, which must outlive the use of it.
  std::shared_ptr<const ApprovalPlan> PlanFor(const CheckedPolicy& policy) const;
  const std::string& digest() const { return digest_; }
  // Version of the rules of the zones that it names (ZoneRulesNamedIn).
  const std::string& zone_rules() const { return zone_rules_; }
  // Null where the directory has no such service or change model.
  const v1::Service* FindService(std::string_view id) const;
  const v1::ChangeModel* FindChangeModel(std::string_view id) const;
  const v1::Team* FindTeam(std::string_view id) const;
  const CompiledCalendar& calendar() const { return calendar_; }
  const Relations& relations() const { return relations_; }
  // People by their numbers in the roster.
  const TrainingRecords& training() const { return training_; }
  // When a person cannot work; null: never, or nobody has this id.
  const Helper* FindAbsences(std::string_view person) const;
  // When a team can work; null: always, or there is no such team.
  const Helper* FindTeamTimes(std::string_view id) const;

 private:
  v1::Directory directory_;
  flat::LazyCopy flat_;
  std::shared_ptr<const Roster> roster_;
  std::shared_ptr<const ApprovalPlans> plans_;
  std::string digest_;
  std::string zone_rules_;
  std::map<std::string_view, const v1::Service*> services_;
  std::map<std::string_view, const v1::ChangeModel*> change_models_;
  std::map<std::string_view, const v1::Team*> teams_;
  std::map<std::string_view, Times> team_hours_;
  absl::flat_hash_map<absl::string_view, Helper> absences_, team_times_;
  CompiledCalendar calendar_;
  Relations relations_;
  TrainingRecords training_;
};

// Directory and ledger. Immutable, thread-safe.
class BoundOrganization {
 public:
  // Null, and issues, where something is ambiguous or cannot be read. The lists of `organization`
  // are brought into canonical order, the people of scheduled work named by their ids.
  static std::shared_ptr<const BoundOrganization> Create(v1::Organization organization,
                                                         Issues* issues);
  std::shared_ptr<const BoundOrganization> WithLedger(v1::Ledger ledger, Issues* issues) const;

  // The organization as its records stood at `now`; the next instant at which it will change is
  // appended to `changes`. Null where every record is visible, which is the usual case.
  //
  // It shares what was indexed with this one, and looks at its records by that instant. Only a
  // directory of which some record is not visible yet is indexed anew, and kept for further
  // questions about the same stretch of time.
  absl::StatusOr<std::shared_ptr<const BoundOrganization>> AsOf(
      absl::Time now, absl::Duration clock_skew, std::vector<absl::Time>* changes) const;

  // After `AsOf` made when somebody first asks, in time linear in its size.
  const v1::Organization& proto() const;
  const BoundDirectory& directory() const { return *directory_; }
  // Its ledger for expressions, made when somebody first asks; null where it cannot be read back.
  const flat::Ledger* flat_ledger() const;
  // The ledger as it was loaded, whatever `AsOf` left out.
  const v1::Ledger& given_ledger() const;
  // Of the whole directory and ledger as they were loaded, whatever `AsOf` left out.
  const std::string& directory_digest() const;
  const std::string& ledger_digest() const;
  // Version of the rules of the zones that directory or ledger name (ZoneRulesNamedIn).
  const std::string& zone_rules() const;
  // The ledger's scheduled work.
  const WorkIndex& works() const { return works_; }
  const ModelHistory& model_history() const { return model_history_; }
  // Its obligations, emergencies and incidents.
  const LedgerIndex& ledger_index() const { return ledger_index_; }

 private:
  struct Whole;
  class Message;

  static std::shared_ptr<const BoundOrganization> Bind(
      std::shared_ptr<const BoundDirectory> directory, v1::Ledger ledger, Issues* issues);

  std::shared_ptr<const Whole> whole_;
  absl::Time seen_at_ = absl::InfiniteFuture();
  std::shared_ptr<const BoundDirectory> directory_;
  std::shared_ptr<const Message> message_;
  WorkIndex works_;
  ModelHistory model_history_;
  LedgerIndex ledger_index_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_BOUND_ORGANIZATION_H_
