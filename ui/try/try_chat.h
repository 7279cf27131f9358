// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation with a model that has a chat template, of the page Try. It is kept while the window is open, and
// nowhere else.
#pragma once

#include "core/events/events.h"
#include "core/generate/options.h"
#include "ui/parts/card.h"

#include <array>
#include <vector>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace fettle::ui
{

class CardScroll;
class FoldHeader;
class Label;
class SegmentedControl;
class Tries;
class WrittenText;

class TryChat : public Card
{
    Q_OBJECT

public:
    /// Who can be talked to: a model's reference (empty: there is none) and what it is called.
    struct Partner {
        QString model, caption;
    };

    explicit TryChat(Tries& tries, QWidget* parent = nullptr);

    /// Before and after training; the latter answers, unless a person chose otherwise.
    void setPartners(const Partner& before, const Partner& after);
    bool isBusy() const { return m_id != 0; }
    bool canSend() const;
    void send(const GenerateOptions& options);
    void stop();      ///< what was answered so far stays
    void startOver(); ///< nothing was said
    QLineEdit* field() const { return m_field; }

Q_SIGNALS:
    void sendWanted(); ///< Enter in the field
    void changed();    ///< busy or not, can be sent or not

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Turn {
        bool isUsers;
        QString text;
        QWidget* place;
    };
    QWidget* makeTurns();
    QWidget* makeInstructions();
    void addTurn(bool isUsers, const QString& name, const QString& text);
    const Partner& partner() const;
    void showDraft(const BeamProgress& progress);
    void takePiece(const GeneratedPiece& piece);
    void finish(const QString& status);
    /// The last question was not answered: it stands in the field again, to be changed or sent once more.
    void takeBack();
    void updateWords();
    void followEnd();
    void setHeights(); ///< that follow the text size

    Tries& m_tries;
    std::array<Partner, 2> m_partners; ///< before, after
    std::vector<Turn> m_turns;
    quint64 m_id = 0;
    int m_pieces = 0;
    bool m_followsEnd = true;
    SegmentedControl* m_who;
    QPushButton* m_startOver;
    FoldHeader* m_instructionsHead;
    QPlainTextEdit* m_instructions;
    CardScroll* m_scroll = nullptr;
    QVBoxLayout* m_column;
    Label *m_empty, *m_leftOut, *m_problem, *m_status;
    WrittenText* m_answer = nullptr; ///< being written
    QLineEdit* m_field;
};

} // namespace fettle::ui
