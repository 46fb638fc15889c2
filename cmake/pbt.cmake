# Warnings are errors in every target of ours.
add_library(pbt_warnings INTERFACE)
target_compile_options(pbt_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  -Wno-missing-field-initializers  # designated initialisers name what they mean
  $<$<BOOL:${PBT_UNITY}>:-Wno-shadow>  # of a file that is compiled together with another, the names of that one are not in the way
  # Clang blames us for what std::stable_sort of GCC's library uses inside; GCC still reports what we use ourselves.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# pbt_area(NAME SOURCES... [LINKS PUBLIC...] [PRIVATE PRIVATE...]): the library pbt_NAME of one folder of src/.
# Public headers live in include/pbt, an area's own are included as "area/x.h".
function(pbt_area name)
  cmake_parse_arguments(AREA "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  add_library(pbt_${name} STATIC ${AREA_SOURCES})
  target_include_directories(pbt_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
  target_link_libraries(pbt_${name} PUBLIC ${AREA_LINKS} PRIVATE ${AREA_PRIVATE} $<BUILD_INTERFACE:pbt_warnings>)
  set_target_properties(pbt_${name} PROPERTIES EXPORT_NAME ${name})
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
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
