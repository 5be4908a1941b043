# Compiler settings every target shares, as the interface target esplanade_options.

option(ESPLANADE_TESTS "Build unit tests" ON)
option(ESPLANADE_BENCH "Build benchmarks" OFF)
option(ESPLANADE_FUZZ "Build libFuzzer targets (clang)" OFF)
option(ESPLANADE_LTO "Optimise programs with the property ESPLANADE_WHOLE as one (GCC)" OFF)
set(ESPLANADE_SANITIZE "" CACHE STRING "Argument of -fsanitize=, or empty")
set(ESPLANADE_VECTORS "$ENV{ESPLANADE_VECTORS}" CACHE PATH
  "Folder of published test vectors; empty: tests run without them")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -fno-omit-frame-pointer")

add_library(esplanade_options INTERFACE)
target_include_directories(esplanade_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(esplanade_options INTERFACE
  -Wall -Wextra -Wconversion -Wsign-conversion -Wswitch-enum -Wshadow -Wpedantic
  -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # TRY is a GNU statement expression, which clang's -Wpedantic reports even behind __extension__;
  # and inside GCC 12's std::stable_sort it sees a deprecated function (GCC reports our own uses).
  target_compile_options(esplanade_options INTERFACE
    -Wno-gnu-statement-expression -Wno-deprecated-declarations)
endif()
# The library's own checks (indices, empty optionals) where speed is not the point.
target_compile_definitions(esplanade_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(ESPLANADE_SANITIZE)
  target_compile_options(esplanade_options INTERFACE
    -fsanitize=${ESPLANADE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(esplanade_options INTERFACE -fsanitize=${ESPLANADE_SANITIZE})
  target_compile_definitions(esplanade_options INTERFACE ESPLANADE_SANITIZED _GLIBCXX_ASSERTIONS)
endif()
if(ESPLANADE_LTO)
  # Fat objects serve both: tests link them as they are, which is quick.
  target_compile_options(esplanade_options INTERFACE -flto=auto -ffat-lto-objects)
  target_link_options(esplanade_options INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:ESPLANADE_WHOLE>>,-flto=auto,-fno-lto>
    -Wno-stringop-overflow)  # GCC 12 warns of std::string itself when it inlines at link time
endif()
if(ESPLANADE_FUZZ)
  # -O1: the fuzzers are built more often than they run for long.
  target_compile_options(esplanade_options INTERFACE -fsanitize=fuzzer-no-link -O1)
endif()

# What test programs add: they are compiled more often than they run.
add_library(esplanade_test_options INTERFACE)
target_link_libraries(esplanade_test_options INTERFACE esplanade_options)
# With so little of it GCC 12 finds faults in std::string itself.
target_compile_options(esplanade_test_options INTERFACE
  $<$<AND:$<CONFIG:RelWithDebInfo>,$<CXX_COMPILER_ID:GNU>>:-O1;-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow>)
if(ESPLANADE_LTO)
  target_compile_options(esplanade_test_options INTERFACE -fno-lto -fno-fat-lto-objects)
endif()
