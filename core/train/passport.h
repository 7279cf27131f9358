// SPDX-License-Identifier: GPL-3.0-or-later
// passport.json: what a run was made of, so that it can be told and repeated.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/json.h"
#include "core/base/model_facts.h"
#include "core/events/events.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fettle
{

/// SHA-256 of the arguments as JSON.
std::string argumentsHash(const TrainArgs& arguments);
/// Path, size and SHA-256 of every text that the run reads.
Json textHashes(const RunConfig& config);

/// `rows`: rows of the training text after `split`. `settingsText`: run.json as it is written.
Json makePassport(const RunConfig& config, const ModelFacts& model, const std::string& settingsText, int64_t rows,
                  int64_t validationRows, const std::string& device, int threads, const std::string& matmul);

/// What is to be said of a run that goes on where matrices are multiplied in another way than at its start.
std::optional<NoticeEvent> otherMatmulNotice(const Json& passport, const std::string& matmul);

/// Throws BadInput (subject "data") where a text is not what it was when the passport was made, or they come in another
/// order. A passport that does not say is no hindrance, here and below.
void requireSameTexts(const Json& passport, const RunConfig& config);
/// Throws BadInput (subject "model") where a file of the model is not what it was: a run that begins anew at step 0
/// begins with the same weights. `isBegin`: an adapter's own files count as well, not its base's alone.
void requireSameModel(const Json& passport, const ModelFacts& model, bool isBegin);

} // namespace fettle
