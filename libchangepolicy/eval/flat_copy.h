// Messages of protobuf as flat messages of the same content.
#ifndef LIBCHANGEPOLICY_EVAL_FLAT_COPY_H_
#define LIBCHANGEPOLICY_EVAL_FLAT_COPY_H_

#include <mutex>
#include <string_view>

#include "google/protobuf/message.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy {

// Lies in the arena, which must outlive it.
class FlatCopy {
 public:
  FlatCopy(const google::protobuf::Message& message, flat::Arena* arena);

  // The deterministic encoding of what was copied.
  std::string_view bytes() const { return bytes_; }
  const flat::MessageTable& table() const { return *table_; }
  // Null where it cannot be read back.
  void* message() const { return message_; }
  // It has fields that its class does not know; the copy has them not.
  bool has_unknown() const { return has_unknown_; }

 private:
  std::string_view bytes_;
  const flat::MessageTable* table_;
  void* message_;
  bool has_unknown_ = false;
};

// The same of a message that stays as it is, made when somebody first asks. Thread-safe.
class LazyFlatCopy {
 public:
  // Null where it cannot be read back. `message` is the same at every call.
  const void* Of(const google::protobuf::Message& message) const {
    std::call_once(once_, [&] { copy_ = FlatCopy(message, &arena_).message(); });
    return copy_;
  }

 private:
  mutable std::once_flag once_;
  mutable flat::Arena arena_;
  mutable const void* copy_ = nullptr;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FLAT_COPY_H_
