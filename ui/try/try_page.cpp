// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_page.h"

#include "core/arguments/references.h"
#include "core/runs/run_folder.h"
#include "ui/bench/workbench.h"
#include "ui/look/words.h"
#include "ui/parts/blanks.h"
#include "ui/parts/button.h"
#include "ui/parts/card.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/label.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/try/try_chat.h"
#include "ui/try/try_knobs.h"
#include "ui/try/try_pane.h"
#include "ui/try/try_rival.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSettings>

namespace fettle::ui
{

namespace
{

/// "ships-log-3, finished at step 400", "ships-log-3, step 100".
QString trainedCaption(const TrainedModel& model, const QString& run)
{
    if (!model.finished)
        return TryPage::tr("%1, step %2").arg(run, countText(model.step.value_or(0)));
    return model.step ? TryPage::tr("%1, finished, step %2").arg(run, countText(*model.step))
                      : TryPage::tr("%1, finished").arg(run);
}

} // namespace

TryPage::TryPage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Try, tr("Try"), {}, parent), m_workbench(workbench)
{
    m_escape = makeButton(tr("Esc"), Look::Ghost, ControlSize::Small, {}, this);
    m_escape->setToolTip(tr("Stop writing"));
    m_escape->setFocusPolicy(Qt::NoFocus);
    connect(m_escape, &QPushButton::clicked, this, &TryPage::stopWriting);
    header()->addButton(m_escape);
    connect(header()->primary(), &QPushButton::clicked, this, [this] { isBusy() ? stopWriting() : write(); });

    auto* split = new MainSideSplit(QStringLiteral("try"), tr("Texts"), tr("How it writes"), this, 0.73);
    auto* main = new QWidget(split);
    auto* column = makeColumn(main, 12);
    m_manner = new SegmentedControl({tr("Write on"), tr("Conversation")}, main);
    m_manner->setAccessibleName(tr("What is tried"));
    m_manner->setCurrent(QSettings().value(QStringLiteral("try/conversation")).toBool() ? 1 : 0);
    connect(m_manner, &SegmentedControl::chosen, this, [this](int manner) {
        stopWriting();
        QSettings().setValue(QStringLiteral("try/conversation"), manner == 1);
        updateModels();
        showManner();
        focusPlace()->setFocus();
    });
    m_texts = makeTexts();
    m_chat = new TryChat(workbench.tries, main);
    connect(m_chat, &TryChat::sendWanted, this, &TryPage::write);
    connect(m_chat, &TryChat::changed, this, &TryPage::updateButtons);
    m_rival = new TryRival(main);
    connect(m_rival, &TryRival::chosen, this, &TryPage::refresh);
    auto* ways = makeRow(nullptr, 12);
    ways->addWidget(m_manner);
    ways->addStretch(1);
    ways->addWidget(m_rival);
    column->addLayout(ways);
    column->addWidget(m_texts, 1);
    column->addWidget(m_chat, 1);
    m_knobs = new TryKnobs(split);
    m_knobs->setMinimumWidth(px(285));
    split->setMain(main);
    split->setSide(m_knobs);
    body()->addWidget(split, 1);

    for (TryPane* pane : {m_before, m_after})
        connect(pane, &TryPane::pageWanted, &workbench, &Workbench::pageWanted);
    connect(&workbench.tries, &Tries::piece, this, [this](quint64 id, const GeneratedPiece& piece) {
        if (TryPane* pane = paneOf(id))
            pane->addPiece(piece);
    });
    connect(&workbench.tries, &Tries::beams, this, [this](quint64 id, const BeamProgress& progress) {
        if (TryPane* pane = paneOf(id))
            pane->showBeams(progress);
    });
    connect(&workbench.tries, &Tries::written, this, [this](quint64 id, const Generation& generation) {
        if (TryPane* pane = paneOf(id)) {
            pane->end(generation);
            done(id);
        }
    });
    connect(&workbench.tries, &Tries::filled, this,
            [this](quint64 id, const std::vector<std::vector<FillCandidate>>& fills) {
                if (TryPane* pane = paneOf(id)) {
                    pane->fill(fills);
                    done(id);
                }
            });
    connect(&workbench.tries, &Tries::failed, this, [this](quint64 id, const Problem& problem) {
        if (TryPane* pane = paneOf(id)) {
            pane->fail(problem.message, problem.hint);
            done(id);
        }
    });
    // Also while hidden: what is written under a name must never be another one's.
    const auto follow = [this] { isVisible() ? refresh() : updateModels(); };
    connect(&workbench.run, &RunWatch::changed, this, follow);
    connect(&workbench.model, &ModelReading::changed, this, follow);
    connect(&workbench.choices, &Choices::changed, this, follow);
    connect(&workbench.runs, &RunShelf::changed, this, follow);
    connect(&workbench.run, &RunWatch::updated, this, [this] {
        if (m_trained != m_workbench.run.trainedModel())
            updateModels();
    });
    refresh();
}

