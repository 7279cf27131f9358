# SPDX-License-Identifier: GPL-3.0-or-later
# The files of this folder, compiled once for each instruction set; core/nn/kernel_choice.cpp picks a table at run time.
# No contraction surprises between builds: fused multiply-add is on where the set has it, fast-math never.
function(fettle_kernels isa name)
  add_library(fettle_kernels_${isa} OBJECT ${kernels})
  target_link_libraries(fettle_kernels_${isa} PRIVATE fettle_options)
  target_compile_definitions(fettle_kernels_${isa} PRIVATE FETTLE_KERNEL_ISA=${isa} FETTLE_KERNEL_NAME="${name}")
  target_compile_options(fettle_kernels_${isa} PRIVATE -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math ${ARGN})
  set_target_properties(fettle_kernels_${isa} PROPERTIES UNITY_BUILD OFF)
  target_sources(fettle_core PRIVATE $<TARGET_OBJECTS:fettle_kernels_${isa}>)
endfunction()

fettle_kernels(baseline "baseline")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  fettle_kernels(v3 "x86-64-v3" -march=x86-64-v3)
  fettle_kernels(v4 "x86-64-v4" -march=x86-64-v4 -mprefer-vector-width=512)
  set_property(SOURCE nn/kernel_choice.cpp APPEND PROPERTY COMPILE_DEFINITIONS FETTLE_KERNELS_X86)
endif()
