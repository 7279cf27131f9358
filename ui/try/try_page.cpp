// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_page.h"

#include "core/arguments/references.h"
#include "core/runs/run_folder.h"
#include "ui/bench/workbench.h"
#include "ui/look/words.h"
#include "ui/parts/blanks.h"
#include "ui/parts/button.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/try/try_chat.h"
#include "ui/try/try_knobs.h"
#include "ui/try/try_pane.h"
#include "ui/try/try_prompt.h"
#include "ui/try/try_rival.h"

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
    m_ways = makeRow(nullptr, 12);
    m_ways->addWidget(m_manner);
    m_ways->addStretch(1);
    column->addLayout(m_ways);
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
    m_prompt = new TryPrompt(m_workbench.tries, texts);
    connect(m_prompt, &TryPrompt::entered, this, &TryPage::write);
    connect(m_prompt, &TryPrompt::changed, this, &TryPage::updateButtons);
    column->addWidget(m_prompt);
    m_abovePanes = makeRow(nullptr);
    m_abovePanes->addStretch(1);
    column->addLayout(m_abovePanes);
    auto* panes = makeRow(nullptr, 12);
    m_before = new TryPane(TryPane::Side::Before, texts);
    m_after = new TryPane(TryPane::Side::After, texts);
    panes->addWidget(m_before, 1);
    panes->addWidget(m_after, 1);
    column->addLayout(panes, 1);
    return texts;
}

QWidget* TryPage::focusPlace()
{
    return isChat() ? m_chat->field() : static_cast<QWidget*>(m_prompt->field());
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
    // Above the pane that it governs, which a conversation has not.
    isChat() ? m_ways->insertWidget(1, m_rival) : m_abovePanes->insertWidget(0, m_rival);
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
    const QString model = m_left.isEmpty() ? m_trained : m_left;
    m_isConfigRead = model.isEmpty() || (m_isConfigRead && model == m_configOf); // once more: it may have changed
    m_configOf = model;
    QStringList models{m_left, m_trained};
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
    m_prompt->showEarlier();
    if (isReading())
        return;
    // The first prompt of the run is as good a beginning as any; else what a person last asked a model.
    const std::vector<std::string> prompts =
        m_workbench.run.config().value_or(m_workbench.choices.config()).samples.prompts;
    const QString first = prompts.empty() ? QString() : QString::fromStdString(prompts.front());
    m_prompt->offer(m_masked ? withBlanks(first, *m_maskToken) : first,
                    QStringLiteral("%1|%2|%3|%4").arg(m_run).arg(m_left).arg(m_masked).arg(first));
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
    const Rival* rival = m_rival->run();
    const QString left = rival ? rival->folder : came;
    if (run != m_run || left != m_left || masked != m_masked)
        clearPanes();
    // Words that a person typed are kept, to ask the next model the same.
    if (masked != m_masked || run != m_run)
        m_prompt->forget(masked != m_masked);
    m_run = run;
    m_left = left;
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
    m_prompt->setMasked(m_masked);
    m_prompt->setModel(m_left);
    m_knobs->setMasked(m_masked);
    m_knobs->setContextLength(m_workbench.run.contextLength());
    m_before->setMasked(m_masked);
    m_after->setMasked(m_masked);
    const QString leftCaption =
        rival ? trainedCaption({left.toStdString(), rival->modelStep, rival->modelLoss, true}, rival->name)
              : cameCaption;
    m_before->setRival(rival);
    m_after->setTitle(rival ? tr("This run") : tr("After"));
    m_leftState = rival ? QStringLiteral("%1/%2").arg(left).arg(rival->modelStep) : left;
    m_before->setModel(leftCaption, m_leftState);
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
    m_chat->setPartners({m_left, leftCaption}, {m_trained, caption});
    if (m_configOf != (m_left.isEmpty() ? m_trained : m_left))
        readConfig();
    showManner();
    showReading();
}

void TryPage::showReading()
{
    m_prompt->setRemark(isReading() ? tr("reading the model")
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
    const bool any = !m_left.isEmpty() || !m_trained.isEmpty();
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
    m_prompt->remember();

    const GenerateOptions& o = request.options;
    const int most = int(o.maxLength > 0 ? 0 : o.maxNewTokens);
    const QString key = m_masked ? QStringLiteral("%1|%2|%3").arg(m_leftState, prompt).arg(request.topK)
                                 : QStringLiteral("%1|%2|%3").arg(m_leftState, prompt, optionsKey(o));
    // The same model: what stands there already is what it would write again.
    const bool before = !m_left.isEmpty() && !(m_before->isDone() && key == m_beforeKey);
    const QString engine = m_workbench.run.isRunning() && !m_workbench.run.isPaused()
                               ? tr("Training goes on; this is written between two steps.")
                               : QString();
    if (before) {
        m_beforeKey = key;
        request.model = m_left.toStdString();
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

void TryPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && isBusy()) {
        stopWriting();
        return;
    }
    Page::keyPressEvent(event);
}

} // namespace fettle::ui
