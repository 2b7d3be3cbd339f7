# Headers that most files of a kind include are parsed once per kind instead of once per file: parsing them again and again
# was a third of a first build. A file still includes what it uses.
include_guard(GLOBAL)

set(precompiled_plain <algorithm> <filesystem> <functional> <map> <memory> <optional> <string> <vector>
  <fmt/format.h> <nlohmann/json.hpp>)
set(precompiled_tensor ${precompiled_plain} <ATen/core/Tensor.h> <ATen/TensorOperators.h>)
set(precompiled_plain_test ${precompiled_plain} <gmock/gmock.h> <gtest/gtest.h>)
set(precompiled_tensor_test ${precompiled_tensor} <gmock/gmock.h> <gtest/gtest.h>)
set(precompiled_qt <algorithm> <map> <memory> <optional> <string> <vector> <QObject> <QString> <QStringList> <QTimer>)
set(precompiled_widgets ${precompiled_qt} <QBoxLayout> <QComboBox> <QLabel> <QLineEdit> <QMainWindow> <QPainter> <QPushButton>
  <QTableView> <QToolButton> <QTreeWidget>)

set(precompiled_qt_test <nlohmann/json.hpp> ${precompiled_qt})
set(precompiled_widgets_test <nlohmann/json.hpp> ${precompiled_widgets})

# studio_precompile(<target> <kind> [OPTIONS <compile options>]): the target shares the precompiled headers of its kind with
# all targets of the same options; GCC takes them only where options and definitions agree.
function(studio_precompile target kind)
  cmake_parse_arguments(PARSE_ARGV 2 P "" "" "OPTIONS")
  string(MAKE_C_IDENTIFIER "precompiled_${kind}${P_OPTIONS}" shared)
  if(NOT TARGET ${shared})
    add_library(${shared} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
    target_link_libraries(${shared} PRIVATE studio_options nlohmann_json::nlohmann_json)
    if(NOT kind MATCHES "widgets|qt")
      target_link_libraries(${shared} PRIVATE fmt::fmt)
    endif()
    if(kind MATCHES "tensor")
      target_link_libraries(${shared} PRIVATE Torch::Cpu)
    endif()
    if(kind MATCHES "^(plain|tensor)_test")
      target_link_libraries(${shared} PRIVATE GTest::gmock GTest::gtest)
    elseif(kind MATCHES "test")
      target_link_libraries(${shared} PRIVATE $<IF:$<STREQUAL:${kind},qt_test>,Qt6::Core,Qt6::Widgets>)
      target_compile_definitions(${shared} PRIVATE QT_NO_KEYWORDS)
    endif()
    if(kind MATCHES "test")
      set_target_properties(${shared} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${shared} PRIVATE -fPIE)
    endif()
    target_compile_options(${shared} PRIVATE ${P_OPTIONS})
    target_precompile_headers(${shared} PRIVATE ${precompiled_${kind}})
    studio_keepable(${shared})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${shared})
  studio_keepable(${target})
endfunction()

# studio_precompile_own(<target> <headers...>): for a target whose options or definitions no other has.
function(studio_precompile_own target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  studio_keepable(${target})
endfunction()

# So that ccache can keep the objects.
function(studio_keepable target)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()