QWidget* TryPage::makeTexts()
{
    auto* texts = new QWidget(this);
    auto* column = makeColumn(texts, 12);
    column->addWidget(makePrompt());
    auto* panes = makeRow(nullptr, 12);
    m_before = new TryPane(TryPane::Side::Before, texts);
    m_after = new TryPane(TryPane::Side::After, texts);
    panes->addWidget(m_before, 1);
    panes->addWidget(m_after, 1);
    column->addLayout(panes, 1);
    return texts;
}

QWidget* TryPage::makePrompt()
{
    auto* card = new Card({}, {}, this);
    card->setBodyMargins(16, 11, 16, 11);
    auto* head = new QHBoxLayout;
    m_promptTitle = new Label({}, Type::CardTitle, Ink::Text, card);
    m_promptSide = new Label({}, Type::Help, Ink::Text2, card);
    head->addWidget(m_promptTitle);
    head->addStretch(1);
    head->addWidget(m_promptSide);
    card->body()->addLayout(head);
    auto* row = makeRow(nullptr, 8);
    m_prompt = new QLineEdit(card);
    setSize(m_prompt, ControlSize::Large);
    m_promptTitle->setBuddy(m_prompt);
    connect(m_prompt, &QLineEdit::returnPressed, this, &TryPage::write);
    connect(m_prompt, &QLineEdit::textChanged, this, &TryPage::updateButtons);
    m_blank = makeButton(tr("Insert a blank"), Look::Outlined, ControlSize::Large, {}, card);
    m_blank->setFocusPolicy(Qt::TabFocus); // a click must not take the selection away
    connect(m_blank, &QPushButton::clicked, this, &TryPage::putBlank);
    for (auto signal : {&QLineEdit::selectionChanged, &QLineEdit::editingFinished})
        connect(m_prompt, signal, this, &TryPage::updateBlank);
    connect(m_prompt, &QLineEdit::cursorPositionChanged, this, &TryPage::updateBlank);
    row->addWidget(m_prompt, 1);
    row->addWidget(m_blank);
    card->body()->addLayout(row);
    m_earlier = new QWidget(card);
    m_earlierFlow = new FlowLayout(m_earlier, 10);
    m_earlierWords = new Label(tr("Earlier:"), Type::Help, Ink::Text2, m_earlier);
    m_earlierWords->setMinimumHeight(px(26)); // as high as the links beside it
    card->body()->addWidget(m_earlier);
    return card;
}

WordPlace TryPage::chosenWord() const
{
    return wordToHide(m_prompt->text(), m_prompt->cursorPosition(), m_prompt->selectionStart(),
                      static_cast<int>(m_prompt->selectedText().size()));
}

void TryPage::updateBlank()
{
    m_blank->setText(chosenWord().length > 0 ? tr("Hide this word") : tr("Insert a blank"));
}

