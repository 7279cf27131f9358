// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/number_field.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/parts/label.h"
#include "ui/settings/setting_text.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QWheelEvent>
#include <algorithm>

namespace fettle::ui
{

NumberField::NumberField(const SettingInfo& setting, QWidget* parent)
    : QAbstractSpinBox(parent), m_setting(setting), m_words(new Label({}, Type::Help, Ink::Text2, lineEdit()))
{
    setAccessibleName(setting.unit.isEmpty() ? setting.label : setting.label + QStringLiteral(", ") + setting.unit);
    setAccessibleDescription(setting.help);
    setFocusPolicy(Qt::StrongFocus);
    setKeyboardTracking(false);
    m_words->setAttribute(Qt::WA_TransparentForMouseEvents);
    if (setting.type == ArgumentType::OptionalInteger)
        lineEdit()->setPlaceholderText(tr("not set"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(250);
    connect(&m_rest, &QTimer::timeout, this, &NumberField::commit);
    lineEdit()->installEventFilter(this);
    connect(lineEdit(), &QLineEdit::textChanged, this, &NumberField::placeWords);
    connect(lineEdit(), &QLineEdit::textEdited, this, [this] {
        m_rest.stop();
        Q_EMIT edited(value());
    });
    connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::commit);
    restyle();
}

void NumberField::restyle()
{
    lineEdit()->setFont(ui::font(Type::Mono));
    setFixedHeight(px(30));
    placeWords();
}

QString NumberField::value() const
{
    QString text = lineEdit()->text().trimmed();
    if (text.isEmpty() && m_setting.type == ArgumentType::OptionalInteger)
        return QStringLiteral("none");
    if (text.count(QLatin1Char(',')) == 1 && !text.contains(QLatin1Char('.'))) // as written in many countries
        text.replace(QLatin1Char(','), QLatin1Char('.'));
    return text;
}

void NumberField::setUnit(const QString& unit)
{
    if (unit == m_setting.unit)
        return;
    m_setting.unit = unit;
    setAccessibleName(unit.isEmpty() ? m_setting.label : m_setting.label + QStringLiteral(", ") + unit);
    placeWords();
}

void NumberField::setValue(const QString& text)
{
    m_committed = text;
    if (m_rest.isActive())
        return;
    const QString shown = text == QLatin1String("none") ? QString() : text;
    if (lineEdit()->text() == shown || (lineEdit()->hasFocus() && shortNumber(value()) == shortNumber(text)))
        return;
    lineEdit()->setText(shown);
    lineEdit()->setCursorPosition(static_cast<int>(shown.size()));
}

void NumberField::stepBy(int steps)
{
    QString text = value();
    for (int i = 0; i < std::abs(steps); ++i)
        text = stepped(m_setting, text, steps > 0 ? 1 : -1);
    lineEdit()->setText(text == QLatin1String("none") ? QString() : text);
    lineEdit()->selectAll();
    Q_EMIT edited(value());
    m_rest.start();
}

void NumberField::commit()
{
    m_rest.stop();
    if (value() == m_committed)
        return;
    m_committed = value();
    Q_EMIT committed(m_committed);
}

QAbstractSpinBox::StepEnabled NumberField::stepEnabled() const
{
    if (isReadOnly())
        return StepNone;
    StepEnabled enabled = StepNone;
    if (stepped(m_setting, value(), 1) != value())
        enabled |= StepUpEnabled;
    if (stepped(m_setting, value(), -1) != value())
        enabled |= StepDownEnabled;
    return enabled;
}

QValidator::State NumberField::validate(QString&, int&) const
{
    return QValidator::Acceptable; // what is wrong stands beside the field; nothing is refused while typing
}

void NumberField::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // the form scrolls; values are not changed in passing
}

void NumberField::resizeEvent(QResizeEvent* event)
{
    QAbstractSpinBox::resizeEvent(event);
    placeWords();
}

void NumberField::changeEvent(QEvent* event)
{
    QAbstractSpinBox::changeEvent(event);
    event->type() == QEvent::StyleChange ? restyle() : placeWords();
}

bool NumberField::eventFilter(QObject* object, QEvent* event)
{
    // With nothing typed there is nothing of the field's own to undo: the key is the form's.
    if (object == lineEdit() && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::Undo) && value() == m_committed) {
        event->ignore();
        return true;
    }
    return QAbstractSpinBox::eventFilter(object, event);
}

void NumberField::placeWords()
{
    const QString words = meaning(m_setting, value());
    // The number in full, or what it stands for, says more than the unit.
    m_words->setText(words.isEmpty() ||
                             (!m_setting.unit.isEmpty() && words.at(2).isDigit() && !words.contains(QLatin1Char('%')))
                         ? unitBehind(lineEdit()->text(), m_setting.unit)
                         : words);
    const int left = px(4) + QFontMetrics(lineEdit()->font()).horizontalAdvance(lineEdit()->text()) + px(7);
    if (left + m_words->sizeHint().width() > lineEdit()->width()) // "= 10 % of the run" → "= 10 %"
        m_words->setText(words.left(words.indexOf(QLatin1Char('%')) + 1));
    const int wanted = m_words->sizeHint().width();
    m_words->setVisible(!lineEdit()->text().isEmpty() && left + wanted <= lineEdit()->width());
    m_words->setGeometry(left, 0, wanted, lineEdit()->height());
}

QSize NumberField::sizeHint() const
{
    return {px(140), px(30)};
}

QSize NumberField::minimumSizeHint() const
{
    return {px(90), px(30)};
}

} // namespace fettle::ui
