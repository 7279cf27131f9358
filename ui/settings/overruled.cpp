// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/overruled.h"

#include "core/arguments/setting_keys.h"
#include "ui/look/words.h"
#include "ui/settings/setting_info.h"

#include <QCoreApplication>

namespace fettle::ui
{
namespace
{
struct OverruledWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::Overruled)
};

QString labelOf(const char* key)
{
    const SettingInfo* setting = findSetting(QString::fromLatin1(key));
    return setting != nullptr ? setting->label : QString::fromLatin1(key);
}
} // namespace

std::map<QString, Overruled> overruledSettings(const RunConfig& config, Objective objective)
{
    const TrainArgs &a = config.arguments, usual;
    std::map<QString, Overruled> all;
    const auto add = [&all](const char* key, const QString& words, const char* fixKey = "", const char* value = "",
                            const QString& fixWords = {}) {
        all.emplace(QString::fromLatin1(key),
                    Overruled{words, QString::fromLatin1(fixKey), QString::fromLatin1(value), fixWords});
    };
    if (a.max_steps > 0)
        add(setting_key::num_train_epochs,
            counted(a.max_steps, OverruledWords::tr("Not used: “%2” sets the length, 1 step."),
                    OverruledWords::tr("Not used: “%2” sets the length, %1 steps."))
                .arg(labelOf(setting_key::max_steps)),
            setting_key::max_steps, "-1", OverruledWords::tr("Go by epochs"));
    if (a.warmup_steps > 0 && a.warmup_ratio > 0)
        add(setting_key::warmup_ratio,
            OverruledWords::tr("Not used: “%1” is set.").arg(labelOf(setting_key::warmup_steps)),
            setting_key::warmup_steps, "0", OverruledWords::tr("Use this one"));
    const bool asideless = config.data.validation.empty() && config.data.validationFraction <= 0;
    const QString nothingAside = OverruledWords::tr("Not used: no rows are kept aside, so nothing is checked.");
    const QString keep = OverruledWords::tr("Keep 5 %");
    if (asideless) {
        add(setting_key::eval_steps, nothingAside, setting_key::data::validation, "0.05", keep);
        if (a.per_device_eval_batch_size != usual.per_device_eval_batch_size)
            add(setting_key::per_device_eval_batch_size, nothingAside, setting_key::data::validation, "0.05", keep);
    } else if (a.eval_strategy == "no" || a.eval_strategy == "epoch") {
        add(setting_key::eval_steps,
            a.eval_strategy == "no"
                ? OverruledWords::tr("Not used: “%1” is no.").arg(labelOf(setting_key::eval_strategy))
                : OverruledWords::tr("Not used: it checks after each epoch."),
            setting_key::eval_strategy, "steps", OverruledWords::tr("Check by steps"));
    }
    if (a.save_strategy != "steps")
        add(setting_key::save_steps,
            a.save_strategy == "no"     ? OverruledWords::tr("Not used: it saves at the end alone.")
            : a.save_strategy == "best" ? OverruledWords::tr("Not used: it saves after each check that is the best.")
                                        : OverruledWords::tr("Not used: it saves after each epoch."),
            setting_key::save_strategy, "steps", OverruledWords::tr("Save by steps"));
    if (a.early_stopping_patience == 0 && a.early_stopping_threshold != usual.early_stopping_threshold)
        add(setting_key::early_stopping_threshold,
            OverruledWords::tr("Not used: “%1” is off.").arg(labelOf(setting_key::early_stopping_patience)));
    if (objective == Objective::Causal && a.mlm_probability != usual.mlm_probability)
        add(setting_key::mlm_probability, OverruledWords::tr("Not used: this model writes on, it fills no blanks."));
    if (objective == Objective::Causal && a.mask_kind != usual.mask_kind)
        add(setting_key::mask_kind, OverruledWords::tr("Not used: this model writes on, it fills no blanks."));
    return all;
}

} // namespace fettle::ui
