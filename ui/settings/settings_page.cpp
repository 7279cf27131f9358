// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_page.h"

#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/runs/run_folder.h"
#include "ui/bench/run_pace.h"
#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/floating_notice.h"
#include "ui/parts/label.h"
#include "ui/parts/main_side_split.h"
#include "ui/settings/forecast_card.h"
#include "ui/settings/learner_choice.h"
#include "ui/settings/overruled.h"
#include "ui/settings/preset_bar.h"
#include "ui/settings/prompts_dialog.h"
#include "ui/settings/setting_helps.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/setting_text.h"
#include "ui/settings/settings_form.h"

#include <QFileInfo>
#include <QShortcut>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

namespace fettle::ui
{

SettingsPage::SettingsPage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Settings, tr("Settings"),
           tr("How the model learns. To learn what one setting does, change it alone."), parent),
      m_workbench(workbench)
{
    QPushButton* start = header()->primary();
    setButtonIcon(start, QStringLiteral("play"));
    start->setText(workbench.actions.start->iconText());
    m_mend = (new Label({}, Type::Help, Ink::Text2, this))->wrapped();
    m_mend->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_mend->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_mend->setMinimumWidth(px(180));
    m_mend->setMaximumWidth(px(320));
    header()->addButton(m_mend);

    m_failed = new FloatingNotice(this);
    m_learner = new LearnerChoice(this);
    body()->addWidget(m_learner);
    m_presets = new PresetBar(this);
    m_presets->setPresets(presetsFor({}), {}); // now, so that Tab comes to them before the form
    body()->addWidget(m_presets);
    m_chosen = (new Label({}, Type::Help, Ink::Text2, this))->wrapped();
    m_chosen->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    body()->addWidget(m_chosen);
    m_split = new MainSideSplit(QStringLiteral("settings"), tr("Settings"), tr("Forecast"), this, 0.64);
    m_form = new SettingsForm(m_split);
    m_split->setMain(m_form);
    m_forecast = new ForecastCard(m_split);
    m_split->setSide(m_forecast);
    m_split->setLeastHeight(380);
    body()->addWidget(m_split, 1);

    connect(start, &QPushButton::clicked, this, [this] {
        m_failed->hide();
        if (m_workbench.run.isRunning())
            Q_EMIT m_workbench.pageWanted(PageId::Train);
        else
            m_workbench.start();
    });
    connect(m_mend, &QLabel::linkActivated, this, &SettingsPage::mend);
    connect(m_chosen, &QLabel::linkActivated, &workbench.choices, &Choices::dropAutomatic);
    connect(m_presets, &PresetBar::chosen, this, &SettingsPage::choosePreset);
    connect(m_learner, &LearnerChoice::chosen, this, [this](Learner wanted) {
        m_workbench.choices.setArguments(
            m_learner->changedTo(wanted, m_workbench.choices.config().arguments, presetBasis()));
    });
    connect(m_form, &SettingsForm::committed, this, &SettingsPage::take);
    connect(m_form, &SettingsForm::undoWanted, &workbench.choices, &Choices::undo);
    connect(m_form, &SettingsForm::resetWanted, &workbench.choices, &Choices::resetArguments);
    connect(m_form, &SettingsForm::helpLink, this, [this](const QString&, const QString& link) {
        if (link == QLatin1String("prompts"))
            editPrompts();
        else if (link.startsWith(QLatin1String("set:")))
            set(link.mid(4).section(QLatin1Char('='), 0, 0), link.section(QLatin1Char('='), 1));
        else
            mend(link);
    });
    // Wherever the focus is while this page is shown. Ctrl+Z is the Edit menu's.
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, [this] {
        m_split->showSide(false);
        m_form->focusSearch();
    });

    connect(&workbench.choices, &Choices::changed, this, &SettingsPage::showAll);
    connect(&workbench.model, &ModelReading::changed, this, &SettingsPage::showAll);
    connect(&workbench.text, &TextReading::changed, this, &SettingsPage::showAll);
    connect(&workbench.forecasts, &Forecasts::changed, this, &SettingsPage::showAll);
    connect(&workbench.run, &RunWatch::changed, this, [this] {
        if (m_workbench.run.isRunning())
            m_failed->hide(); // what was said of an earlier start is over
        showAll();
    });
    connect(&workbench.run, &RunWatch::updated, this, [this] {
        if (isVisible())
            showPace();
    });
    connect(&workbench, &Workbench::mendWanted, this, &SettingsPage::mend);
    connect(&workbench, &Workbench::startFailed, this, &SettingsPage::onStartFailed);
    connect(&workbench, &Workbench::startFailureOver, m_failed, &QWidget::hide);
    showAll();
}

