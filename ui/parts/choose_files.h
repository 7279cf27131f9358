// SPDX-License-Identifier: GPL-3.0-or-later
// The few dialogs that choose files; those for the same kind of file begin in the folder where the last one ended.
#pragma once

#include <QStringList>

class QWidget;

namespace fettle::ui
{

QStringList chooseTexts(QWidget* parent, const QString& title = {});  ///< what a text is made of; several
QString chooseText(QWidget* parent, const QString& title);            ///< one of them
QString chooseTextFolder(QWidget* parent, const QString& title = {}); ///< all texts in it
QString chooseModelFolder(QWidget* parent);                           ///< a folder with config.json
QString chooseRunFolder(QWidget* parent);                             ///< starts in ~/Fettle
QString chooseFolder(QWidget* parent);                                ///< a run or a model
QString chooseRunFile(QWidget* parent);                               ///< RUN.json
QString chooseOutputFolder(QWidget* parent, const QString& title);    ///< for a run that will be written
/// A file to be written, called `name` unless it is given another one; `filter` gets the chosen one of `filters`.
QString chooseFileToSave(QWidget* parent, const QString& title, const QString& name, const QString& filters,
                         QString* filter = nullptr);

} // namespace fettle::ui
