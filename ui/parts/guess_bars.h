// SPDX-License-Identifier: GPL-3.0-or-later
// Guesses of a model with their chances as bars; a tick says where each stood before training.
#pragma once

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

namespace fettle::ui
{

struct GuessBar {
    QString word;
    double chance = 0;            ///< 0 to 1
    std::optional<double> before; ///< 0 to 1; none: it was not among those listed, or nothing was
    int listedBefore = 0;         ///< how many were listed before
    bool strong = false;          ///< in bold: the one that was written
    QString note = {};            ///< behind a short bar, where others have their track
};

class GuessBars : public QWidget
{
    Q_OBJECT

public:
    explicit GuessBars(QWidget* parent = nullptr);
    void setBars(std::vector<GuessBar> bars);
    const std::vector<GuessBar>& bars() const { return m_bars; }
    void setWithBefore(bool shown); ///< ticks and a second column of figures
    void setNeutral(bool neutral);  ///< grey bars throughout (a base model); else the first stands in accent
    void setAllAccent(bool on);
    void setRows(int rows);           ///< keeps the height of so many rows
    double wordsWidth() const;        ///< that its own words would like
    void setWordsWidth(double width); ///< 0: its own

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double rowHeight() const;

    std::vector<GuessBar> m_bars;
    bool m_withBefore = false, m_neutral = false, m_allAccent = false;
    int m_rows = 0;
    double m_wordsWidth = 0;
};

/// The bars of all of them begin at one place: behind the longest word.
void alignBars(const std::vector<GuessBars*>& charts);

/// "64 %", "0.8 %", "< 0.1 %".
QString chanceText(double chance);
/// A piece as it can be shown in a list: spaces and line ends made visible where there is nothing else.
QString shownPiece(const QString& piece);
/// The same among others: "…ol (end of a word)".
QString listedPiece(const QString& piece);

} // namespace fettle::ui
