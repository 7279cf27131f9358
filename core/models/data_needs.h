// SPDX-License-Identifier: GPL-3.0-or-later
// What a model asks of its data: for the run, for what a person is shown of it, and for the tools alike.
#pragma once

#include "core/data/model_needs.h"
#include "core/models/model_entry.h"

namespace fettle
{

ModelNeeds dataNeeds(const ModelEntry& model);

} // namespace fettle
