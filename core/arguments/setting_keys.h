// SPDX-License-Identifier: GPL-3.0-or-later
// The names of the settings, for code that speaks of one of them: a name that is none does not compile.
#pragma once

namespace fettle::setting_key
{

#define FETTLE_ARGUMENT(Group, Level, Type, name, value, check, form, unit, label, help)                               \
    inline constexpr const char* name = #name;
#include "core/arguments/train_args.def"
#undef FETTLE_ARGUMENT

namespace data
{
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help)                                    \
    inline constexpr const char* field = "data." #key;
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
} // namespace data

namespace samples
{
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    inline constexpr const char* field = "samples." #key;
#include "core/arguments/run_settings.def"
#undef FETTLE_SAMPLES
} // namespace samples

} // namespace fettle::setting_key
