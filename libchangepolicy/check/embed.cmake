# Writes OUTPUT, a C++ file with the documents of INPUTS as literals, each under its name.
set(table "")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WE)
  file(READ "${input}" hex HEX)
  # Compilers limit the length of one literal; pieces of 32 bytes are joined.
  string(REPEAT "[0-9a-f]" 64 piece)
  string(REGEX REPLACE "(${piece})" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  string(REGEX REPLACE "([^\n]+)\n?" "\"\\1\"\n" literal "${escaped}")
  string(APPEND table "    {\"${name}\",\n${literal}},\n")
endforeach()
file(WRITE "${OUTPUT}"
"#include <string>\n#include <string_view>\n#include <vector>\n\n"
"#include \"libchangepolicy/check/load.h\"\n\n"
"namespace changepolicy {\n\nnamespace {\n\n"
"struct Builtin {\n  std::string_view name;\n  std::string_view text;\n};\n"
"constexpr Builtin kBuiltins[] = {\n${table}};\n\n}  // namespace\n\n"
"std::string_view BuiltinPolicyText(std::string_view name) {\n"
"  for (const Builtin& builtin : kBuiltins) {\n    if (builtin.name == name) return builtin.text;\n  }\n"
"  return {};\n}\n\n"
"std::vector<std::string_view> BuiltinPolicyNames() {\n  std::vector<std::string_view> names;\n"
"  for (const Builtin& builtin : kBuiltins) names.push_back(builtin.name);\n  return names;\n}\n\n"
"}  // namespace changepolicy\n")
