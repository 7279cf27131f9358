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

/// What a folder is, or was chosen as.
enum class FolderKind { Run, Model, Texts };

class Opener : public QObject
{
    Q_OBJECT

public:
    Opener(Choices& choices, ModelShelf& models, const TextReading& text, RunWatch& run, BackgroundPool& pool);

    void openPath(const QString& path);
    void openPaths(const QStringList& paths); ///< one as openPath, several as texts
    /// A folder that was chosen as what its name says: where it is another as well or instead, otherOffered comes.
    void openRunFolder(const QString& folder);
    void openModelFolder(const QString& folder);
    /// `beside`: texts that stay.
    void openTextFolder(const QString& folder, const QStringList& beside = {});
    /// The same, by its kind.
    void openFolderAs(fettle::ui::FolderKind kind, const QString& folder);
    void openRunFile(const QString& file);
    /// Texts that are looked at first: one that cannot be read does not take the place of one that can.
    void offerTexts(const QStringList& paths);

Q_SIGNALS:
    /// A folder chosen as `wanted` is `found` too, or instead: a click on `button` opens it as that.
    void otherOffered(const QString& message, const QString& button, const QString& folder,
                      fettle::ui::FolderKind found, fettle::ui::FolderKind wanted);
    void pageWanted(fettle::ui::PageId page);
    void message(const QString& message, const QString& hint);

private:
    void openFolder(const QString& folder);
    void openFile(const QString& path);
    void takeModelFolder(const QString& folder); ///< into the list, and chosen

    Choices& m_choices;
    ModelShelf& m_models;
    const TextReading& m_text;
    RunWatch& m_run;
    BackgroundSlot m_job;
};

} // namespace fettle::ui
