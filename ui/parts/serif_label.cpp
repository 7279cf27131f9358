// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/serif_label.h"

#include <QRegularExpression>

namespace fettle::ui
{

SerifLabel::SerifLabel(Type type, Ink ink, QWidget* parent, int lineHeight)
    : Label({}, type, ink, parent), m_face(type), m_lineHeight(lineHeight)
{
    setTextFormat(Qt::RichText);
    wrapped();
    setAlignment(Qt::AlignTop | Qt::AlignLeft);
}

void SerifLabel::setWords(const QString& prompt, const QString& written)
{
    m_prompt = prompt;
    m_written = written;
    setAccessibleName(plainWords().remove(QStringLiteral("**")));
    compose();
}

void SerifLabel::restyle()
{
    Label::restyle();
    compose();
}

void SerifLabel::compose()
{
    static const QRegularExpression bold(QStringLiteral("\\*\\*(.+?)\\*\\*"));
    QString written = m_written.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    written.replace(bold, QStringLiteral("<span style=\"font-weight:700\">\\1</span>"));
    const QFont sans = ui::font(Type::Body);
    QString text = written;
    if (!m_prompt.isEmpty())
        text = QStringLiteral("<span style=\"font-family:'%1'; color:%2\">%3</span>%4")
                   .arg(sans.families().value(0), colors().text2.name(), m_prompt.toHtmlEscaped(), written);
    const int line = m_lineHeight > 0 ? px(m_lineHeight) : serifLineHeight(m_face);
    setText(QStringLiteral("<p style=\"margin:0; line-height:%1px; -qt-line-height-type:fixed\">%2</p>")
                .arg(line)
                .arg(text));
}

} // namespace fettle::ui
