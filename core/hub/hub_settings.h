// SPDX-License-Identifier: GPL-3.0-or-later
// With whom the Hub's client may talk, as whom, and for how long it waits: huggingface_hub's environment variables, and
// a file for whole computers (schools) that refuses every connection.
#pragma once

#include <string>

namespace fettle
{

struct HubSettings {
    std::string endpoint = "https://huggingface.co"; ///< HF_ENDPOINT; no slash at its end
    std::string token;                               ///< empty: none
    std::string tokenSource;                         ///< "HF_TOKEN", or the file it was read from
    std::string offline;                             ///< why no connection may be made, in words; empty: they may
    int timeout = 10;                                ///< HF_HUB_DOWNLOAD_TIMEOUT: seconds without a byte
    double firstPause = 1;                           ///< seconds before the second try, doubled for each further one
    int tries = 5;                                   ///< in a row, without a byte gained
};

/// From the environment: HF_ENDPOINT; HF_TOKEN, HUGGING_FACE_HUB_TOKEN or the file HF_TOKEN_PATH (in HF_HOME);
/// HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE; HF_HUB_DOWNLOAD_TIMEOUT; FETTLE_HUB_PAUSE (firstPause). Connections are
/// refused too where {"offline": true} stands in fettle/hub.json in /etc, a folder of XDG_CONFIG_DIRS or
/// XDG_CONFIG_HOME; none of them lifts what another one says, and one that cannot be read refuses. Throws BadInput for
/// values that mean nothing.
HubSettings hubSettings();
/// Throws Error (Failed) where no connection may be made, saying who says so.
void requireOnline(const HubSettings& settings);

} // namespace fettle
