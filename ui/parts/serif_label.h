// SPDX-License-Identifier: GPL-3.0-or-later
// What a model wrote: the book serif, with even lines; the prompt before it in the program's sans.
//
// Use: label->setWords(prompt, written). **word** in `written` is set bold (a filled blank).
#pragma once

#include "ui/parts/label.h"

namespace fettle::ui
{

class SerifLabel : public Label
{
    Q_OBJECT

public:
    explicit SerifLabel(Type type = Type::Serif, Ink ink = Ink::Text, QWidget* parent = nullptr, int lineHeight = 0);
    void setWords(const QString& prompt, const QString& written);
    QString plainWords() const { return m_prompt + m_written; }

protected:
    void restyle() override;

private:
    void compose();

    Type m_face;
    int m_lineHeight; ///< pixels at 100 %; 0: one and a half lines
    QString m_prompt, m_written;
};

} // namespace fettle::ui
