// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/activity_words.h"

#include <QCoreApplication>

namespace fettle::ui
{

QString activityWords(Activity activity)
{
    switch (activity) {
    case Activity::Reading:
        return QCoreApplication::translate("Activity", "reading the text");
    case Activity::Tokenizing:
        return QCoreApplication::translate("Activity", "cutting the text into tokens");
    case Activity::LoadingModel:
        return QCoreApplication::translate("Activity", "loading the model");
    case Activity::Checking:
        return QCoreApplication::translate("Activity", "checking on the kept-aside text");
    case Activity::WritingSamples:
        return QCoreApplication::translate("Activity", "writing samples");
    case Activity::Saving:
        return QCoreApplication::translate("Activity", "saving");
    }
    return {};
}

} // namespace fettle::ui
