// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

const Forms& plainForms()
{
    static constexpr Forms forms{
#define FETTLE_FORM(result, name, arguments) plain::name,
#include "core/nn/forms.def"
#undef FETTLE_FORM
    };
    return forms;
}

const Forms& processorForms()
{
    static constexpr Forms forms{
#define FETTLE_FORM(result, name, arguments) processor::name,
#include "core/nn/forms.def"
#undef FETTLE_FORM
    };
    return forms;
}

} // namespace fettle
