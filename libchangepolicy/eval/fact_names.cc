#include "libchangepolicy/eval/fact_names.h"

namespace changepolicy {
namespace {

template <typename Texts>
FactNames Copied(const Texts& texts, flat::Arena* arena) {
  FactNames names;
  for (const std::string_view text : texts) names.Add(arena->Copy(text), arena);
  return names;
}

}  // namespace

FactNames NamesOf(std::initializer_list<std::string_view> texts, flat::Arena* arena) {
  return Copied(texts, arena);
}

FactNames NamesOf(const std::vector<std::string>& texts, flat::Arena* arena) {
  return Copied(texts, arena);
}

}  // namespace changepolicy
