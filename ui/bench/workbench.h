// SPDX-License-Identifier: GPL-3.0-or-later
// All that pages work with, joined: each part says what it knows, the workbench tells one what another learnt.
// Everything slow runs on other threads; signals arrive in the window's thread.
#pragma once

#include "ui/bench/choices.h"
#include "ui/bench/demos.h"
#include "ui/bench/engine.h"
#include "ui/bench/forecasts.h"
#include "ui/bench/model_reading.h"
#include "ui/bench/model_shelf.h"
#include "ui/bench/opener.h"
#include "ui/bench/run_actions.h"
#include "ui/bench/run_shelf.h"
#include "ui/bench/run_watch.h"
#include "ui/bench/text_reading.h"
#include "ui/bench/tries.h"

namespace fettle::ui
{

class Workbench : public QObject
{
    Q_OBJECT

    BackgroundPool m_pool;
    Engine m_engine{[this](std::vector<Event>& events) { run.take(events); }};
    bool m_startsWhenReady = false; ///< the run begins once model and text are read

public:
    explicit Workbench(QObject* parent = nullptr);
    ~Workbench() override;

    Choices choices;
    ModelShelf models{m_pool};
    ModelReading model{choices, m_pool};
    TextReading text{choices, model, m_pool};
    Forecasts forecasts{choices, model, text, m_pool};
    Demos demos{m_pool};
    RunWatch run{m_engine, choices, model, m_pool};
    RunShelf runs{run, m_pool};
    Tries tries{m_engine, m_pool};
    Opener opener{choices, models, text, run, m_pool};
    RunActions actions{*this};

    /// All that stands before a start, most important first: Start is disabled, and says the first of them.
    std::vector<Problem> problems() const;
    std::optional<Problem> problem(const QString& subject) const;
    bool canStart() const;
    /// Checks anew: what memory and disk lack is left to the engine, which measures them.
    void start();
    void startDemo(const QString& name); ///< "ships-log" or "contract-clauses"
    void lookAgain();                    ///< files may have changed while nobody looked; nothing where a run uses them
    void takeOverRun();                  ///< model, text and settings of the shown run become what is chosen

Q_SIGNALS:
    void changed(); ///< anything of any part: for what shows all of it (rail, title, menus)
    void startFailed(const fettle::ui::Problem& problem);      ///< a start that did not happen
    void continueFailed(const fettle::ui::Problem& problem);   ///< of a run that is not what is chosen
    void startFailureOver();                                   ///< another model, text or run is chosen since
    void message(const QString& message, const QString& hint); ///< for the user: something could not be done
    void pageWanted(fettle::ui::PageId page);                  ///< the window should show this page
    void mendWanted(const QString& subject); ///< a problem's: the page that mends it, a setting's field there

private:
    void joinParts();
    std::vector<Problem> chosenProblems() const; ///< those of what is chosen and read, never old
    void startAgain(double learningRate, bool start);
    void startIfReady();
    void endFailure();

    std::optional<RunConfig> m_refused; ///< what was chosen when a start failed that is still spoken of
};

} // namespace fettle::ui
