// SPDX-License-Identifier: GPL-3.0-or-later
// ELECTRA's generator (Clark et al., arXiv:2003.10555) as transformers' ElectraForMaskedLM: BERT with embeddings of a
// width of their own.
#include "core/models/bert.h"

namespace fettle
{

std::unique_ptr<Network> makeElectra(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<Bert>(scope, config,
                                  BertKind{.trunk = "electra",
                                           .hidden = 256,
                                           .heads = 4,
                                           .inner = 1024,
                                           .embedding = 128,
                                           .project = "embeddings_project",
                                           .headName = "",
                                           .transform = "generator_predictions.dense",
                                           .norm = "generator_predictions.LayerNorm",
                                           .decoder = "generator_lm_head",
                                           .hasOwnBias = false,
                                           .headNormIsMadeFirst = true,
                                           .headIsGelu = true});
}

} // namespace fettle
