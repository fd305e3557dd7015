# Writes OUTPUT, a C++ file that defines `const std::vector<EmbeddedFile>& ACCESSOR()` in namespace
# changepolicy: the files of INPUTS, each under its name without folder and ending.
set(table "")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WE)
  file(SIZE "${input}" size)
  file(READ "${input}" hex HEX)
  # Compilers limit the length of one literal; pieces of 32 bytes are joined.
  string(REPEAT "[0-9a-f]" 64 piece)
  string(REGEX REPLACE "(${piece})" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  string(REGEX REPLACE "([^\n]+)\n?" "\"\\1\"\n" literal "${escaped}")
  string(APPEND table "      {\"${name}\", std::string_view(\n${literal}, ${size})},\n")
endforeach()
file(WRITE "${OUTPUT}"
"#include <vector>\n\n#include \"libchangepolicy/base/embedded.h\"\n\n"
"namespace changepolicy {\n\n"
"const std::vector<EmbeddedFile>& ${ACCESSOR}();\n"
"const std::vector<EmbeddedFile>& ${ACCESSOR}() {\n"
"  static const auto& files = *new std::vector<EmbeddedFile>{\n${table}};\n"
"  return files;\n}\n\n}  // namespace changepolicy\n")
