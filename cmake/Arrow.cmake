# Arrow and its Parquet come from the pinned pyarrow wheel that ./dev unpacks into .deps/ (see dependencies.env).
include_guard(GLOBAL)

file(GLOB _arrow_dirs "${MSRL_DEPS_DIR}/venv/lib/python3*/site-packages/pyarrow")
list(LENGTH _arrow_dirs _arrow_count)
if(NOT _arrow_count EQUAL 1)
  message(FATAL_ERROR "Arrow was not found under ${MSRL_DEPS_DIR}. Run ./dev setup (or ./dev build) first.")
endif()
set(MSRL_ARROW_DIR "${_arrow_dirs}")

# The wheel has the libraries under their sonames alone (libarrow.so.2600).
foreach(name arrow parquet)
  file(GLOB found "${MSRL_ARROW_DIR}/lib${name}.so.*")
  list(LENGTH found count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${MSRL_ARROW_DIR} has no single lib${name}.so. Remove ${MSRL_DEPS_DIR} and run ./dev setup.")
  endif()
  add_library(${name}_lib SHARED IMPORTED GLOBAL)
  set_target_properties(${name}_lib PROPERTIES IMPORTED_LOCATION ${found})
endforeach()

add_library(arrow_headers INTERFACE)
target_include_directories(arrow_headers SYSTEM INTERFACE ${MSRL_ARROW_DIR}/include)
target_link_libraries(arrow_headers INTERFACE parquet_lib arrow_lib)
add_library(Arrow::Parquet ALIAS arrow_headers)
