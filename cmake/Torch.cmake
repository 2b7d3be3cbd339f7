# LibTorch comes from the pinned PyPI wheel that ./dev unpacks into .deps/ (see dependencies.env).
# Imported targets are declared by hand: the wheel's own TorchConfig.cmake asks for a CUDA toolkit.
include_guard(GLOBAL)

set(MSRL_DEPS_DIR "$ENV{MSRL_DEPS_DIR}" CACHE PATH "Folder with the unpacked wheels")
if(NOT MSRL_DEPS_DIR)
  set(MSRL_DEPS_DIR "${PROJECT_SOURCE_DIR}/.deps" CACHE PATH "Folder with the unpacked wheels" FORCE)
endif()
file(GLOB _torch_dirs "${MSRL_DEPS_DIR}/venv/lib/python3*/site-packages/torch")
list(LENGTH _torch_dirs _torch_count)
if(NOT _torch_count EQUAL 1)
  message(FATAL_ERROR "LibTorch was not found under ${MSRL_DEPS_DIR}. Run ./dev setup (or ./dev build) first.")
endif()
set(MSRL_TORCH_DIR "${_torch_dirs}")

add_library(torch_cpu_lib SHARED IMPORTED GLOBAL)
set_target_properties(torch_cpu_lib PROPERTIES
  IMPORTED_LOCATION ${MSRL_TORCH_DIR}/lib/libtorch_cpu.so
  IMPORTED_LINK_DEPENDENT_LIBRARIES torch_c10_lib)
add_library(torch_c10_lib SHARED IMPORTED GLOBAL)
set_target_properties(torch_c10_lib PROPERTIES IMPORTED_LOCATION ${MSRL_TORCH_DIR}/lib/libc10.so)

add_library(torch_headers INTERFACE)
# After the system's folders: the wheel carries headers of another fmt version, which must not hide the one we link.
target_compile_options(torch_headers INTERFACE
  "SHELL:-idirafter ${MSRL_TORCH_DIR}/include" "SHELL:-idirafter ${MSRL_TORCH_DIR}/include/torch/csrc/api/include")
target_link_libraries(torch_headers INTERFACE torch_cpu_lib torch_c10_lib)
add_library(Torch::Cpu ALIAS torch_headers)
