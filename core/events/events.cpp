// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the events, as the journal writes them.
#include "core/events/events.h"

namespace fettle
{

const char* toString(NoticeLevel level)
{
    switch (level) {
    case NoticeLevel::Info:
        return "info";
    case NoticeLevel::Warning:
        return "warning";
    case NoticeLevel::Error:
        return "error";
    }
    return "info";
}

const char* toString(FinishReason reason)
{
    switch (reason) {
    case FinishReason::Done:
        return "done";
    case FinishReason::Stopped:
        return "stopped";
    case FinishReason::EarlyStop:
        return "early_stop";
    case FinishReason::Failed:
        return "failed";
    }
    return "failed";
}

const char* toString(Activity activity)
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

} // namespace fettle
