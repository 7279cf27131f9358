// SPDX-License-Identifier: GPL-3.0-or-later
// What the rail says of each page: the mark of a step, and one line of how far it is.
#pragma once

#include "ui/bench/page_id.h"
#include "ui/parts/badges.h"

namespace fettle::ui
{

class Workbench;

Mark railMark(const Workbench& workbench, PageId page);
/// "nano-gpt · 1.3 M parameters"
QString railLine(const Workbench& workbench, PageId page);

} // namespace fettle::ui
