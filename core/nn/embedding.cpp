// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var embedding(Tape& tape, const std::vector<Lookup>& lookups)
{
    Var out = tape.make({lookups.front().ids.size(0), lookups.front().table.value.size(1)});
    tape.forms().embed(lookups, out->value);
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
