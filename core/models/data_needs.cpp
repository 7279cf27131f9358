// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/data_needs.h"

namespace fettle
{

ModelNeeds dataNeeds(const ModelEntry& model)
{
    return {model.objective == Objective::Masked, model.vocabularySize, model.contextLength};
}

} // namespace fettle
