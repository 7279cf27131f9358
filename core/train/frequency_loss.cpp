// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/frequency_loss.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace fettle
{

double frequencyLoss(const Dataset& dataset, const std::vector<int32_t>& leftOut, double smoothing, int64_t vocabulary)
{
    constexpr int64_t enough = 1'000'000;
    std::unordered_map<int32_t, int64_t> counts;
    int64_t total = 0;
    for (int64_t i = 0; i < dataset.size() && total < enough; ++i) {
        const Example example = dataset.get(i);
        for (const int32_t id : example.labels.empty() ? example.ids : example.labels)
            if (id >= 0 && std::find(leftOut.begin(), leftOut.end(), id) == leftOut.end()) {
                ++counts[id];
                ++total;
            }
    }
    const auto term = [](double share) { return share > 0 ? -share * std::log(share) : 0; };
    const double spread = vocabulary > 0 ? smoothing / static_cast<double>(vocabulary) : 0;
    double entropy = 0;
    for (const auto& [id, count] : counts)
        entropy += term((1 - smoothing) * static_cast<double>(count) / static_cast<double>(total) + spread);
    if (!counts.empty())
        entropy += static_cast<double>(vocabulary - static_cast<int64_t>(counts.size())) * term(spread);
    return entropy;
}

} // namespace fettle
