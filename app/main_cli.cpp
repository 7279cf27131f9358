// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli: everything without a screen. One file per subcommand (cmd_*.cpp).
#include "app/cli.h"
#include "app/cli_mistakes.h"

#include "core/base/error.h"
#include "core/tools/any_failure.h"

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>

namespace
{

int tell(const fettle::Error& error)
{
    std::fprintf(stderr, "error: %s\n", error.what());
    if (!error.hint().empty())
        std::fprintf(stderr, "       %s\n", error.hint().c_str());
    return static_cast<int>(error.code());
}

int tellUsage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv)
{
    if (app.exit(error) == 0)
        return 0;
    const std::string hint = fettle::cli::hintForMistake(app, {argv + 1, argv + argc});
    if (!hint.empty())
        std::fprintf(stderr, "%s\n", hint.c_str());
    return static_cast<int>(fettle::ErrorCode::BadInput);
}

} // namespace

int main(int argc, char** argv)
{
    std::setlocale(LC_ALL, "C.UTF-8");
    CLI::App app{"Fettle fine-tunes language models on your own text.", "fettle-cli"};
    app.require_subcommand(1);
    fettle::cli::registerCommands(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& error) { // a command that ends with a code of its own
        return error.get_exit_code();
    } catch (const CLI::ParseError& error) {
        return tellUsage(app, error, argc, argv);
    } catch (...) {
        return tell(fettle::anyFailure());
    }
    return 0;
}
