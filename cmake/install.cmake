# `cmake --install` puts the program, its manual pages and completions, the public headers and the libraries where find_package(pbt) finds
# them: target pbt::pbt. The component "program" is what users need, "dev" what C++ programs are built with.
include(CMakePackageConfigHelpers)

set(share ${CMAKE_INSTALL_DATAROOTDIR})
set(manual ${CMAKE_CURRENT_BINARY_DIR}/man)
string(TIMESTAMP date %Y-%m-%d UTC)  # SOURCE_DATE_EPOCH, where it is set
add_custom_command(OUTPUT ${manual}/pbt.1.gz
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}
  COMMAND pbt manual ${manual} ${date}
  COMMAND sh -c "gzip -n9 \"$0\"/*.1" ${manual}
  DEPENDS pbt COMMENT "Writing the manual pages" VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual}/pbt.1.gz)

install(TARGETS pbt RUNTIME_DEPENDENCY_SET pbt_needs RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY ${manual}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES packaging/completions/pbt.bash RENAME pbt DESTINATION ${share}/bash-completion/completions COMPONENT program)
install(FILES packaging/completions/_pbt DESTINATION ${share}/zsh/vendor-completions COMPONENT program)
install(FILES packaging/completions/pbt.fish DESTINATION ${share}/fish/vendor_completions.d COMPONENT program)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program PATTERN __pycache__ EXCLUDE)
# What packaging/notices has written: the licences of all that a package contains.
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program OPTIONAL)
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}-dev COMPONENT dev OPTIONAL)

# The shared libraries that the program needs, beside it: only in packages that run where they are not installed. What every Linux has
# stays out: the C library, which must fit the kernel and the machine's settings, and the C++ library, which plug-ins share with us.
install(RUNTIME_DEPENDENCY_SET pbt_needs
  PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|stdc\\+\\+|gcc_s)\\.so"
  LIBRARY DESTINATION lib/pbt COMPONENT libraries EXCLUDE_FROM_ALL)

add_library(pbt_all INTERFACE)
target_link_libraries(pbt_all INTERFACE pbt_worker pbt_client)
set_target_properties(pbt_all PROPERTIES EXPORT_NAME pbt)

install(TARGETS pbt_all pbt_core pbt_algorithm pbt_store pbt_checkpoint pbt_client pbt_trainer pbt_worker
  EXPORT pbt ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(DIRECTORY include/pbt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
install(EXPORT pbt NAMESPACE pbt:: FILE pbtTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pbt COMPONENT dev)

file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/pbtConfig.cmake "include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(nlohmann_json)
find_dependency(fmt)
find_dependency(SQLite3)
find_dependency(PostgreSQL)
find_dependency(CURL)
find_dependency(OpenSSL COMPONENTS Crypto)
find_dependency(pugixml)
include(\${CMAKE_CURRENT_LIST_DIR}/pbtTargets.cmake)
")
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/pbtConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pbtConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/pbtConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pbt COMPONENT dev)

include(cmake/package.cmake)
