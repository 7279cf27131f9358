// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts of the samples, one a line; for masked models sentences with a blank in place of a word.
#pragma once

#include "core/arguments/run_config.h"
#include "ui/parts/blanks.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace fettle::ui
{

class Label;
class NumberField;

/// Prompts as typed: one a line, empty lines left out.
std::vector<std::string> promptsOf(const QString& text);
/// Line (from 1) of the first prompt without a blank; 0 where all have one.
int promptWithoutBlank(const std::vector<std::string>& prompts);

class PromptsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `maskToken`: of a masked model; empty for one that writes on. `count`: for a word that is to be hidden.
    PromptsDialog(const SamplesConfig& samples, const QString& maskToken, QWidget* parent, PieceCounter count = {});

    SamplesConfig samples() const;

private:
    void check();
    WordPlace chosenWord() const;
    void putBlank(); ///< in place of the chosen word, one for each of its pieces; else where the cursor stands

    SamplesConfig m_samples;
    QString m_mask;
    PieceCounter m_count;
    QPushButton* m_blank = nullptr;
    QPlainTextEdit* m_edit;
    Label* m_warning;
    NumberField* m_length = nullptr;
    NumberField* m_temperature = nullptr;
};

} // namespace fettle::ui
