// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings_page.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "ui/dialogs/prompts_dialog.h"
#include "ui/forms/forecast_card.h"
#include "ui/forms/preset_bar.h"
#include "ui/forms/setting_row.h"
#include "ui/forms/setting_text.h"
#include "ui/forms/settings_form.h"
#include "ui/style/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/main_side_split.h"
#include "ui/widgets/notice_bar.h"

#include <QDir>
#include <QLocale>
#include <QShortcut>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
constexpr const char* maxLengthKey = "max_length";
constexpr const char* everyStepsKey = "samples.every_steps";

/// "data.max_length" is the form's "max_length".
QString formKey(const QString& subject)
{
    return subject.startsWith(QLatin1String("data.")) ? subject.mid(5) : subject;
}

QString homeAsTilde(const QString& path)
{
    const QString home = QDir::homePath();
    return path.startsWith(home + QLatin1Char('/')) ? QLatin1Char('~') + path.mid(home.size()) : path;
}
} // namespace

SettingsPage::SettingsPage(Workbench& workbench, QWidget* parent)
    : Page(QStringLiteral("settings"), tr("Settings"),
           tr("How the model learns. The defaults work; to learn what one does, change it alone."), workbench, parent)
{
    QPushButton* start = header()->primary();
    setButtonIcon(start, QStringLiteral("play"));
    start->setText(tr("Start training"));
    m_mend = (new Label({}, Type::Help, Ink::Text2, this))->wrapped();
    m_mend->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_mend->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_mend->setMinimumWidth(px(180));
    m_mend->setMaximumWidth(px(320));
    header()->addButton(m_mend);

    m_failed = new NoticeBar(this);
    m_failed->hide();
    body()->addWidget(m_failed);
    m_presets = new PresetBar(this);
    body()->addWidget(m_presets);
    m_split = new MainSideSplit(QStringLiteral("settings"), tr("Settings"), tr("Forecast"), this, 0.64);
    m_form = new SettingsForm(m_split);
    m_split->setMain(m_form);
    m_forecast = new ForecastCard(m_split);
    m_split->setSide(m_forecast);
    // The columns scroll by themselves: they take what height there is.
    m_split->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_split->setMinimumHeight(px(380));
    body()->addWidget(m_split, 1);

    connect(start, &QPushButton::clicked, this, [this] {
        m_failed->hide();
        if (this->workbench().isRunning())
            Q_EMIT this->workbench().pageWanted(QStringLiteral("train"));
        else
            this->workbench().start();
    });
    connect(m_mend, &QLabel::linkActivated, this, &SettingsPage::mend);
    connect(m_presets, &PresetBar::chosen, this, &SettingsPage::choosePreset);
    connect(m_form, &SettingsForm::committed, this, &SettingsPage::take);
    connect(m_form, &SettingsForm::undoWanted, &workbench, &Workbench::undo);
    connect(m_form, &SettingsForm::resetWanted, &workbench, &Workbench::resetArguments);
    connect(m_form, &SettingsForm::helpLink, this, [this](const QString&, const QString& link) {
        if (link == QLatin1String("prompts"))
            editPrompts();
        else
            mend(link);
    });
    // Wherever the focus is while this page is shown. Ctrl+Z is the Edit menu's.
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, [this] {
        m_split->showSide(false);
        m_form->focusSearch();
    });

    connect(&workbench, &Workbench::configChanged, this, &SettingsPage::showAll);
    connect(&workbench, &Workbench::modelChanged, this, &SettingsPage::showAll);
    connect(&workbench, &Workbench::dataChanged, this, &SettingsPage::showAll);
    connect(&workbench, &Workbench::forecastChanged, this, &SettingsPage::showAll);
    connect(&workbench, &Workbench::runChanged, this, &SettingsPage::showAll);
    connect(&workbench, &Workbench::startFailed, this, &SettingsPage::onStartFailed);
    showAll();
}

void SettingsPage::refresh()
{
    showAll();
}

Objective SettingsPage::objective() const
{
    const std::string& wanted = workbench().config().objective;
    if (!wanted.empty())
        return wanted == "masked" ? Objective::Masked : Objective::Causal;
    return workbench().model() != nullptr ? workbench().model()->objective : Objective::Causal;
}

