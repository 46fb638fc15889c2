#!/bin/sh
# find_package.sh BUILD SOURCE COMPILER: installs BUILD into an empty folder, builds a user's project against it, runs it, and compiles
# every public header by itself.
set -eu
build=$1 source=$2 compiler=$3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/prefix" >/dev/null
mkdir "$place/project"
cp "$source/examples/04_minimal/main.cc" "$place/project/"
cat >"$place/project/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.25)
project(minimal CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(pbt 0.1 REQUIRED)
add_executable(minimal main.cc)
target_link_libraries(minimal PRIVATE pbt::pbt)
PROJECT
cmake -S "$place/project" -B "$place/project/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$place/prefix" >/dev/null
cmake --build "$place/project/build"
"$place/project/build/minimal"
"$place/prefix/bin/pbt" --version
for header in "$place"/prefix/include/pbt/*.h; do
  echo "#include \"pbt/$(basename "$header")\"" | "$compiler" -std=c++20 -fsyntax-only -I "$place/prefix/include" -x c++ -
done
