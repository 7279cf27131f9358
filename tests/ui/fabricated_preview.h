// SPDX-License-Identifier: GPL-3.0-or-later
// A preview made without an engine, for tests of the pages: rows of words, cut into batches that are graded.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"
#include "core/data/preview.h"

#include <string>
#include <vector>

namespace fettle::test
{

/// Every word (with the space before it) and every mark is a token; long words fall into two pieces. Masked: "[CLS]"
/// and
/// "[SEP]" around each row, every seventh token hidden, replaced or kept in turn.
DataPreview fabricatedPreview(const RunConfig& config, const std::vector<std::string>& rows, Objective objective);

} // namespace fettle::test
