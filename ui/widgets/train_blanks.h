// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences with blanks for masked models: how they are typed, and how they are shown.
#pragma once

#include "ui/widgets/label.h"

namespace fettle::ui
{

/// The mask as models of the BERT family name it.
inline constexpr const char* kMask = "[MASK]";

/// What a person types for a blank (___ , [MASK], [mask], <mask>) as the model's mask.
QString withMasks(const QString& typed);
/// Number of masks in a sentence that withMasks made.
int countMasks(const QString& sentence);

/// A sentence that shows each mask as a small dark chip "blank", numbered where there are several.
class BlankSentence : public Label
{
    Q_OBJECT

public:
    explicit BlankSentence(const QString& sentence = {}, QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    /// The chosen candidates instead of the word "blank"; empty ones stay blank.
    void setWords(const QStringList& words);

private:
    void apply();

    QString m_sentence;
    QStringList m_words;
};

} // namespace fettle::ui
