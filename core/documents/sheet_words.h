// SPDX-License-Identifier: GPL-3.0-or-later
// Which sheet of a spreadsheet is read, and what is said of the others.
#pragma once

#include "core/documents/document_readers.h"
#include "core/documents/sheet_rows.h"

#include <string>
#include <vector>

namespace fettle
{

class SheetChoice
{
public:
    /// The next sheet. The first one that holds something is taken.
    void offer(const std::string& name, SheetRows& rows);
    ReadDocument take();

private:
    ReadDocument m_table;
    std::string m_name;
    bool m_isTaken = false;
    std::vector<std::string> m_others;
};

} // namespace fettle
