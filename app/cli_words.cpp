// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli_words.h"

namespace fettle::cli
{

const char* activityWords(Activity activity)
{
    switch (activity) {
    case Activity::Reading:
        return "reading";
    case Activity::Tokenizing:
        return "tokenizing";
    case Activity::LoadingModel:
        return "loading model";
    case Activity::Checking:
        return "checking";
    case Activity::WritingSamples:
        return "writing samples";
    case Activity::Saving:
        return "saving";
    }
    return "";
}

} // namespace fettle::cli
