// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_helps.h"

#include "core/arguments/setting_keys.h"
#include "ui/look/words.h"
#include "ui/parts/blanks.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace fettle::ui
{

namespace
{
struct HelpWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::SettingHelps)
};
} // namespace

std::map<QString, QString> settingHelps(const RunConfig& config, const DataPreview* preview,
                                        const std::optional<Forecast>& forecast, const QString& maskToken)
{
    const QLocale locale;
    const auto number = [&locale](int64_t value) { return locale.toString(static_cast<qlonglong>(value)); };
    std::map<QString, QString> helps;

    if (joinsRows(config.data.blocks))
        helps[QString::fromLatin1(setting_key::data::maxLength)] =
            HelpWords::tr("Rows are joined into blocks of so many tokens.");
    else if (preview)
        helps[QString::fromLatin1(setting_key::data::maxLength)] =
            preview->cutRows == 0
                ? HelpWords::tr("Longer rows are cut. None is.")
                : counted(preview->cutRows, HelpWords::tr("Longer rows are cut. At %2, <a href=\"data\">1 row</a> is."),
                          HelpWords::tr("Longer rows are cut. At %2, <a href=\"data\">%1 rows</a> are."))
                      .arg(number(config.data.maxLength));

    if (preview && forecast) {
        const int64_t count = forecast->checks;
        const QString words = count == 1
                                  ? HelpWords::tr("1 check (validation), %1.").arg(aboutText(forecast->checkingSeconds))
                                  : HelpWords::tr("%1 checks (validation), %2 of this run.")
                                        .arg(number(count), aboutText(forecast->checkingSeconds));
        const int64_t every = (forecast->steps + 19) / 20;
        if (count > 0)
            helps[QString::fromLatin1(setting_key::eval_steps)] =
                config.arguments.eval_steps == 0 && config.arguments.eval_strategy != "epoch"
                    ? (every == 1 ? HelpWords::tr("Automatic: every step. %1").arg(words)
                                  : HelpWords::tr("Automatic: every %1 steps. %2").arg(number(every), words))
                    : words;
    }

    const SamplesConfig& samples = config.samples;
    const auto prompts = static_cast<int64_t>(samples.prompts.size());
    QString words = prompts == 0 ? HelpWords::tr("No prompts, so no samples.")
                    : prompts == 1
                        ? HelpWords::tr("1 prompt, up to %1 tokens.").arg(samples.maxNewTokens)
                        : HelpWords::tr("%1 prompts, up to %2 tokens each.").arg(prompts).arg(samples.maxNewTokens);
    if (!maskToken.isEmpty() && prompts > 0) {
        words = counted(prompts, HelpWords::tr("1 sentence with blanks."), HelpWords::tr("%1 sentences with blanks."));
        for (const std::string& prompt : samples.prompts)
            if (countBlanks(withBlanks(QString::fromStdString(prompt), maskToken)) == 0)
                words = HelpWords::tr("A prompt has no blank: nothing to fill in.");
    }
    if (forecast && forecast->steps > 0 && prompts > 0 && samples.everySteps >= forecast->steps)
        words +=
            counted(forecast->steps, HelpWords::tr(" The run ends after 1 step: samples at step 0 and then alone."),
                    HelpWords::tr(" The run ends after %1 steps: samples at step 0 and at its end alone."));
    helps[QString::fromLatin1(setting_key::samples::everySteps)] =
        words + QStringLiteral(" <a href=\"prompts\">") + HelpWords::tr("Edit prompts…") + QStringLiteral("</a>");

    if (forecast && forecast->steps > 0 && config.arguments.save_steps > 0) {
        const double every = config.arguments.save_steps < 1
                                 ? std::ceil(config.arguments.save_steps * static_cast<double>(forecast->steps))
                                 : config.arguments.save_steps;
        const auto count = static_cast<int64_t>(static_cast<double>(forecast->steps) / every);
        helps[QString::fromLatin1(setting_key::save_steps)] =
            (count == 0 ? HelpWords::tr("The run is shorter: it saves at the end alone.")
                        : counted(count, HelpWords::tr("Once in this run (a checkpoint), so that nothing is lost."),
                                  HelpWords::tr("%1 times in this run (checkpoints), so that nothing is lost."))) +
            (config.arguments.load_best_model_at_end ? HelpWords::tr(" Each new best is saved besides.") : QString());
    }
    return helps;
}

} // namespace fettle::ui
