// SPDX-License-Identifier: GPL-3.0-or-later
// The forms of the operations: one table for each kind of device, chosen once, when a tape is made.
#pragma once

#include "core/nn/disentangled_attention.h"
#include "core/nn/ops.h"

namespace fettle
{

struct Forms {
#define FETTLE_FORM(result, name, arguments) result(*name) arguments;
#include "core/nn/forms.def"
#undef FETTLE_FORM
};

/// In at:: calls: any floating type on any device. What the others are tested against.
const Forms& plainForms();
/// In the loops of nn/kernels, on all threads: float32 on the processor.
const Forms& processorForms();

namespace plain
{
#define FETTLE_FORM(result, name, arguments) result name arguments;
#include "core/nn/forms.def"
#undef FETTLE_FORM
} // namespace plain

namespace processor
{
#define FETTLE_FORM(result, name, arguments) result name arguments;
#include "core/nn/forms.def"
#undef FETTLE_FORM
} // namespace processor

} // namespace fettle
