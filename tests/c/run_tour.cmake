cmake_minimum_required(VERSION 3.25)
# Fails when the example TOUR does not decide, compute, log and replay as docs/c.md says.
file(REMOVE "${LOG}")
execute_process(COMMAND "${TOUR}" "${SOURCE}/examples/saas/organization.yaml"
                        "${SOURCE}/examples/clients/standard-patch.json" "${LOG}"
                OUTPUT_VARIABLE said ERROR_VARIABLE complained RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "exit code ${status}: ${complained}")
endif()
foreach(expected "change CHG-1057: deploy" "slots: {" "\"int64_value\":\"9\""
        "replay: {\"decisions\":\"1\",\"same\":\"1\"}")
  string(FIND "${said}" "${expected}" place)
  if(place EQUAL -1)
    message(SEND_ERROR "no `${expected}` in:\n${said}")
  endif()
endforeach()
# What is wrong is said, with the place.
execute_process(COMMAND "${TOUR}" "${SOURCE}/README.md"
                        "${SOURCE}/examples/clients/standard-patch.json" "${LOG}"
                ERROR_VARIABLE complained RESULT_VARIABLE status)
if(NOT status EQUAL 2 OR NOT complained MATCHES "README.md:[0-9]+:")
  message(SEND_ERROR "exit code ${status}: ${complained}")
endif()
