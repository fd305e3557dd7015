// Where work is reported before it is done. Included by whoever may do much of it: functions,
// equality, conversions of messages.
#ifndef LIBCHANGEPOLICY_CEL_METER_H_
#define LIBCHANGEPOLICY_CEL_METER_H_

#include <cstdint>

namespace changepolicy::cel {

// Both answers are final: after the first false, everything is refused, and the evaluation ends
// with the error of the limit that was exceeded, whatever its parts give.
class Meter {
 public:
  virtual ~Meter() = default;
  // Takes `steps` from the budget of work: about one for each value that is looked at and for
  // every 64 bytes of text that are gone through.
  virtual bool Charge(uint64_t steps) = 0;
  // Takes `bytes` from the budget of memory, ahead of making something large. Values that a
  // function returns are counted by the evaluation itself; what counts here is what would be made
  // before it could look.
  virtual bool Reserve(uint64_t bytes) = 0;
};

// Steps for handling a text of so many bytes.
constexpr uint64_t TextSteps(uint64_t bytes) { return bytes / 64; }

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_METER_H_