void SettingsPage::take(const QString& key, const QString& text)
{
    if (key != QLatin1String(maxLengthKey) && key != QLatin1String(everyStepsKey)) {
        workbench().setArgument(key, text);
        return;
    }
    // Data and samples take whole numbers alone: what is wrong is held back here and stands before a start.
    const SettingRow* row = m_form->row(key);
    const auto value = parseInteger(text.toStdString());
    if (row->hasProblem() || !value) {
        m_heldBack[key] = row->problemText();
        showStart();
        return;
    }
    m_heldBack.erase(key);
    if (key == QLatin1String(maxLengthKey)) {
        DataConfig rules = workbench().config().data;
        rules.maxLength = *value;
        workbench().setData(rules);
    } else {
        SamplesConfig samples = workbench().config().samples;
        samples.everySteps = *value;
        workbench().setSamples(samples);
    }
}

void SettingsPage::editPrompts()
{
    PromptsDialog dialog(workbench().config().samples, objective(), window());
    if (dialog.exec() == QDialog::Accepted)
        workbench().setSamples(dialog.samples());
}

void SettingsPage::choosePreset(int index)
{
    try {
        workbench().setArguments(
            withPreset(workbench().config().arguments, m_presets->presets().at(static_cast<size_t>(index))));
    } catch (const Error& error) {
        m_failed->say(NoticeBar::Error, QString::fromStdString(error.message()), QString::fromStdString(error.hint()));
    }
}

void SettingsPage::showAll()
{
    const RunConfig& config = workbench().config();
    const ModelEntry* model = workbench().model();
    std::map<QString, SettingProblem> problems;
    for (const Problem& problem : workbench().problems())
        problems[formKey(problem.subject)] = {problem.message, problem.hint};
    for (const auto& [key, message] : m_heldBack)
        problems[key] = {message, {}};
    m_form->setContextLength(model != nullptr ? model->contextLength : 0,
                             model != nullptr ? QString::fromStdString(model->name) : QString());
    m_form->setConfig(config, problems);
    std::erase_if(m_heldBack, [this](const auto& held) { return !m_form->row(held.first)->hasProblem(); });
    m_form->setLocked(workbench().isRunning() ? tr("They can be changed again when it has ended.") : QString());
    m_form->setCanUndo(workbench().canUndo());
    if (config.arguments.output_dir.empty() && !config.data.train.empty())
        m_form->setSavedIn(homeAsTilde(QString::fromStdString(newRunFolder(config).string())));
    const auto preview = workbench().preview();
    const bool keptAside = config.data.validationFraction > 0 || !config.data.validation.empty();
    m_presets->setPresets(presetsFor(model != nullptr ? model->parameters : 1'000'000, keptAside), config.arguments);
    m_presets->setEnabled(!workbench().isRunning());
    showHelps();
    showForecast();
    showStart();
}

void SettingsPage::showHelps()
{
    const RunConfig& config = workbench().config();
    const auto preview = workbench().preview();
    const auto forecast = workbench().forecast();
    const QLocale locale;
    const auto number = [&locale](int64_t value) { return locale.toString(static_cast<qlonglong>(value)); };

    QString length;
    if (config.data.packed)
        length = tr("Rows are joined into blocks of so many tokens.");
    else if (preview)
        length = preview->cutRows == 0 ? tr("Longer rows are cut. None is.")
                                       : tr("Longer rows are cut. At %1, <a href=\"data\">%2 rows</a> are.")
                                             .arg(number(config.data.maxLength), number(preview->cutRows));
    m_form->setHelp(QString::fromLatin1(maxLengthKey), length);

    QString checks;
    if (preview && preview->validationRows == 0)
        checks = tr("No rows are kept aside, so nothing is checked. <a href=\"data\">Keep some…</a>");
    else if (preview && forecast) {
        const int64_t count = checksOfRun(config, *preview, forecast->steps);
        if (count > 0)
            checks = tr("%1 checks (validation), about %2 of this run.")
                         .arg(number(count), durationInWords(forecast->checkingSeconds));
    }
    m_form->setHelp(QStringLiteral("eval_steps"), checks);

    const SamplesConfig& samples = config.samples;
    const auto prompts = static_cast<int64_t>(samples.prompts.size());
    QString words = prompts == 0   ? tr("No prompts, so no samples.")
                    : prompts == 1 ? tr("1 prompt, up to %1 tokens.").arg(samples.maxNewTokens)
                                   : tr("%1 prompts, up to %2 tokens each.").arg(prompts).arg(samples.maxNewTokens);
    if (objective() == Objective::Masked && prompts > 0) {
        words = prompts == 1 ? tr("1 sentence with blanks.") : tr("%1 sentences with blanks.").arg(prompts);
        if (promptWithoutMask(samples.prompts) > 0)
            words = tr("A prompt has no [MASK]: nothing to fill in.");
    }
    m_form->setHelp(QString::fromLatin1(everyStepsKey),
                    words + QStringLiteral(" <a href=\"prompts\">") + tr("Edit prompts…") + QStringLiteral("</a>"));

    QString saves;
    if (forecast && forecast->steps > 0 && config.arguments.save_strategy == "steps" &&
        config.arguments.save_steps > 0) {
        const double every = config.arguments.save_steps < 1
                                 ? std::ceil(config.arguments.save_steps * static_cast<double>(forecast->steps))
                                 : config.arguments.save_steps;
        const auto count = static_cast<int64_t>(static_cast<double>(forecast->steps) / every);
        saves = count == 0 ? tr("The run is shorter: it saves at the end alone.")
                           : tr("%1 times in this run (checkpoints), so that nothing is lost.").arg(number(count));
    }
    m_form->setHelp(QStringLiteral("save_steps"), saves);
}

