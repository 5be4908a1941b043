# What nearly every file includes of other people's headers, compiled once: that halves the time a
# file takes. Sources still include what they use; nothing of ours stands here.
file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cc.new "// Nothing but its precompiled header.\n")
file(COPY_FILE ${CMAKE_BINARY_DIR}/pch/pch.cc.new ${CMAKE_BINARY_DIR}/pch/pch.cc
  ONLY_IF_DIFFERENT)
# ccache can only see through a precompiled header with these.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(esplanade_options INTERFACE -fpch-preprocess)
else()
  target_compile_options(esplanade_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

add_library(esplanade_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cc)
target_link_libraries(esplanade_pch PRIVATE esplanade_options fmt::fmt)
target_precompile_headers(esplanade_pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <deque> <expected> <functional> <map> <memory> <optional>
  <ranges> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h>)

if(ESPLANADE_TESTS)
  add_library(esplanade_test_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cc)
  target_link_libraries(esplanade_test_pch PRIVATE esplanade_test_options fmt::fmt GTest::gmock
    GTest::gtest rapidcheck)
  target_precompile_headers(esplanade_test_pch PRIVATE
    <algorithm> <array> <chrono> <expected> <functional> <map> <memory> <optional> <ranges> <set>
    <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
    <fmt/format.h> <gmock/gmock.h> <gtest/gtest.h> <rapidcheck.h>)
endif()

# esplanade_use_pch(TARGET PCH): lets TARGET take the headers that PCH has compiled.
function(esplanade_use_pch target pch)
  if(TARGET ${pch})
    target_precompile_headers(${target} REUSE_FROM ${pch})
  endif()
endfunction()

# esplanade_test_program(TARGET): GoogleTest, RapidCheck, and how tests are compiled.
function(esplanade_test_program target)
  target_link_libraries(${target} PRIVATE esplanade_test_options GTest::gmock GTest::gtest_main
    rapidcheck)
  esplanade_use_pch(${target} esplanade_test_pch)
endfunction()
