// SPDX-License-Identifier: GPL-3.0-or-later
// What a row of a table is: one text, or a question and its answer, and the columns that hold them.
#pragma once

#include "core/arguments/run_config.h"
#include "core/data/preview.h"

#include <QWidget>

class QCheckBox;

namespace fettle::ui
{

class Label;
class SmallChoice;

class AnswerColumns : public QWidget
{
    Q_OBJECT

public:
    explicit AnswerColumns(QWidget* parent = nullptr);

    /// `known`: what was read of the files, null where nothing was. Where they have a single column of texts there is
    /// nothing to choose, and `isOffered` is false.
    /// `canAnswer`: the model writes on; one that fills blanks has no answers to give.
    void setColumns(const DataPreview* known, const DataConfig& chosen, bool canAnswer = true);
    bool isOffered() const { return m_offered; }
    void chooseLikely(); ///< a row is a question and its answer, in the columns that are called so, else the first two
    void setLocked(bool locked);
    QWidget* kindPart() const { return m_kindPart; } ///< "A row is …", which may stand in a line of another
    SmallChoice* kindChoice() const { return m_kind; }
    SmallChoice* promptChoice() const { return m_prompt; }
    SmallChoice* answerChoice() const { return m_answer; }
    SmallChoice* betweenChoice() const { return m_between; }
    QCheckBox* answersOnlyBox() const { return m_answersOnly; }

Q_SIGNALS:
    /// As data.prompt and data.completion take them. Both empty: a row is one text.
    void answersChosen(const QString& prompt, const QString& answer);
    void answersOnlyChosen(bool only);

private:
    void chooseKind(const QString& kind);
    void choose();

    QStringList m_columns;
    QString m_likelyPrompt, m_likelyAnswer; ///< what is taken at first
    QString m_takenPrompt, m_takenAnswer;   ///< the choices as they stand
    bool m_offered = false;
    SmallChoice *m_kind, *m_prompt, *m_answer, *m_between;
    QWidget *m_kindPart, *m_promptPart, *m_answerPart, *m_betweenPart;
    QCheckBox* m_answersOnly;
};

} // namespace fettle::ui
