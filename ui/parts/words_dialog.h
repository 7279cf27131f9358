// SPDX-License-Identifier: GPL-3.0-or-later
// A small dialog that only says something: keys, what Fettle is.
#pragma once

#include <QDialog>

namespace fettle::ui
{

class WordsDialog : public QDialog
{
    Q_OBJECT

public:
    WordsDialog(const QString& title, const QString& html, QWidget* parent);
};

} // namespace fettle::ui
