#include "libchangepolicy/eval/parameter_text.h"

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

std::string_view ParameterText(std::string_view value, flat::Arena* arena) {
  if (value.size() <= kLongestParameter) return value;
  return arena->Copy(StrCat(Utf8Prefix(value, kLongestParameter), "..."));
}

}  // namespace changepolicy
