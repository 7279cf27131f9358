// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/blanks.h"

#include <QRegularExpression>
#include <algorithm>

namespace fettle::ui
{

const QString& blankSign()
{
    static const QString sign = QStringLiteral("▁blank▁");
    return sign;
}

QString withBlanks(const QString& prompt, const QString& maskToken)
{
    // What people type, and the masks of the two families that name theirs so.
    static const QRegularExpression typed(QStringLiteral("_{2,}|▁+blank▁+|\\[mask\\]|<mask>"),
                                          QRegularExpression::CaseInsensitiveOption);
    QString sentence = prompt;
    if (!maskToken.isEmpty())
        sentence.replace(maskToken, blankSign());
    return sentence.replace(typed, blankSign());
}

QString withMasks(const QString& typed, const QString& maskToken)
{
    QString sentence = withBlanks(typed, maskToken);
    return maskToken.isEmpty() ? sentence : sentence.replace(blankSign(), maskToken);
}

int countBlanks(const QString& sentence)
{
    return static_cast<int>(withBlanks(sentence).count(blankSign()));
}

WordPlace wordToHide(const QString& text, int cursor, int selectionStart, int selectionLength)
{
    const auto isWord = [&](int at) {
        return at >= 0 && at < text.size() &&
               (text[at].isLetterOrNumber() || text[at].isMark() || text[at].isSurrogate());
    };
    int start = cursor, end = cursor;
    if (selectionLength > 0) {
        start = selectionStart;
        end = selectionStart + selectionLength;
        while (start < end && text[start].isSpace())
            ++start;
        while (end > start && text[end - 1].isSpace())
            --end;
    } else if (isWord(cursor - 1) && isWord(cursor)) {
        while (isWord(start - 1))
            --start;
        while (isWord(end))
            ++end;
    }
    const QString found = text.mid(start, end - start);
    const bool isBlank = found.contains(QLatin1Char('\n')) || countBlanks(found) > 0 ||
                         text.mid(std::max(0, start - 1), end - start + 2) == blankSign();
    return isBlank ? WordPlace() : WordPlace{start, end - start};
}

QString wordInPlace(const QString& text, const WordPlace& place)
{
    const bool behindSpace = place.start > 0 && text[place.start - 1] == QLatin1Char(' ');
    return text.mid(place.start - behindSpace, place.length + behindSpace);
}

QString blanksFor(int pieces)
{
    return QStringList(std::max(1, pieces), blankSign()).join(QLatin1Char(' '));
}

BlankSentence::BlankSentence(const QString& sentence, QWidget* parent) : Label({}, Type::Body, Ink::Text, parent)
{
    setTextFormat(Qt::RichText);
    wrapped();
    setSentence(sentence);
}

void BlankSentence::setSentence(const QString& sentence)
{
    m_sentence = withBlanks(sentence);
    compose();
}

void BlankSentence::setWords(const QStringList& words)
{
    m_words = words;
    compose();
}

void BlankSentence::restyle()
{
    Label::restyle();
    compose();
}

void BlankSentence::compose()
{
    const QStringList parts = m_sentence.split(blankSign());
    QString html, spoken;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        html += parts[i].toHtmlEscaped();
        spoken += parts[i];
        if (i + 1 == parts.size())
            break;
        const QString word = m_words.value(i);
        const QString blank = !word.isEmpty() ? word : parts.size() > 2 ? tr("blank %1").arg(i + 1) : tr("blank");
        html += QStringLiteral("<span style=\"background-color:%1; color:%2\">&nbsp;%3&nbsp;</span>")
                    .arg(colors().maskedGround.name(), colors().masked.name(), blank.toHtmlEscaped());
        spoken += blank;
    }
    setText(html);
    setAccessibleName(spoken);
}

} // namespace fettle::ui
