#include "libchangepolicy/flat/copy.h"

#include <cstring>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"

namespace changepolicy::flat {

MessageCopy::MessageCopy(const google::protobuf::Message& message, Arena* arena)
    : bytes_(arena->Copy(DeterministicBytes(message))),
      table_(FindTable(FromAbsl(message.GetDescriptor()->full_name()))),
      message_(arena->Allocate(table_->size)) {
  std::memset(message_, 0, table_->size);
  ParseResult result;
  if (!Parse(bytes_, *table_, message_, arena, &result)) message_ = nullptr;
  has_unknown_ = result.has_unknown;
}

bool CopyTo(const MessageTable& table, const void* flat, google::protobuf::Message* message) {
  Buffer buffer;
  return CopyTo(table, flat, &buffer, message);
}

bool CopyTo(const MessageTable& table, const void* flat, Buffer* scratch,
            google::protobuf::Message* message) {
  const std::string_view bytes = Encode(table, flat, scratch);
  return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace changepolicy::flat
