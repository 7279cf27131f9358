// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli tokenize: JSON lines of texts to ids, tokens and offsets, or of ids back to text.
#include "app/cli.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/chat/chat_template.h"
#include "core/models/inspect.h"
#include "core/tokenizers/tokenizer.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct TokenizeOptions {
    std::string model;
    bool noSpecialTokens = false, decode = false, skipSpecialTokens = false, chat = false;
};

Json parseLine(const std::string& text)
{
    constexpr const char* kHint = "Every line is a JSON object of its own.";
    JsonComplaint complaint;
    std::optional<Json> line = tryParseJson(text, &complaint);
    if (!line)
        throw badInput(fmt::format("column {}: this is no valid JSON: {}",
                                   1 + countCodePoints(std::string_view(text).substr(0, complaint.byte)),
                                   complaint.words),
                       kHint);
    if (!line->is_object())
        throw badInput("this is no JSON object", kHint);
    return std::move(*line);
}

Json encodeText(const Tokenizer& tokenizer, const std::string& text, bool addSpecialTokens)
{
    const Encoding encoding = tokenizer.encode(text, addSpecialTokens);
    Json result = {{"ids", encoding.ids}, {"tokens", Json::array()}, {"offsets", encoding.offsets}};
    for (const int32_t id : encoding.ids)
        result["tokens"].push_back(tokenizer.idToToken(id));
    return result;
}

Json encodeLine(const Tokenizer& tokenizer, const Json& line, bool addSpecialTokens)
{
    const auto text = line.find("text");
    if (text == line.end() || !text->is_string())
        throw badInput("there is no \"text\" in it", "A line to encode looks like {\"text\": \"Hello\"}.");
    return encodeText(tokenizer, text->get_ref<const std::string&>(), addSpecialTokens);
}

/// A conversation through the model's chat template, or that of the line itself.
class ChatLines
{
public:
    explicit ChatLines(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    Json encode(const Tokenizer& tokenizer, Json line)
    {
        if (!line.contains("messages"))
            throw badInput(
                "there are no \"messages\" in it",
                "A line to encode looks like {\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}.");
        std::string text;
        if (const auto own = line.find("chat_template"); own != line.end() && own->is_string()) {
            const ChatTemplate chatTemplate = loadChatTemplate(m_folder, own->get<std::string>());
            line.erase("chat_template");
            text = chatTemplate.render(line);
        } else {
            if (!m_template)
                m_template = loadChatTemplate(m_folder);
            text = m_template->render(line);
        }
        Json result = encodeText(tokenizer, text, false);
        result["text"] = std::move(text);
        return result;
    }

private:
    std::filesystem::path m_folder;
    std::optional<ChatTemplate> m_template;
};

Json decodeLine(const Tokenizer& tokenizer, const Json& line, bool skipSpecialTokens)
{
    constexpr const char* kHint = "A line to decode looks like {\"ids\": [15496, 995]}.";
    const auto ids = line.find("ids");
    if (ids == line.end() || !ids->is_array())
        throw badInput("there are no \"ids\" in it", kHint);
    std::vector<int32_t> numbers;
    for (const Json& id : *ids) {
        if (!id.is_number_unsigned() || id.get<uint64_t>() > uint64_t{INT32_MAX})
            throw badInput(fmt::format("{} is no token id", shown(id)), kHint);
        numbers.push_back(id.get<int32_t>());
    }
    return {{"text", tokenizer.decode(numbers, skipSpecialTokens)}};
}

void tokenize(const TokenizeOptions& options)
{
    const std::filesystem::path folder = resolveModel(options.model);
    const auto tokenizer = loadTokenizer(folder);
    ChatLines chat(folder);
    std::ios::sync_with_stdio(false);
    std::string raw;
    for (int64_t number = 1; std::getline(std::cin, raw); ++number) {
        const std::string text = toValidUtf8(raw);
        if (trim(text).empty())
            continue;
        const std::string where = fmt::format("standard input, line {}", number);
        try {
            const Json line = parseLine(text);
            const Json result = options.decode ? decodeLine(*tokenizer, line, options.skipSpecialTokens)
                                : options.chat ? chat.encode(*tokenizer, line)
                                               : encodeLine(*tokenizer, line, !options.noSpecialTokens);
            std::cout << jsonText(result) << '\n';
        } catch (const Error& error) {
            std::cout.flush();
            throw Error(error.code(), fmt::format("{}: {}", where, error.message()), error.hint(), error.subject());
        }
    }
}

} // namespace

void registerTokenize(CLI::App& app)
{
    const auto options = std::make_shared<TokenizeOptions>();
    CLI::App* command = app.add_subcommand(
        "tokenize", "Cut texts into tokens: JSON lines {\"text\": …} on standard input give {\"ids\", \"tokens\", "
                    "\"offsets\"}; offsets are [start, end) in characters");
    command->add_option("--model", options->model, "Folder of a model, or bundled:NAME; no weights are needed")
        ->required();
    command->add_flag("--no-special-tokens", options->noSpecialTokens,
                      "Do not put the model's own tokens around a text ([CLS] … [SEP], <s>)");
    CLI::Option* decode =
        command->add_flag("--decode", options->decode, "The other way: lines {\"ids\": […]} give {\"text\": …}");
    command
        ->add_flag(
            "--chat", options->chat,
            "Lines are conversations {\"messages\": [{\"role\", \"content\"}, …]}, put through the model's chat "
            "template (which may also ask for \"add_generation_prompt\", \"tools\" and others); \"chat_template\" "
            "in a line, the name of another one of the model's or a text, is used instead of it. The answer has the "
            "\"text\" too")
        ->excludes(decode);
    command->add_flag("--skip-special-tokens", options->skipSpecialTokens, "Leave special tokens out when decoding");
    command->add_flag("--json")->description("JSON lines, as always here");
    command->callback([options] { tokenize(*options); });
}

} // namespace fettle::cli