void TryPage::putBlank()
{
    const WordPlace word = chosenWord();
    if (word.length == 0) {
        m_prompt->insert(blankSign());
        m_prompt->setFocus();
        return;
    }
    const QString text = m_prompt->text();
    m_workbench.tries.countPieces(m_base, wordInPlace(text, word), this, [this, text, word](int pieces) {
        if (m_prompt->text() != text)
            return; // another one by now
        m_prompt->setSelection(word.start, word.length);
        m_prompt->insert(blanksFor(pieces));
        m_prompt->setFocus();
    });
}

QString TryPage::settingsKey() const
{
    return m_masked ? QStringLiteral("try/sentences") : QStringLiteral("try/prompts");
}

QWidget* TryPage::focusPlace()
{
    return isChat() ? m_chat->field() : m_prompt;
}

bool TryPage::isChat() const
{
    return !m_masked && m_manner->current() == 1 && m_workbench.run.hasChatTemplate();
}

void TryPage::showManner()
{
    m_manner->setVisible(!m_masked && m_workbench.run.hasChatTemplate());
    m_texts->setVisible(!isChat());
    m_chat->setVisible(isChat());
    updateButtons();
}

bool TryPage::isReading() const
{
    return m_masked ? !m_maskToken : !m_isConfigRead;
}

/// Before and after training are asked alike: as the model says that came, or, where its folder is gone, as the trained
/// one does, in whose folder the same file lies.
void TryPage::readConfig()
{
    const QString model = m_base.isEmpty() ? m_trained : m_base;
    m_isConfigRead = model.isEmpty() || (m_isConfigRead && model == m_configOf); // once more: it may have changed
    m_configOf = model;
    QStringList models{m_base, m_trained};
    models.removeAll(QString());
    m_workbench.tries.readConfig(models, this, [this](Outcome<GenerationConfig> read) {
        m_isConfigRead = true;
        m_knobs->setConfig(read.value.value_or(GenerationConfig()), read.problem);
        showReading();
    });
}

void TryPage::refresh()
{
    updateModels();
    readConfig();
    showEarlier();
    if (isReading())
        return;
    // The first prompt of the run is as good a beginning as any; else what a person last asked a model.
    const std::vector<std::string> prompts =
        m_workbench.run.config().value_or(m_workbench.choices.config()).samples.prompts;
    const QString first = prompts.empty() ? QString() : QString::fromStdString(prompts.front());
    const QString asked = QStringLiteral("%1|%2|%3|%4").arg(m_run).arg(m_base).arg(m_masked).arg(first);
    const bool isTyped = !m_prompt->text().isEmpty() && m_prompt->text() != m_offered;
    if (isTyped || asked == m_offeredFor) // offered once: a person may empty it
        return;
    QStringList known = QSettings().value(settingsKey()).toStringList();
    if (!first.isEmpty())
        known.prepend(m_masked ? withBlanks(first, *m_maskToken) : first);
    if (!known.isEmpty()) {
        m_offeredFor = asked;
        m_prompt->setText(m_offered = known.front());
    }
}

bool TryPage::isMasked() const
{
    // A run knows what it trains; without one it is the chosen model.
    if (const std::optional<RunConfig> run = m_workbench.run.config(); run && !run->objective.empty())
        return run->objective == "masked";
    const ModelFacts* model = m_workbench.model.entry();
    return model ? model->objective == Objective::Masked : m_masked;
}

void TryPage::clearPanes()
{
    stopWriting();
    m_before->clear();
    m_after->clear();
    m_chat->startOver();
    m_beforeKey.clear();
}

