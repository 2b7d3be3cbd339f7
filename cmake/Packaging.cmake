# What `cmake --install` puts where, and the Debian package that cpack makes of it (./dev package).
# LibTorch is not in Debian in the version that the engine needs, Arrow not at all: their libraries go into a folder
# of their own.
include_guard(GLOBAL)
include(GNUInstallDirs)

set(private_libraries lib/msrl-studio)
file(RELATIVE_PATH from_bin /usr/${CMAKE_INSTALL_BINDIR} /usr/${private_libraries})

foreach(program msrl-engine msrl-studio)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
if(TARGET msrl-engine)
  set_target_properties(msrl-engine PROPERTIES INSTALL_RPATH "$ORIGIN/${from_bin}")
endif()

# The wheels' libraries look for each other next to themselves ($ORIGIN) last, so one folder is enough.
set(wheel_libraries ${MSRL_TORCH_DIR}/lib/libtorch_cpu.so ${MSRL_TORCH_DIR}/lib/libc10.so ${MSRL_TORCH_DIR}/lib/libgomp.so.1)
foreach(name libcudart.so.13 libcupti.so.13)
  file(GLOB found ${MSRL_TORCH_DIR}/../nvidia/*/lib/${name})
  list(APPEND wheel_libraries ${found})
endforeach()
foreach(library arrow_lib parquet_lib)
  get_target_property(found ${library} IMPORTED_LOCATION)
  list(APPEND wheel_libraries ${found})
endforeach()
install(FILES ${wheel_libraries} DESTINATION ${private_libraries}
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/resources/ DESTINATION ${CMAKE_INSTALL_DATADIR}/msrl-studio
  PATTERN icons EXCLUDE # compiled into the studio
  PATTERN translations EXCLUDE) # sources
install(DIRECTORY ${PROJECT_BINARY_DIR}/share/msrl-studio/translations DESTINATION ${CMAKE_INSTALL_DATADIR}/msrl-studio
  OPTIONAL FILES_MATCHING PATTERN *.qm)
install(FILES ${PROJECT_SOURCE_DIR}/installers/msrl-studio.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${PROJECT_SOURCE_DIR}/installers/msrl-studio.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES ${PROJECT_SOURCE_DIR}/installers/msrl-studio.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
install(FILES ${PROJECT_SOURCE_DIR}/resources/icons/app.svg RENAME msrl-studio.svg
  DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/msrl-studio)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME msrl-studio)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "MSRL Studio developers <msrl-studio@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Curricula for multimodal reward models")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF) # the wheels' libraries are stripped already
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openmpi-bin, openssh-client") # for runs on several ranks, and on other machines
# dpkg-shlibdeps names the packages of Qt, SQLite and the others, and finds ours in their own folder.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${MSRL_TORCH_DIR}/lib)
foreach(library IN LISTS wheel_libraries)
  get_filename_component(folder ${library} DIRECTORY)
  list(APPEND CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${folder})
endforeach()
list(REMOVE_DUPLICATES CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
