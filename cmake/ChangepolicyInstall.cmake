# Installs the C++ library: the archives, the headers that its public headers need, the generated
# headers, and a package that find_package(changepolicy) finds.
#
# Headers include each other as "libchangepolicy/...", users write <changepolicy/engine.h>: both
# work from one include directory, where changepolicy/engine.h leads to libchangepolicy/engine.h.
get_property(targets GLOBAL PROPERTY CHANGEPOLICY_LIBRARIES)
# The command alone reads foreign files, and runs suites that name them.
list(REMOVE_ITEM targets changepolicy_arrow changepolicy_foreign changepolicy_trial)
set(include "${CMAKE_INSTALL_INCLUDEDIR}/changepolicy-cpp")

add_library(changepolicy_public INTERFACE)
target_link_libraries(changepolicy_public INTERFACE changepolicy_audit changepolicy_cel_facade
                      changepolicy_engine)
target_include_directories(changepolicy_public INTERFACE "$<INSTALL_INTERFACE:${include}>")
set_target_properties(changepolicy_public PROPERTIES EXPORT_NAME changepolicy)
add_library(changepolicy::changepolicy ALIAS changepolicy_public)

install(TARGETS changepolicy_public ${targets} EXPORT changepolicy
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/changepolicy" COMPONENT cpp)
install(EXPORT changepolicy NAMESPACE changepolicy::
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/changepolicy" COMPONENT cpp)

set(public_headers audit_log.h calendar.h cel.h cel_conditions.h duties.h engine.h issue.h policy.h
    policy_series.h)
foreach(header IN LISTS public_headers)
  set(forward "${CMAKE_CURRENT_BINARY_DIR}/forward/changepolicy/${header}")
  file(CONFIGURE OUTPUT "${forward}"
       CONTENT "// Where users find it; the text is the library's own.\n#include \"libchangepolicy/${header}\"\n")
  install(FILES "${forward}" DESTINATION "${include}/changepolicy" COMPONENT cpp)
  install(FILES "${PROJECT_SOURCE_DIR}/libchangepolicy/${header}"
          DESTINATION "${include}/libchangepolicy" COMPONENT cpp)
endforeach()
install(DIRECTORY "${PROJECT_BINARY_DIR}/proto/changepolicy" DESTINATION "${include}"
        COMPONENT cpp FILES_MATCHING PATTERN "*.pb.h")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/proto/changepolicy"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/changepolicy/proto" COMPONENT development
        FILES_MATCHING PATTERN "*.proto")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/policies/" DESTINATION
        "${CMAKE_INSTALL_DATADIR}/changepolicy/policies" COMPONENT command
        FILES_MATCHING PATTERN "*.yaml")

include(CMakePackageConfigHelpers)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/changepolicyConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
configure_file("${CMAKE_CURRENT_LIST_DIR}/changepolicyConfig.cmake.in"
               "${CMAKE_CURRENT_BINARY_DIR}/changepolicyConfig.cmake" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/changepolicyConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/changepolicyConfigVersion.cmake"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/changepolicy" COMPONENT cpp)
