// SPDX-License-Identifier: GPL-3.0-or-later
// transformers' log_history, kept as the text that trainer_state.json takes: an entry costs its bytes once, and saving
// copies instead of writing every number anew.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fettle
{

class LogHistory
{
public:
    void add(const Json& entry);
    /// All entries of an array that was read back; what is no array is none.
    void read(const Json& array);
    /// The array as the value of a key of trainer_state.json: sorted keys, indented by 2.
    std::string text() const;
    /// "eval_loss" of the last entry that has one, if it is of this step.
    std::optional<double> checkLossAt(int64_t step) const;

private:
    std::string m_entries; ///< joined by commas
    std::optional<double> m_checkLoss;
    int64_t m_checkStep = -1;
};

} // namespace fettle
