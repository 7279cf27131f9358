// SPDX-License-Identifier: GPL-3.0-or-later
// How a model writes on the page Try: what a person chose, before what the model's generation_config.json says, before
// Fettle's own values.
#pragma once

#include "core/generate/generation_config.h"

#include <QStringList>

namespace fettle::ui
{

/// Listed of every position; the piece that was written comes behind them where it is none of these.
constexpr int likeliestPieces = 5;

/// What a person chose, remembered from one time to the next; all else is left to the model.
class TrySettings
{
public:
    TrySettings(); ///< as remembered

    GenerationSettings own;
    int seed = 42;

    void remember() const;
    /// Nothing is one's own any more, but the seed.
    void forget();
    /// transformers' names of what is one's own.
    QStringList ownNames() const;

    /// Throws BadInput where a value of the file that holds is impossible.
    GenerateOptions options(const GenerationConfig& file) const;
};

/// Whether a model says how it is to write. Then what it leaves open is as transformers has it, as on the command line.
bool saysHowToWrite(const GenerationSettings& file);
/// All that changes a text, so that equal words mean an equal text.
QString optionsKey(const GenerateOptions& options);

} // namespace fettle::ui
