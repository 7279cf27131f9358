// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/letter_sense.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace fettle
{

namespace
{

bool isLetter(char32_t c)
{
    return u_isalpha(static_cast<UChar32>(c)) != 0 || u_getCombiningClass(static_cast<UChar32>(c)) > 0 ||
           u_charType(static_cast<UChar32>(c)) == U_COMBINING_SPACING_MARK ||
           u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK;
}

UScriptCode scriptOf(char32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    // Japanese writes in three scripts at once.
    return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? USCRIPT_HAN : script;
}

bool isCommon(UScriptCode script)
{
    return script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
}

/// A neighbour that does not go with the letter: of another script, or a capital after a small letter.
bool clashes(char32_t before, char32_t letter)
{
    const UScriptCode a = scriptOf(before), b = scriptOf(letter);
    if (!isCommon(a) && !isCommon(b) && a != b)
        return true;
    return u_islower(static_cast<UChar32>(before)) != 0 && u_isupper(static_cast<UChar32>(letter)) != 0;
}

bool isUsualInTheWest(char32_t letter)
{
    return (letter >= 0xC0 && letter <= 0xFF && letter != U'Ð' && letter != U'ð' && letter != U'Þ' && letter != U'þ' &&
            letter != U'Ý' && letter != U'ý') ||
           letter == U'œ' || letter == U'Œ';
}

double senseOfLetter(char32_t before, char32_t letter, char32_t after, bool western)
{
    const bool joinsBefore = isLetter(before), joinsAfter = isLetter(after);
    if ((joinsBefore && clashes(before, letter)) || (joinsAfter && clashes(letter, after)))
        return -1;
    if (letter == U'ª' || letter == U'º')
        return joinsBefore && joinsAfter ? -1 : 0.3;
    if (western && !isUsualInTheWest(letter))
        return 0;
    return joinsBefore || joinsAfter ? 1 : 0.3;
}

double senseOfSign(char32_t before, char32_t sign, char32_t after)
{
    const bool joinsBefore = isLetter(before), joinsAfter = isLetter(after);
    switch (sign) {
    case U'’':
    case U'‘':
    case U'“':
    case U'”':
    case U'„':
    case U'«':
    case U'»':
    case U'…':
        return joinsBefore && joinsAfter && sign != U'’' ? -0.5 : 0.8;
    case U'–':
    case U'—':
        return joinsBefore && joinsAfter ? 0 : 0.8;
    case U'€':
    case U'£':
    case U'°':
    case U'§':
    case U'\u00A0':
    case U'¿':
    case U'¡':
        return joinsBefore && joinsAfter && sign != U'\u00A0' ? -1 : 0.5;
    default:
        break;
    }
    const auto type = u_charType(static_cast<UChar32>(sign));
    if (type == U_CONTROL_CHAR || type == U_PRIVATE_USE_CHAR || type == U_UNASSIGNED || sign == 0xFFFD)
        return -2;
    if (sign >= 0x2500 && sign < 0x25A0) // lines and blocks of old screens
        return -1;
    const bool eastern = (sign >= 0x3000 && sign < 0x3040) || sign >= 0xFF00;
    if (eastern)
        return 0.5;
    return joinsBefore || joinsAfter ? -1 : -0.1;
}

} // namespace

double letterSense(std::u32string_view text, bool western)
{
    double sum = 0, letters = 0, latin = 0, foreign = 0;
    size_t count = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        const bool letter = isLetter(c);
        letters += letter;
        if (c < 0x80)
            continue;
        ++count;
        const char32_t before = i > 0 ? text[i - 1] : U' ', after = i + 1 < text.size() ? text[i + 1] : U' ';
        if (!letter) {
            sum += senseOfSign(before, c, after);
            continue;
        }
        foreign += 1;
        latin += scriptOf(c) == USCRIPT_LATIN;
        sum += senseOfLetter(before, c, after, western);
    }
    if (count == 0)
        return 0;
    const double mean = sum / static_cast<double>(count);
    // No language writes Latin letters with a mark on every second one.
    return latin > 0.5 * letters && latin > 0.5 * foreign ? mean - 1 : mean;
}

} // namespace fettle
