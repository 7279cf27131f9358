// SPDX-License-Identifier: GPL-3.0-or-later
// RoBERTa (Liu et al., arXiv:1907.11692), XLM-RoBERTa (Conneau et al., arXiv:1911.02116) and CamemBERT (Martin et al.,
// arXiv:1911.03894) as transformers' …ForMaskedLM: BERT with other names and positions.
#include "core/models/bert.h"

#include <ATen/ops/empty_like.h>

namespace fettle
{

namespace
{

/// [N]: positions begin behind the padding's id; padding within a text has that id as its position and is not counted.
at::Tensor countedPositions(const at::Tensor& ids, const Sequences& sequences, int64_t padding)
{
    const at::Tensor host = ids.to(at::kCPU), positions = at::empty_like(host);
    const int64_t* id = host.const_data_ptr<int64_t>();
    int64_t* position = positions.mutable_data_ptr<int64_t>();
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b) {
        int64_t counted = padding;
        for (int32_t i = sequences.cu[b]; i < sequences.cu[b + 1]; ++i)
            position[i] = id[i] == padding ? padding : ++counted;
    }
    return positions.to(ids.device());
}

class Roberta final : public Bert
{
public:
    using Bert::Bert;

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        NetworkInput counted = input;
        counted.positions = countedPositions(input.ids, *input.sequences, m_padding);
        return Bert::hidden(tape, counted);
    }
};

std::unique_ptr<Network> make(const Scope& scope, ConfigReader& config, int64_t vocabulary, bool headComesFirst)
{
    return std::make_unique<Roberta>(scope, config,
                                     BertKind{.trunk = "roberta",
                                              .vocabulary = vocabulary,
                                              .padding = 1,
                                              .countsFromPadding = true,
                                              .headName = "lm_head",
                                              .transform = "dense",
                                              .norm = "layer_norm",
                                              .headIsGelu = true,
                                              .headComesFirst = headComesFirst});
}

} // namespace

std::unique_ptr<Network> makeRoberta(const Scope& scope, ConfigReader& config)
{
    return make(scope, config, 50265, false);
}

std::unique_ptr<Network> makeXlmRoberta(const Scope& scope, ConfigReader& config)
{
    return make(scope, config, 30522, true);
}

std::unique_ptr<Network> makeCamembert(const Scope& scope, ConfigReader& config)
{
    return make(scope, config, 30522, true);
}

} // namespace fettle
