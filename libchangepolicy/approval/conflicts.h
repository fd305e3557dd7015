// Which slots keep their people apart, as classes of slots that behave alike. Included by the files
// of the assignment only.
#ifndef LIBCHANGEPOLICY_APPROVAL_CONFLICTS_H_
#define LIBCHANGEPOLICY_APPROVAL_CONFLICTS_H_

#include <span>

#include "libchangepolicy/approval/assignment.h"

namespace changepolicy {

// Immutable.
class SlotConflicts {
 public:
  // Of `slots` (sorted). With `sharing`, slots that may be shared keep apart from no other slot.
  // In the problem's memory. O(slots + classes squared), where slots with the same groups are one
  // class.
  SlotConflicts(const AssignmentProblem& problem, std::span<const int> slots, bool sharing);

  struct Class {
    Numbers slots;  // sorted
    // One voice fills one slot of it; otherwise as many as it can.
    bool exclusive = true;
    // May be shared, and was asked to be.
    bool shared = false;
  };
  const List<Class>& classes() const { return classes_; }
  // Of an active slot.
  int ClassOf(int slot) const { return class_of_[slot]; }
  // Whether nobody may fill slots of both classes. A class is apart from itself for voices that
  // compete, and never for one and the same.
  bool Apart(int one, int other) const { return apart_[one * classes_.size() + other]; }
  // Every class in one pool, those of a pool apart from each other, shared ones last.
  const List<Numbers>& pools() const { return pools_; }

 private:
  List<Class> classes_;
  Numbers class_of_;
  List<bool> apart_;
  List<Numbers> pools_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_CONFLICTS_H_
