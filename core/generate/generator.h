// SPDX-License-Identifier: GPL-3.0-or-later
// Writing with a causal model and filling blanks with a masked one; filters follow transformers' logits processors.
#pragma once

#include "core/events/events.h"
#include "core/generate/options.h"
#include "core/generate/prompt.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fettle
{

class LanguageModel;
class Tokenizer;

/// Blocks. Writes on from `prompt`; `onText` (if given) gets each new stretch of whole characters as it comes and
/// returns false to stop. With beams all come at the end, and `onBeams` hears of each token that they are longer;
/// stopped by it, the best so far is the text. A prompt longer than the context loses its beginning; writing ends at
/// the context's end (stop: length), at any id that ends a text (textBounds) and with the token that completes a stop
/// string. Throws BadInput where filters leave no token to write (nothingLeftError of filters.h).
Generation generate(LanguageModel& model, const Tokenizer& tokenizer, const Prompt& prompt,
                    const GenerateOptions& options, const std::function<bool(const GeneratedPiece&)>& onText = {},
                    const std::function<bool(const BeamProgress&)>& onBeams = {});

/// Blocks. One list of candidates for each mask token in `text`, best first, each as the tokenizer decodes it alone
/// (transformers' token_str). Throws BadInput where there is none.
std::vector<std::vector<FillCandidate>> fillMask(LanguageModel& model, const Tokenizer& tokenizer,
                                                 const std::string& text, int topK);

} // namespace fettle
