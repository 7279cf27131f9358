// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/format_line.h"

#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <algorithm>

namespace fettle::ui
{
namespace
{
using ValuesAndWords = std::vector<std::pair<QString, QString>>;

ValuesAndWords kinds()
{
    return {{FormatLine::tr("plain text"), QStringLiteral("text")},
            {FormatLine::tr("a table"), QStringLiteral("csv")},
            {FormatLine::tr("JSON lines"), QStringLiteral("jsonl")},
            {FormatLine::tr("a JSON list"), QStringLiteral("json")}};
}

ValuesAndWords encodings()
{
    ValuesAndWords all;
    for (const char* name : {"utf-8", "windows-1252", "utf-16le", "utf-16be", "windows-1250", "windows-1251",
                             "windows-1253", "windows-1254", "shift_jis", "gb18030"})
        all.emplace_back(encodingWords(QString::fromLatin1(name)), QString::fromLatin1(name));
    return all;
}

ValuesAndWords separators()
{
    return {{FormatLine::tr("commas"), QStringLiteral(",")},
            {FormatLine::tr("semicolons"), QStringLiteral(";")},
            {FormatLine::tr("tabs"), QStringLiteral("\t")},
            {FormatLine::tr("bars |"), QStringLiteral("|")},
            {FormatLine::tr("one column"), QStringLiteral("none")}};
}

ValuesAndWords quotes()
{
    return {{FormatLine::tr("quotes \""), QStringLiteral("\"")},
            {FormatLine::tr("quotes '"), QStringLiteral("'")},
            {FormatLine::tr("no quotes"), QStringLiteral("none")}};
}

/// "Western (Windows-1252)" → "Windows-1252".
QString inBrackets(const QString& words)
{
    const qsizetype open = words.indexOf(QLatin1Char('('));
    return open < 0 ? words : words.mid(open + 1).chopped(1);
}

/// "2 × Word document, 1 × PDF", in the order in which they come first.
QString filesInWords(const std::vector<RecognisedFile>& files)
{
    std::vector<std::pair<QString, int>> counts;
    for (const RecognisedFile& file : files) {
        QString kind = QString::fromStdString(file.form).section(QLatin1Char(','), 0, 0);
        if (kind.isEmpty())
            kind = file.format.kind == "csv"    ? FormatLine::tr("table")
                   : file.format.kind == "text" ? FormatLine::tr("text")
                                                : FormatLine::tr("JSON");
        const auto at =
            std::find_if(counts.begin(), counts.end(), [&kind](const auto& counted) { return counted.first == kind; });
        at == counts.end() ? (void)counts.emplace_back(kind, 1) : (void)++at->second;
    }
    QStringList parts;
    for (const auto& [kind, count] : counts)
        parts << FormatLine::tr("%1 × %2").arg(count).arg(kind);
    return parts.join(QStringLiteral(", "));
}
} // namespace

QString encodingWords(const QString& encoding)
{
    const std::pair<const char*, QString> known[] = {
        {"utf-8", FormatLine::tr("UTF-8")},
        {"windows-1252", FormatLine::tr("Western (Windows-1252)")},
        {"utf-16le", FormatLine::tr("Unicode (UTF-16 LE)")},
        {"utf-16be", FormatLine::tr("Unicode (UTF-16 BE)")},
        {"windows-1250", FormatLine::tr("Central European (Windows-1250)")},
        {"windows-1251", FormatLine::tr("Cyrillic (Windows-1251)")},
        {"windows-1253", FormatLine::tr("Greek (Windows-1253)")},
        {"windows-1254", FormatLine::tr("Turkish (Windows-1254)")},
        {"shift_jis", FormatLine::tr("Japanese (Shift JIS)")},
        {"gb18030", FormatLine::tr("Chinese (GB 18030)")}};
    for (const auto& [name, words] : known)
        if (encoding.compare(QLatin1String(name), Qt::CaseInsensitive) == 0)
            return words;
    return encoding;
}

FormatLine::FormatLine(QWidget* parent) : QWidget(parent), m_flow(new FlowLayout(this, 8))
{
    m_words = new Label(tr("Read as"), Type::Help, Ink::Text2, this);
    m_kind = new SmallChoice(tr("Kind of file"), this);
    m_encoding = new SmallChoice(tr("How letters are stored (encoding)"), this);
    m_encoding->setShortening(inBrackets);
    m_separator = new SmallChoice(tr("What stands between columns"), this);
    m_quote = new SmallChoice(tr("What stands around a text"), this);
    m_header = new QCheckBox(tr("first row names the columns"), this);
    m_again = makeButton(tr("As recognised"), Look::Link, ControlSize::Small, QStringLiteral("undo"), this);
    m_again->setToolTip(tr("Forget the corrections and recognise the file by itself"));
    // One piece: its words never stand on another line than its box.
    m_columnPart = new QWidget(this);
    auto* part = makeRow(m_columnPart, px(8));
    m_column = new SmallChoice(tr("Column that holds the text"), m_columnPart);
    m_reason = new Label({}, Type::Help, Ink::Text2, m_columnPart);
    part->addWidget(new Label(tr("The text is in"), Type::Help, Ink::Text2, m_columnPart));
    part->addWidget(m_column);
    part->addWidget(m_reason);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_words), static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_encoding),
          static_cast<QWidget*>(m_separator), static_cast<QWidget*>(m_quote), static_cast<QWidget*>(m_header),
          m_columnPart, static_cast<QWidget*>(m_again)})
        m_flow->addWidget(widget);
    m_words->setMinimumHeight(px(26));
    connect(m_kind, &SmallChoice::valueChosen, this, [this](const QString& v) { choose(&DataFormat::kind, v); });
    connect(m_encoding, &SmallChoice::valueChosen, this,
            [this](const QString& v) { choose(&DataFormat::encoding, v); });
    connect(m_separator, &SmallChoice::valueChosen, this,
            [this](const QString& v) { choose(&DataFormat::separator, v); });
    connect(m_quote, &SmallChoice::valueChosen, this, [this](const QString& v) { choose(&DataFormat::quote, v); });
    connect(m_header, &QCheckBox::clicked, this, [this](bool on) {
        DataFormat format = m_wanted;
        format.header = on;
        Q_EMIT formatChosen(format);
    });
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT formatChosen(DataFormat{}); });
    connect(m_column, &SmallChoice::valueChosen, this, &FormatLine::columnChosen);
    setFormat({}, {});
    setColumns({}, {}, {});
}

