// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading journal lines.
#include "core/runs/journal.h"

#include "core/base/json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Json optionalNumber(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json fillsToJson(const std::vector<std::vector<FillCandidate>>& fills)
{
    Json lists = Json::array();
    for (const auto& candidates : fills) {
        Json list = Json::array();
        for (const FillCandidate& candidate : candidates)
            list.push_back(Json{{"token", candidate.token}, {"id", candidate.id}, {"score", candidate.score}});
        lists.push_back(std::move(list));
    }
    return lists;
}

/// Adds the keys of each event to an object that has event, step, time and elapsed.
struct JournalKeys {
    Json& json;

    void operator()(const StartedEvent& event) const
    {
        json["arguments_hash"] = event.argumentsHash;
        json["rows"] = event.rows;
        json["tokens"] = event.tokens;
        json["steps_per_epoch"] = event.stepsPerEpoch;
        json["max_steps"] = event.maxSteps;
    }
    void operator()(const StepEvent& event) const
    {
        json["epoch"] = event.epoch;
        json["loss"] = optionalNumber(event.loss);
        json["learning_rate"] = event.learningRate;
        json["grad_norm"] = event.gradNorm;
        json["tokens"] = event.tokens;
        json["graded_tokens"] = event.gradedTokens;
        json["seconds"] = event.seconds;
    }
    void operator()(const EvalEvent& event) const
    {
        json["epoch"] = event.epoch;
        json["loss"] = event.loss;
        json["perplexity"] = event.perplexity;
        if (event.accuracy)
            json["accuracy"] = *event.accuracy;
        if (event.bitsPerByte)
            json["bits_per_byte"] = *event.bitsPerByte;
        json["seconds"] = event.seconds;
    }
    void operator()(const SampleEvent& event) const
    {
        json["prompt"] = event.prompt;
        json["text"] = event.text;
        json["ids"] = event.ids;
        if (!event.fills.empty())
            json["fills"] = fillsToJson(event.fills);
    }
    void operator()(const CheckpointEvent& event) const
    {
        json["path"] = event.path;
        json["loss"] = optionalNumber(event.loss);
        if (event.loss)
            json["loss_of"] = event.isValidation ? "validation" : "training";
    }
    void operator()(const NoticeEvent& event) const
    {
        json["level"] = toString(event.level);
        json["code"] = toString(event.code);
        json["message"] = event.message;
    }
    void operator()(const PausedEvent&) const {}
    void operator()(const ContinuedEvent&) const {}
    void operator()(const ResumedEvent& event) const { json["from_step"] = event.fromStep; }
    void operator()(const FinishedEvent& event) const
    {
        json["reason"] = toString(event.reason);
        json["train_loss"] = optionalNumber(event.trainLoss);
        json["seconds"] = event.seconds;
        if (event.modelStep)
            json["model_step"] = *event.modelStep;
        if (event.modelLoss)
            json["model_loss"] = *event.modelLoss;
        for (const auto& [key, words] :
             {std::pair{"message", &event.message}, {"hint", &event.hint}, {"subject", &event.subject}})
            if (!words->empty())
                json[key] = *words;
    }
    void operator()(const ActivityEvent&) const {}
};

struct JournalWord {
    const char* operator()(const StartedEvent&) const { return "started"; }
    const char* operator()(const StepEvent&) const { return "step"; }
    const char* operator()(const EvalEvent&) const { return "eval"; }
    const char* operator()(const SampleEvent&) const { return "sample"; }
    const char* operator()(const CheckpointEvent&) const { return "checkpoint"; }
    const char* operator()(const NoticeEvent&) const { return "notice"; }
    const char* operator()(const PausedEvent&) const { return "paused"; }
    const char* operator()(const ContinuedEvent&) const { return "continued"; }
    const char* operator()(const ResumedEvent&) const { return "resumed"; }
    const char* operator()(const FinishedEvent&) const { return "finished"; }
    const char* operator()(const ActivityEvent&) const { return ""; }
};

double numberOrNan(const Json& json, const char* key)
{
    return jsonValue<double>(json, key, std::numeric_limits<double>::quiet_NaN());
}

std::optional<double> numberOrNone(const Json& json, const char* key)
{
    const double value = numberOrNan(json, key);
    return std::isnan(value) ? std::nullopt : std::optional<double>(value);
}

NoticeLevel noticeLevelFrom(const std::string& word)
{
    return word == "error" ? NoticeLevel::Error : word == "warning" ? NoticeLevel::Warning : NoticeLevel::Info;
}

FinishReason finishReasonFrom(const std::string& word)
{
    return word == "done"         ? FinishReason::Done
           : word == "stopped"    ? FinishReason::Stopped
           : word == "early_stop" ? FinishReason::EarlyStop
                                  : FinishReason::Failed;
}

StartedEvent startedFrom(const Json& json)
{
    StartedEvent event;
    event.argumentsHash = jsonValue<std::string>(json, "arguments_hash", "");
    event.rows = jsonValue<int64_t>(json, "rows", 0);
    event.tokens = jsonValue<int64_t>(json, "tokens", 0);
    event.stepsPerEpoch = jsonValue<int64_t>(json, "steps_per_epoch", 0);
    event.maxSteps = jsonValue<int64_t>(json, "max_steps", 0);
    return event;
}