void SettingsPage::refresh()
{
    showAll();
}

Objective SettingsPage::objective() const
{
    const std::string& wanted = m_workbench.choices.config().objective;
    if (!wanted.empty())
        return wanted == "masked" ? Objective::Masked : Objective::Causal;
    return m_workbench.model.entry() != nullptr ? m_workbench.model.entry()->objective : Objective::Causal;
}

void SettingsPage::take(const QString& key, const QString& text)
{
    Choices& choices = m_workbench.choices;
    if (findArgument(key.toStdString())) {
        choices.setArgument(key, text);
        return;
    }
    // Data and samples take what is right alone: what is wrong is held back here and stands before a start.
    const SettingRow* row = m_form->row(key);
    if (row->hasProblem()) {
        m_heldBack[key] = row->problemText();
        showForecast();
        showStart();
        return;
    }
    RunConfig changed = choices.config();
    try {
        applySetting(changed, key.toStdString() + '=' + text.toStdString());
    } catch (const Error& error) {
        m_heldBack[key] = engineWords(error.message());
        showForecast();
        showStart();
        return;
    }
    m_heldBack.erase(key);
    if (changed.data != choices.config().data)
        choices.setData(changed.data);
    else
        choices.setSamples(changed.samples);
}

void SettingsPage::set(const QString& key, const QString& value)
{
    if (key != QLatin1String(setting_key::data::validation))
        return m_workbench.choices.setArgument(key, value);
    DataConfig rules = m_workbench.choices.config().data;
    rules.validationFraction = value.toDouble();
    m_workbench.choices.setData(rules);
}

void SettingsPage::editPrompts()
{
    PromptsDialog dialog(m_workbench.choices.config().samples, m_workbench.model.maskToken(), window(),
                         [this](const QString& word, QObject* asker, std::function<void(int)> then) {
                             m_workbench.tries.countPieces(QString::fromStdString(m_workbench.choices.config().model),
                                                           word, asker, std::move(then));
                         });
    if (dialog.exec() == QDialog::Accepted)
        m_workbench.choices.setSamples(dialog.samples());
}

PresetBasis SettingsPage::presetBasis() const
{
    const RunConfig& config = m_workbench.choices.config();
    PresetBasis basis;
    const ModelFacts* model = m_workbench.model.entry();
    if (model != nullptr)
        basis.parameters = model->parameters;
    basis.keptAside = config.data.validationFraction > 0 || !config.data.validation.empty();
    basis.learner = learnerOf(config.arguments, model);
    return basis;
}

void SettingsPage::choosePreset(int index)
{
    try {
        m_workbench.choices.setArguments(
            withPreset(m_workbench.choices.config().arguments, m_presets->presets().at(static_cast<size_t>(index))));
    } catch (const Error& error) {
        m_failed->say(NoticeBar::Error, engineWords(error.message()), engineWords(error.hint()));
    }
}

