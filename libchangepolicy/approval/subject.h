// What is asked about, seen alike whether it is a change, a release or an accepted risk: its
// records, who plays which part, and what is known of what it touches.
#ifndef LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_
#define LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "changepolicy/v1/evidence.flat.h"
#include "changepolicy/v1/organization.flat.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/placeholders.h"

namespace changepolicy {

// A set of parts; bit n stands for the part with number n.
using PartMask = uint32_t;
inline constexpr PartMask MaskOf(v1::Part part) { return PartMask{1} << part; }

// Who plays a part.
struct PartHolders {
  std::span<const int> people;                 // sorted
  std::span<const std::string_view> unmapped;  // accounts that the directory does not know, sorted
  std::string_view fact;                       // where it is stated, like `change.people.authors`
  bool unknown = false;                        // nobody said who does
};

// A list of the subject that may be unknown.
struct KnownList {
  std::span<const std::string_view> values;  // sorted, each once
  std::string_view unknown_fact;             // not empty: not known
};

// Lies in the context's arena and points into the context and its directory, which must outlive it.
// Not safe for use by two threads.
class ApprovalSubject {
 public:
  explicit ApprovalSubject(const ApprovalContext& context);
  ApprovalSubject(const ApprovalContext& context, const flat::AcceptedRisk& risk);

  std::span<const flat::Approval* const> approvals() const { return approvals_; }  // by id
  std::span<const flat::Veto* const> vetoes() const { return vetoes_; }            // by id
  std::span<const flat::ConditionMet* const> confirmations() const { return confirmations_; }
  const PartHolders& Holders(v1::Part part) const { return holders_[part]; }
  const KnownList& services() const { return services_; }
  const KnownList& paths() const;
  const KnownList& team() const { return team_; }  // at most one
  std::span<const int32_t> environments() const { return environments_; }

  // Somebody who plays a part.
  struct Player {
    int person = kNobody;
    PartMask parts = 0;
  };
  std::span<const Player> players() const { return players_; }  // by person
  // The parts of a person. O(log n) in the players.
  PartMask PartsOf(int person) const;
  // The first of these parts that the person plays; unspecified: none.
  v1::Part PartOf(int person, PartMask among) const;
  // Parts of which somebody may be the holder whom the directory does not know.
  PartMask uncertain() const { return uncertain_; }

 private:
  static constexpr int kParts = v1::Part_MAX + 1;

  template <typename Subject>
  void Read(const Subject& subject, const ApprovalContext& context);
  void ReadPeople(const flat::People& people, const ApprovalContext& context,
                  const Placeholders& placeholders);
  // For one part after the other.
  void AddPlayers();

  const ApprovalContext* context_;
  std::span<const flat::Approval* const> approvals_;
  std::span<const flat::Veto* const> vetoes_;
  std::span<const flat::ConditionMet* const> confirmations_;
  std::array<PartHolders, kParts> holders_;
  std::span<const Player> players_;
  PartMask uncertain_ = 0;
  KnownList services_, team_;
  mutable KnownList paths_;
  mutable bool has_paths_ = false;
  std::span<const int32_t> environments_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_
