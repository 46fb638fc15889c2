# Warnings are errors in every target of ours.
add_library(pbt_warnings INTERFACE)
target_compile_options(pbt_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  -Wno-missing-field-initializers  # designated initialisers name what they mean
  # Clang blames us for what std::stable_sort of GCC's library uses inside; GCC still reports what we use ourselves.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# One precompiled header for all areas and one for all tests, which differ in flags. Off by default: then a compiler sees that each file
# includes what it uses.
function(pbt_precompile target headers)
  if(NOT PBT_PRECOMPILED)
    return()
  endif()
  if(NOT TARGET pbt_precompiled_${headers})
    file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cc "int main() {}\n")
    set(included <algorithm> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <sstream> <string> <variant> <vector>
      <nlohmann/json.hpp>)
    if(headers STREQUAL "tests")
      add_executable(pbt_precompiled_tests ${PROJECT_BINARY_DIR}/precompiled.cc)
      list(APPEND included <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(pbt_precompiled_tests PRIVATE GTest::gmock)
    else()
      add_library(pbt_precompiled_areas STATIC ${PROJECT_BINARY_DIR}/precompiled.cc)
    endif()
    target_link_libraries(pbt_precompiled_${headers} PRIVATE nlohmann_json::nlohmann_json Threads::Threads pbt_warnings)
    target_precompile_headers(pbt_precompiled_${headers} PRIVATE ${included})
  endif()
  target_precompile_headers(${target} REUSE_FROM pbt_precompiled_${headers})
endfunction()

# pbt_area(NAME SOURCES... [LINKS PUBLIC...] [PRIVATE PRIVATE...]): the library pbt_NAME of one folder of src/.
# Public headers live in include/pbt, an area's own are included as "area/x.h".
function(pbt_area name)
  cmake_parse_arguments(AREA "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  add_library(pbt_${name} STATIC ${AREA_SOURCES})
  target_include_directories(pbt_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
  target_link_libraries(pbt_${name} PUBLIC ${AREA_LINKS} PRIVATE ${AREA_PRIVATE} $<BUILD_INTERFACE:pbt_warnings>)
  set_target_properties(pbt_${name} PROPERTIES EXPORT_NAME ${name})
  pbt_precompile(pbt_${name} areas)
endfunction()

# pbt_test(NAME SOURCES... LINKS...): a GoogleTest program, each of its tests a ctest of its own run.
function(pbt_test name)
  if(NOT PBT_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_LINKS} GTest::gmock GTest::gtest_main pbt_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  pbt_precompile(${name} tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
