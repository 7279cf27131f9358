// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <cmath>

namespace fettle
{

Var embedding(Tape& tape, const std::vector<Lookup>& lookups)
{
    Var out = tape.make({lookups.front().ids.size(0), lookups.front().table.value.size(1)});
    tape.forms().embed(lookups, out->value);
    if (const double noise = tape.embeddingNoise(); noise > 0)
        for (const Lookup& lookup : lookups)
            if (lookup.noise > 0)
                tape.forms().addNoise(out->value, tape.noiseDraw(),
                                      lookup.noise * noise / std::sqrt(static_cast<double>(out->value.size(1))));
    if (tape.records())
        tape.onBackward([&tape, out, lookups] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            for (const Lookup& lookup : lookups)
                if (lookup.table.grad.defined())
                    tape.forms().embedBackward(lookup, gradient);
        });
    return out;
}

} // namespace fettle
