// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli_mistakes.h"

#include "core/base/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace fettle::cli
{

std::string hintForMistake(const CLI::App& app, const std::vector<std::string>& words)
{
    const CLI::App* current = &app;
    for (const std::string& word : words) {
        std::vector<std::string> known;
        if (word.rfind("--", 0) == 0) {
            for (const CLI::Option* option : current->get_options())
                for (const std::string& name : option->get_lnames())
                    known.push_back("--" + name);
        } else if (const auto commands = current->get_subcommands([](const CLI::App*) { return true; });
                   !commands.empty()) {
            const CLI::App* meant = nullptr;
            for (const CLI::App* command : commands) {
                known.push_back(command->get_name());
                if (command->get_name() == word)
                    meant = command;
            }
            if (meant) {
                current = meant;
                continue;
            }
        } else {
            continue;
        }
        const std::string name = word.substr(0, word.find('='));
        if (std::find(known.begin(), known.end(), name) != known.end())
            continue;
        const auto near = nearestName(name, known);
        return near ? fmt::format("Did you mean {}?", *near) : std::string();
    }
    return {};
}

} // namespace fettle::cli
