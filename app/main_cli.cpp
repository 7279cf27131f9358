// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli: everything without a screen. One file per subcommand (cmd_*.cpp).
#include "app/cli.h"
#include "app/cli_mistakes.h"

#include "core/base/error.h"
#include "core/base/failure.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

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

int run(int argc, char** argv)
{
    CLI::App app{"Fettle fine-tunes language models on your own text.", "fettle-cli"};
    app.set_version_flag("--version", fettle::programVersion());
    app.require_subcommand(1);
    fettle::cli::registerCommands(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& error) { // a command that ends with a code of its own
        return error.get_exit_code();
    } catch (const CLI::ParseError& error) {
        return tellUsage(app, error, argc, argv);
    } catch (...) {
        return tell(fettle::currentFailure());
    }
    return 0;
}

/// A result that did not arrive is a failure, whichever command it is of.
int afterOutput(int code)
{
    std::cout.flush();
    const bool arrived = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
    if (arrived || code != 0)
        return code;
    return tell(fettle::Error(fettle::ErrorCode::Failed, "The result could not be written to standard output."));
}

} // namespace

int main(int argc, char** argv)
{
    std::setlocale(LC_ALL, "C.UTF-8");
    std::signal(SIGXFSZ, SIG_IGN); // a limit on file size is then an error of write(), and told as one
    const int code = afterOutput(run(argc, argv));
    std::fflush(nullptr);
    std::_Exit(code); // LibTorch would take back its thousands of functions one by one: 0.15 s
}
