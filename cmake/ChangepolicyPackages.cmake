# Debian packages, made by `cpack` in the build folder: the C library for programs (libchangepolicyN),
# what C programs are built with (libchangepolicy-dev), the C++ library (libchangepolicy-cpp-dev) and
# the command (changepolicy). docs/packages.md says what is inside.
if(NOT TARGET changepolicy_c)
  return()
endif()

set(CHANGEPOLICY_MAINTAINER "libchangepolicy maintainers <maintainers@changepolicy.invalid>" CACHE STRING
    "Who answers for the Debian packages")

set(runtime "libchangepolicy${CHANGEPOLICY_ABI_VERSION}")
set(packages "${runtime}" libchangepolicy-dev libchangepolicy-cpp-dev changepolicy)
set(components library development cpp command)

# Each package says whose code is in it: ours, and that of others in the words of their packages.
# Their headers are compiled in always, their archives where CHANGEPOLICY_PIC_ROOT is set.
set(copyright "changepolicy: ${PROJECT_DESCRIPTION}.\n\n")
if(EXISTS "${PROJECT_SOURCE_DIR}/LICENSE")
  file(READ "${PROJECT_SOURCE_DIR}/LICENSE" text)
  string(APPEND copyright "${text}")
else()
  string(APPEND copyright "Its authors have not stated a licence.\n")
endif()
string(APPEND copyright "\nIt contains code of the following Debian packages.\n")
set(contained "")
foreach(package libabsl-dev libprotobuf-dev libre2-dev libssl-dev libcmark-dev
                libutf8proc-dev nlohmann-json3-dev)
  set(file "/usr/share/doc/${package}/copyright")
  if(EXISTS "${file}")
    execute_process(COMMAND dpkg-query -W -f "\${source:Package} \${source:Version}" "${package}"
                    OUTPUT_VARIABLE source)
    list(APPEND contained "${source}")
    file(READ "${file}" text)
    string(APPEND copyright "\n==== ${package}, from ${source}\n\n${text}")
  endif()
endforeach()
file(WRITE "${PROJECT_BINARY_DIR}/packages/copyright" "${copyright}")

# In Debian's form; the dates and the reasons are in CHANGELOG.md.
execute_process(COMMAND git log -1 "--format=%cD" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                OUTPUT_VARIABLE day OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT day)
  string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
file(WRITE "${PROJECT_BINARY_DIR}/packages/changelog"
     "changepolicy (${PROJECT_VERSION}) unstable; urgency=medium\n\n"
     "  * CHANGELOG.md of the sources says what is new.\n\n"
     " -- ${CHANGEPOLICY_MAINTAINER}  ${day}\n")
execute_process(COMMAND gzip -9nkf "${PROJECT_BINARY_DIR}/packages/changelog")
foreach(package component IN ZIP_LISTS packages components)
  install(FILES "${PROJECT_BINARY_DIR}/packages/copyright"
                "${PROJECT_BINARY_DIR}/packages/changelog.gz"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${component}
          EXCLUDE_FROM_ALL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME changepolicy)
set(CPACK_PACKAGE_VENDOR libchangepolicy)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "${CHANGEPOLICY_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE changepolicy)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# changepolicy_package(COMPONENT NAME SECTION SUMMARY TEXT [DEPENDS])
macro(changepolicy_package component name section summary text)
  string(TOUPPER "${component}" upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME "${name}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION "${section}")
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${about}\n\n${text}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${ARGN}")
endmacro()

# The first line of each description is its own, not the project's.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(about "A written change and release policy becomes data. A decision is a pure function
of policy, organization, subject and instant, and says why.")
set(inside "")
if(CHANGEPOLICY_PIC_ROOT)
  list(JOIN contained "\n  " inside)
  set(inside "\n\nIt contains code of these sources, whose symbols stay inside:\n  ${inside}\n\n"
             "Updates of those packages reach it when it is built again.")
  string(CONCAT inside ${inside})
endif()
changepolicy_package(library "${runtime}" libs
  "policy engine for changes and releases, C library"
  "This package has the library for programs in C and in every language that
calls C.${inside}")
changepolicy_package(development libchangepolicy-dev libdevel
  "policy engine for changes and releases, C headers"
  "This package has what C programs are built with, and the .proto files of the
messages."
  "${runtime} (= ${PROJECT_VERSION})")
changepolicy_package(cpp libchangepolicy-cpp-dev libdevel
  "policy engine for changes and releases, C++ library"
  "This package has what C++ programs are built with: headers, static libraries."
  "libchangepolicy-dev (= ${PROJECT_VERSION}), libabsl-dev, libprotobuf-dev, libre2-dev, libyaml-dev, libical-dev, libsqlite3-dev, libssl-dev, libcmark-dev, libutf8proc-dev, nlohmann-json3-dev, pkg-config")
changepolicy_package(command changepolicy utils
  "policy engine for changes and releases, command"
  "This package has the command, and the policies that come with it.")

set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
# Programs that were linked with this version may call functions that older ones lack.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
# CPack writes scripts that call ldconfig; Debian wants its trigger as well.
file(WRITE "${PROJECT_BINARY_DIR}/packages/triggers" "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/packages/triggers")
include(CPack)
