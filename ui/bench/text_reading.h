// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of the chosen texts: the preview, read in the background whenever something it depends on changes.
#pragma once

#include "core/data/preview.h"
#include "ui/bench/background.h"

#include <QTimer>
#include <memory>
#include <optional>

namespace fettle::ui
{

class Choices;
class ModelReading;

class TextReading : public QObject
{
    Q_OBJECT

public:
    TextReading(const Choices& choices, const ModelReading& model, BackgroundPool& pool);

    std::shared_ptr<const DataPreview> preview() const { return m_preview; } ///< null until read
    /// What is known of the files and their columns: the preview, or, where that cannot be made, what could be seen
    /// without it; null before anything is.
    std::shared_ptr<const DataPreview> facts() const { return m_preview ? m_preview : m_facts; }
    bool isTooShortToKeepAside() const { return m_tooShort; }
    const std::optional<Problem>& problem() const { return m_problem; }
    bool isReading() const { return m_isReading; }
    double fraction() const { return m_fraction; } ///< 0..1, negative unknown
    void cancel();
    /// Reads anew where a file was changed or went away since it was read.
    void lookAgain() { update(); }
    /// The last text that could be read, and how, where this one cannot be.
    const DataConfig* former() const;

Q_SIGNALS:
    void finished(); ///< just before `changed`: read, or it cannot be
    void changed();

private:
    struct ReadText {
        DataPreview preview;
        bool tooShort = false;
    };
    void forget();
    void update(); ///< reads anew where something that matters has changed
    void read();
    void take(Outcome<ReadText> outcome);
    void lookAtFiles(); ///< and their columns, without a model

    const Choices& m_choices;
    const ModelReading& m_model;
    std::shared_ptr<const DataPreview> m_preview;
    std::shared_ptr<const DataPreview> m_facts; ///< files and columns alone, where there is no preview
    std::optional<Problem> m_problem;
    std::optional<DataConfig> m_readable; ///< the last text that could be read, and how
    bool m_isReading = false;
    bool m_tooShort = false; ///< to keep rows aside: the preview is without
    double m_fraction = -1;
    QString m_key, m_factsKey; ///< what preview and facts were read for
    QTimer m_timer;            ///< gathers quick changes
    BackgroundSlot m_job, m_factsJob;
};

/// Throws BadInput where one is a pipe or a device: a window must not wait for what may never come.
void requirePlainFiles(const std::vector<std::string>& texts);
/// "ships-log.txt", "3 files", or empty.
QString textName(const DataConfig& data);

} // namespace fettle::ui