void SettingsPage::showAll()
{
    const RunConfig& config = m_workbench.choices.config();
    const ModelFacts* model = m_workbench.model.entry();
    std::map<QString, SettingProblem> problems;
    for (const Problem& problem : m_workbench.problems())
        problems[problem.subject] = {problem.message, problem.hint};
    for (const auto& [key, message] : m_heldBack)
        problems[key] = {message, {}};
    const int64_t context = model != nullptr ? model->contextLength : 0;
    const auto preview = m_workbench.text.preview();
    m_form->setContextLength(context, model != nullptr ? QString::fromStdString(model->name) : QString(),
                             preview && !joinsRows(config.data.blocks) && preview->longestRow <= context);
    m_form->setPacked(joinsRows(config.data.blocks));
    m_form->setWarnings(warnings());
    m_form->setAutomatic(m_workbench.choices.automatic());
    m_form->setConfig(config, problems);
    std::erase_if(m_heldBack, [this](const auto& held) { return !m_form->row(held.first)->hasProblem(); });
    m_form->setLocked(m_workbench.run.isRunning() ? tr("They can be changed again when it has ended.") : QString());
    m_form->setCanUndo(m_workbench.choices.canUndo());
    if (m_workbench.run.isRunning() && !m_workbench.run.isOtherNext())
        m_form->setSavedIn(placeText(QString::fromStdString(m_workbench.run.history()->runFolder)));
    else if (config.arguments.output_dir.empty())
        m_form->setSavedIn(placeText(m_workbench.forecasts.nextRunFolder()));
    const PresetBasis basis = presetBasis();
    m_presets->setPresets(presetsFor(basis), config.arguments);
    m_presets->setEnabled(!m_workbench.run.isRunning());
    m_learner->setLearner(basis.learner, model != nullptr && model->adapterParameters > 0,
                          config.arguments.learning_rate);
    m_learner->setEnabled(!m_workbench.run.isRunning());
    showChosen();
    showHelps();
    showForecast();
    showStart();
}

void SettingsPage::showChosen()
{
    // What Fettle set by itself, by name, and the way back.
    QStringList parts;
    const RunConfig& config = m_workbench.choices.config();
    const auto has = [keys = m_workbench.choices.automatic()](const char* key) {
        return keys.contains(QLatin1String(key));
    };
    if (has(setting_key::data::validation))
        parts << tr("%1 % of the rows kept aside")
                     .arg(shortNumber(QString::number(config.data.validationFraction * 100, 'g', 4)));
    if (has(setting_key::data::appendEndOfText))
        parts << tr("learns where a row ends");
    if (has(setting_key::samples::prompts))
        parts << counted(static_cast<int64_t>(config.samples.prompts.size()), tr("1 prompt from its rows"),
                         tr("%1 prompts from its rows"));
    if (has(setting_key::save_steps))
        parts << tr("a save each %1 % of the run").arg(QString::number(config.arguments.save_steps * 100, 'g', 3));
    if (has(setting_key::load_best_model_at_end))
        parts << (has(setting_key::save_total_limit) ? tr("the best state and the last ones kept")
                                                     : tr("the best state kept"));
    m_chosen->setText(parts.isEmpty()
                          ? QString()
                          : tr("Set by Fettle for this text: %1. <a href=\"undo\">Take\u00A0it\u00A0all\u00A0back</a>")
                                .arg(parts.join(QStringLiteral(" · "))));
    m_chosen->setVisible(!parts.isEmpty() && !m_workbench.run.isRunning());
}

void SettingsPage::showHelps()
{
    std::map<QString, QString> helps = settingHelps(m_workbench.choices.config(), m_workbench.text.preview().get(),
                                                    m_workbench.forecasts.forecast(), m_workbench.model.maskToken());
    for (const auto& [key, why] : overruledSettings(m_workbench.choices.config(), objective()))
        helps[key] =
            why.fixKey.isEmpty() || m_workbench.run.isRunning()
                ? why.words
                : why.words +
                      QStringLiteral(" <a href=\"set:%1=%2\">%3</a>").arg(why.fixKey, why.fixValue, why.fixWords);
    const QStringList automatic = m_workbench.choices.automatic();
    for (const SettingInfo& setting : settingTable()) {
        QString help = helps.count(setting.key) ? helps[setting.key] : QString();
        if (setting.key == QLatin1String(setting_key::samples::everySteps) &&
            automatic.contains(QString::fromLatin1(setting_key::samples::prompts)))
            help += tr(" Taken from your text by Fettle.");
        else if (automatic.contains(setting.key))
            help = (help.isEmpty() ? setting.help : help) + tr(" Set by Fettle for this text.");
        m_form->setHelp(setting.key, help);
    }
}

