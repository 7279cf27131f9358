// SPDX-License-Identifier: GPL-3.0-or-later
// The line of a step, read without a JSON tree: a journal of a million steps is a million of these.
#include "core/runs/journal_reader.h"

#include <charconv>
#include <limits>

namespace fettle
{

namespace
{

/// What is left of a line; once something else stands there than expected, `fits` is false.
struct Cursor {
    const char* at;
    const char* end;
    bool fits = true;

    void skip(std::string_view text)
    {
        fits = fits && static_cast<size_t>(end - at) >= text.size() && std::string_view(at, text.size()) == text;
        if (fits)
            at += text.size();
    }
    template <typename T>
    T number()
    {
        T value = 0;
        const char* first = at < end && *at == '-' ? at + 1 : at;
        if (!fits || first == end || *first < '0' || *first > '9') { // from_chars also takes "inf"
            fits = false;
            return value;
        }
        const auto [next, error] = std::from_chars(at, end, value);
        fits = error == std::errc();
        at = next;
        return value;
    }
    std::optional<double> numberOrNull()
    {
        if (fits && at < end && *at == 'n') {
            skip("null");
            return std::nullopt;
        }
        return number<double>();
    }
};

} // namespace

std::optional<StepEvent> parseStepLine(std::string_view line)
{
    Cursor cursor{line.data(), line.data() + line.size()};
    StepEvent event;
    cursor.skip("{\"event\":\"step\",\"step\":");
    event.step = cursor.number<int64_t>();
    cursor.skip(",\"time\":");
    event.time = cursor.number<double>();
    cursor.skip(",\"elapsed\":");
    event.elapsed = cursor.number<double>();
    cursor.skip(",\"epoch\":");
    event.epoch = cursor.number<double>();
    cursor.skip(",\"loss\":");
    event.loss = cursor.numberOrNull();
    cursor.skip(",\"learning_rate\":");
    event.learningRate = cursor.number<double>();
    cursor.skip(",\"grad_norm\":");
    event.gradNorm = cursor.numberOrNull().value_or(std::numeric_limits<double>::quiet_NaN());
    cursor.skip(",\"tokens\":");
    event.tokens = cursor.number<int64_t>();
    cursor.skip(",\"graded_tokens\":");
    event.gradedTokens = cursor.number<int64_t>();
    cursor.skip(",\"seconds\":");
    event.seconds = cursor.number<double>();
    cursor.skip("}");
    if (!cursor.fits || cursor.at != cursor.end)
        return std::nullopt;
    return event;
}

} // namespace fettle
