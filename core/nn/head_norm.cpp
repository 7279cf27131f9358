// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var headNorm(Tape& tape, const Var& qkv, const AttentionShape& shape, const HeadNorm& norm)
{
    Var out = tape.make(qkv->value.sizes());
    const int64_t norms =
        shape.heads * shape.headDim / norm.query.value.size(0) + shape.kvHeads * shape.headDim / norm.key.value.size(0);
    const at::Tensor rstd = tape.wide({qkv->value.size(0), norms});
    const at::Tensor mean = norm.centers ? tape.wide({qkv->value.size(0), norms}) : at::Tensor();
    tape.forms().headNorm(qkv->value, shape, norm, out->value, mean, rstd);
    if (tape.records())
        tape.onBackward([&tape, qkv, shape, norm, out, mean, rstd] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                tape.forms().headNormBackward(tape, qkv->value, shape, norm, mean, rstd, gradient,
                                              tape.gradientOf(*qkv));
        });
    return out;
}

} // namespace fettle