std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> SettingsPage::warnings() const
{
    std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> all;
    const auto forecast = m_workbench.forecasts.forecast();
    if (!forecast)
        return all;
    for (const SettingWarning& warning : forecast->warnings) {
        const QString key = QString::fromStdString(warning.subject);
        const SettingInfo* setting = findSetting(key);
        if (setting == nullptr)
            continue;
        std::optional<SettingFix> fix;
        if (key == QLatin1String(setting_key::learning_rate) && m_workbench.model.entry() != nullptr) {
            const PresetBasis basis = presetBasis();
            const QString usual =
                shortNumber(QString::fromStdString(shortest(usualRate(basis.parameters, basis.learner))));
            fix = SettingFix{usual, tr("Use %1").arg(usual)};
        } else if (settingText(m_workbench.choices.config(), key) != setting->defaultText) {
            fix = SettingFix{setting->defaultText, tr("Use %1").arg(valueInWords(*setting, setting->defaultText))};
        }
        all[key] = {{engineWords(warning.message), engineWords(warning.hint)}, fix};
    }
    return all;
}

void SettingsPage::showForecast()
{
    const auto preview = m_workbench.text.preview();
    const auto forecast = m_workbench.forecasts.forecast();
    m_learner->setCounts(forecast ? forecast->trainedParameters : 0, forecast ? forecast->parameters : 0);
    if (preview && forecast) {
        m_forecast->setForecast(*forecast, m_workbench.choices.config(), *preview, objective());
        showPace();
        const auto problems = standing();
        if (std::any_of(problems.begin(), problems.end(), [this](const Problem& p) { return isAhead(p.subject); }))
            m_forecast->setOutdated();
        return;
    }
    if (m_workbench.choices.config().model.empty())
        m_forecast->setMissing(tr("Choose a model; then it stands here what a run takes."));
    else if (m_workbench.choices.config().data.train.empty())
        m_forecast->setMissing(tr("Choose a text; then it stands here what a run takes."));
    else if (m_workbench.model.isReading() || m_workbench.text.isReading())
        m_forecast->setMissing(tr("The text is being read; then it stands here what a run takes."));
    else
        m_forecast->setMissing(
            tr("What stands in the way must be mended first; then it stands here what a run takes."));
}

bool SettingsPage::isAhead(const QString& key) const
{
    const SettingRow* row = findSetting(key) != nullptr ? m_form->row(key) : nullptr;
    return row != nullptr && row->hasProblem() && row->value() != settingText(m_workbench.choices.config(), key);
}

void SettingsPage::showPace()
{
    const RunWatch& run = m_workbench.run;
    if (!run.isRunning() || run.isOtherNext() || !m_workbench.forecasts.forecast())
        return;
    if (const double left = secondsLeft(*run.history()); left >= 0)
        m_forecast->setRunning(run.history()->steps.back().elapsed, left);
}

std::vector<Problem> SettingsPage::standing() const
{
    std::vector<Problem> all = m_workbench.problems();
    for (const auto& [key, message] : m_heldBack)
        all.push_back({key, message, {}});
    return all;
}

QString SettingsPage::titleOf(const QString& subject) const
{
    if (subject == QLatin1String("model"))
        return tr("Model");
    if (subject.startsWith(QLatin1String("data")) && findSetting(subject) == nullptr)
        return tr("Data");
    const SettingRow* row = m_form->row(subject); // by the name it has just now
    return row != nullptr ? row->setting().label : QString();
}

