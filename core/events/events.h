// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine says while it works: plain structs, one variant. Every one of them also reaches the journal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fettle
{

/// Keys that every event carries. `elapsed` is seconds of this run without pauses (over all its parts).
struct EventBase {
    int64_t step = 0;
    double time = 0; ///< seconds since 1970
    double elapsed = 0;
};

/// Sent once, when data and model are ready and before step 1.
struct StartedEvent : EventBase {
    std::string argumentsHash;
    int64_t rows = 0;           ///< rows (or blocks) trained on
    int64_t validationRows = 0; ///< kept aside
    int64_t tokens = 0;
    int64_t stepsPerEpoch = 0;
    int64_t maxSteps = 0;
    std::string runFolder;
};
/// Sent after every optimizer step.
struct StepEvent : EventBase {
    double epoch = 0;
    std::optional<double> loss; ///< mean over the step's graded tokens; none where it is not a number
    double learningRate = 0;    ///< the one the step used
    double gradNorm = 0;        ///< before clipping
    int64_t tokens = 0;         ///< in this step
    int64_t gradedTokens = 0;   ///< in this step
    double seconds = 0;         ///< of this step
};
/// Sent after every evaluation on the validation rows.
struct EvalEvent : EventBase {
    double epoch = 0;
    double loss = 0;
    double perplexity = 0;
    double seconds = 0;
    bool best = false;                 ///< the lowest loss so far
    std::optional<double> accuracy;    ///< share of the graded tokens that the model ranks first; none: not measured
    std::optional<double> bitsPerByte; ///< of causal models (grading.h says of which bytes); none: not measured
};
/// One guess for one [MASK].
struct FillCandidate {
    std::string token;
    int32_t id = 0;
    double score = 0; ///< probability
};
/// Sent for each prompt at step 0, every `samples.every_steps` steps and at the end.
struct SampleEvent : EventBase {
    std::string prompt;
    std::string text;                              ///< causal: the new text only
    std::vector<int32_t> ids;                      ///< causal: the new tokens
    std::vector<std::vector<FillCandidate>> fills; ///< masked: candidates of each [MASK], best first
};
/// Sent when a checkpoint is whole on disk.
struct CheckpointEvent : EventBase {
    std::string path; ///< relative to the run folder
    std::optional<double> loss;
    bool isValidation = false; ///< `loss` is that of a check at this step; else the training loss of the step
};
enum class NoticeLevel { Info, Warning, Error };
/// What a notice is about; front ends may look for it.
enum class NoticeCode {
    Other, ///< of another version of Fettle: told by its words alone
#define FETTLE_NOTICE(Name, word) Name,
#include "core/events/codes.def"
#undef FETTLE_NOTICE
};
/// Something a person should know, in plain words.
struct NoticeEvent : EventBase {
    NoticeLevel level = NoticeLevel::Info;
    NoticeCode code = NoticeCode::Other;
    std::string message;
};
/// A setting that is allowed and yet hardly meant: told before the start, and by the run as a notice.
struct SettingWarning {
    NoticeCode code = NoticeCode::Other;
    std::string subject; ///< the setting it is about
    std::string message;
    std::string hint;
};
struct PausedEvent : EventBase {
}; ///< sent when a pause took hold and all is saved
struct ContinuedEvent : EventBase {
};
/// Sent first by a resumed run: steps above `fromStep` that stand earlier in the journal are done again.
struct ResumedEvent : EventBase {
    int64_t fromStep = 0;
    int64_t maxSteps = 0;
    std::string runFolder;
};
enum class FinishReason { Done, Stopped, EarlyStop, Failed };
/// The last event of a run, always sent.
struct FinishedEvent : EventBase {
    FinishReason reason = FinishReason::Done;
    std::optional<double> trainLoss;  ///< mean over the run's steps
    std::optional<int64_t> modelStep; ///< of the finished model that lies in the folder; none: none was written
    std::optional<double> modelLoss;  ///< its loss on the rows kept aside, where a check measured it
    double seconds = 0;
    std::string message; ///< reason failed: what happened; else empty
    std::string hint;
    std::string subject;
    int errorCode = 0; ///< reason failed: the ErrorCode
};
enum class Activity {
#define FETTLE_ACTIVITY(Name, word) Name,
#include "core/events/codes.def"
#undef FETTLE_ACTIVITY
};
/// Not journalled: what the engine is busy with before step 1 or beside training.
struct ActivityEvent : EventBase {
    Activity what = Activity::Reading;
    double fraction = -1; ///< 0..1, negative where unknown
};

using Event = std::variant<StartedEvent, StepEvent, EvalEvent, SampleEvent, CheckpointEvent, NoticeEvent, PausedEvent,
                           ContinuedEvent, ResumedEvent, FinishedEvent, ActivityEvent>;

/// Takes events on the engine's thread; must return soon and not throw.
class EventSink
{
public:
    virtual ~EventSink() = default;
    virtual void onEvent(const Event& event) = 0;
};

const char* toString(NoticeLevel level);
const char* toString(FinishReason reason);
const char* toString(Activity activity); ///< the stable word: "reading", "loading_model" …
const char* toString(NoticeCode code);   ///< the stable word: "loss_jumped" …; "other" for Other
/// Other for a word that no notice has.
NoticeCode noticeCodeFrom(std::string_view word);
const std::vector<Activity>& allActivities();
/// All but Other.
const std::vector<NoticeCode>& allNoticeCodes();

} // namespace fettle
