// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/prompts_dialog.h"

#include "core/base/text.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/settings/number_field.h"
#include "ui/settings/setting_text.h"

#include <QPlainTextEdit>
#include <QTextDocument>

namespace fettle::ui
{

namespace
{
SettingInfo sampleSetting(ArgumentType type, const QString& label, const QString& unit, double min, double max,
                          const QString& value)
{
    SettingInfo setting;
    setting.type = type;
    setting.label = label;
    setting.unit = unit;
    setting.check.min = min;
    setting.check.max = max;
    setting.defaultText = value;
    return setting;
}

constexpr QChar lineBreak(u'↵'); ///< of one within a prompt

QString lineOf(const std::string& prompt)
{
    return QString::fromStdString(prompt).replace(QLatin1Char('\n'), lineBreak);
}
} // namespace

std::vector<std::string> promptsOf(const QString& text)
{
    std::vector<std::string> prompts;
    for (QString line : text.split(QLatin1Char('\n')))
        if (!line.trimmed().isEmpty())
            prompts.push_back(line.replace(lineBreak, QLatin1Char('\n')).toStdString());
    return prompts;
}

int promptWithoutBlank(const std::vector<std::string>& prompts)
{
    for (size_t i = 0; i < prompts.size(); ++i)
        if (countBlanks(QString::fromStdString(prompts[i])) == 0)
            return static_cast<int>(i) + 1;
    return 0;
}

PromptsDialog::PromptsDialog(const SamplesConfig& samples, const QString& maskToken, QWidget* parent,
                             PieceCounter count)
    : QDialog(parent), m_samples(samples), m_mask(maskToken), m_count(std::move(count))
{
    setWindowTitle(tr("Prompts of the samples"));
    const bool masked = !maskToken.isEmpty();
    auto* column = makeColumn(this, px(10), {px(20), px(16), px(20), px(16)});
    column->addWidget(
        (new Label(
             masked
                 ? tr("Sentences with a blank, one a line. %1 (or __) stands for what the model fills in. A word that "
                      "is clicked can be hidden whole: one blank for each of its pieces.")
                       .arg(blankSign())
                 : tr("Beginnings of texts, one a line. The model writes on from each of them. %1 is a line break "
                      "within one.")
                       .arg(lineBreak),
             Type::Body, Ink::Text, this))
            ->wrapped());
    m_edit = new QPlainTextEdit(this);
    m_edit->setAccessibleName(tr("Prompts, one a line"));
    m_edit->setTabChangesFocus(true);
    m_edit->document()->setDocumentMargin(px(7));
    QStringList lines;
    for (const std::string& prompt : samples.prompts)
        lines << (masked ? withBlanks(lineOf(prompt), maskToken) : lineOf(prompt));
    m_edit->setPlainText(lines.join(QLatin1Char('\n')));
    m_edit->setPlaceholderText(masked ? tr("The ship sailed with the %1.").arg(blankSign()) : tr("In the morning"));
    m_edit->setMinimumSize(px(440), px(150));
    column->addWidget(m_edit, 1);
    m_warning = (new Label({}, Type::Help, Ink::Warning, this))->wrapped();
    column->addWidget(m_warning);
    if (masked) {
        m_blank = makeButton(tr("Put a blank here"), Look::Outlined, ControlSize::Small, QStringLiteral("plus"), this);
        connect(m_blank, &QPushButton::clicked, this, &PromptsDialog::putBlank);
        for (auto signal : {&QPlainTextEdit::cursorPositionChanged, &QPlainTextEdit::selectionChanged})
            connect(m_edit, signal, this, [this] {
                m_blank->setText(chosenWord().length > 0 ? tr("Hide this word") : tr("Put a blank here"));
            });
        column->addWidget(m_blank, 0, Qt::AlignLeft);
    } else {
        auto* line = makeRow(nullptr, px(8));
        m_length = new NumberField(
            sampleSetting(ArgumentType::Integer, tr("Length of a sample"), tr("tokens"), 1, 4096, QStringLiteral("64")),
            this);
        m_length->setValue(QString::number(samples.maxNewTokens));
        m_temperature = new NumberField(
            sampleSetting(ArgumentType::Real, tr("Temperature"), {}, 0.01, 10, QStringLiteral("0.8")), this);
        m_temperature->setValue(shortNumber(QString::number(samples.temperature)));
        line->addWidget(new Label(tr("Length"), Type::BodyStrong, Ink::Text, this));
        line->addWidget(m_length);
        line->addSpacing(px(12));
        line->addWidget(new Label(tr("Temperature"), Type::BodyStrong, Ink::Text, this));
        line->addWidget(m_temperature);
        line->addStretch(1);
        column->addLayout(line);
    }
    auto* buttons = makeRow(nullptr, px(8));
    auto* cancel = makeButton(tr("Cancel"), Look::Outlined, ControlSize::Large, {}, this);
    auto* take = makeButton(tr("Use these prompts"), Look::Primary, ControlSize::Large, {}, this);
    take->setDefault(true);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(take);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(take, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &PromptsDialog::check);
    check();
}

WordPlace PromptsDialog::chosenWord() const
{
    const QTextCursor cursor = m_edit->textCursor();
    return wordToHide(m_edit->toPlainText(), cursor.position(), cursor.selectionStart(),
                      cursor.selectionEnd() - cursor.selectionStart());
}

void PromptsDialog::putBlank()
{
    m_edit->setFocus();
    const WordPlace word = chosenWord();
    if (word.length == 0 || !m_count) {
        m_edit->insertPlainText(blankSign());
        return;
    }
    const QString text = m_edit->toPlainText();
    m_count(wordInPlace(text, word), this, [this, text, word](int pieces) {
        if (m_edit->toPlainText() != text)
            return; // another one by now
        QTextCursor cursor(m_edit->document());
        cursor.setPosition(word.start);
        cursor.setPosition(word.start + word.length, QTextCursor::KeepAnchor);
        cursor.insertText(blanksFor(pieces));
        m_edit->setTextCursor(cursor);
    });
}

void PromptsDialog::check()
{
    const std::vector<std::string> prompts = promptsOf(m_edit->toPlainText());
    const int missing = m_mask.isEmpty() ? 0 : promptWithoutBlank(prompts);
    if (prompts.empty())
        m_warning->setText(tr("With no prompt, no samples are made."));
    else if (missing > 0)
        m_warning->setText(tr("Prompt %1 has no blank, so there is nothing to fill in.").arg(missing));
    m_warning->setVisible(prompts.empty() || missing > 0);
}

SamplesConfig PromptsDialog::samples() const
{
    SamplesConfig result = m_samples;
    const QString text = m_edit->toPlainText();
    result.prompts = promptsOf(m_mask.isEmpty() ? text : withMasks(text, m_mask));
    if (m_length != nullptr) {
        if (const auto tokens = parseInteger(m_length->value().toStdString()); tokens && *tokens > 0)
            result.maxNewTokens = *tokens;
        if (const auto heat = parseDouble(m_temperature->value().toStdString()); heat && *heat > 0)
            result.temperature = *heat;
    }
    return result;
}

} // namespace fettle::ui
