// SPDX-License-Identifier: GPL-3.0-or-later
// Renames a run: its folder itself, for a run is its folder.
#pragma once

#include <QString>
#include <string>

namespace fettle::ui
{

/// The folder gets another name where it lies. Empty where it worked (also where it is called so already); else why
/// not, in words, and nothing is changed: never while any process writes it, never over something that exists.
QString renameRunFolder(const QString& folder, const QString& name);

/// `path` after that: where it was `from` or lay in it, it is or lies in `to`.
std::string movedPath(const std::string& path, const std::string& from, const std::string& to);

} // namespace fettle::ui