void SettingsPage::showForecast()
{
    const auto preview = workbench().preview();
    const auto forecast = workbench().forecast();
    if (preview && forecast) {
        m_forecast->setForecast(*forecast, workbench().config(), *preview, objective());
        return;
    }
    if (workbench().config().model.empty())
        m_forecast->setMissing(tr("Choose a model; then it stands here what a run takes."));
    else if (workbench().config().data.train.empty())
        m_forecast->setMissing(tr("Choose a text; then it stands here what a run takes."));
    else if (workbench().isReadingModel() || workbench().isReadingData())
        m_forecast->setMissing(tr("The text is being read; then it stands here what a run takes."));
    else
        m_forecast->setMissing(
            tr("What stands in the way must be mended first; then it stands here what a run takes."));
}

std::vector<Problem> SettingsPage::standing() const
{
    std::vector<Problem> all = workbench().problems();
    for (const auto& [key, message] : m_heldBack)
        all.push_back({key, message, {}});
    return all;
}

QString SettingsPage::titleOf(const QString& subject) const
{
    if (subject == QLatin1String("model"))
        return tr("Model");
    if (subject == QLatin1String("data"))
        return tr("Data");
    const SettingInfo* setting = findSetting(formKey(subject));
    return setting != nullptr ? setting->label : QString();
}

void SettingsPage::showStart()
{
    QPushButton* start = header()->primary();
    const bool running = workbench().isRunning();
    const std::vector<Problem> problems = standing();
    start->setText(running ? tr("To the run") : tr("Start training"));
    start->setEnabled(running || (problems.empty() && workbench().canStart()));
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
    else if (workbench().isReadingData() || workbench().isReadingModel())
        words = tr("Reading the text…");
    m_mend->setText(words);
    m_mend->setToolTip(running ? QString() : reasons.join(QLatin1Char('\n')));
    m_mend->setVisible(!words.isEmpty());
    start->setAccessibleDescription(running ? QString() : reasons.join(QLatin1Char(' ')));
}

void SettingsPage::mend(const QString& subject)
{
    if (subject == QLatin1String("model") || subject == QLatin1String("data")) {
        Q_EMIT workbench().pageWanted(subject);
        return;
    }
    m_split->showSide(false);
    m_form->focusSetting(formKey(subject));
}

void SettingsPage::onStartFailed(const QString& message, const QString& hint, const QString& subject)
{
    m_failed->clearButtons();
    m_failed->say(NoticeBar::Error, tr("Training did not start."), message, hint);
    const QString title = titleOf(subject);
    if (!title.isEmpty()) {
        auto* go = makeButton(tr("To “%1”").arg(title), Look::Outlined, ControlSize::Small, {}, m_failed);
        connect(go, &QPushButton::clicked, this, [this, subject] {
            m_failed->hide();
            mend(subject);
        });
        m_failed->buttons()->addWidget(go);
    }
    auto* close = makeIconButton(QStringLiteral("close"), tr("Close"), m_failed);
    connect(close, &QPushButton::clicked, m_failed, &QWidget::hide);
    m_failed->buttons()->addWidget(close);
}

} // namespace fettle::ui