void TryPage::updateModels()
{
    const RunHistory* history = m_workbench.run.history();
    const uint64_t run = history ? history->mark : 0;
    const bool masked = isMasked();
    const QString came = m_workbench.run.baseModel();
    const QString cameCaption =
        came.isEmpty()
            ? QString()
            : tr("%1, as it came").arg(QString::fromStdString(ModelReference::parse(came.toStdString()).name()));
    m_rival->offer(m_workbench.runs.runs(), came, cameCaption,
                   history ? QString::fromStdString(history->runFolder) : QString());
    const RunSummary* rival = m_rival->run();
    const QString base = rival ? QString::fromStdString(rival->folder.string()) : came;
    if (run != m_run || base != m_base || masked != m_masked)
        clearPanes();
    // Words that a person typed are kept, to ask the next model the same.
    if (masked != m_masked || (run != m_run && m_prompt->text() == m_offered))
        m_prompt->clear();
    m_run = run;
    m_base = base;
    m_masked = masked;
    m_maskToken = m_masked ? m_workbench.run.maskToken() : QString();
    const std::optional<TrainedModel> trained = m_workbench.run.trained();
    m_trained = m_workbench.run.trainedModel();
    header()->setSentence(isChat() ? tr("Talk with the model, before or after training.")
                          : rival  ? tr("The models of two runs, side by side: the same words, the same seed.")
                          : m_masked
                              ? tr("Let the model fill blanks, before and after, side by side.")
                              : tr("Let the model write, before and after, side by side. Click a word to see what else "
                                   "it might have written."));
    m_promptTitle->setText(m_masked ? tr("A sentence with blanks") : tr("Your beginning of a text"));
    m_blank->setVisible(m_masked);
    m_knobs->setMasked(m_masked);
    m_before->setMasked(m_masked);
    m_after->setMasked(m_masked);
    const QString baseCaption = rival ? trainedCaption({base.toStdString(), rival->modelStep, rival->modelLoss, true},
                                                       QString::fromStdString(rival->name))
                                      : cameCaption;
    m_before->setRival(rival);
    m_baseState = rival ? QStringLiteral("%1/%2").arg(base).arg(*rival->modelStep) : base;
    m_before->setModel(baseCaption, m_baseState);
    m_after->setMissing(history && history->finished && !trained
                            ? tr("There is no model in the folder of this run. Choose another run from the list.")
                        : !history && !m_workbench.runs.runs().empty()
                            ? tr("No run is open. Choose one from the list, or train a new one.")
                            : tr("Nothing has been trained yet. Train first, or open a run."));
    const QString caption =
        trained ? trainedCaption(*trained, QString::fromStdString(RunFolder(history->runFolder).name())) : QString();
    m_after->setAdapter(m_workbench.run.isAdapter());
    if (trained)
        m_after->setModel(caption, QStringLiteral("%1/%2").arg(trained->step.value_or(-1)).arg(trained->finished));
    else
        m_after->setModel({}, {});
    m_chat->setPartners({m_base, baseCaption}, {m_trained, caption});
    if (m_configOf != (m_base.isEmpty() ? m_trained : m_base))
        readConfig();
    showManner();
    showReading();
}

void TryPage::showReading()
{
    m_promptSide->setText(isReading() ? tr("reading the model")
                          : m_masked  ? tr("type __ for a blank, or click a word and hide it")
                                      : tr("both models get the same words and the same seed"));
    updateButtons();
}

void TryPage::updateButtons()
{
    QPushButton* primary = header()->primary();
    const bool busy = isBusy();
    m_escape->setVisible(busy);
    if (isChat()) {
        primary->setText(busy ? tr("Stop writing") : tr("Send"));
        setButtonIcon(primary, busy ? QStringLiteral("stop") : QStringLiteral("pen"));
        primary->setEnabled(busy || (m_chat->canSend() && !isReading()));
        primary->setToolTip(tr("Ctrl+Enter"));
        return;
    }
    primary->setText(busy       ? (m_masked ? tr("Stop") : tr("Stop writing"))
                     : m_masked ? tr("Fill the blanks")
                                : tr("Write"));
    setButtonIcon(primary, busy ? QStringLiteral("stop") : QStringLiteral("pen"));
    const bool any = !m_base.isEmpty() || !m_trained.isEmpty();
    const bool asked = !m_masked || countBlanks(m_prompt->text()) > 0;
    primary->setEnabled(busy || (any && asked && !isReading()));
    primary->setToolTip(busy || !any  ? tr("Ctrl+Enter")
                        : isReading() ? tr("The model is being read.")
                        : !asked      ? tr("Type __ for a blank first.")
                                      : tr("Ctrl+Enter"));
}

