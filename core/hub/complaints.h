// SPDX-License-Identifier: GPL-3.0-or-later
// What an answer that is none of use means for a person: what was asked of whom, what is wrong, the way out.
#pragma once

#include "core/base/error.h"
#include "core/hub/http.h"
#include "core/hub/hub_name.h"

#include <string>

namespace fettle
{

/// What was asked for. An empty id: a search.
struct HubQuestion {
    HubName name;
    std::string file; ///< of the repository; empty: the repository itself
};

/// Of an answer that is not whole, by its status and the Hub's own words (X-Error-Code, X-Error-Message). BadInput
/// where something else has to be asked for or a token given; Failed where it may go well another time.
Error hubError(const HttpAnswer& answer, const HubQuestion& asked, const HubSettings& settings);
/// Whether the same question may be answered a little later. `isPatient`: a connection that cannot be made counts too.
bool isPassing(const HttpAnswer& answer, bool isPatient);
/// "huggingface.co asks for a pause (429)": for the line that says that it is tried again.
std::string troubleInWords(const HttpAnswer& answer);

} // namespace fettle
