// SPDX-License-Identifier: GPL-3.0-or-later
// Examples become a packed batch with the targets of its objective.
#pragma once

#include "core/data/batch.h"
#include "core/data/dataset.h"

#include <memory>
#include <vector>

namespace fettle
{

class Masker;
class Tokenizer;

/// Makes batches of `dataset`: an example is a sequence, or one for each row in it where those are read apart; without
/// tokens it gives none. Places with attention 0 are left out, the others keep their position in the row.
class Collator
{
public:
    virtual ~Collator() = default;
    virtual PackedBatch collate(const Dataset& dataset, const std::vector<int64_t>& rows) = 0;
};

/// Place i predicts token i+1 of the same sequence: where the rows have labels, label i+1.
std::unique_ptr<Collator> causalCollator();

/// WholeBatch: for the batch padded to its longest row, as transformers. EachRow: row by row, so that the draws do not
/// depend on the batch size.
enum class MaskDraws { WholeBatch, EachRow };
/// Hidden words by `masker` (which must outlive it); special tokens are never hidden. Rows that have labels are taken
/// as they are and nothing is drawn.
std::unique_ptr<Collator> maskedCollator(Masker& masker, std::shared_ptr<const Tokenizer> tokenizer, MaskDraws draws);

} // namespace fettle
