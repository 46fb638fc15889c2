# What cpack makes of what is installed; packaging/build calls it. pbt_0.1.0_amd64.deb and pbt-dev_0.1.0_amd64.deb, whose dependencies
# dpkg-shlibdeps finds, and pbt-0.1.0-linux-x86_64.tar.gz, which has the libraries with it.
set(PBT_MAINTAINER "The authors of pbt <pbt@localhost>" CACHE STRING "Who answers for the packages that are made here")
set(CPACK_PACKAGE_NAME pbt)
set(CPACK_PACKAGE_VENDOR pbt)
set(CPACK_PACKAGE_CONTACT "${PBT_MAINTAINER}")
set(CPACK_STRIP_FILES ON)
string(TOLOWER ${CMAKE_SYSTEM_NAME} system)
set(CPACK_PACKAGE_FILE_NAME pbt-${PROJECT_VERSION}-${system}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package_parts.cmake)
set(CPACK_COMPONENTS_ALL program dev libraries)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME pbt)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS librsvg2-bin)  # `pbt plot --format png`
set(CPACK_DEBIAN_DEV_PACKAGE_NAME pbt-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
# Static libraries: whoever links them needs what they need.
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "nlohmann-json3-dev, libfmt-dev, libsqlite3-dev, libpq-dev, libxxhash-dev, libcurl4-openssl-dev, libssl-dev, libpugixml-dev")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Trains a population of models at once: the worse members copy the better ones
and change their hyperparameters, so that schedules are found within the time
of one training. Trainers may be in any language.")
set(CPACK_COMPONENT_DEV_DESCRIPTION "Headers, static libraries and the CMake package of pbt, for C++ programs that
train populations themselves, and for plug-ins.")

include(CPack)
