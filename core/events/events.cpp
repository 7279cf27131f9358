// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the events, as the journal and JSON have them.
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
#define FETTLE_ACTIVITY(Name, word)                                                                                    \
    case Activity::Name:                                                                                               \
        return word;
#include "core/events/codes.def"
#undef FETTLE_ACTIVITY
    }
    return "";
}

const char* toString(NoticeCode code)
{
    switch (code) {
    case NoticeCode::Other:
        break;
#define FETTLE_NOTICE(Name, word)                                                                                      \
    case NoticeCode::Name:                                                                                             \
        return word;
#include "core/events/codes.def"
#undef FETTLE_NOTICE
    }
    return "other";
}

NoticeCode noticeCodeFrom(std::string_view word)
{
    for (const NoticeCode code : allNoticeCodes())
        if (word == toString(code))
            return code;
    return NoticeCode::Other;
}

const std::vector<Activity>& allActivities()
{
    static const std::vector<Activity> all{
#define FETTLE_ACTIVITY(Name, word) Activity::Name,
#include "core/events/codes.def"
#undef FETTLE_ACTIVITY
    };
    return all;
}

const std::vector<NoticeCode>& allNoticeCodes()
{
    static const std::vector<NoticeCode> all{
#define FETTLE_NOTICE(Name, word) NoticeCode::Name,
#include "core/events/codes.def"
#undef FETTLE_NOTICE
    };
    return all;
}

} // namespace fettle
