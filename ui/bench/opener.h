// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped or chosen: a run, a run file, a model folder or a text; does what fits. Nothing that a run uses is
// changed while it runs.
#pragma once

#include "ui/bench/background.h"
#include "ui/bench/page_id.h"

#include <QStringList>

namespace fettle::ui
{

class Choices;
class ModelShelf;
class RunWatch;
class TextReading;

class Opener : public QObject
{
    Q_OBJECT

public:
    Opener(Choices& choices, ModelShelf& models, const TextReading& text, RunWatch& run, BackgroundPool& pool);

    void openPath(const QString& path);
    void openPaths(const QStringList& paths); ///< one as openPath, several as texts
    /// A folder that was chosen as a run, or as a model: where it is the other as well or instead, otherOffered comes.
    void openRunFolder(const QString& folder);
    void openModelFolder(const QString& folder);
    void openRunFile(const QString& file);
    /// Texts that are looked at first: one that cannot be read does not take the place of one that can.
    void offerTexts(const QStringList& paths);

Q_SIGNALS:
    /// A click on `button` opens the folder as what it is too: a run, or a model.
    void otherOffered(const QString& message, const QString& button, const QString& folder, bool asRun);
    void pageWanted(fettle::ui::PageId page);
    void message(const QString& message, const QString& hint);

private:
    void takeModelFolder(const QString& folder); ///< into the list, and chosen

    Choices& m_choices;
    ModelShelf& m_models;
    const TextReading& m_text;
    RunWatch& m_run;
    BackgroundSlot m_job;
};

} // namespace fettle::ui
