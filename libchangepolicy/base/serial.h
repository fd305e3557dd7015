// A number that no other object has as long as the process runs.
#ifndef LIBCHANGEPOLICY_BASE_SERIAL_H_
#define LIBCHANGEPOLICY_BASE_SERIAL_H_

#include <atomic>
#include <cstdint>

namespace changepolicy {

// A member of objects that others keep something about: unlike their address it is never used
// again. A copy has a number of its own, and so has an object that another was assigned to.
class Serial {
 public:
  Serial() : number_(Next()) {}
  Serial(const Serial&) : Serial() {}
  Serial& operator=(const Serial&) {
    number_ = Next();
    return *this;
  }

  uint64_t number() const { return number_; }

 private:
  static uint64_t Next() {
    static std::atomic<uint64_t> last{0};
    return ++last;
  }

  uint64_t number_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_SERIAL_H_
