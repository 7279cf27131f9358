// SPDX-License-Identifier: GPL-3.0-or-later
// The few dialogs that choose files; each remembers the folder it was last in.
#pragma once

#include <QStringList>

class QWidget;

namespace fettle::ui
{

QStringList chooseTexts(QWidget* parent);   ///< txt, csv, tsv, jsonl; several
QString chooseModelFolder(QWidget* parent); ///< a folder with config.json
QString chooseRunFolder(QWidget* parent);   ///< starts in ~/Fettle
QString chooseFolder(QWidget* parent);      ///< a run or a model
QString chooseRunFile(QWidget* parent);     ///< RUN.json

} // namespace fettle::ui
