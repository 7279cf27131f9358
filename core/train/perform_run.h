// SPDX-License-Identifier: GPL-3.0-or-later
// A whole run from request to FinishedEvent.
#pragma once

#include "core/events/events.h"
#include "core/train/run_request.h"

namespace fettle
{

class RunControl;

/// Blocks on the calling thread. Every event goes to `sink`, FinishedEvent last and always; nothing is thrown.
void performRun(const RunRequest& request, EventSink& sink, RunControl& control);

} // namespace fettle
