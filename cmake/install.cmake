# `cmake --install` puts the program, the public headers and the libraries where find_package(pbt) finds them: target pbt::pbt.
include(CMakePackageConfigHelpers)

add_library(pbt_all INTERFACE)
target_link_libraries(pbt_all INTERFACE pbt_worker pbt_client)
set_target_properties(pbt_all PROPERTIES EXPORT_NAME pbt)

install(TARGETS pbt_all pbt_core pbt_algorithm pbt_store pbt_checkpoint pbt_client pbt_trainer pbt_worker
  EXPORT pbt ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/pbt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT pbt NAMESPACE pbt:: FILE pbtTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pbt)

file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/pbtConfig.cmake "include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(nlohmann_json)
find_dependency(fmt)
find_dependency(SQLite3)
include(\${CMAKE_CURRENT_LIST_DIR}/pbtTargets.cmake)
")
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/pbtConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pbtConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/pbtConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pbt)
