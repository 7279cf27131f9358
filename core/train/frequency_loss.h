// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of a guess that knows how often each token occurs, and nothing else.
#pragma once

#include "core/data/dataset.h"

#include <cstdint>
#include <vector>

namespace fettle
{

/// Entropy, in nats, of the graded tokens of a data set (`leftOut`: ids that are never graded): where a model ends that
/// has lost, or has not yet learnt, what the words around a word say of it. 0 where nothing is graded. Looks at no more
/// than a million tokens. With `smoothing`, so much of each is spread evenly over a vocabulary of that size.
double frequencyLoss(const Dataset& dataset, const std::vector<int32_t>& leftOut, double smoothing = 0,
                     int64_t vocabulary = 0);

} // namespace fettle
