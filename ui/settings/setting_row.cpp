// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_row.h"

#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/settings/number_field.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QLineEdit>
#include <QPainter>
#include <QRegularExpression>
#include <QWheelEvent>
#include <algorithm>

namespace fettle::ui
{

namespace
{
/// The wheel scrolls the form; it never changes a choice in passing.
class FormComboBox : public QComboBox
{
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};
} // namespace

SettingRow::SettingRow(const SettingInfo& setting, QWidget* parent)
    : QWidget(parent), m_setting(setting), m_grid(new QGridLayout(this))
{
    m_labels = new QWidget(this);
    auto* labels = makeColumn(m_labels, px(1));
    m_label = (new Label(setting.label, Type::BodyStrong, Ink::Text, m_labels))->wrapped();
    m_name = new Label(setting.shownName, Type::Mono, Ink::Text2, m_labels);
    m_wasRoom = new QWidget(m_labels);
    m_wasRoom->hide();
    labels->addWidget(m_label);
    labels->addWidget(m_name);
    labels->addWidget(m_wasRoom);
    m_was = makeButton({}, Look::Quiet, ControlSize::Small, QStringLiteral("undo"), this);
    m_was->setCursor(Qt::PointingHandCursor);
    m_was->hide();

    m_fields = new QWidget(this);
    auto* fields = makeColumn(m_fields, px(4));
    fields->addWidget(makeField());

    m_help = (new Label(setting.help, Type::Help, Ink::Text2, this))->wrapped();
    m_help->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_help->setFocusPolicy(Qt::NoFocus);
    m_problem = (new Label({}, Type::Help, Ink::Error, this))->wrapped();
    m_problem->hide();
    m_fixButton = makeButton({}, Look::Outlined, ControlSize::Small, {}, this);
    m_fixButton->hide();

    connect(m_help, &QLabel::linkActivated, this, &SettingRow::helpLink);
    connect(m_was, &QAbstractButton::clicked, this, [this] {
        setValue(m_setting.defaultText);
        commit(m_setting.defaultText);
        focusField();
    });
    connect(m_fixButton, &QPushButton::clicked, this, [this] {
        const QString better = m_fixText;
        setValue(better);
        commit(better);
        focusField();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_arranged = false;
        arrange();
    });
    setValue(setting.defaultText);
    arrange();
}

QWidget* SettingRow::makeField()
{
    QWidget* field = nullptr;
    if (m_setting.isNumber()) {
        m_number = new NumberField(m_setting, this);
        connect(m_number, &NumberField::edited, this, [this](const QString& text) {
            showChanged();
            Q_EMIT edited(m_setting.key, text);
        });
        connect(m_number, &NumberField::committed, this, &SettingRow::commit);
        field = m_number;
    } else if (m_setting.type == ArgumentType::Flag) {
        m_flag = new SegmentedControl({tr("Off"), tr("On")}, this);
        connect(m_flag, &SegmentedControl::chosen, this,
                [this](int index) { commit(index == 1 ? QStringLiteral("true") : QStringLiteral("false")); });
        field = m_flag;
    } else if (m_setting.isChoice()) {
        m_choice = new FormComboBox(this);
        m_choice->setFocusPolicy(Qt::StrongFocus);
        for (const std::string& choice : m_setting.check.choices) {
            const QString text = QString::fromStdString(choice);
            m_choice->addItem(valueInWords(m_setting, text), text);
        }
        connect(m_choice, &QComboBox::activated, this,
                [this](int index) { commit(m_choice->itemData(index).toString()); });
        field = m_choice;
    } else {
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        m_text = new QLineEdit(row);
        m_browse = makeButton(tr("Choose…"), Look::Outlined, ControlSize::Normal, QStringLiteral("folder"), row);
        m_browse->setVisible(m_setting.place == SettingInfo::Place::SavedIn); // else it is words
        m_browse->setAccessibleName(tr("Choose a folder for “%1”").arg(m_setting.label));
        m_browse->setVisible(m_setting.place == SettingInfo::Place::SavedIn); // other texts are no folders
        layout->addWidget(m_text, 1);
        layout->addWidget(m_browse);
        connect(m_text, &QLineEdit::textEdited, this,
                [this](const QString& text) { Q_EMIT edited(m_setting.key, text); });
        connect(m_text, &QLineEdit::editingFinished, this, [this] { commit(value()); });
        connect(m_browse, &QPushButton::clicked, this, [this] {
            const QString folder = QFileDialog::getExistingDirectory(window(), m_setting.label, m_text->text());
            if (!folder.isEmpty()) {
                setValue(folder);
                commit(folder);
            }
        });
        m_text->setAccessibleName(m_setting.label);
        return row;
    }
    if (m_number == nullptr)
        field->setAccessibleName(m_setting.label);
    field->setAccessibleDescription(m_setting.help);
    return field;
}

QWidget* SettingRow::field() const
{
    if (m_number != nullptr)
        return m_number;
    if (m_choice != nullptr)
        return m_choice;
    if (m_flag != nullptr)
        return m_flag;
    return m_text;
}

QString SettingRow::value() const
{
    if (m_number != nullptr)
        return m_number->value();
    if (m_choice != nullptr)
        return m_choice->currentData().toString();
    if (m_flag != nullptr)
        return m_flag->current() == 1 ? QStringLiteral("true") : QStringLiteral("false");
    return m_text->text().trimmed();
}

void SettingRow::setValue(const QString& text)
{
    if (m_number != nullptr)
        m_number->setValue(text);
    else if (m_choice != nullptr)
        m_choice->setCurrentIndex(std::max(0, m_choice->findData(text)));
    else if (m_flag != nullptr)
        m_flag->setCurrent(text == QLatin1String("true") ? 1 : 0);
    else if (!m_text->hasFocus() || m_text->text().trimmed() != text)
        m_text->setText(text);
    showChanged();
}

void SettingRow::commit(const QString& text)
{
    showChanged();
    Q_EMIT committed(m_setting.key, text);
}

void SettingRow::showChanged()
{
    const QString text = value();
    m_changed = (m_setting.type == ArgumentType::Real ? shortNumber(text) : text) != m_setting.defaultText;
    m_was->setVisible(m_changed && m_setting.place != SettingInfo::Place::SavedIn);
    m_was->setText(tr("was %1").arg(valueInWords(m_setting, m_setting.defaultText)));
    m_was->setAccessibleName(
        tr("Set “%1” back to %2").arg(m_setting.label, valueInWords(m_setting, m_setting.defaultText)));
    m_was->setToolTip(m_was->accessibleName());
    placeWas();
    update();
}

void SettingRow::placeWas()
{
    // Beside the label, else beside the name, else on a line below. Placed by hand: it is taller than their lines, and
    // the row must not grow when a value changes.
    const QSize size = m_was->sizeHint();
    const int room = m_labels->width();
    const int gap = px(6);
    const int label = QFontMetrics(m_label->font()).horizontalAdvance(m_label->text()) + gap;
    const int name = QFontMetrics(m_name->font()).horizontalAdvance(m_name->text()) + gap;
    const bool below = label + size.width() > room && name + size.width() > room;
    m_wasRoom->setFixedHeight(below ? size.height() - px(6) : 0);
    m_wasRoom->setVisible(below && m_changed);
    QPoint at(0, 0);
    if (label + size.width() <= room)
        at = QPoint(label, m_label->geometry().center().y() - size.height() / 2);
    else if (!below)
        at = QPoint(name, m_name->geometry().center().y() - size.height() / 2);
    else
        at = QPoint(0, m_name->geometry().bottom() - px(1));
    m_was->setGeometry(QRect(m_labels->mapTo(this, at), size));
    m_was->raise();
}

void SettingRow::setNames(const QString& label, const QString& unit)
{
    if (label == m_setting.label && unit == m_setting.unit)
        return;
    m_setting.label = label;
    m_setting.unit = unit;
    m_label->setText(label);
    if (m_number != nullptr)
        m_number->setUnit(unit);
    else
        field()->setAccessibleName(label);
    placeWas();
}

void SettingRow::setProblem(const QString& message, const std::optional<SettingFix>& fix, bool warning)
{
    if (m_problemText == message && m_fixText == (fix ? fix->text : QString()) && m_isWarning == warning)
        return;
    m_problemText = message;
    m_isWarning = warning;
    m_problem->setInk(warning ? Ink::Warning : Ink::Error);
    m_fixText = fix ? fix->text : QString();
    m_problem->setText(message);
    m_fixButton->setText(fix ? fix->label : QString());
    m_fixButton->setAccessibleName(fix ? tr("%1 for “%2”").arg(fix->label, m_setting.label) : QString());
    m_problem->setVisible(!message.isEmpty());
    m_fixButton->setVisible(!message.isEmpty() && fix.has_value());
    ui::setProblem(m_number != nullptr   ? m_number
                   : m_choice != nullptr ? static_cast<QWidget*>(m_choice)
                                         : field(),
                   !message.isEmpty() && !warning);
    field()->setAccessibleDescription(message.isEmpty() ? m_setting.help : message + QLatin1Char(' ') + m_setting.help);
    m_arranged = false;
    arrange();
}

void SettingRow::setHelp(const QString& text)
{
    const QString help = text.isEmpty() ? m_setting.help : text;
    if (m_help->text() == help)
        return;
    m_help->setText(help);
    m_help->setFocusPolicy(help.contains(QLatin1String("<a ")) ? Qt::TabFocus : Qt::NoFocus);
}

void SettingRow::setLocked(bool locked)
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_fields), static_cast<QWidget*>(m_was), static_cast<QWidget*>(m_fixButton)})
        widget->setEnabled(!locked);
}

