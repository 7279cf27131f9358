// SPDX-License-Identifier: GPL-3.0-or-later
// Writing with several continuations (beams) at once, of which the likeliest is kept; ids only, no text.
#pragma once

#include "core/generate/options.h"
#include "core/generate/writing.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace fettle
{

/// Called behind each step with the new tokens of the text that is the best so far; returns false to stop.
using OnBeams = std::function<bool(std::span<const int64_t> best)>;

/// Writes on from `prompt` with options.numBeams beams and returns the new tokens of the best text, as transformers'
/// beam search does it (5.24, generation/utils.py, _beam_search): of equal scores, of early ends, of what a text is
/// worth by its length. Without options.greedy tokens are drawn, those that transformers draws after
/// torch.manual_seed(options.seed). Ends where writeTokens does; `stop` ends a beam, not the search. Stopped by
/// `onBeams`, returns what that was given last.
std::vector<int64_t> beamSearch(LanguageModel& model, const std::vector<int64_t>& prompt,
                                const std::vector<int64_t>& ends, const GenerateOptions& options, const StopsText& stop,
                                const OnBeams& onBeams = {});

} // namespace fettle