void TryPage::write()
{
    if (isBusy() || !header()->primary()->isEnabled())
        return;
    if (isChat()) {
        m_chat->send(m_knobs->options());
        return;
    }
    const QString prompt = m_masked ? withMasks(m_prompt->text(), *m_maskToken) : m_prompt->text();
    const QString shown = m_masked ? withBlanks(prompt, *m_maskToken) : prompt;
    TryRequest request;
    request.prompt = prompt.toStdString();
    request.options = m_knobs->options();
    request.topK = m_knobs->guesses();
    remember(m_prompt->text());

    const GenerateOptions& o = request.options;
    const int most = int(o.maxLength > 0 ? 0 : o.maxNewTokens);
    const QString key = m_masked ? QStringLiteral("%1|%2|%3").arg(m_baseState, prompt).arg(request.topK)
                                 : QStringLiteral("%1|%2|%3").arg(m_baseState, prompt, optionsKey(o));
    // The same model: what stands there already is what it would write again.
    const bool before = !m_base.isEmpty() && !(m_before->isDone() && key == m_beforeKey);
    const QString engine = m_workbench.run.isRunning() && !m_workbench.run.isPaused()
                               ? tr("Training goes on; this is written between two steps.")
                               : QString();
    if (before) {
        m_beforeKey = key;
        request.model = m_base.toStdString();
        m_before->begin(shown, most, engine.isEmpty() ? tr("reading the model") : engine);
        m_beforeId = m_workbench.tries.ask(request);
    }
    if (!m_trained.isEmpty()) {
        request.model = m_trained.toStdString();
        m_after->begin(shown, most, before ? tr("comes after the one at the left") : engine);
        m_afterId = m_workbench.tries.ask(request);
    }
    updateButtons();
}

void TryPage::stopWriting()
{
    for (quint64* id : {&m_beforeId, &m_afterId})
        if (*id) {
            m_workbench.tries.cancel(*id);
            paneOf(*id)->stopped();
            *id = 0;
        }
    m_chat->stop();
    updateButtons();
}

bool TryPage::isBusy() const
{
    return m_beforeId || m_afterId || m_chat->isBusy();
}

TryPane* TryPage::paneOf(quint64 id)
{
    if (id == 0)
        return nullptr;
    return id == m_beforeId ? m_before : id == m_afterId ? m_after : nullptr;
}

void TryPage::done(quint64 id)
{
    (id == m_beforeId ? m_beforeId : m_afterId) = 0;
    updateButtons();
}

void TryPage::remember(const QString& prompt)
{
    if (prompt.trimmed().isEmpty())
        return;
    QStringList known = QSettings().value(settingsKey()).toStringList();
    known.removeAll(prompt);
    known.prepend(prompt);
    QSettings().setValue(settingsKey(), QStringList(known.mid(0, 8)));
    showEarlier();
}

void TryPage::showEarlier()
{
    const QStringList known = QSettings().value(settingsKey()).toStringList();
    if (m_shownEarlier == known)
        return; // the buttons stay, and the keyboard on them
    m_shownEarlier = known;
    while (QLayoutItem* item = m_earlierFlow->takeAt(0)) {
        if (item->widget() != m_earlierWords && item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_earlierFlow->addWidget(m_earlierWords);
    const QFontMetrics metrics(ui::font(Type::HelpStrong));
    for (const QString& prompt : known.mid(0, 5)) {
        QString words = metrics.elidedText(prompt.simplified(), Qt::ElideRight, px(190));
        words.replace(QLatin1Char('&'), QLatin1String("&&"));
        QPushButton* button = makeButton(words, Look::Link, ControlSize::Small, {}, m_earlier);
        button->setToolTip(prompt);
        connect(button, &QPushButton::clicked, this, [this, prompt] {
            m_prompt->setText(prompt);
            m_prompt->setFocus();
        });
        m_earlierFlow->addWidget(button);
        button->show();
    }
    m_earlier->setVisible(!known.isEmpty());
}

void TryPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && isBusy()) {
        stopWriting();
        return;
    }
    Page::keyPressEvent(event);
}

} // namespace fettle::ui
