// SPDX-License-Identifier: GPL-3.0-or-later
// The façade: all that windows and programs may know of training.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/model_facts.h"
#include "core/chat/chat_template.h"
#include "core/data/preview.h"
#include "core/events/events.h"
#include "core/generate/options.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

enum class StopMode {
    SaveAndStop,       ///< saves a checkpoint; can be continued
    KeepBestAndFinish, ///< the best (else the last) state becomes the finished model
    Discard,           ///< stops at once; the last checkpoint stays
};

/// What a run will take, and how sure that is.
struct Forecast {
    int64_t steps = 0;
    int64_t stepsPerEpoch = 0;
    int64_t checks = 0; ///< on the rows kept aside, from step 0 to the end
    double seconds = 0, secondsLow = 0, secondsHigh = 0;
    double learningSeconds = 0, checkingSeconds = 0, writingSeconds = 0;
    uint64_t memoryBytes = 0; ///< of the whole program
    uint64_t memoryFree = 0;  ///< that it can have: memoryInReach of base/machine.h
    uint64_t diskBytes = 0, diskFree = 0;
    int64_t keptCheckpoints = 0;   ///< that lie in the folder at most
    int64_t parameters = 0;        ///< of the model with its adapters
    int64_t trainedParameters = 0; ///< those of them that learn
    bool measured = false;         ///< from a rate measured on this machine with this model, else from a rule of thumb
    bool wasDisturbed = false;     ///< measured only while other programs took most of the cores: rough
    bool isBusy = false;           ///< other programs slow it just now; the times count that in
    std::vector<SettingWarning> warnings;
};

struct TryRequest {
    std::string model;  ///< reference or checkpoint folder
    std::string prompt; ///< masked: a text with the mask token
    GenerateOptions options;
    int topK = 5; ///< masked
    /// Causal: a conversation to answer, put into the model's chat template; `prompt` is not used then.
    std::vector<ChatMessage> messages;
};
/// Called on the engine's thread. Each try ends with exactly one of onWritten, onFilled, onFailed and onCancelled.
struct TryCallbacks {
    std::function<void(int leftOut)>
        onFitted; ///< a conversation, before it is answered: its oldest messages that have no room
    std::function<void(const GeneratedPiece&)> onPiece; ///< causal
    std::function<void(const BeamProgress&)> onBeams;   ///< causal, of beams: before any piece
    std::function<void(const Generation&)> onWritten;   ///< causal, at the end
    std::function<void(const std::vector<std::vector<FillCandidate>>&)> onFilled; ///< masked
    std::function<void(const Error&)> onFailed;
    std::function<void()> onCancelled; ///< also where it had not begun, or the session ends
};

/// One training run at a time, on one long-lived engine thread, which also writes samples and serves Try.
/// Every method returns at once unless it says that it blocks; all may be called from any one thread.
class Session
{
public:
    /// `sink` gets every event, on the engine's thread; it must outlive the session.
    explicit Session(EventSink& sink);
    /// Blocks: stops a run in progress with SaveAndStop.
    ~Session();

    /// Checks the configuration (throws BadInput, nothing written), then starts; the rest comes as events.
    void start(const RunConfig& config);
    /// The same, in a new folder, from a checkpoint that transformers' Trainer wrote.
    void start(const RunConfig& config, const std::filesystem::path& foreignCheckpoint);
    /// Goes on from a run folder's newest whole checkpoint, or from a checkpoint folder in it. `settings`: "key=value",
    /// only what changes no number of the run. Throws BadInput.
    void resumeRun(const std::filesystem::path& runOrCheckpoint, const std::vector<std::string>& settings = {});
    void pause();   ///< after the current step; saves, then sends PausedEvent
    void resume();  ///< ends a pause
    void saveNow(); ///< a checkpoint after the current step
    void stop(StopMode mode);
    bool isRunning() const;   ///< from start() until FinishedEvent was sent; true while paused
    void waitUntilFinished(); ///< blocks

    /// Queued; between two steps of a run, or at once. Returns an id for cancelTry.
    uint64_t tryModel(const TryRequest& request, TryCallbacks callbacks);
    /// This try and no other; its onCancelled follows unless it has just ended.
    void cancelTry(uint64_t id);

private:
    class Engine;
    std::unique_ptr<Engine> m_engine;
};

/// Blocks. previewData of preview.h for a run file: loads the tokenizer of its model first.
DataPreview previewRunData(const RunConfig& config, int batches = 8, const std::function<bool(double)>& progress = {});

/// Blocks for some milliseconds. `preview` tells rows and tokens.
Forecast forecastRun(const RunConfig& config, const ModelFacts& model, const DataPreview& preview);

/// The same from a run file alone; blocks longer: reads the model's configuration and the text.
Forecast forecastRun(const RunConfig& config);

/// How a model's tokenizer cuts a text: pieces as readable text, with ids. Blocks (loads the tokenizer once, then
/// cached).
struct TextPiece {
    std::string text; ///< of pieces that share a character each has the text of them all
    int32_t id = 0;
    bool continues = false; ///< shares a character with the piece before it
};
std::vector<TextPiece> cutText(const std::string& model, const std::string& text);

} // namespace fettle
