# One static library per folder, named changepolicy_<folder>, with its allowed links stated.

set(CHANGEPOLICY_WARNINGS -Wall -Wextra -Werror -Wno-unused-parameter -Wnon-virtual-dtor
    -Woverloaded-virtual -Wno-missing-field-initializers)

# changepolicy_library(NAME base SOURCES a.cc b.h ... LINKS ...)
# Adds the folder's library. Its headers are included as <changepolicy/...> by users, and by
# their path from the top of the source tree here.
function(changepolicy_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINKS" ${ARGN})
  set(target changepolicy_${ARG_NAME})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_compile_options(${target} PRIVATE ${CHANGEPOLICY_WARNINGS})
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_link_libraries(${target} PUBLIC ${ARG_LINKS})
  set_property(GLOBAL APPEND PROPERTY CHANGEPOLICY_LIBRARIES ${target})
endfunction()

# changepolicy_test(NAME base_canonical_test SOURCES ... LINKS ... [SHARDS count])
# Adds a GoogleTest executable. Each TEST is a ctest of its own; without CHANGEPOLICY_TESTS_BY_CASE
# the executable is one, or SHARDS of them that share its cases out.
function(changepolicy_test)
  if(NOT CHANGEPOLICY_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME;SHARDS" "SOURCES;LINKS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_compile_options(${ARG_NAME} PRIVATE ${CHANGEPOLICY_WARNINGS})
  # With sanitizers the tests take longer to compile than to run. Of a template that both have, the
  # linker takes the copy that it meets first: the libraries' must be that, or they run at -O0 too.
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
    # Frames kept beyond their return are asked of the libraries and the command alone: in tests,
    # unoptimized, they cost more than everything else together.
    target_compile_options(${ARG_NAME} PRIVATE
      -O0 $<$<CXX_COMPILER_ID:GNU>:SHELL:--param=asan-use-after-return=0>)
    set(first "")
    foreach(link ${ARG_LINKS})
      if(link MATCHES "^changepolicy_")
        string(APPEND first " $<TARGET_FILE:${link}>")
      endif()
    endforeach()
    target_link_options(${ARG_NAME} PRIVATE
                        "SHELL:-Wl,--whole-archive${first} -Wl,--no-whole-archive")
  endif()
  target_compile_definitions(${ARG_NAME} PRIVATE
    CHANGEPOLICY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  if(CHANGEPOLICY_TESTS_BY_CASE)
    gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
  else()
    changepolicy_whole_test(${ARG_NAME} "${ARG_SHARDS}")
  endif()
endfunction()

# changepolicy_whole_test(NAME SHARDS)
# GoogleTest names the case that failed and passes GTEST_FILTER on. It is content with a filter that
# leaves no case; that is a failure here. What has shards takes long and is started first.
function(changepolicy_whole_test name shards)
  if(NOT shards)
    set(shards 1)
  endif()
  math(EXPR last "${shards} - 1")
  foreach(shard RANGE ${last})
    set(test ${name})
    if(shards GREATER 1)
      math(EXPR number "${shard} + 1")
      set(test "${name}.${number}_of_${shards}")
    endif()
    add_test(NAME ${test} COMMAND ${name})
    set_tests_properties(${test} PROPERTIES
      TIMEOUT 1500
      COST ${shards}
      FAIL_REGULAR_EXPRESSION "Running 0 tests"
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard}")
  endforeach()
endfunction()

# changepolicy_export_only(TARGET MAP)
# A shared object that gives the process the symbols of the version script MAP and no others, and that
# stays where it is once it was loaded: threads and static objects of the libraries inside may outlive
# the last dlclose.
function(changepolicy_export_only target map)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${map}")
  target_link_options(${target} PRIVATE "-Wl,--version-script=${map}" "-Wl,--gc-sections"
                      "-Wl,-z,nodelete")
endfunction()
