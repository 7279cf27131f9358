// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's own allocator ends the program where memory runs out; this one throws.
#pragma once

namespace fettle
{

/// Every tensor on the processor takes its memory from here on through an allocator that throws OutOfResources where
/// there is none, and before a big piece is taken that is not free (the kernel would promise it, and kill the program
/// when it is used). To be called before main. Returns true.
bool useCheckedMemory();

} // namespace fettle
