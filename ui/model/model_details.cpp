// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_details.h"

#include "core/arguments/references.h"
#include "core/models/inspect.h"
#include "ui/bench/model_reading.h"
#include "ui/bench/tries.h"
#include "ui/data/token_chips.h"
#include "ui/look/words.h"
#include "ui/model/model_row.h"
#include "ui/model/piece_view.h"
#include "ui/parts/badges.h"
#include "ui/parts/blanks.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/serif_label.h"
#include "ui/parts/words_dialog.h"

#include <QGridLayout>
#include <QLineEdit>
#include <algorithm>

namespace fettle::ui
{
namespace
{

QString knownTypes()
{
    QStringList names;
    for (const std::string& name : architectureNames())
        names << QString::fromStdString(name);
    return names.join(QStringLiteral(", "));
}

const QString causalPrompt = QStringLiteral("Once upon a time");
/// %1: the blank, by its sign or as the model's mask token.
const QString maskedPrompt = QStringLiteral("Every morning the %1 opened the door.");

QString dtypeWords(const std::string& dtype)
{
    if (dtype == "F16" || dtype == "BF16")
        return ModelDetails::tr("half precision");
    if (dtype == "F32")
        return ModelDetails::tr("full precision");
    return QString::fromStdString(dtype);
}

Label* sectionTitle(const QString& words, QWidget* parent)
{
    return new Label(words, Type::CardTitle, Ink::Text, parent);
}
} // namespace

ModelDetails::ModelDetails(ModelReading& model, Tries& tries, QWidget* parent)
    : Card({}, {}, parent), m_model(model), m_tries(tries)
{
    setBodyMargins(15, 13, 15, 15);
    m_nothing = new QWidget(this);
    auto* empty = new QVBoxLayout(m_nothing);
    empty->setContentsMargins(0, 0, 0, 0);
    m_why = (new Label({}, Type::Body, Ink::Text2, m_nothing))->wrapped();
    empty->addWidget(m_why);
    body()->addWidget(m_nothing);

    m_known = new QWidget(this);
    makeColumn(m_known, 8);
    body()->addWidget(m_known);
    makeFacts();
    makeWriting();
    makeCutting();
    body()->addStretch(1);

    body()->addWidget(new Line(Qt::Horizontal, this));
    auto* tip = makeRow(nullptr, 10);
    tip->addWidget(new IconLabel(QStringLiteral("bulb"), Ink::Accent, 16, this), 0, Qt::AlignTop);
    auto* advice =
        new Label(tr("<b>Not sure?</b> Stay with nano-gpt: it learns in a minute. Larger models write better and take "
                     "longer; Settings says how long. <a href=\"more\">How to get one</a>"),
                  Type::Body, Ink::Text2, this);
    advice->wrapped();
    advice->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(advice, &QLabel::linkActivated, this, [this] { showHowToGetOne(); });
    tip->addWidget(advice, 1);
    body()->addLayout(tip);

    connect(&tries, &Tries::piece, this, [this](quint64 id, const GeneratedPiece& piece) {
        if (id != m_asked)
            return;
        m_written += QString::fromStdString(piece.text);
        m_writes->setWords(causalPrompt, m_written);
    });
    connect(&tries, &Tries::written, this, [this](quint64 id, const Generation& text) {
        if (id == m_asked)
            m_writes->setWords(causalPrompt, QString::fromStdString(text.text));
    });
    connect(&tries, &Tries::filled, this, [this](quint64 id, const std::vector<std::vector<FillCandidate>>& fills) {
        if (id != m_asked || fills.empty())
            return;
        QStringList others;
        for (const FillCandidate& candidate : fills.front())
            others << pieceInWords(candidate.token);
        if (others.isEmpty())
            return;
        const QString text = maskedPrompt.arg(QStringLiteral("**%1**").arg(others.takeFirst()));
        m_writes->setWords({}, others.isEmpty() ? text : text + tr(" (or: %1)").arg(others.join(QStringLiteral(", "))));
    });
    connect(&tries, &Tries::failed, this, [this](quint64 id, const Problem& problem) {
        if (id != m_asked)
            return;
        sayWritingFailed(problem.message);
        if (problem.subject == QLatin1String("model")) // what the headers do not show: its values
            m_model.refuse(problem);
    });
    connect(&tries, &Tries::cut, this, &ModelDetails::showPieces);
    connect(&tries, &Tries::notCut, this, [this](const QString& text, const QString& message) {
        if (text != m_sentence->text())
            return;
        clearPieces();
        m_lesson->setText(message);
    });
    connect(&model, &ModelReading::changed, this, &ModelDetails::refresh);
    refresh();
}

void ModelDetails::makeFacts()
{
    auto* column = static_cast<QVBoxLayout*>(m_known->layout());
    auto* head = new QHBoxLayout;
    m_name = new Label({}, Type::CardTitle, Ink::Text, m_known);
    m_badge = new StateBadge({}, StateBadge::Good, m_known);
    head->addWidget(m_name, 1);
    head->addWidget(m_badge);
    column->addLayout(head);
    m_about = new Label({}, Type::Body, Ink::Text, m_known);
    m_about->wrapped();
    column->addWidget(m_about);
    column->addSpacing(6);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(0);
    const QString names[] = {tr("Architecture"), tr("Goal"),       tr("Parameters"),
                             tr("Context"),      tr("Vocabulary"), tr("On disk")};
    for (int i = 0; i < 6; ++i) {
        auto* name = new Label(names[i], Type::Help, Ink::Text2, m_known);
        auto* value = new Label({}, Type::BodyStrong, Ink::Text, m_known);
        value->wrapped();
        m_facts << value;
        grid->addWidget(name, i / 2 * 3, i % 2);
        grid->addWidget(value, i / 2 * 3 + 1, i % 2, Qt::AlignTop);
        grid->setRowMinimumHeight(i / 2 * 3 + 2, 8);
    }
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    auto* row = makeRow(nullptr, 8);
    m_checkedMark = new IconLabel(QStringLiteral("check"), Ink::Accent, 16, m_known);
    row->addWidget(m_checkedMark, 0, Qt::AlignTop);
    m_checked = new Label({}, Type::Body, Ink::Text, m_known);
    m_checked->wrapped();
    row->addWidget(m_checked, 1);
    column->addLayout(row);
    m_report = (new Label({}, Type::Body, Ink::Warning, m_known))->wrapped();
    m_report->hide();
    column->addWidget(m_report);
}

void ModelDetails::makeWriting()
{
    auto* column = static_cast<QVBoxLayout*>(m_known->layout());
    column->addSpacing(4);
    column->addWidget(new Line(Qt::Horizontal, m_known));
    column->addSpacing(2);
    m_writesTitle = sectionTitle(tr("What it writes today"), m_known);
    column->addWidget(m_writesTitle);
    m_writes = new SerifLabel(Type::Serif, Ink::Text, m_known, 23);
    column->addWidget(m_writes);
    // What the program has to say of it is not said in the model's voice.
    m_writesNot = (new Label({}, Type::Body, Ink::Error, m_known))->wrapped();
    m_writesNot->hide();
    column->addWidget(m_writesNot);
}

void ModelDetails::sayWritingFailed(const QString& message)
{
    m_writesNot->setText(message);
    m_writesNot->show();
    m_writes->hide();
}

void ModelDetails::clearPieces()
{
    m_pieces->setPieces({});
    m_count->setText({});
    m_lesson->setText({});
}

void ModelDetails::makeCutting()
{
    auto* column = static_cast<QVBoxLayout*>(m_known->layout());
    column->addSpacing(4);
    column->addWidget(new Line(Qt::Horizontal, m_known));
    column->addSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(sectionTitle(tr("How it cuts a sentence"), m_known));
    head->addStretch(1);
    m_count = new Label({}, Type::Help, Ink::Text2, m_known);
    head->addWidget(m_count);
    column->addLayout(head);
    m_sentence = new QLineEdit(tr("The shipwright caulked it."), m_known);
    m_sentence->setAccessibleName(tr("A sentence to cut"));
    connect(m_sentence, &QLineEdit::textChanged, this, &ModelDetails::cutSentence);
    column->addWidget(m_sentence);
    m_pieces = new PieceView(m_known);
    column->addWidget(m_pieces);
    m_lesson = new Label({}, Type::Help, Ink::Text2, m_known);
    m_lesson->wrapped();
    column->addWidget(m_lesson);
}

void ModelDetails::showEvent(QShowEvent* event)
{
    Card::showEvent(event);
    refresh();
}

void ModelDetails::refresh()
{
    const ModelFacts* entry = m_model.entry();
    m_nothing->setVisible(!entry);
    m_known->setVisible(entry);
    if (!entry) {
        const std::optional<Problem>& unreadable = m_model.problem();
        m_why->setInk(unreadable ? Ink::Error : Ink::Text2);
        m_why->setText(unreadable ? unreadable->message + QLatin1Char(' ') + unreadable->hint
                       : m_model.isReading()
                           ? tr("The model is being read.")
                           : tr("Choose a model from the list. What it is, what it writes today and how it cuts a "
                                "sentence will stand here."));
        return;
    }
    const bool masked = entry->objective == Objective::Masked;
    m_name->setText(QString::fromStdString(entry->name));
    const auto problem = m_model.problem();
    m_badge->setState(problem                ? tr("cannot be used")
                      : entry->randomWeights ? tr("untrained")
                                             : tr("ready"),
                      problem                ? StateBadge::Error
                      : entry->randomWeights ? StateBadge::Neutral
                                             : StateBadge::Good);
    const bool ours = ModelReference::parse(entry->reference).isBundled();
    m_about->setText(
        entry->randomWeights ? tr("Its weights are drawn at random: it starts from nothing.")
        : masked && ours     ? tr("Guesses hidden words from both sides. It was raised on short plain-English texts.")
        : masked             ? tr("Guesses hidden words from both sides.")
        : ours ? tr("Continues a text, piece by piece. It was raised on short plain-English stories, so that "
                    "is how it writes today.")
               : tr("Continues a text, piece by piece."));
    m_facts[0]->setText(tr("%1, %2 of %3")
                            .arg(QString::fromStdString(entry->architecture),
                                 counted(entry->layers, tr("1 layer"), tr("%1 layers")), countText(entry->hiddenSize)));
    m_facts[1]->setText(masked ? tr("fills in blanks (masked)") : tr("writes on (causal)"));
    m_facts[2]->setText(countText(entry->parameters));
    m_facts[3]->setText(tr("%1 tokens").arg(countText(entry->contextLength)));
    m_facts[4]->setText(entry->tokenizer.empty() ? tr("%1 pieces").arg(countText(entry->vocabularySize))
                                                 : tr("%1 (%2)").arg(countText(entry->vocabularySize),
                                                                     QString::fromStdString(entry->tokenizer)));
    m_facts[5]->setText(entry->randomWeights
                            ? tr("no weights")
                            : tr("%1, %2").arg(bytesText(entry->bytesOnDisk), dtypeWords(entry->dtype)));
    m_checkedMark->setIcon(problem ? QStringLiteral("warning") : QStringLiteral("check"),
                           problem ? Ink::Error : Ink::Accent);
    m_checked->setInk(problem ? Ink::Error : Ink::Text);
    m_checked->setText(
        problem ? problem->message + QLatin1Char(' ') + problem->hint
        : entry->licence.empty()
            ? tr("Files checked: weights whole; no licence is named in the folder.")
            : tr("Files checked: weights whole, licence %1.").arg(QString::fromStdString(entry->licence).toUpper()));
    showReport(*entry);
    m_writesTitle->setText(masked ? tr("How it fills a blank today") : tr("What it writes today"));
    if (isVisible())
        askForText();
}

void ModelDetails::showReport(const ModelFacts& entry)
{
    QStringList words;
    for (const std::string& notice : entry.report.notices)
        words << QString::fromStdString(notice);
    m_report->setText(words.join(QLatin1Char('\n')));
    m_report->setVisible(!words.isEmpty());
}

void ModelDetails::showHowToGetOne()
{
    const auto row = [](const char* name, const QString& what, const char* size) {
        return QStringLiteral(
                   "<tr><td style=\"padding:3px 18px 3px 0\"><tt>%1</tt></td><td style=\"padding-right:18px\">"
                   "%2</td><td>%3</td></tr>")
            .arg(QLatin1String(name), what, QLatin1String(size));
    };
    const QString writes = tr("writes on, English"), fills = tr("fills in blanks, English");
    WordsDialog(
        tr("A larger model"),
        tr("<p>Fettle opens no connection, so you fetch a model yourself, once. These are well known and fit a usual "
           "computer; their pages are at <tt>huggingface.co/</tt> followed by the name:</p>") +
            QStringLiteral("<table>") + row("distilbert/distilgpt2", writes, "0.35 GB") +
            row("openai-community/gpt2", writes, "0.55 GB") +
            row("google/bert_uncased_L-4_H-256_A-4", fills, "0.05 GB") +
            row("google-bert/bert-base-uncased", fills, "0.44 GB") + QStringLiteral("</table>") +
            tr("<p>On the page, open “Files” and save <tt>config.json</tt>, <tt>model.safetensors</tt> and the "
               "tokenizer "
               "(<tt>tokenizer.json</tt>, or <tt>vocab.json</tt> and <tt>merges.txt</tt>, or <tt>vocab.txt</tt>) into "
               "one "
               "folder, for example <tt>~/models/gpt2</tt>. Then drop that folder on this page.</p>"
               "<p>Models of these types work so: %1. To train all of one takes about four times its size in memory; "
               "the "
               "list says how much, and Settings how long.</p>")
                .arg(knownTypes()),
        window())
        .exec();
}

void ModelDetails::askForText()
{
    const ModelFacts* entry = m_model.entry();
    const QString reference = QString::fromStdString(entry->reference);
    if (reference == m_shownFor)
        return;
    m_shownFor = reference;
    m_tries.cancel(m_asked);
    m_asked = 0;
    m_written.clear();
    clearPieces(); // those of the model before
    m_writes->show();
    m_writesNot->hide();
    if (const auto problem = m_model.problem()) {
        sayWritingFailed(tr("Nothing can be asked of it: %1").arg(problem->message));
        return;
    }
    const bool masked = entry->objective == Objective::Masked;
    m_writes->setWords(masked ? maskedPrompt.arg(blankSign()) : causalPrompt, QStringLiteral(" …"));
    TryRequest request;
    request.model = entry->reference;
    request.prompt = (masked ? maskedPrompt.arg(m_model.maskToken()) : causalPrompt).toStdString();
    request.options.maxNewTokens = 32;
    request.options.temperature = 0.7;
    request.options.topK = 40;
    request.options.seed = 42;
    request.topK = 4;
    m_asked = m_tries.ask(request);
    cutSentence();
}

void ModelDetails::cutSentence()
{
    if (const ModelFacts* entry = m_model.entry())
        m_tries.cutText(entry->reference, m_sentence->text());
}

void ModelDetails::showPieces(const QString& text, const std::vector<TextPiece>& pieces)
{
    if (text != m_sentence->text())
        return;
    std::vector<PieceView::Piece> shown;
    std::vector<std::string> texts;
    for (const TextPiece& piece : pieces)
        texts.push_back(piece.text);
    const bool spaced = spacesBeginWords(texts);
    const auto letters =
        std::count_if(text.begin(), text.end(), [](QChar c) { return !c.isSpace() && !c.isLowSurrogate(); });
    QString word, hardest;
    int ofWord = 0, most = 1;
    const auto close = [&] {
        if (ofWord > most) {
            most = ofWord;
            hardest = word;
        }
    };
    for (const TextPiece& piece : pieces) {
        const QString words = QString::fromStdString(piece.text);
        shown.push_back({words, piece.id, piece.continues});
        if (piece.continues) {
            ofWord += ofWord > 0;
            continue;
        }
        QString letter = words.trimmed();
        if (!spaced && letter.startsWith(QLatin1String("##")))
            letter.remove(0, 2);
        const bool isWord = !letter.isEmpty() && letter[0].isLetterOrNumber();
        if (beginsWord(piece.text, spaced) || !isWord) {
            close();
            word.clear();
            ofWord = 0;
        }
        if (isWord) {
            word += letter;
            ++ofWord;
        }
    }
    close();
    m_pieces->setPieces(std::move(shown));
    m_count->setText(pieces.empty()
                         ? QString()
                         : counted(static_cast<int64_t>(pieces.size()), tr("1 token · %2 letters"),
                                   tr("%1 tokens · %2 letters each"))
                               .arg(static_cast<double>(letters) / static_cast<double>(pieces.size()), 0, 'f', 1));
    const QString example = hardest.isEmpty() ? QString() : tr(" “%1” takes %2.").arg(hardest).arg(most);
    m_lesson->setText(
        tr("Models read pieces (tokens), not words. Rare words break into more pieces.%1 The number is the "
           "piece’s place in the vocabulary.")
            .arg(example));
}

} // namespace fettle::ui
