// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences with blanks for masked models: how they are typed, shown, and given to the model.
//
// In the window a missing word has one sign, whatever the model calls its mask; prompts of run files and of the engine
// hold the model's own mask token (ModelFacts::maskToken).
#pragma once

#include "ui/parts/label.h"

#include <functional>

namespace fettle::ui
{

/// "▁blank▁"
const QString& blankSign();
/// A prompt as the window shows it: the mask token, and what people type for a blank (___ , [MASK], <mask>), become the
/// sign.
QString withBlanks(const QString& prompt, const QString& maskToken = {});
/// What is shown or typed as the model takes it.
QString withMasks(const QString& typed, const QString& maskToken);
int countBlanks(const QString& sentence); ///< in any of these spellings

/// A word that can be hidden: where it stands in a text; length 0: there is none.
struct WordPlace {
    int start = 0;
    int length = 0;
};
/// What is selected, else the word that the cursor stands within (not before or behind it); never a blank.
WordPlace wordToHide(const QString& text, int cursor, int selectionStart, int selectionLength);
/// The word as a tokenizer meets it: with the space before it.
QString wordInPlace(const QString& text, const WordPlace& place);
/// What stands for a hidden word of so many pieces: a blank for each.
QString blanksFor(int pieces);
/// Asks how many pieces a tokenizer makes of a word; answers later, while `asker` is there.
using PieceCounter = std::function<void(const QString& word, QObject* asker, std::function<void(int pieces)> then)>;

/// A sentence that shows each mask as a small dark chip "blank", numbered where there are several.
class BlankSentence : public Label
{
    Q_OBJECT

public:
    explicit BlankSentence(const QString& sentence = {}, QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    /// The chosen candidates instead of the word "blank"; empty ones stay blank.
    void setWords(const QStringList& words);

protected:
    void restyle() override;

private:
    void compose();

    QString m_sentence;
    QStringList m_words;
};

} // namespace fettle::ui