StepEvent stepFrom(const Json& json)
{
    StepEvent event;
    event.epoch = jsonValue<double>(json, "epoch", 0);
    event.loss = numberOrNone(json, "loss");
    event.learningRate = jsonValue<double>(json, "learning_rate", 0);
    event.gradNorm = numberOrNan(json, "grad_norm");
    event.tokens = jsonValue<int64_t>(json, "tokens", 0);
    event.gradedTokens = jsonValue<int64_t>(json, "graded_tokens", 0);
    event.seconds = jsonValue<double>(json, "seconds", 0);
    return event;
}

EvalEvent evalFrom(const Json& json)
{
    EvalEvent event;
    event.epoch = jsonValue<double>(json, "epoch", 0);
    event.loss = numberOrNan(json, "loss");
    event.perplexity = numberOrNan(json, "perplexity");
    if (const double accuracy = numberOrNan(json, "accuracy"); std::isfinite(accuracy))
        event.accuracy = accuracy;
    if (const double bits = numberOrNan(json, "bits_per_byte"); std::isfinite(bits))
        event.bitsPerByte = bits;
    event.seconds = jsonValue<double>(json, "seconds", 0);
    return event;
}

SampleEvent sampleFrom(const Json& json)
{
    SampleEvent event;
    event.prompt = jsonValue<std::string>(json, "prompt", "");
    event.text = jsonValue<std::string>(json, "text", "");
    if (json.contains("ids"))
        event.ids = json["ids"].get<std::vector<int32_t>>();
    if (json.contains("fills"))
        for (const Json& list : json["fills"]) {
            std::vector<FillCandidate>& candidates = event.fills.emplace_back();
            for (const Json& entry : list)
                candidates.push_back({jsonValue<std::string>(entry, "token", ""),
                                      static_cast<int32_t>(jsonValue<int64_t>(entry, "id", 0)),
                                      jsonValue<double>(entry, "score", 0)});
        }
    return event;
}

NoticeEvent noticeFrom(const Json& json)
{
    NoticeEvent event;
    event.level = noticeLevelFrom(jsonValue<std::string>(json, "level", "info"));
    event.code = noticeCodeFrom(jsonValue<std::string>(json, "code", ""));
    event.message = jsonValue<std::string>(json, "message", "");
    return event;
}

std::optional<Event> eventFrom(const std::string& word, const Json& json)
{
    if (word == "started")
        return startedFrom(json);
    if (word == "step")
        return stepFrom(json);
    if (word == "eval")
        return evalFrom(json);
    if (word == "sample")
        return sampleFrom(json);
    if (word == "notice")
        return noticeFrom(json);
    if (word == "paused")
        return PausedEvent{};
    if (word == "continued")
        return ContinuedEvent{};
    if (word == "checkpoint") {
        CheckpointEvent event;
        event.path = jsonValue<std::string>(json, "path", "");
        event.loss = numberOrNone(json, "loss");
        event.isValidation = jsonValue<std::string>(json, "loss_of", "") == "validation";
        return event;
    }
    if (word == "resumed") {
        ResumedEvent event;
        event.fromStep = jsonValue<int64_t>(json, "from_step", 0);
        return event;
    }
    if (word == "finished") {
        FinishedEvent event;
        event.reason = finishReasonFrom(jsonValue<std::string>(json, "reason", "failed"));
        event.trainLoss = numberOrNone(json, "train_loss");
        event.seconds = jsonValue<double>(json, "seconds", 0);
        if (const int64_t step = jsonValue<int64_t>(json, "model_step", -1); step >= 0)
            event.modelStep = step;
        event.modelLoss = numberOrNone(json, "model_loss");
        event.message = jsonValue<std::string>(json, "message", "");
        event.hint = jsonValue<std::string>(json, "hint", "");
        event.subject = jsonValue<std::string>(json, "subject", "");
        return event;
    }
    return std::nullopt;
}

} // namespace

std::string journalLine(const Event& event)
{
    const char* word = std::visit(JournalWord{}, event);
    if (!*word)
        return {};
    Json json = Json::object();
    json["event"] = word;
    std::visit(
        [&](const auto& each) {
            json["step"] = each.step;
            json["time"] = each.time;
            json["elapsed"] = each.elapsed;
        },
        event);
    std::visit(JournalKeys{json}, event);
    return jsonText(json);
}

std::optional<Event> parseJournalLine(std::string_view line)
{
    const std::optional<Json> parsed = tryParseJson(line);
    if (!parsed || !parsed->is_object())
        return std::nullopt;
    const Json& json = *parsed;
    try {
        std::optional<Event> event = eventFrom(jsonValue<std::string>(json, "event", ""), json);
        if (event)
            std::visit(
                [&](auto& each) {
                    each.step = jsonValue<int64_t>(json, "step", 0);
                    each.time = jsonValue<double>(json, "time", 0);
                    each.elapsed = jsonValue<double>(json, "elapsed", 0);
                },
                *event);
        return event;
    } catch (const std::exception&) { // a value of the wrong type: written by something else
        return std::nullopt;
    }
}

} // namespace fettle
