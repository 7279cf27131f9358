// SPDX-License-Identifier: GPL-3.0-or-later
// The presets side by side; the one whose values hold is marked.
#pragma once

#include "ui/settings/presets.h"

#include <QAbstractButton>

class QGridLayout;

namespace fettle::ui
{

/// A card to be clicked: title over a line of words; checked: these values hold.
class PresetButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit PresetButton(QWidget* parent = nullptr);
    void setWords(const QString& title, const QString& words);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void nextCheckState() override {} // what is checked follows the values, not the click

private:
    QString m_words;
};

class PresetBar : public QWidget
{
    Q_OBJECT

public:
    explicit PresetBar(QWidget* parent = nullptr);

    void setPresets(std::vector<Preset> presets, const TrainArgs& arguments);
    const std::vector<Preset>& presets() const { return m_presets; }
    PresetButton* button(int index) const { return m_buttons.at(static_cast<size_t>(index)); }

Q_SIGNALS:
    void chosen(int index);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QGridLayout* m_grid;
    std::vector<Preset> m_presets;
    std::vector<PresetButton*> m_buttons;
    int m_columns = 0;
};

} // namespace fettle::ui
