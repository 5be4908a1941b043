# esplanade_module(NAME [USES target...])
#
# One folder of src/ becomes the library esplanade_NAME and, from its *_test.cc files, the test
# program NAME_test, whose cases CTest knows one by one as NAME.Suite.case.
function(esplanade_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  if(sources)
    add_library(esplanade_${name} STATIC ${sources})
    target_link_libraries(esplanade_${name} PUBLIC esplanade_options ${arg_USES})
    esplanade_use_pch(esplanade_${name} esplanade_pch)
  else()
    add_library(esplanade_${name} INTERFACE)
    target_link_libraries(esplanade_${name} INTERFACE esplanade_options ${arg_USES})
  endif()

  if(tests AND ESPLANADE_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE esplanade_${name})
    esplanade_test_program(${name}_test)
    esplanade_register_tests(${name}_test ${name})
  endif()
endfunction()

function(esplanade_register_tests target prefix)
  include(GoogleTest)
  gtest_discover_tests(${target} TEST_PREFIX "${prefix}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 600 LABELS unit)
endfunction()
