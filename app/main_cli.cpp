// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli: everything without a screen. One file per subcommand (cmd_*.cpp).
#include "app/cli.h"

#include "core/base/error.h"

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>

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
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const fettle::Error& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        if (!error.hint().empty())
            std::fprintf(stderr, "       %s\n", error.hint().c_str());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
