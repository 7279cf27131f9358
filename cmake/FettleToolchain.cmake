# SPDX-License-Identifier: GPL-3.0-or-later
# One interface target carries what every target of ours is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN OFF)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/fettle")

# Files compiled as one: on few cores more of them, so that headers are read less often.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
if(cores LESS_EQUAL 4)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 40)
else()
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
endif()

add_library(fettle_options INTERFACE)
target_compile_options(fettle_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Wno-missing-field-initializers -fstack-protector-strong)
target_compile_definitions(fettle_options INTERFACE $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
target_include_directories(fettle_options INTERFACE "${PROJECT_SOURCE_DIR}")

if(FETTLE_WERROR)
  target_compile_options(fettle_options INTERFACE -Werror)
endif()
# GCC 12 takes every `"text" + string` for a copy onto itself, a false alarm that GCC 13 no longer gives.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(fettle_options INTERFACE -Wno-restrict)
endif()

# In a unity build it takes every file for a header, where an anonymous namespace would be a mistake.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fettle_options INTERFACE -Wno-subobject-linkage)
endif()

if(FETTLE_SANITIZE)
  # The first finding ends the program. What _FORTIFY_SOURCE checks, sanitizers see only without it.
  target_compile_options(fettle_options INTERFACE -fsanitize=${FETTLE_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer $<$<BOOL:${FETTLE_FUZZ}>:-fsanitize=fuzzer-no-link>)
  if(FETTLE_SANITIZE MATCHES address)
    # What a null pointer or a bad size does, the address sanitizer sees as well, and virtual functions are few here:
    # looking for these takes a third of the compile time.
    target_compile_options(fettle_options INTERFACE -fno-sanitize=null,object-size,vptr)
  endif()
  target_link_options(fettle_options INTERFACE -fsanitize=${FETTLE_SANITIZE})
else()
  target_compile_definitions(fettle_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()

# Programs lie anywhere in memory, and what the linker fills in is read-only before main.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
add_link_options(LINKER:-z,relro,-z,now)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()
include(CheckLinkerFlag)
# lld links faster, but not what GCC makes: of two entries of the unwind table with one address, where one is of a cold
# part without any code, lld 14 keeps that one, and an exception that passes there ends the program.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  check_linker_flag(CXX -fuse-ld=lld FETTLE_HAVE_LLD)
  if(FETTLE_HAVE_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