void FormatLine::choose(std::string DataFormat::*part, const QString& value)
{
    DataFormat format = m_wanted;
    format.*part = value.toStdString();
    if (part == &DataFormat::kind && value != QLatin1String("csv")) {
        // What only tables have goes with them.
        format.separator.clear();
        format.quote.clear();
        format.header.reset();
    }
    Q_EMIT formatChosen(format);
}

void FormatLine::setFormat(const std::vector<RecognisedFile>& files, const DataFormat& wanted)
{
    m_wanted = wanted;
    // The controls speak of the files that can be corrected.
    auto one = std::find_if(files.begin(), files.end(), [](const RecognisedFile& file) { return !file.isConverted; });
    if (one == files.end())
        one = files.begin();
    const RecognisedFile* known = files.empty() ? nullptr : &*one;
    DataFormat shown = known != nullptr ? known->format : wanted;
    if (known == nullptr && shown.kind.empty() && (!shown.separator.empty() || shown.header))
        shown.kind = "csv";
    m_kind->offer(kinds(), QString::fromStdString(shown.kind));
    m_encoding->offer(encodings(), QString::fromStdString(shown.encoding));
    const bool table = shown.kind == "csv";
    // A document is what it is; of a spreadsheet it may be doubted whether its first row is a header.
    const bool converted = known != nullptr && known->isConverted;
    for (QWidget* widget : {static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_encoding)})
        widget->setVisible(!converted);
    for (QWidget* widget : {static_cast<QWidget*>(m_separator), static_cast<QWidget*>(m_quote)})
        widget->setVisible(table && !converted);
    m_header->setVisible(table);
    if (table) {
        m_separator->offer(separators(), QString::fromStdString(shown.separator));
        m_quote->offer(quotes(), QString::fromStdString(shown.quote));
        m_header->setChecked(shown.header.value_or(false));
    }
    m_again->setVisible(!(wanted == DataFormat{}));
    const bool doubtful = known != nullptr && !known->doubt.empty();
    m_words->setInk(doubtful ? Ink::Warning : Ink::Text2);
    const bool several = files.size() > 1 && std::any_of(files.begin(), files.end(),
                                                         [](const RecognisedFile& file) { return !file.form.empty(); });
    m_words->setText(
        several
            ? (converted ? tr("%1 files: %2") : tr("%1 files: %2; read as")).arg(files.size()).arg(filesInWords(files))
        : converted                                ? tr("Read as %1").arg(QString::fromStdString(known->words))
        : doubtful                                 ? tr("Read as (please check)")
        : known != nullptr && !known->form.empty() ? tr("%1, read as").arg(QString::fromStdString(known->form))
                                                   : tr("Read as"));
    m_words->setToolTip(doubtful ? QString::fromStdString(known->doubt) : QString());
}

void FormatLine::setColumns(const std::vector<std::string>& columns, const QString& column, const QString& reason)
{
    const bool any = !columns.empty();
    m_columnPart->setVisible(any);
    m_reason->setVisible(!reason.isEmpty());
    m_reason->setText(reason.isEmpty() ? QString() : QStringLiteral("(%1)").arg(reason));
    if (!any)
        return;
    ValuesAndWords all;
    for (const std::string& name : columns)
        all.emplace_back(QString::fromStdString(name), QString::fromStdString(name));
    m_column->offer(all, column);
}

void FormatLine::addPart(QWidget* part)
{
    m_flow->removeWidget(m_again); // it comes and goes: at the end, where nothing moves
    m_flow->addWidget(part);
    m_flow->addWidget(m_again);
}

void FormatLine::setLocked(bool locked)
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_encoding), static_cast<QWidget*>(m_separator),
          static_cast<QWidget*>(m_quote), static_cast<QWidget*>(m_header), static_cast<QWidget*>(m_again),
          static_cast<QWidget*>(m_column)})
        widget->setEnabled(!locked);
}

} // namespace fettle::ui
