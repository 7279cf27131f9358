// SPDX-License-Identifier: GPL-3.0-or-later
// RoBERTa (Liu et al., arXiv:1907.11692) as transformers' RobertaForMaskedLM: BERT with other names and positions.
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
    Roberta(const Scope& scope, ConfigReader& config)
        : Bert(scope, config,
               {.trunk = "roberta",
                .headName = "lm_head",
                .transform = "dense",
                .norm = "layer_norm",
                .vocabulary = 50265,
                .padding = 1,
                .countsFromPadding = true})
    {
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        NetworkInput counted = input;
        counted.positions = countedPositions(input.ids, *input.sequences, m_padding);
        return Bert::hidden(tape, counted);
    }
};

} // namespace

std::unique_ptr<Network> makeRoberta(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<Roberta>(scope, config);
}

} // namespace fettle
