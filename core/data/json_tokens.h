// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of JSON that hold token ids: input_ids and, where they have them, labels, attention_mask, token_type_ids.
#pragma once

#include "core/data/columns.h"
#include "core/data/json_rows.h"
#include "core/data/row_table.h"

#include <string>
#include <vector>

namespace fettle
{

/// Appends to `table`, which is or becomes tokenized. Throws BadInput naming the line of a list that cannot be used.
void readTokenRows(RowTable& table, const std::string& name, const std::vector<ColumnFacts>& columns, JsonRows rows);

} // namespace fettle