void SettingsPage::showStart()
{
    QPushButton* start = header()->primary();
    const bool running = m_workbench.run.isRunning();
    const std::vector<Problem> problems = standing();
    start->setText(running ? tr("To the run") : m_workbench.actions.start->iconText());
    start->setEnabled(running || (problems.empty() && m_workbench.actions.start->isEnabled()));
    QStringList links, reasons;
    for (const Problem& problem : problems) {
        const QString title = titleOf(problem.subject);
        if (!title.isEmpty())
            links << QStringLiteral("<a href=\"%1\">%2</a>").arg(problem.subject, title.toHtmlEscaped());
        reasons << problem.message + QLatin1Char(' ') + problem.hint;
    }
    links.removeDuplicates();
    QString words;
    if (running)
        words = tr("A run is going on.");
    else if (!links.isEmpty())
        words = tr("Mend first: %1").arg(links.join(QStringLiteral(", ")));
    else if (!reasons.isEmpty())
        words = reasons.front().toHtmlEscaped();
    else if (m_workbench.text.isReading() || m_workbench.model.isReading())
        words = tr("Reading the text…");
    m_mend->setText(words);
    m_mend->setToolTip(running ? QString() : reasons.join(QLatin1Char('\n')));
    m_mend->setVisible(!words.isEmpty());
    start->setAccessibleDescription(running ? QString() : reasons.join(QLatin1Char(' ')));
}

void SettingsPage::mend(const QString& subject)
{
    if (subject == QLatin1String("model") ||
        (subject.startsWith(QLatin1String("data")) && findSetting(subject) == nullptr)) {
        Q_EMIT m_workbench.pageWanted(pageOf(subject));
        return;
    }
    Q_EMIT m_workbench.pageWanted(id());
    m_split->showSide(false);
    m_form->focusSetting(subject);
}

void SettingsPage::onStartFailed(const Problem& problem)
{
    const auto& [subject, message, hint] = problem;
    m_failed->clearButtons();
    // Some reasons begin with the very words of the title.
    const QString prefix = QStringLiteral("Training did not start: ");
    m_failed->say(NoticeBar::Error, tr("Training did not start."),
                  message.startsWith(prefix) ? message.mid(prefix.size()) : message, hint);
    const auto offer = [this](const QString& words, std::function<void()> does) {
        auto* button = makeButton(words, Look::Outlined, ControlSize::Small, {}, m_failed);
        connect(button, &QPushButton::clicked, this, [this, does = std::move(does)] {
            m_failed->hide();
            does();
        });
        m_failed->buttons()->addWidget(button);
    };
    const QString title = titleOf(subject);
    const QString folder = QString::fromStdString(m_workbench.choices.config().arguments.output_dir);
    if (subject == QLatin1String(setting_key::output_dir) && !folder.isEmpty()) {
        if (const RunFolder run(folder.toStdString());
            run.hasWeights()) // it has finished: there is nothing to continue
            offer(tr("Open that run"), [this, folder] { m_workbench.run.open(folder); });
        else if (run.hasSettings())
            offer(tr("Continue that run"), [this, folder] { m_workbench.run.continueRun(folder); });
        offer(tr("Take a new folder"), [this] { set(QString::fromLatin1(setting_key::output_dir), {}); });
        offer(tr("Choose another…"), [this] {
            const QString other = chooseOutputFolder(this, tr("Save the run in"));
            if (!other.isEmpty())
                set(QString::fromLatin1(setting_key::output_dir), other);
        });
    } else if (!title.isEmpty()) {
        offer(tr("To “%1”").arg(title), [this, subject = problem.subject] { mend(subject); });
    }
    auto* close = makeIconButton(QStringLiteral("close"), tr("Close"), m_failed);
    connect(close, &QPushButton::clicked, m_failed, &QWidget::hide);
    m_failed->buttons()->addWidget(close);
}

} // namespace fettle::ui
