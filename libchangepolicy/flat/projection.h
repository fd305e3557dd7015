// Which fields a parse stores. What nobody reads is checked and costs no memory.
#ifndef LIBCHANGEPOLICY_FLAT_PROJECTION_H_
#define LIBCHANGEPOLICY_FLAT_PROJECTION_H_

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// Immutable, and safe to share between threads. Must outlive the parses that use it, not what they
// read.
class Projection {
 public:
  // Stores what the paths name, like `schedule.start`, by the names of the .proto files and through
  // lists without an index. A path that ends at a message or a map means all that is inside. Of a
  // oneof all members are stored as soon as one is, since each takes the others away.
  // INVALID_ARGUMENT where a path names no field.
  static absl::StatusOr<Projection> Make(const MessageTable& message,
                                         std::span<const std::string> paths);

  Projection(Projection&&) noexcept;
  Projection& operator=(Projection&&) noexcept;
  ~Projection();

  // To be given to Parse in place of the message's own table.
  const MessageTable& table() const { return *top_; }

 private:
  struct Part;

  Projection();
  const MessageTable* Stored(const MessageTable& message, std::span<const std::string> paths);
  const MessageTable* Skipped(const MessageTable& message);
  ParseEntry SkippedEntry(const ParseEntry& entry, const MessageTable& message);
  Part& AddPart(const MessageTable& message);

  const MessageTable* top_ = nullptr;
  std::vector<std::unique_ptr<Part>> parts_;
  std::map<const MessageTable*, const MessageTable*> skipped_;
};

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_PROJECTION_H_
