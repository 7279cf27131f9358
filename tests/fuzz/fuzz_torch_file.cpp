// SPDX-License-Identifier: GPL-3.0-or-later
// Files of torch.save: every element of what comes out lies in memory.
#include "core/tensors/torch_file.h"
#include "tests/fuzz/fuzz.h"

#include <ATen/ops/sum.h>

using namespace fettle;

namespace
{

void touch(const TorchValue& value)
{
    if (const at::Tensor* tensor = value.tensor())
        tensor->to(at::kDouble).sum();
    for (const auto& each : value.list() ? *value.list() : TorchValue::List())
        touch(each);
    for (const auto& [key, each] : value.dict() ? *value.dict() : TorchValue::Dict())
        touch(each);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("weights.bin", fuzz::asText(data, size));
    fuzz::takes([&] { touch(readTorchFile(file)); });
    return 0;
}
