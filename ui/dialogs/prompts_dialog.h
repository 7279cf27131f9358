// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts of the samples, one a line; for masked models sentences with the mask in place of a word.
#pragma once

#include "core/arguments/run_config.h"
#include "core/models/model_entry.h"

#include <QDialog>

class QPlainTextEdit;

namespace fettle::ui
{

class Label;
class NumberField;

/// Prompts as typed: one a line, empty lines left out.
std::vector<std::string> promptsOf(const QString& text);
/// Line (from 1) of the first prompt without a mask; 0 where all have one.
int promptWithoutMask(const std::vector<std::string>& prompts);

class PromptsDialog : public QDialog
{
    Q_OBJECT

public:
    PromptsDialog(const SamplesConfig& samples, Objective objective, QWidget* parent);

    SamplesConfig samples() const;

private:
    void check();

    SamplesConfig m_samples;
    Objective m_objective;
    QPlainTextEdit* m_edit;
    Label* m_warning;
    NumberField* m_length = nullptr;
    NumberField* m_temperature = nullptr;
};

} // namespace fettle::ui
