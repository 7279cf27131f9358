// SPDX-License-Identifier: GPL-3.0-or-later
// The shown run: one that runs here, one that another program writes and that is followed, or one that has ended.
#pragma once

#include "core/runs/run_summarizer.h"
#include "core/session.h"
#include "ui/bench/background.h"
#include "ui/bench/page_id.h"
#include "ui/bench/run_files.h"
#include "ui/bench/run_history.h"

#include <QTimer>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace fettle::ui
{

class Choices;
class Engine;
class ModelReading;

class RunWatch : public QObject
{
    Q_OBJECT

public:
    RunWatch(Engine& engine, Choices& choices, ModelReading& model, BackgroundPool& pool);

    void start(); ///< what is chosen; throws where it cannot
    void continueRun(const QString& folder);
    /// Shows a run from its folder (also one that runs elsewhere: it is followed), then wants `page`.
    void open(const QString& folder, PageId page = PageId::Train);
    void close(); ///< forgets the shown run, so that a new one can be begun; not while running
    void pause();
    void resume();
    void saveNow();
    void stop(StopMode mode);
    /// Stops and saves what runs; againWanted comes as soon as nothing does.
    void startAgain(double learningRate);
    void take(std::vector<Event>& events);                      ///< of the engine
    void moved(const std::string& from, const std::string& to); ///< a run's folder got another name

    bool isRunning() const { return m_running; } ///< also while paused
    bool isPaused() const { return m_running && m_history && m_history->paused; }
    bool isPausing() const { return m_running && m_pausing; }     ///< asked for a pause that has not taken hold yet
    double progress() const;                                      ///< 0..1
    QString activity() const { return m_activity; }               ///< "reading", "saving" … in words, or empty
    const RunHistory* history() const { return m_history.get(); } ///< null before any
    const std::optional<RunConfig>& config() const { return m_config; } ///< what it was started with
    bool isAdapter() const { return m_isAdapter; } ///< an adapter learns (LoRA), not the model itself
    /// What is chosen is not what the shown run trains: its next start makes another run.
    bool isOtherNext() const { return m_otherNext; }
    bool hasNotComeAbout() const;                ///< its start failed before there was anything of it
    std::optional<TrainedModel> trained() const; ///< what it has made so far; no disk is asked
    QString trainedModel() const;                ///< its reference; empty before the first save
    QString baseModel() const;                   ///< reference that it, or the next run, starts from
    /// Of that one, or of what was trained where that one is gone; none until it is looked up, then the model's
    /// `changed` comes. Empty where neither fills blanks.
    std::optional<QString> maskToken() const;
    /// Whether one of the two has a chat template, in the same way; false until that is known.
    bool hasChatTemplate() const;
    int64_t contextLength() const; ///< tokens that they read at once, in the same way; 0: not known

Q_SIGNALS:
    void changed(); ///< started, paused, finished, another run opened
    void updated(); ///< new events, at most 30 times a second
    void opened();  ///< just before `changed`: one from its folder
    void forgotten();
    void ended(); ///< one that ran here
    void againWanted(double learningRate, bool start);
    void failed(const fettle::ui::Problem& problem); ///< a start that did not happen
    void pageWanted(fettle::ui::PageId page);
    void message(const QString& message, const QString& hint);

private:
    struct Opened {
        std::shared_ptr<RunSummarizer> reader; ///< reads on from where this ends
        std::vector<Event> events;
        RunSummary summary;
        RunFiles files;
        std::optional<ModelFacts> base; ///< the model it started from, where that is still there
    };
    static Opened read(const std::filesystem::path& folder);
    void readThen(const QString& folder, std::function<void(Opened found)> then);
    void show(Opened found, bool follow);
    void forget(); ///< nothing is shown any more, nothing of it comes later
    void setRunning(bool running);
    void takeOne(const Event& event);
    void lookAtFiles(); ///< in the background
    void compareWithChosen();
    void learnModel(); ///< where it trains the chosen model and that is read
    void lookOn();     ///< at a run that another program writes
    void stopFollowing();

    Engine& m_engine;
    Choices& m_choices;
    ModelReading& m_model;
    std::unique_ptr<RunHistory> m_history;
    std::optional<RunConfig> m_config;
    bool m_running = false, m_pausing = false;
    bool m_saving = false; ///< a checkpoint was told of; only then are older ones removed
    bool m_isAdapter = false;
    bool m_otherNext = false; ///< what is chosen would train something else
    QString m_activity;
    std::optional<double> m_again; ///< learning rate of the next run, when this one has stopped
    QTimer m_followTimer;
    std::shared_ptr<RunSummarizer> m_follower; ///< used by one job at a time
    bool m_isLooking = false;                  ///< that job is at work
    BackgroundSlot m_openJob, m_followJob, m_filesJob;
};

} // namespace fettle::ui
