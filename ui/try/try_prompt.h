// SPDX-License-Identifier: GPL-3.0-or-later
// What the models are asked: a beginning of a text or a sentence with blanks, and those that were asked before.
#pragma once

#include "ui/parts/blanks.h"
#include "ui/parts/card.h"

#include <optional>

class QLineEdit;
class QPushButton;

namespace fettle::ui
{

class FlowLayout;
class Label;
class Tries;

class TryPrompt : public Card
{
    Q_OBJECT

public:
    TryPrompt(Tries& tries, QWidget* parent);

    QString text() const;
    QLineEdit* field() const { return m_field; }
    void setMasked(bool masked);
    void setModel(const QString& model) { m_model = model; } ///< whose pieces a hidden word is cut into
    void setRemark(const QString& words);                    ///< at the right of the title
    /// Once for each `occasion`: `first`, or where it is empty what was asked last, stands there unless a person has
    /// written something.
    void offer(const QString& first, const QString& occasion);
    void forget(bool alsoTyped); ///< empties the field; what a person typed only where `alsoTyped`
    void remember();             ///< what stands there, among the earlier ones
    void showEarlier();

Q_SIGNALS:
    void changed();
    void entered(); ///< with the key Enter

private:
    WordPlace chosenWord() const;
    void updateBlank();
    void putBlank(); ///< in place of the chosen word, one for each of its pieces; else where the cursor stands
    QString settingsKey() const;

    Tries& m_tries;
    QString m_model;
    bool m_masked = false;
    QString m_offeredFor;                      ///< the occasion that one was offered for
    QString m_offered;                         ///< the prompt that stands there unless a person writes another
    std::optional<QStringList> m_shownEarlier; ///< in the links
    Label *m_title, *m_remark, *m_earlierWords;
    QLineEdit* m_field;
    QPushButton* m_blank;
    QWidget* m_earlier;
    FlowLayout* m_earlierFlow;
};

} // namespace fettle::ui
