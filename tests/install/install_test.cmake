# Installs the built project into a folder of its own, builds the example as a user would, runs it,
# and compares what it prints with what the README shows.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
function(run)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${status}\n${output}")
  endif()
endfunction()
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
run("${CMAKE_COMMAND}" -S "${SOURCE}/examples/cpp" -B "${WORK}/build" -G Ninja
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
execute_process(COMMAND "${WORK}/build/decide" OUTPUT_VARIABLE printed RESULT_VARIABLE status)
if(NOT status EQUAL 1)
  message(FATAL_ERROR "the example ended with ${status}, expected 1 (denied):\n${printed}")
endif()
file(READ "${SOURCE}/README.md" readme)
string(FIND "${readme}" "${printed}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "README.md does not show what the example prints:\n${printed}")
endif()
file(READ "${SOURCE}/examples/cpp/decide.cc" example)
string(FIND "${example}" "#include \"changepolicy/engine.h\"" begin)
string(SUBSTRING "${example}" ${begin} -1 code)
string(FIND "${readme}" "${code}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "README.md does not show examples/cpp/decide.cc")
endif()

# When it could go out.
execute_process(COMMAND "${WORK}/build/next_slot" OUTPUT_VARIABLE printed RESULT_VARIABLE status)
set(expected "2026-03-07 23:00 to 01:00\n2026-03-14 21:00 to 01:00\n"
    "OBSTACLE_KIND_WINDOW \nOBSTACLE_KIND_CONFLICT CHG-6\n")
string(CONCAT expected ${expected})
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "next_slot ended with ${status}:\n${printed}expected:\n${expected}")
endif()

# What is owed, and which version of a policy decides.
execute_process(COMMAND "${WORK}/build/duties" OUTPUT_VARIABLE printed RESULT_VARIABLE status)
set(expected "OBL-1 ann overdue\nversion 1.0 until 2026-04-01\n")
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "duties ended with ${status}:\n${printed}expected:\n${expected}")
endif()

# An audit log.
execute_process(COMMAND "${WORK}/build/audit" WORKING_DIRECTORY "${WORK}"
                OUTPUT_VARIABLE printed RESULT_VARIABLE status)
set(expected "entry 0 of 1, problems 0, replayed the same 1\n")
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "audit ended with ${status}:\n${printed}expected:\n${expected}")
endif()

# The expression language by itself, over a message of the user's own.
run("${CMAKE_COMMAND}" -S "${SOURCE}/examples/cel" -B "${WORK}/build-cel" -G Ninja
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
run("${CMAKE_COMMAND}" --build "${WORK}/build-cel")
foreach(program "check_order;questions;answers" "route_order;routes;routed")
  list(GET program 0 name)
  list(GET program 1 input)
  list(GET program 2 expected)
  execute_process(COMMAND "${WORK}/build-cel/${name}" "${SOURCE}/examples/cel/order.textproto"
                          "${SOURCE}/examples/cel/${input}.txt"
                  OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE status)
  file(READ "${SOURCE}/examples/cel/${expected}.txt" answers)
  if(NOT status EQUAL 0 OR NOT printed STREQUAL answers)
    message(FATAL_ERROR
            "${name} ended with ${status}:\n${errors}${printed}expected:\n${answers}")
  endif()
endforeach()
