// SPDX-License-Identifier: GPL-3.0-or-later
// The one object that pages talk to: what is chosen (model, text, settings), what the engine does, and the only user of
// Session. Everything slow runs on other threads; signals arrive in the window's thread.
#pragma once

#include "core/models/model_entry.h"
#include "core/runs/run_folder.h"
#include "core/session.h"
#include "ui/bench/problem.h"
#include "ui/bench/run_history.h"

#include <QObject>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace fettle::ui
{

enum class StepState { ToDo, Ready, Doubtful, Running, Paused, Broken }; ///< ring, tick, "!", arc, bars, red "!"

class Workbench : public QObject
{
    Q_OBJECT

public:
    explicit Workbench(QObject* parent = nullptr);
    ~Workbench() override;

    // What is chosen. Changing it re-reads what depends on it in the background, then the signals come.
    const RunConfig& config() const;
    void setConfig(const RunConfig& config); ///< a run file, a demo, a run to be repeated
    void openRunFile(const QString& file);
    /// A dropped or chosen path: a run folder, a run file, a model folder or a text; does what fits. Nothing is changed
    /// while a run uses what is chosen.
    void openPath(const QString& path);
    void openPaths(const QStringList& paths); ///< one as openPath, several as texts
    /// A folder that was chosen as a run, or as a model: where it is the other as well or instead, otherOffered comes.
    void openRunFolder(const QString& folder);
    void openModelFolder(const QString& folder);

    void setModel(const QString& reference);
    const ModelEntry* model() const; ///< null until one is chosen and read
    bool isReadingModel() const;
    QString maskToken() const; ///< of the chosen model; empty where it fills no blanks, or is not read yet
    /// The same of baseModel(); empty until it is looked up, then modelChanged comes.
    QString baseMaskToken() const;
    std::vector<ModelEntry> bundled() const;
    const std::vector<ModelEntry>& ownModels() const; ///< folders that the user added, remembered
    std::vector<Problem> ownModelProblems() const;    ///< folders that could not be read (subject: the folder)
    void addModelFolder(const QString& folder);
    void removeModelFolder(const QString& folder);

    void setTexts(const QStringList& references); ///< paths or bundled:NAME
    /// Texts that are looked at first: one that cannot be read does not take the place of one that can.
    void offerTexts(const QStringList& paths);
    QString formerText() const; ///< name of the text before this one, where this one cannot be read
    void takeFormerText();
    void setData(const DataConfig& data);               ///< column, blocks, max_length, validation …
    std::shared_ptr<const DataPreview> preview() const; ///< null until read
    /// What is known of the files and their columns: the preview, or, where that cannot be made, what could be seen
    /// without it; null before anything is.
    std::shared_ptr<const DataPreview> textFacts() const;
    void setFormat(const DataFormat& format); ///< corrects what was recognised
    void setColumn(const QString& column);
    bool isReadingData() const;
    double readingFraction() const; ///< 0..1, negative unknown
    void cancelReading();

    void setSamples(const SamplesConfig& samples);
    /// Text as typed; a bad value is kept as a problem and not taken over.
    void setArgument(const QString& name, const QString& text);
    void setArguments(const TrainArgs& arguments); ///< several at once, one step of undo
    void resetArguments();
    bool canUndo() const;
    void undo(); ///< of settings
    /// What Fettle chose by itself for this text (text_defaults.h), as keys; and one click that takes it all back.
    QStringList automatic() const;
    bool isAutomatic(const QString& key) const;
    void dropAutomatic();
    std::optional<Forecast> forecast() const;
    QString nextRunFolder() const; ///< where a new run would be saved; empty before it is known
    /// What a demo will take on this computer; none before forecastDemos() has answered with demosChanged.
    std::optional<Forecast> demoForecast(const QString& name) const;
    void forecastDemos();

    std::vector<Problem> problems() const; ///< all that stands before a start, most important first
    std::optional<Problem> problem(const QString& subject) const;
    bool canStart() const;

    // The run.
    void start();
    void pause();
    void resume();
    void saveNow();
    void stop(StopMode mode);
    /// The shown run once more with another learning rate: what runs is stopped and saved first. Its model, text and
    /// settings become what is chosen, as on Settings, and begin as a new run as soon as they are read.
    void startAgain(double learningRate);
    void continueRun(const QString& folder);
    /// Shows a run from its folder (also one that runs elsewhere: it is followed), then wants `page`.
    void openRun(const QString& folder, const QString& page = QStringLiteral("train"));
    void startDemo(const QString& name); ///< "ships-log" or "contract-clauses"
    void closeRun();                     ///< forgets the shown run, so that a new one can be begun; not while running
    bool isRunning() const;              ///< also while paused
    bool isPaused() const;
    bool isPausing() const;                         ///< asked for a pause that has not taken hold yet
    double progress() const;                        ///< of the shown run, 0..1
    const RunHistory* history() const;              ///< of the running or opened run; null before any
    std::optional<RunConfig> historyConfig() const; ///< what that run was started with
    /// What is chosen on Model, Data and Settings is not what the shown run trains: its next start makes another run.
    bool isOtherRunNext() const;
    /// Model, text and settings of the shown run become what is chosen.
    void takeOverRun();
    QString activity() const; ///< "reading", "saving" … in words, or empty

    // Try.
    uint64_t tryText(const TryRequest& request); ///< answers come as signals with this id
    void cancelTry(uint64_t id);
    /// How the chosen model's tokenizer cuts a text; the answer is textCut, of the newest question only.
    void cutText(const QString& text);
    /// How many pieces the tokenizer of `model` (a reference) makes of a word, 1 where it cannot be read; `then` hears
    /// of the newest question only, and while `asker` is there.
    void countPieces(const QString& model, const QString& word, QObject* asker, std::function<void(int pieces)> then);
    std::optional<TrainedModel> trained() const; ///< what the shown run has made so far; no disk is asked
    QString trainedModel() const;                ///< its reference; empty before the first save
    QString baseModel() const;                   ///< reference that it started from

    // Runs.
    const std::vector<RunSummary>& runs() const;
    void refreshRuns();
    void removeRun(const QString& folder); ///< to the bin
    /// The run's folder gets this name; what is shown and chosen of it follows. Empty where it worked, else why not.
    QString renameRun(const QString& folder, const QString& name);

    // The five steps, for the rail.
    StepState stepState(const QString& page) const; ///< "model", "data", "settings", "train", "try", "runs"
    QString stepLine(const QString& page) const;    ///< "nano-gpt · 1.3 M parameters"

Q_SIGNALS:
    void configChanged(); ///< anything of config()
    void modelChanged();  ///< model(), isReadingModel(), problems
    void modelsChanged(); ///< bundled and own lists
    void dataChanged();   ///< preview(), isReadingData(), readingFraction()
    void forecastChanged();
    void demosChanged(); ///< demoForecast()
    void runChanged();   ///< started, paused, finished, another run opened
    void runUpdated();   ///< new events, at most 30 times a second
    void runsChanged();
    void stepsChanged(); ///< a line or mark of the rail
    void startFailed(const QString& message, const QString& hint, const QString& subject);
    void messageForUser(const QString& message, const QString& hint); ///< something opened could not be
    /// A click on `button` opens the folder as what it is too: a run, or a model.
    void otherOffered(const QString& message, const QString& button, const QString& folder, bool asRun);
    void tryPiece(quint64 id, const fettle::GeneratedPiece& piece);
    void tryWritten(quint64 id, const fettle::Generation& generation);
    void tryFilled(quint64 id, const std::vector<std::vector<fettle::FillCandidate>>& fills);
    void tryFailed(quint64 id, const QString& message, const QString& hint);
    void textCut(const QString& text, const std::vector<fettle::TextPiece>& pieces);
    void textNotCut(const QString& text, const QString& message);
    void pageWanted(const QString& page); ///< the window should show this page

private:
    void takeModelFolder(const QString& folder); ///< into the list, and chosen

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
