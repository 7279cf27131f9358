// SPDX-License-Identifier: GPL-3.0-or-later
// What Fettle chooses by itself for a person's own text, so that a first run shows and saves something.
#pragma once

#include "core/arguments/run_config.h"
#include "core/data/preview.h"

#include <QString>
#include <QStringList>

namespace fettle::ui
{

/// The settings that may be chosen so: "data.validation", "data.end_of_text", "samples.prompts", "save_steps",
/// "load_best_model_at_end", "save_total_limit".
const QStringList& automaticKeys();
/// Whether a setting still is what a run file without it would mean.
bool isPlain(const RunConfig& config, const QString& key);
void setPlain(RunConfig& config, const QString& key);

constexpr double keptAsideShare = 0.05;

/// Prompts for the text: where its rows are questions and answers, two whole questions, as the model is to answer them;
/// else of its rows.
std::vector<std::string> promptsFrom(const DataPreview& preview, const std::string& maskToken);
/// Prompts made of a text's own rows. `maskToken` empty: the first words of two rows that begin differently; else two
/// sentences with that token in place of a word. Fewer where the text has no more.
std::vector<std::string> promptsFromRows(const std::vector<std::string>& rows, const std::string& maskToken);
/// How much of a run lies between two saves: a tenth, less where that would be more than two minutes.
double saveShare(double secondsOfRun);

} // namespace fettle::ui
