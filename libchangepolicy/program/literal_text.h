// The words for what compiled expressions have read: CEL literals as cel::Value::ToString writes
// them, to the byte.
#ifndef LIBCHANGEPOLICY_PROGRAM_LITERAL_TEXT_H_
#define LIBCHANGEPOLICY_PROGRAM_LITERAL_TEXT_H_

#include <cstddef>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/table.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// A fact's value is told in so many bytes, and `...`; an argument of a call in fewer.
inline constexpr size_t kLongestValue = 120;
inline constexpr size_t kLongestArgument = 60;

class LiteralText {
 public:
  // REQUIRES: max_length <= kLongestValue.
  explicit LiteralText(size_t max_length) : max_length_(max_length) {}

  // `enum_type` is that of an enum or of the elements of a list of them; `messages` the type of
  // messages and of elements of a list of them. What is not needed may be null.
  void Write(const Datum& value, const google::protobuf::EnumDescriptor* enum_type,
             const flat::MessageTable* messages, int depth = 0);

  std::string_view text() const { return {text_, size_}; }

 private:
  bool Full() const { return size_ >= max_length_; }
  void Cut();
  void Put(std::string_view piece);
  void PutWhatFits(std::string_view piece);  // of one for which there is no room
  void Quote(std::string_view content);
  void WriteNumber(int64_t number);
  void WriteEnum(int number, const google::protobuf::EnumDescriptor& type);
  void WriteTime(const Datum& value);
  void WriteList(const Datum& value, const google::protobuf::EnumDescriptor* enum_type,
                 const flat::MessageTable* messages, int depth);
  void WriteMessage(const void* message, const flat::MessageTable& table, int depth);
  // False where there is no room, or the value is too deep: `...` stands there then.
  bool Begin(int depth);

  const size_t max_length_;
  size_t size_ = 0;
  char text_[kLongestValue + 8];
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_LITERAL_TEXT_H_
