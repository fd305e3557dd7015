// Some rules put to a matching (direct.h), where a matching decides.
#ifndef LIBCHANGEPOLICY_APPROVAL_DIRECT_QUESTION_H_
#define LIBCHANGEPOLICY_APPROVAL_DIRECT_QUESTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "absl/functional/function_ref.h"
#include "libchangepolicy/approval/claims.h"
#include "libchangepolicy/approval/direct.h"
#include "libchangepolicy/approval/judge.h"

namespace changepolicy {

// Scratch of one question; lies in the context's arena.
class DirectQuestion {
 public:
  // All must outlive it.
  DirectQuestion(std::span<const int> rules, const Tally& tally, const Poll& poll);

  // Whether the speakers for whom `counts` says so fill all slots; nothing where a matching does
  // not decide that.
  std::optional<bool> FindComplete(absl::FunctionRef<bool(const Speaker&)> counts);
  // After it found that they do not, of all speakers: whom to ask. False where a matching does not
  // decide that, or nobody could complete it.
  bool FindFurther();

  // Tells what was found.
  void Tell(std::span<SlotFilling> slots, Finding* finding) const;

 private:
  struct Voice {
    int speaker;
    uint64_t slots;  // bit n: the slot at place n
  };
  struct Candidate {
    Asking asking;
    uint64_t slots;
  };

  bool IsPlain() const;
  bool AddVoices(absl::FunctionRef<bool(const Speaker&)> counts);
  bool IsWithinLimits() const;
  void AddCandidates();
  bool Speaks(int person) const;
  const Voice* OwnVoice(int person) const;
  int PlaceOf(int slot) const;

  const Tally& tally_;
  const Poll& poll_;
  flat::Arena* const arena_;
  std::span<const int> rules_;
  std::span<int> slots_;  // sorted
  bool plain_;
  flat::Repeated<Voice> voices_;     // own seats first, by person
  int own_ = 0;                      // of whom so many speak in their own seat
  std::span<Candidate> candidates_;  // by cost, then by person
  std::span<const int> people_;      // of them, by number
  std::optional<DirectMatching> matching_;
  flat::Repeated<int> offered_;   // by offer: the voice, or behind all of them the candidate
  std::span<const int> further_;  // people
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_DIRECT_QUESTION_H_
