# cmake -DOUT=python_modules.h -DIMPORTER=importer.py -P embed.cmake package/module.py ...: Python sources as C++ texts.
math(EXPR last "${CMAKE_ARGC} - 1")
set(count 0)
set(modules "")
foreach(i RANGE ${last})
  if(NOT CMAKE_ARGV${i} MATCHES "^-D" AND CMAKE_ARGV${i} MATCHES "([a-z_0-9]+)/([a-z_0-9]+)\\.py$")
    set(name "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")
    string(REPLACE ".__init__" "" name "${name}")
    file(READ ${CMAKE_ARGV${i}} source)
    string(APPEND modules "    {\"${name}\", R\"python(${source})python\"},\n")
    math(EXPR count "${count} + 1")
  endif()
endforeach()
file(READ ${IMPORTER} importer)
file(WRITE ${OUT} "#pragma once

#include <array>

namespace pbt::rl {

struct PythonModule {
  const char* name;
  const char* source;
};

inline constexpr std::array<PythonModule, ${count}> python_modules = {{
${modules}}};

/// Makes them importable, where SOURCES holds them by name.
inline constexpr const char* built_in_importer = R\"python(${importer})python\";

}  // namespace pbt::rl
")
