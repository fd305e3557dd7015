#include "libchangepolicy/eval/flat_copy.h"

#include <cstring>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/flat/parse.h"

namespace changepolicy {

FlatCopy::FlatCopy(const google::protobuf::Message& message, flat::Arena* arena)
    : bytes_(arena->Copy(DeterministicBytes(message))),
      table_(flat::FindTable(FromAbsl(message.GetDescriptor()->full_name()))),
      message_(arena->Allocate(table_->size)) {
  std::memset(message_, 0, table_->size);
  flat::ParseResult result;
  if (!flat::Parse(bytes_, *table_, message_, arena, &result)) message_ = nullptr;
  has_unknown_ = result.has_unknown;
}

}  // namespace changepolicy
