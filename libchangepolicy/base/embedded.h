// Files that are part of the library or the command; cmake/embed.cmake writes the tables of them.
#ifndef LIBCHANGEPOLICY_BASE_EMBEDDED_H_
#define LIBCHANGEPOLICY_BASE_EMBEDDED_H_

#include <string_view>

namespace changepolicy {

struct EmbeddedFile {
  std::string_view name;  // without folder and ending
  std::string_view bytes;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_EMBEDDED_H_
