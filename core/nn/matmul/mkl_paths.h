// SPDX-License-Identifier: GPL-3.0-or-later
// MKL's paths for modern instruction sets, opened for processors that are not Intel's.
//
// MKL decides by the maker of the processor, not by what it can do: on AMD's it leaves AVX-512 unused, at 40 % of the
// machine. It asks `mkl_serv_intel_cpu_true`, an exported function that a program may define itself, and looks at the
// features afterwards as on Intel's; a definition of ours answers yes. This is a hook into a foreign library, weighed
// against others made for it: oneDNN (in the same LibTorch) reaches 93 % of it, 69 % on wide vocabularies, and builds a
// primitive for every new number of rows; OpenBLAS 90 %, with 8 MB and a pool of threads of its own. Where MKL no
// longer asks, or Fettle is built with FETTLE_OPEN_MKL=OFF, nothing breaks: oneDNN is then measured as the faster.
#pragma once

namespace fettle
{

/// The value of FETTLE_MATMUL that keeps the paths closed. It holds for a whole process: MKL asks once.
inline constexpr const char* mklAsShipped = "mkl-as-shipped";

/// Whether this build answers MKL (FETTLE_OPEN_MKL).
bool buildOpensMkl();
/// Whether a processor that is not Intel's is kept as MKL treats it, by FETTLE_MATMUL.
bool takesMklAsShipped();
/// Whether MKL is answered otherwise than by the truth: not Intel's, built in, not turned off.
bool opensMklPaths();
/// Whether MKL has asked our function: false before its first product, and where another's is in the way.
bool hasMklAsked();

} // namespace fettle
