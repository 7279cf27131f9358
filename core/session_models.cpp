// SPDX-License-Identifier: GPL-3.0-or-later
// Models and tokenizers that stay loaded between two uses.
#include "core/session_models.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/model_folder_names.h"
#include "core/models/inspect.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <mutex>

namespace fettle
{

namespace
{

constexpr size_t modelsKept = 2; ///< before and after

/// Newest change of a folder's files, as a number: weights that were written anew are other weights.
int64_t newestChange(const fs::path& folder)
{
    std::error_code ignored;
    int64_t newest = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".safetensors" || extension == ".json" || extension == ".txt" || extension == ".model" ||
            extension == ".jinja" || entry.path().filename() == kChatTemplatesFolder)
            newest = std::max(newest, static_cast<int64_t>(entry.last_write_time(ignored).time_since_epoch().count()));
    }
    return newest;
}

std::string modelKey(const std::string& reference, const fs::path& folder)
{
    return fmt::format("{}|{}|{}", reference, folder.string(), newestChange(folder));
}

} // namespace

std::shared_ptr<const Tokenizer> sharedTokenizer(const std::string& reference)
{
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<const Tokenizer>> loaded;
    const fs::path folder = resolveModel(reference);
    const std::string key = modelKey({}, folder);
    {
        const std::lock_guard lock(mutex);
        if (const auto found = loaded.find(key); found != loaded.end())
            return found->second;
    }
    std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(folder);
    const std::lock_guard lock(mutex);
    if (loaded.size() >= 8) // a handful of models is in use at a time
        loaded.clear();
    return loaded[key] = std::move(tokenizer);
}

const ChatTemplate& LoadedModels::Loaded::chatTemplate()
{
    if (!chat)
        chat = loadChatTemplate(model->facts().ownFolder());
    return *chat;
}

LoadedModels::Loaded& LoadedModels::get(const std::string& reference)
{
    const std::string key = modelKey(reference, resolveModel(reference));
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept& kept) { return kept.key == key; });
    if (found != m_kept.end()) {
        std::rotate(found, found + 1, m_kept.end());
        return m_kept.back().loaded;
    }
    if (m_kept.size() >= modelsKept)
        m_kept.erase(m_kept.begin());
    Loaded loaded;
    loaded.tokenizer = sharedTokenizer(reference);
    try {
        loaded.model = loadModel(reference, LoadOptions{});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::OutOfResources || m_kept.empty())
            throw;
        m_kept.clear(); // the others made it too tight
        loaded.model = loadModel(reference, LoadOptions{});
    }
    m_kept.push_back({key, std::move(loaded)});
    return m_kept.back().loaded;
}

} // namespace fettle
