// SPDX-License-Identifier: GPL-3.0-or-later
// What moves the weights: one step over what trains of the flat arena, gradient clipping with it. AdamW is a pass of
// its own (adamw.h); the others are update rules over stretches of the arena, or over whole parameters.
#pragma once

#include "core/arguments/train_args.h"
#include "core/tensors/arena.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

/// A piece of an optimizer's memory that belongs to one parameter.
struct OptimizerState {
    std::string key; ///< torch's or transformers' name in its state: "exp_avg"
    const Arena::Entry* parameter = nullptr;
    at::Tensor value; ///< a view: what is written into it counts
};

class Optimizer
{
public:
    virtual ~Optimizer();
    Optimizer(const Optimizer&) = delete;
    Optimizer& operator=(const Optimizer&) = delete;

    /// One step with the arena's gradients, which are left zeroed. Returns the norm before clipping: the norm of the
    /// per-tensor norms; factor min(1, max/(norm + 1e-6)).
    virtual double step(double learningRate) = 0;
    /// In checkpoints.
    virtual const char* name() const = 0;
    /// All that it remembers but the number of steps, in the arena's order.
    virtual std::vector<OptimizerState> state() = 0;

    int64_t steps() const { return m_steps; }
    void setSteps(int64_t steps) { m_steps = steps; }

protected:
    /// Throws Failed for an arena without gradients.
    Optimizer(Arena& arena, double maxGradNorm);

    /// A stretch of one parameter.
    struct Chunk {
        int64_t offset = 0, length = 0;
        bool decays = true;
    };
    /// On the processor short enough to stay in its caches, elsewhere whole parameters.
    const std::vector<Chunk>& chunks() const { return m_chunks; }
    bool onProcessor() const;
    double gradientNorm();
    double clipFactor(double norm) const;
    /// The state `key` that lies in `flat` as the values lie in the arena.
    void appendFlat(std::vector<OptimizerState>& states, const char* key, const at::Tensor& flat) const;

    Arena& m_arena;
    int64_t m_steps = 0;

private:
    double m_maxGradNorm;
    std::vector<Chunk> m_chunks;
    std::vector<double> m_sums; ///< of each chunk's squares
};

/// What "optim" and "optim_args" ask for. The arguments are valid.
std::unique_ptr<Optimizer> makeOptimizer(Arena& arena, const TrainArgs& arguments);
/// Floats that it remembers for each weight, about; `embeddingShare` of the weights are tables of embeddings.
double optimizerMemory(const TrainArgs& arguments, double embeddingShare = 0);
/// AdamW, whatever it keeps its moments in.
bool isAdamW(const std::string& optim);
/// Some have two names: adamw_torch of adamw_torch_fused, adamw_8bit of adamw_bnb_8bit, else the name itself.
std::string firstNameOf(const std::string& optim);

} // namespace fettle
