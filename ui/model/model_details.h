// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of the chosen model: facts, what it writes today, how it cuts a sentence.
#pragma once

#include "core/session.h"
#include "ui/parts/card.h"

class QGridLayout;
class QLineEdit;

namespace fettle::ui
{

class IconLabel;
class Label;
class ModelReading;
class PieceView;
class SerifLabel;
class StateBadge;
class Tries;

class ModelDetails : public Card
{
    Q_OBJECT

public:
    ModelDetails(ModelReading& model, Tries& tries, QWidget* parent);

    /// Fills in what is known; asks the model for a text only while the card can be seen.
    void refresh();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeFacts();
    void makeWriting();
    void makeCutting();
    void askForText();
    void cutSentence();
    void sayWritingFailed(const QString& message);
    void clearPieces();
    void showReport(const ModelFacts& entry);
    void showHowToGetOne();
    void showPieces(const QString& text, const std::vector<TextPiece>& pieces);

    ModelReading& m_model;
    Tries& m_tries;
    QWidget* m_nothing;
    Label* m_why; ///< there is nothing
    QWidget* m_known;
    Label* m_name;
    StateBadge* m_badge;
    Label* m_about;
    QList<Label*> m_facts;
    IconLabel* m_checkedMark;
    Label* m_checked;
    Label* m_report; ///< what loading its files would have to say
    Label* m_writesTitle;
    SerifLabel* m_writes;
    Label* m_writesNot;
    QLineEdit* m_sentence;
    Label* m_count;
    PieceView* m_pieces;
    Label* m_lesson;
    QString m_shownFor; ///< reference of the model that the text was asked of
    uint64_t m_asked = 0;
    QString m_written;
};

} // namespace fettle::ui
