# What shared objects need to be self-contained: static libraries of position-independent code in
# CHANGEPOLICY_PIC_ROOT, where cmake/pic/build (`./dev deps`) leaves them. They have Debian's versions
# and headers; only what is linked differs. Everything links them then, the command and the tests as
# well, which so start without loading 40 libraries.
#
# Without them everything links Debian's shared libraries, and a process in which a second library
# uses protobuf cannot load ours (docs/packages.md).
set(found "")
if(DEFINED ENV{CHANGEPOLICY_PIC_ROOT})
  set(found "$ENV{CHANGEPOLICY_PIC_ROOT}")
elseif(EXISTS "${PROJECT_SOURCE_DIR}/build-pic/stamp")
  set(found "${PROJECT_SOURCE_DIR}/build-pic")
endif()
set(CHANGEPOLICY_PIC_ROOT "${found}" CACHE PATH
    "Folder with position-independent static libraries, made by cmake/pic/build; OFF for none")

# The versions in the folder must be those whose headers are compiled.
function(changepolicy_check_pic_versions)
  if(NOT EXISTS "${CHANGEPOLICY_PIC_ROOT}/stamp")
    message(FATAL_ERROR "CHANGEPOLICY_PIC_ROOT has no stamp: `cmake/pic/build ${CHANGEPOLICY_PIC_ROOT}` "
                        "makes the libraries; -DCHANGEPOLICY_PIC_ROOT=OFF does without")
  endif()
  file(STRINGS "${CHANGEPOLICY_PIC_ROOT}/stamp" lines REGEX " from ")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^([^ ]+) ([^ ]+) from .*" "\\1;\\2" pair "${line}")
    list(POP_FRONT pair package version)
    execute_process(COMMAND dpkg-query -W -f "\${Version}" "${package}" OUTPUT_VARIABLE installed
                    ERROR_QUIET)
    if(NOT installed STREQUAL version)
      message(FATAL_ERROR "${CHANGEPOLICY_PIC_ROOT} was made for ${package} ${version}, installed is "
                          "`${installed}`: run `cmake/pic/build ${CHANGEPOLICY_PIC_ROOT}` again")
    endif()
  endforeach()
endfunction()

# Debian's own static library, position independent for these, in place of the shared one.
function(changepolicy_link_static target property)
  get_target_property(shared "${target}" "${property}")
  string(REGEX REPLACE "\\.so$" ".a" static "${shared}")
  if(NOT EXISTS "${static}")
    message(FATAL_ERROR "there is no static library next to ${shared}")
  endif()
  set_target_properties("${target}" PROPERTIES "${property}" "${static}")
endfunction()

macro(changepolicy_find_absl)
  if(CHANGEPOLICY_PIC_ROOT)
    changepolicy_check_pic_versions()
    include("${CHANGEPOLICY_PIC_ROOT}/lib/cmake/absl/abslTargets.cmake")
    get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
    list(FILTER imported INCLUDE REGEX "^absl::")
    # Their headers are Debian's, which the compiler finds by itself.
    set_target_properties(${imported} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "")
  else()
    find_package(absl REQUIRED)
  endif()
endmacro()

# After everything else was found.
macro(changepolicy_link_pic)
  if(CHANGEPOLICY_PIC_ROOT)
    find_package(Threads REQUIRED)
    # Every message that comes with protobuf, as in the shared library: schemas that users bring may
    # import files that no code here names, and an archive gives only what is named.
    file(GLOB headers RELATIVE "${Protobuf_INCLUDE_DIRS}/google/protobuf"
         "${Protobuf_INCLUDE_DIRS}/google/protobuf/*.pb.h")
    foreach(header IN LISTS headers)
      string(REGEX REPLACE "\\.pb\\.h$" "" name "${header}")
      string(REPLACE "_" "_5f" name "${name}")
      target_link_options(protobuf::libprotobuf INTERFACE
        "LINKER:-u,descriptor_table_google_2fprotobuf_2f${name}_2eproto")
    endforeach()
    set(protobuf_archive "${CHANGEPOLICY_PIC_ROOT}/lib/libprotobuf.a")
    set_target_properties(protobuf::libprotobuf PROPERTIES
                          IMPORTED_LOCATION "${protobuf_archive}"
                          IMPORTED_LOCATION_RELEASE "${protobuf_archive}"
                          IMPORTED_LOCATION_DEBUG "${protobuf_archive}")
    set_target_properties(PkgConfig::re2 PROPERTIES INTERFACE_LINK_LIBRARIES
                          "${CHANGEPOLICY_PIC_ROOT}/lib/libre2.a;Threads::Threads")
    changepolicy_link_static(OpenSSL::Crypto IMPORTED_LOCATION)
    changepolicy_link_static(PkgConfig::cmark INTERFACE_LINK_LIBRARIES)
    changepolicy_link_static(PkgConfig::utf8proc INTERFACE_LINK_LIBRARIES)
    message(STATUS "Static, position-independent libraries: ${CHANGEPOLICY_PIC_ROOT}")
  else()
    message(STATUS "Debian's shared libraries: the shared objects are not self-contained")
  endif()
endmacro()
