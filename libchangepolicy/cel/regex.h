// A regular expression made ready, for whoever asks for it often.
#ifndef LIBCHANGEPOLICY_CEL_REGEX_H_
#define LIBCHANGEPOLICY_CEL_REGEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace changepolicy::cel {

// Immutable, thread-safe.
class Pattern {
 public:
  virtual ~Pattern() = default;
  // Whether some part of the text matches, as matches() says it.
  virtual bool Matches(const std::string& text) const = 0;
  // What matches() charges for a text of so many bytes.
  virtual uint64_t Steps(size_t bytes) const = 0;
};

// Null where the pattern is none.
std::shared_ptr<const Pattern> MakePattern(const std::string& pattern);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_REGEX_H_
