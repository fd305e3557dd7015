#include "libchangepolicy/source/part_path.h"

#include "libchangepolicy/base/text.h"

namespace changepolicy {

std::string PartPath::ToString() const {
  std::string text;
  AppendTo(&text);
  return text;
}

// Documents have a bounded depth.
void PartPath::AppendTo(std::string* text) const {
  if (above_ != nullptr) above_->AppendTo(text);
  switch (kind_) {
    case Kind::kWhole:
      *text += name_;
      return;
    case Kind::kField:
      StrAppend(text, text->empty() ? "" : ".", name_);
      return;
    case Kind::kItem:
      StrAppend(text, "[", index_, "]");
      return;
    case Kind::kKey:
      StrAppend(text, "[\"", name_, "\"]");
      return;
  }
}

}  // namespace changepolicy
