// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/overruled.h"

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
        add("num_train_epochs",
            OverruledWords::tr("Not used: “%1” sets the length, %2 steps.")
                .arg(labelOf("max_steps"), countText(a.max_steps)),
            "max_steps", "-1", OverruledWords::tr("Go by epochs"));
    if (a.warmup_steps > 0 && a.warmup_ratio > 0)
        add("warmup_ratio", OverruledWords::tr("Not used: “%1” is set.").arg(labelOf("warmup_steps")), "warmup_steps",
            "0", OverruledWords::tr("Use this one"));
    const bool asideless = config.data.validation.empty() && config.data.validationFraction <= 0;
    const QString nothingAside = OverruledWords::tr("Not used: no rows are kept aside, so nothing is checked.");
    const QString keep = OverruledWords::tr("Keep 5 %");
    if (asideless) {
        add("eval_steps", nothingAside, "data.validation", "0.05", keep);
        if (a.per_device_eval_batch_size != usual.per_device_eval_batch_size)
            add("per_device_eval_batch_size", nothingAside, "data.validation", "0.05", keep);
    } else if (a.eval_strategy == "no" || a.eval_strategy == "epoch") {
        add("eval_steps",
            a.eval_strategy == "no" ? OverruledWords::tr("Not used: “%1” is no.").arg(labelOf("eval_strategy"))
                                    : OverruledWords::tr("Not used: it checks after each epoch."),
            "eval_strategy", "steps", OverruledWords::tr("Check by steps"));
    }
    if (a.save_strategy == "no" || a.save_strategy == "epoch")
        add("save_steps",
            a.save_strategy == "no" ? OverruledWords::tr("Not used: it saves at the end alone.")
                                    : OverruledWords::tr("Not used: it saves after each epoch."),
            "save_strategy", "steps", OverruledWords::tr("Save by steps"));
    if (a.early_stopping_patience == 0 && a.early_stopping_threshold != usual.early_stopping_threshold)
        add("early_stopping_threshold",
            OverruledWords::tr("Not used: “%1” is off.").arg(labelOf("early_stopping_patience")));
    if (objective == Objective::Causal && a.mlm_probability != usual.mlm_probability)
        add("mlm_probability", OverruledWords::tr("Not used: this model writes on, it fills no blanks."));
    return all;
}

} // namespace fettle::ui
