// SPDX-License-Identifier: GPL-3.0-or-later
// What the workbench holds. Included by ui/bridge/workbench*.cpp alone.
#pragma once

#include "ui/bridge/background.h"
#include "ui/bridge/event_queue.h"
#include "ui/bridge/run_lister.h"
#include "ui/bridge/workbench.h"

#include <QTimer>
#include <map>

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
    };
    std::vector<Undo> undos;
    std::map<QString, Problem> badValues; ///< arguments as typed that were not taken over

    // Model.
    std::optional<ModelEntry> model;
    std::optional<Problem> modelProblem;
    bool readingModel = false;
    std::vector<ModelEntry> bundled;
    QStringList ownFolders;
    std::vector<ModelEntry> ownModels;
    std::vector<Problem> ownProblems;
    BackgroundSlot modelJob{pool}, bundledJob{pool}, ownJob{pool};

    // Data.
    std::shared_ptr<const DataPreview> preview;
    std::optional<Problem> dataProblem;
    bool readingData = false;
    double readingFraction = -1;
    QString previewKey; ///< what the preview was read for
    QTimer dataTimer;   ///< gathers quick changes
    BackgroundSlot dataJob{pool};

    // Forecast.
    std::optional<Forecast> forecast;
    std::optional<Problem> checkProblem; ///< of validateRunConfig
    QTimer forecastTimer;
    BackgroundSlot forecastJob{pool};

    // Run.
    EventQueue queue;
    std::unique_ptr<Session> session; ///< made at first use
    std::unique_ptr<RunHistory> history;
    std::optional<RunConfig> historyConfig;
    bool running = false;
    QString activity;
    BackgroundSlot openJob{pool}, followJob{pool};
    QTimer followTimer; ///< a run that another process writes
    qint64 followedSize = -1;

    // Try.
    uint64_t nextTry = 1;
    std::map<uint64_t, uint64_t> tries; ///< our id → the session's
    BackgroundSlot cutJob{pool};

    // Runs.
    std::vector<RunSummary> runs;
    std::shared_ptr<RunLister> lister = std::make_shared<RunLister>(); ///< used by one job at a time
    bool listingRuns = false, listRunsAgain = false;
    BackgroundSlot runsJob{pool};
    QTimer runsTimer;

    Session& engine();
    void readModel();
    void readBundled();
    void readOwnModels();
    void scheduleData();
    void readData();
    void scheduleForecast();
    void makeForecast();
    void changed(); ///< after any change of config: signals, re-reading of what depends on it
    void pushUndo();

    void onEvents(std::vector<Event>& events);
    void beginRun(const RunConfig& startedWith);
    void showRecord(RunRecord record, bool follow);
    void follow();
    void stopFollowing();
    void fail(const Problem& problem); ///< a start that did not happen
};

/// "ships-log.txt", "3 files", or empty.
QString textName(const DataConfig& data);

} // namespace fettle::ui