bool SettingRow::matches(const QString& searched) const
{
    // "warm up", "warm-up" and "warmup_steps" are the same to a person who searches.
    static const QRegularExpression joints(QStringLiteral("[\\s_-]+"));
    const auto plain = [](QString text) { return text.remove(joints).toLower(); };
    const QString here = plain(m_setting.label) + QLatin1Char('\n') + plain(m_setting.shownName) + QLatin1Char('\n') +
                         plain(m_setting.help);
    if (here.contains(plain(searched)))
        return true;
    const QStringList words = searched.split(joints, Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString& word) { return here.contains(word.toLower()); });
}

void SettingRow::focusField()
{
    if (m_flag != nullptr) {
        m_flag->segment(std::max(0, m_flag->current()))->setFocus(Qt::OtherFocusReason);
        return;
    }
    field()->setFocus(Qt::OtherFocusReason);
    if (m_number != nullptr)
        m_number->selectAll();
}

void SettingRow::arrange()
{
    const bool narrow = width() < px(560);
    if (m_arranged && narrow == m_narrow)
        return;
    m_arranged = true;
    m_narrow = narrow;
    for (QWidget* widget : {m_labels, m_fields, static_cast<QWidget*>(m_help), static_cast<QWidget*>(m_problem),
                            static_cast<QWidget*>(m_fixButton)})
        m_grid->removeWidget(widget);
    m_grid->setContentsMargins(px(26), px(9), px(16), px(9));
    m_grid->setHorizontalSpacing(px(14));
    m_grid->setVerticalSpacing(px(4));
    const bool wide = m_setting.place == SettingInfo::Place::SavedIn;
    const bool wrong = !m_problemText.isEmpty();
    const int fieldWidth = px(132);
    m_fields->setFixedWidth(wide ? QWIDGETSIZE_MAX : fieldWidth);
    m_fields->setMinimumWidth(wide ? px(120) : fieldWidth);
    m_fields->setMaximumWidth(wide ? QWIDGETSIZE_MAX : fieldWidth);
    // What is wrong takes the place of the help: one thing at a time.
    m_help->setVisible(!wrong);
    m_grid->addWidget(m_labels, 0, 0, wrong ? 3 : 1, 1, wrong ? Qt::AlignTop : Qt::AlignVCenter);
    if (wide) {
        m_grid->addWidget(m_fields, 0, 1, 1, 2);
        m_grid->addWidget(wrong ? m_problem : m_help, 1, 1, 1, 2);
    } else if (wrong) {
        m_grid->addWidget(m_fields, 0, 1, 1, 1, Qt::AlignLeft);
        m_grid->addWidget(m_problem, 1, 1, 1, 2);
    } else if (narrow) {
        m_grid->addWidget(m_fields, 0, 1, 1, 2, Qt::AlignLeft | Qt::AlignVCenter);
        m_grid->addWidget(m_help, 1, 0, 1, 3);
    } else {
        m_grid->addWidget(m_fields, 0, 1, 1, 1, Qt::AlignVCenter);
        m_grid->addWidget(m_help, 0, 2, 1, 1, Qt::AlignVCenter);
    }
    if (wrong)
        m_grid->addWidget(m_fixButton, 2, 1, 1, 2, Qt::AlignLeft);
    m_grid->setColumnMinimumWidth(0, narrow ? px(120) : px(212));
    m_grid->setColumnStretch(0, narrow ? 1 : 0);
    m_grid->setColumnStretch(1, wide ? 1 : 0);
    m_grid->setColumnStretch(2, narrow ? 0 : 1);
    m_labels->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : px(212));
    updateGeometry();
}

void SettingRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
    placeWas();
}

bool SettingRow::event(QEvent* event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show)
        placeWas();
    return done;
}

void SettingRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(QPen(colors().hairline, 1));
    painter.drawLine(QPointF(0, height() - 0.5), QPointF(width(), height() - 0.5));
    if (!m_changed)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().accent);
    const double y = m_labels->y() + QFontMetricsF(ui::font(Type::BodyStrong)).height() / 2 + 1;
    painter.drawEllipse(QPointF(px(15), y), px(4) - 0.5, px(4) - 0.5);
}

} // namespace fettle::ui
