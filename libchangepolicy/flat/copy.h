// Messages of protobuf as flat messages of the same content, and back.
#ifndef LIBCHANGEPOLICY_FLAT_COPY_H_
#define LIBCHANGEPOLICY_FLAT_COPY_H_

#include <mutex>
#include <string_view>

#include "google/protobuf/message.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// Lies in the arena, which must outlive it.
class MessageCopy {
 public:
  MessageCopy(const google::protobuf::Message& message, Arena* arena);

  // The deterministic encoding of what was copied.
  std::string_view bytes() const { return bytes_; }
  const MessageTable& table() const { return *table_; }
  // Null where it cannot be read back.
  void* message() const { return message_; }
  // It has fields that its class does not know; the copy has them not.
  bool has_unknown() const { return has_unknown_; }

 private:
  std::string_view bytes_;
  const MessageTable* table_;
  void* message_;
  bool has_unknown_ = false;
};

// The same of a message that stays as it is, made when somebody first asks. Thread-safe.
class LazyCopy {
 public:
  // Null where it cannot be read back. `message` is the same at every call.
  const void* Of(const google::protobuf::Message& message) const {
    std::call_once(once_, [&] { copy_ = MessageCopy(message, &arena_).message(); });
    return copy_;
  }

 private:
  mutable std::once_flag once_;
  mutable Arena arena_;
  mutable const void* copy_ = nullptr;
};

// The same for a message of any type, whose name is then known.
template <typename T>
T* CopyOf(const google::protobuf::Message& message, Arena* arena) {
  return static_cast<T*>(MessageCopy(message, arena).message());
}

// Reads into `message`, which must be of the same type; false where protobuf cannot: only over
// 2 GiB. The buffer serves as scratch: one that was used before saves its growing.
bool CopyTo(const MessageTable& table, const void* flat, Buffer* scratch,
            google::protobuf::Message* message);
bool CopyTo(const MessageTable& table, const void* flat, google::protobuf::Message* message);

template <typename T>
bool CopyTo(const T& flat, Buffer* scratch, google::protobuf::Message* message) {
  return CopyTo(T::table(), &flat, scratch, message);
}

template <typename T>
bool CopyTo(const T& flat, google::protobuf::Message* message) {
  return CopyTo(T::table(), &flat, message);
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_COPY_H_
