// SPDX-License-Identifier: GPL-3.0-or-later
// What the workbench holds. Included by ui/bench/workbench*.cpp alone.
#pragma once

#include "core/runs/run_summarizer.h"
#include "ui/bench/background.h"
#include "ui/bench/event_queue.h"
#include "ui/bench/run_files.h"
#include "ui/bench/run_lister.h"
#include "ui/bench/workbench.h"

#include <QTimer>
#include <map>
#include <set>

namespace fettle::ui
{

class Workbench::Private
{
public:
    explicit Private(Workbench& workbench);
    ~Private();

    Workbench& q;
    QThreadPool pool;

    // Chosen.
    RunConfig config;
    struct Undo {
        RunConfig config;
        std::map<QString, Problem> badValues;
        std::set<QString> automatic, byHand;
    };
    std::vector<Undo> undos;
    std::map<QString, Problem> badValues;           ///< arguments as typed that were not taken over
    std::set<QString> automatic;                    ///< keys that Fettle chooses for the text (text_defaults.h)
    std::set<QString> byHand;                       ///< keys that the user set; never chosen for them
    bool borrowed = false;                          ///< the values are a demo's
    std::shared_ptr<const DataPreview> promptsFrom; ///< the rows that automatic prompts were made of
    std::optional<std::string> promptsMask;         ///< mask token that the prompts were made with, empty: none
    std::map<std::string, std::vector<std::string>> promptsOfMask; ///< prompts put away with their kind of model
    std::optional<DataConfig> readable;                            ///< the last text that could be read, and how

    // Model.
    std::optional<ModelEntry> model;
    std::optional<Problem> modelProblem;
    bool readingModel = false;
    std::vector<ModelEntry> bundled;
    QStringList ownFolders;
    std::vector<ModelEntry> ownModels;
    std::vector<Problem> ownProblems;
    BackgroundSlot modelJob{pool}, bundledJob{pool}, ownJob{pool}, maskJob{pool};
    std::map<std::string, std::string> maskTokens; ///< of other models, by reference
    std::string maskAskedFor;

    // Data.
    std::shared_ptr<const DataPreview> preview;
    std::optional<Problem> dataProblem;
    bool readingData = false;
    double readingFraction = -1;
    QString previewKey; ///< what the preview was read for
    QTimer dataTimer;   ///< gathers quick changes
    BackgroundSlot dataJob{pool};

    BackgroundSlot offerJob{pool};
    std::shared_ptr<const DataPreview> facts; ///< files and columns alone, where there is no preview
    QString factsKey;
    BackgroundSlot factsJob{pool};

    // Forecast.
    std::optional<Forecast> forecast;
    QString nextFolder;
    std::optional<Problem> checkProblem; ///< of validateRunConfig
    QTimer forecastTimer;
    BackgroundSlot forecastJob{pool};
    QTimer resourceTimer; ///< looks again while memory or disk are missing
    struct Demo {
        RunConfig config;
        ModelEntry model;
        std::shared_ptr<const DataPreview> preview;
    };
    std::map<QString, Demo> demos; ///< read once
    std::map<QString, Forecast> demoForecasts;
    BackgroundSlot demoJob{pool};

    // Run.
    EventQueue queue;
    std::unique_ptr<Session> session; ///< made at first use
    std::unique_ptr<RunHistory> history;
    std::optional<RunConfig> historyConfig;
    bool running = false, pausing = false;
    bool saving = false; ///< a checkpoint was told of; only then are older ones removed
    QString activity;
    std::optional<double> again;  ///< learning rate of the next run, when this one has stopped
    bool startsWhenReady = false; ///< that one begins once model and text are read
    bool otherNext = false;       ///< what is chosen would train something else than the shown run
    BackgroundSlot openJob{pool}, followJob{pool}, filesJob{pool};
    QTimer followTimer;                      ///< a run that another process writes
    std::shared_ptr<RunSummarizer> follower; ///< used by one job at a time
    bool isLooking = false;                  ///< that job is at work

    // Try.
    uint64_t nextTry = 1;
    std::map<uint64_t, uint64_t> tries; ///< our id → the session's
    BackgroundSlot cutJob{pool}, countJob{pool};

    // Runs.
    std::vector<RunSummary> runs;
    std::shared_ptr<RunLister> lister = std::make_shared<RunLister>(); ///< used by one job at a time
    bool listingRuns = false, listRunsAgain = false;
    bool listingIsOld = false; ///< the one under way began before a run was renamed or removed: it is not shown
    BackgroundSlot runsJob{pool};
    QTimer runsTimer;

    Session& engine();
    void readModel();
    void readBundled();
    void readOwnModels();
    void scheduleData();
    void lookAtTexts(); ///< files and columns, without a model
    void readData();
    void scheduleForecast();
    void makeForecast();
    void changed(); ///< after any change of config: signals, re-reading of what depends on it
    void pushUndo();
    bool refuses(); ///< says so, and answers true, while a run uses what is chosen
    std::optional<Problem> missingResources() const;

    // workbench_defaults.cpp
    void setByHand(const QString& key);
    void chooseForText();
    void keepAside();
    void forgetBorrowed();
    bool fitToText();  ///< true where it changed the configuration
    void fitPrompts(); ///< a model of another kind: its prompts have or have no blanks

    void onEvents(std::vector<Event>& events);
    void beginRun(const RunConfig& startedWith);
    struct Opened {
        std::shared_ptr<RunSummarizer> reader; ///< reads on from where this ends
        std::vector<Event> events;
        RunSummary summary;
        RunFiles files;
        std::optional<ModelEntry> base; ///< the model it started from, where that is still there
    };
    static Opened readOpened(const std::filesystem::path& folder);
    void showRecord(Opened opened, bool follow);
    void forgetRun();   ///< nothing is shown any more, nothing of it comes later
    void lookAtFiles(); ///< of the shown run, in the background
    void compareWithRun();
    void follow();
    void stopFollowing();
    void tellRunOfModel();             ///< the shown run, where it trains the chosen model and that is read
    void fail(const Problem& problem); ///< a start that did not happen
    void takeAgain(bool start);        ///< what startAgain asked for, now that nothing runs
    void startIfReady();
    void listRunsAnew(); ///< a run was renamed or removed
    void runMoved(const std::string& from, const std::string& to);
};

/// Throws BadInput where one is a pipe or a device: a window must not wait for what may never come.
void requirePlainFiles(const std::vector<std::string>& texts);
/// "ships-log.txt", "3 files", or empty.
QString textName(const DataConfig& data);
/// Empty where the model fills no blanks.
std::string maskTokenOf(const ModelEntry& model);
bool hasEndToken(const ModelEntry& model);

} // namespace fettle::ui
