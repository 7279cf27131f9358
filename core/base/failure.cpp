// SPDX-License-Identifier: GPL-3.0-or-later
// Every exception that can reach the edge of the engine, as an Error.
#include "core/base/failure.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/machine.h"
#include "core/base/text.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <new>
#include <nlohmann/json.hpp>
#include <string>

namespace fettle
{

namespace
{

Error memoryFailure()
{
    return Error(ErrorCode::OutOfResources,
                 fmt::format("There is not enough memory: {} in use, {} free.", humanBytes(residentBytes()),
                             humanBytes(availableMemoryBytes())),
                 "Use fewer rows per step (per_device_train_batch_size), a smaller max_length or a smaller model.",
                 "per_device_train_batch_size");
}

/// A condition that LibTorch found broken: ours to mend, its own words are for the report.
Error computationFailure(const std::string& what)
{
    return Error(ErrorCode::Failed, "a computation failed inside the engine",
                 "Please report this with the model and the command. Details: " +
                     shown(std::string_view(what).substr(0, what.find('\n')), 300));
}

bool isAboutMemory(const std::string& what)
{
    return what.find("not enough memory") != std::string::npos ||
           what.find("can't allocate memory") != std::string::npos || what.find("out of memory") != std::string::npos;
}

} // namespace

Error currentFailure()
{
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return memoryFailure();
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        return isAboutMemory(what) ? memoryFailure() : computationFailure(what);
    } catch (const fs::filesystem_error& error) {
        try {
            throwFileError(error.path1(), "failed", error.code().value());
        } catch (const Error& translated) {
            return translated;
        }
    } catch (const Json::exception& error) {
        return badInput(
            fmt::format("a file of the model or the run holds what it should not: {}", plainJsonWords(error.what())),
            "Fetch the model anew, or go on from another checkpoint.");
    } catch (const std::exception& error) {
        return Error(ErrorCode::Failed, error.what());
    } catch (...) {
        return Error(ErrorCode::Failed, "an unknown failure");
    }
}

} // namespace fettle
