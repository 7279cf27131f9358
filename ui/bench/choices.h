// SPDX-License-Identifier: GPL-3.0-or-later
// What is chosen for the next run: model, text and settings, with undo. What depends on them is read elsewhere
// (model_reading.h, text_reading.h, forecasts.h) after `changed`, and told back, for automatic values go by it.
#pragma once

#include "core/arguments/run_config.h"
#include "ui/bench/automatic_values.h"
#include "ui/bench/problem.h"

#include <QObject>
#include <QStringList>
#include <optional>
#include <vector>

namespace fettle::ui
{

class Choices : public QObject
{
    Q_OBJECT

public:
    const RunConfig& config() const { return m_config; }
    void set(const RunConfig& config);   ///< a run file
    void setDemo(const RunConfig& demo); ///< its values go with its text
    void setRun(const RunConfig& run);   ///< to be repeated; its prompts go with its text
    void setModel(const QString& reference);
    void setTexts(const QStringList& references); ///< a TextReference each
    void setTextAgain(const DataConfig& former);  ///< a text of before, read as it was
    void setData(const DataConfig& data);         ///< column, blocks, max_length, validation …
    void setFormat(const DataFormat& format);     ///< corrects what was recognised
    void setColumn(const QString& column);
    void setAnswers(const QString& prompt, const QString& answer); ///< columns; empty: a row is one text
    void setSamples(const SamplesConfig& samples);
    /// Text as typed; a bad value is kept as a problem and not taken over.
    void setArgument(const QString& name, const QString& text);
    void setArguments(const TrainArgs& arguments); ///< several at once, one step of undo
    void resetArguments();
    const std::map<QString, Problem>& badValues() const { return m_badValues; }
    /// What the values that were taken over forbid together ("early stopping, and no rows kept aside").
    const std::optional<Problem>& conflict() const { return m_conflict; }

    bool canUndo() const { return !m_undos.empty(); }
    void undo(); ///< of settings

    /// What Fettle chose by itself for this text (text_defaults.h), as keys; and one click that takes it all back.
    QStringList automatic() const;
    bool isAutomatic(const QString& key) const { return m_automatic.isAutomatic(key); }
    void dropAutomatic();

    /// While a run uses what is chosen, nothing changes.
    void setLocked(bool locked) { m_locked = locked; }
    bool isLocked() const { return m_locked; }
    bool refuses(); ///< says so, and answers true, while locked

    void learnModel(const ModelFacts* model); ///< null: it cannot be read
    void learnText(std::shared_ptr<const DataPreview> preview, bool tooShortToKeepAside);
    void learnSeconds(double seconds);

Q_SIGNALS:
    void changed();     ///< anything of config()
    void modelChosen(); ///< just before; another one, or the same to be read again
    void textsChosen(); ///< just before; others, or the same to be read again
    void message(const QString& message, const QString& hint);

private:
    struct Undo {
        RunConfig config;
        std::map<QString, Problem> badValues;
        AutomaticValues::Owners owners;
    };
    void pushUndo();
    void chooseModel();
    void takeTexts(std::vector<std::string> texts);
    void finish(); ///< after any change
    void tell();   ///< of it

    RunConfig m_config;
    AutomaticValues m_automatic{m_config};
    Known m_known;
    std::vector<Undo> m_undos;
    std::map<QString, Problem> m_badValues; ///< arguments as typed that were not taken over
    std::optional<Problem> m_conflict;
    bool m_modelIsUnreadable = false, m_locked = false;
};

} // namespace fettle::ui
