// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/import_script.h"

#include "core/arguments/argument_fields.h"
#include "core/arguments/python_script.h"
#include "core/arguments/run_config.h"
#include "core/arguments/run_config_checks.h"
#include "core/arguments/run_settings.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle
{

namespace
{

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// AutoModelForCausalLM, BertForMaskedLM, GPT2LMHeadModel.
bool isModelClass(std::string_view function)
{
    return contains(function, "Model") || contains(function, "For");
}

class Importer
{
public:
    Importer(PythonScript script, fs::path home, bool keepsPaths)
        : m_script(std::move(script)), m_home(std::move(home)), m_keepsPaths(keepsPaths)
    {
    }

    ImportedScript imported(const std::string& name)
    {
        for (const PythonCall& call : m_script.calls)
            if (contains(call.function, "Tokenizer") && call.name() == "from_pretrained" && !call.target.empty())
                m_tokenizers.insert(call.target);
        for (const PythonCall& call : m_script.calls)
            read(call);
        readBlocks();
        if (!m_found)
            throw badInput(fmt::format("{}: there is nothing in it that says how a model is trained.", name),
                           "Give a script that calls TrainingArguments(…), …from_pretrained(…) or load_dataset(…).");
        return finished();
    }

private:
    void note(int line, std::string words) { m_notes.push_back({line, std::move(words)}); }
    void noteArgument(const PythonCall& call, const PythonArgument& argument, const std::string& why)
    {
        note(argument.line, fmt::format("{}({}{}): {}", call.name(), argument.name.empty() ? "" : argument.name + "=",
                                        shown(argument.value.text, 60), why));
    }

    void noteUnread(const PythonCall& call, const PythonArgument& argument, const std::string& hint = {})
    {
        const PythonValue& value = argument.value;
        noteArgument(call, argument,
                     fmt::format("not carried over: it {}.{}",
                                 value.literal ? "is of another kind than here" : value.problem, hint));
    }

    void read(const PythonCall& call)
    {
        const std::string name = call.name();
        if (name.ends_with("TrainingArguments") || name == "EarlyStoppingCallback")
            readArguments(call);
        else if (name == "DataCollatorForLanguageModeling" || name == "DataCollatorForWholeWordMask")
            readCollator(call);
        else if (name.starts_with("DataCollator"))
            note(call.line, name + ": rows are put together by the run's objective; of the collators "
                                   "DataCollatorForLanguageModeling is known.");
        else if (name == "load_dataset")
            readDataset(call);
        else if (name == "from_config" && isModelClass(call.function))
            m_fromNothing = true;
        else if (name == "from_pretrained" && contains(call.function, "Config"))
            m_configName = literalText(call, "pretrained_model_name_or_path");
        else if (name == "from_pretrained" && contains(call.function, "Tokenizer"))
            readTokenizerName(call);
        else if (name == "from_pretrained" && isModelClass(call.function))
            readModel(call);
        else if (call.function == "tokenizer" || m_tokenizers.count(call.function) != 0)
            readTokenizing(call);
        else if (name == "train_test_split")
            readSplit(call);
        else if (name == "LoraConfig")
            readLora(call);
        else if (name == "BitsAndBytesConfig")
            note(call.line, fmt::format("{}: not carried over. {}", name,
                                        foreignArgument("quantization_config", Json(true)).instead));
        else if (name.ends_with("Trainer"))
            readTrainer(call);
        else
            return;
        m_found = m_found || !name.ends_with("Trainer");
    }

    /// Each keyword as an argument of the run.
    void readArguments(const PythonCall& call)
    {
        for (const PythonArgument& argument : call.arguments) {
            const bool isFolder = &argument == call.find("output_dir", 0) && call.name() != "EarlyStoppingCallback";
            set(call, argument, isFolder ? "output_dir" : argument.name);
        }
    }

    void set(const PythonCall& call, const PythonArgument& argument, const std::string& name)
    {
        if (name.empty() || name.starts_with("*"))
            return noteArgument(call, argument, "not carried over: it has no name here.");
        if (!argument.value.literal)
            return noteUnread(call, argument);
        try {
            if (const std::string remark = setArgument(m_config.arguments, name, *argument.value.literal);
                !remark.empty())
                note(argument.line, remark);
        } catch (const Error& error) {
            noteArgument(call, argument,
                         fmt::format("not carried over: {}. {}", withoutEnd(error.message()), error.hint()));
        }
    }

    static std::string withoutEnd(std::string words)
    {
        if (words.ends_with('.'))
            words.pop_back();
        return words;
    }

    void readCollator(const PythonCall& call)
    {
        const PythonArgument* mlm = call.find("mlm", 1);
        if (mlm && !mlm->value.literal)
            noteUnread(call, *mlm, " Set \"objective\" to causal or masked.");
        else
            m_config.objective = mlm && !mlm->value.isTrue() ? "causal" : "masked";
        if (call.name() == "DataCollatorForWholeWordMask")
            m_config.arguments.mask_kind = "whole_word";
        for (const PythonArgument& argument : call.arguments) {
            if (argument.name == "mlm_probability" || argument.name == "whole_word_mask")
                set(call, argument, argument.name);
            else if (argument.name == "mask_replace_prob" || argument.name == "random_replace_prob")
                noteArgument(call, argument, "not carried over: of hidden tokens 80 % are masked, 10 % replaced.");
            else if (argument.name == "seed")
                noteArgument(call, argument, "not carried over: masks come from the run's seed.");
        }
    }

    std::string literalText(const PythonCall& call, const char* name, int position = 0)
    {
        const PythonArgument* argument = call.find(name, position);
        if (!argument)
            return {};
        if (argument->value.literal && argument->value.literal->is_string())
            return argument->value.literal->get<std::string>();
        if (!argument->value.isNone())
            noteUnread(call, *argument);
        return {};
    }

    std::string path(const std::string& text) const
    {
        return m_keepsPaths || text.empty() ? text : (m_home / expandUser(text)).lexically_normal().string();
    }

    /// A folder where there is one, else a name of the Hub, as transformers takes it.
    std::string modelReference(const std::string& name) const
    {
        const bool isPath = name.starts_with('.') || name.starts_with('/') || name.starts_with('~') ||
                            std::count(name.begin(), name.end(), '/') > 1 || fs::is_directory(m_home / name);
        return isPath ? path(name) : "hub:" + name;
    }

    void readModel(const PythonCall& call)
    {
        const std::string kind = call.function.substr(0, call.function.rfind('.')),
                          name = literalText(call, "pretrained_model_name_or_path");
        const bool causal = kind.ends_with("ForCausalLM") || kind.ends_with("LMHeadModel");
        const bool masked = kind.ends_with("ForMaskedLM");
        if (!causal && !masked)
            note(call.line, fmt::format("{}: Fettle trains models that write on (…ForCausalLM) or fill blanks "
                                        "(…ForMaskedLM).",
                                        kind));
        else if (m_config.objective.empty())
            m_config.objective = causal ? "causal" : "masked";
        if (!name.empty() && m_model.empty())
            m_model = name, m_modelLine = call.line;
        else if (!name.empty() && name != m_model)
            note(call.line, fmt::format("{}: a second model; {} is taken.", shown(name), shown(m_model)));
        for (size_t i = 1; i < call.arguments.size(); ++i)
            if (const PythonArgument& argument = call.arguments[i]; argument.name.starts_with("load_in_"))
                set(call, argument, argument.name);
            else if (argument.name != "quantization_config") // BitsAndBytesConfig says it
                noteArgument(call, argument, "not carried over.");
    }

    void readTokenizerName(const PythonCall& call)
    {
        const std::string name = literalText(call, "pretrained_model_name_or_path");
        m_tokenizerName = name.empty() ? m_tokenizerName : name;
        m_tokenizerLine = call.line;
        for (size_t i = 1; i < call.arguments.size(); ++i)
            noteArgument(call, call.arguments[i], "not carried over: tokenizers are read from the model's folder.");
    }

    void readTokenizing(const PythonCall& call)
    {
        for (const PythonArgument& argument : call.arguments) {
            const PythonValue& value = argument.value;
            if (argument.name.empty() && !value.item.empty())
                m_config.data.column = value.item;
            else if (argument.name == "max_length" && value.literal && value.literal->is_number_integer())
                m_maxLength = value.literal->get<int64_t>();
            else if (argument.name == "max_length" && !value.isNone())
                noteUnread(call, argument, " Set data.max_length.");
            else if (argument.name == "return_overflowing_tokens" && value.isTrue())
                noteArgument(
                    call, argument,
                    "not carried over: of a longer row the rest is cut off. \"blocks\": \"packed\" reads all.");
            else if (argument.name == "text_pair")
                noteArgument(call, argument, "not carried over.");
        }
    }

    /// group_texts of transformers' own scripts: rows joined and cut into blocks.
    void readBlocks()
    {
        if (std::count(m_script.functions.begin(), m_script.functions.end(), "group_texts") == 0)
            return;
        m_config.data.blocks = Blocks::GroupTexts;
        int64_t length = 0;
        std::string from;
        for (const PythonName& name : m_script.names)
            for (const char* usual : {"block_size", "chunk_size", "max_seq_length", "context_length"})
                if (name.name == usual && name.literal.is_number_integer() && length == 0)
                    length = name.literal.get<int64_t>(), from = fmt::format("{} of line {}", name.name, name.line);
        if (length > 0)
            m_maxLength = length;
        note(0, length > 0
                    ? fmt::format("group_texts: rows are joined and cut into blocks of {} tokens ({}).", length, from)
                    : std::string("group_texts: rows are joined and cut into blocks; their length is no literal: "
                                  "set data.max_length."));
        for (const PythonCall& call : m_script.calls)
            if (call.name() == "map")
                readMap(call);
        if (!m_config.data.train.empty() && !m_isTable && !m_keepsLineBreaks)
            note(0, "load_dataset drops the ends of lines without keep_linebreaks=True; rows joined in blocks keep "
                    "them here, as transformers' run_clm does.");
    }

    /// group_texts drops a rest wherever datasets.map ends a batch.
    void readMap(const PythonCall& call)
    {
        const PythonArgument* function = call.find("function", 0);
        if (!function || function->value.text != "group_texts")
            return;
        for (const PythonArgument& argument : call.arguments) {
            const auto is = [&argument](int number) {
                return argument.value.literal && *argument.value.literal == Json(number);
            };
            if (argument.name == "batch_size" && !is(1000))
                noteArgument(call, argument, "not carried over: a rest is dropped after every 1,000 rows.");
            else if (argument.name == "num_proc" && !argument.value.isNone() && !is(1))
                noteArgument(call, argument,
                             "not carried over: with several processes each drops the rests of its share of the rows, "
                             "so that the blocks are others.");
        }
    }

    void readDataset(const PythonCall& call)
    {
        if (!m_config.data.train.empty() || !m_hubData.empty())
            return note(call.line, "load_dataset: a second data set; the first is taken.");
        const std::string kind = literalText(call, "path");
        const PythonArgument *name = call.find("name", 1), *files = call.find("data_files");
        if (const std::string split = literalText(call, "split", -1); !split.empty() && split != "train")
            m_config.data.split = split;
        if (!files) {
            m_hubData = kind;
            if (!kind.empty())
                note(call.line,
                     fmt::format("load_dataset({}{}): a data set of the Hub. Save its texts as a file and set "
                                 "data.train.",
                                 shown(kind), name ? ", " + shown(name->value.text) : ""));
            return;
        }
        m_isTable = kind != "text";
        readFiles(call, *files);
        for (const PythonArgument& argument : call.arguments)
            if ((argument.name == "delimiter" || argument.name == "sep") && argument.value.literal &&
                argument.value.literal->is_string())
                m_config.data.format.separator = argument.value.literal->get<std::string>();
            else if (argument.name == "keep_linebreaks")
                m_keepsLineBreaks = argument.value.literal && *argument.value.literal == Json(true);
            else if (!argument.name.empty() && argument.name != "path" && argument.name != "data_files" &&
                     argument.name != "split")
                noteArgument(call, argument, "not carried over.");
    }

    void readFiles(const PythonCall& call, const PythonArgument& files)
    {
        if (!files.value.literal)
            return noteUnread(call, files, " Set data.train.");
        const Json& said = *files.value.literal;
        const auto add = [&](const Json& value, std::vector<std::string>& to) {
            for (const Json& each : value.is_array() ? value : Json::array({value}))
                if (each.is_string())
                    to.push_back(path(each.get<std::string>()));
        };
        if (!said.is_object())
            return add(said, m_config.data.train);
        for (const auto& [part, value] : said.items()) {
            std::vector<std::string> named;
            add(value, named);
            if (part == "train")
                m_config.data.train = named;
            else if ((part == "validation" || part == "test") && named.size() == 1 && m_config.data.validation.empty())
                m_config.data.validation = named.front();
            else
                note(files.line, fmt::format("data_files: \"{}\" is not carried over.", shown(part)));
        }
    }

    void readSplit(const PythonCall& call)
    {
        const PythonArgument* size = call.find("test_size", 0);
        const std::optional<Json> share = size ? size->value.literal : std::nullopt;
        if (!size)
            note(call.line, "train_test_split without test_size: set data.validation to a share of the rows.");
        else if (!share || !share->is_number() || share->get<double>() >= 1)
            noteUnread(call, *size, " Set data.validation to a share of the rows.");
        else
            m_config.data.validationFraction = share->get<double>();
        for (const PythonArgument& argument : call.arguments)
            if (argument.name == "seed")
                noteArgument(call, argument, "not carried over: the rows kept aside are drawn from the run's seed.");
            else if (argument.name == "train_size" || argument.name == "stratify_by_column" ||
                     (argument.name == "shuffle" && !argument.value.isTrue()))
                noteArgument(call, argument, "not carried over.");
    }

    void readLora(const PythonCall& call)
    {
        for (const PythonArgument& argument : call.arguments) {
            const std::string& name = argument.name;
            const bool isOwn = name == "r" || name == "target_modules" || name == "bias";
            if (name != "task_type" && name != "inference_mode")
                set(call, argument, isOwn ? "lora_" + name : name);
        }
    }

    void readTrainer(const PythonCall& call)
    {
        for (const PythonArgument& argument : call.arguments)
            if (argument.name == "compute_metrics")
                noteArgument(call, argument, "not carried over: checks measure loss, perplexity and token accuracy.");
            else if (argument.name == "optimizers")
                noteArgument(call, argument, "not carried over: see optim and lr_scheduler_type.");
    }

    void tellModel()
    {
        if (m_model.empty() && m_fromNothing)
            m_model = m_configName.empty() ? m_tokenizerName : m_configName;
        if (m_model.empty())
            return note(0, "No model is named as a literal: set \"model\".");
        m_config.model = (m_fromNothing ? "random:" : "") + modelReference(m_model);
        if (contains(m_config.model, "hub:"))
            note(m_modelLine,
                 fmt::format("{}: a model of the Hub. Where it does not lie in Hugging Face's cache, get it: "
                             "fettle-cli hub get {}",
                             shown(m_model), shown(m_model)));
        if (!m_tokenizerName.empty() && m_tokenizerName != m_model)
            note(m_tokenizerLine,
                 fmt::format("The tokenizer of {} is not carried over: that of the model's folder is used.",
                             shown(m_tokenizerName)));
    }

    ImportedScript finished()
    {
        tellModel();
        m_config.arguments.output_dir = path(m_config.arguments.output_dir);
        if (m_maxLength > 0)
            m_config.data.maxLength = m_maxLength;
        if (!m_isTable && !m_config.data.train.empty())
            m_config.data.column.clear();
        if (m_config.data.train.empty() && m_hubData.empty())
            note(0, "No text is named as a literal: set \"data\": {\"train\": …}.");
        try {
            validateSettings(m_config);
        } catch (const Error& error) {
            note(0, fmt::format("The run does not start like this: {} {}", error.message(), error.hint()));
        }
        std::stable_sort(m_notes.begin(), m_notes.end(),
                         [](const ImportNote& a, const ImportNote& b) { return a.line < b.line; });
        return {fileText(withoutDefaults(m_config)), std::move(m_notes)};
    }

    PythonScript m_script;
    fs::path m_home; ///< the script's folder
    bool m_keepsPaths;
    RunConfig m_config;
    std::vector<ImportNote> m_notes;
    std::set<std::string> m_tokenizers; ///< names that are bound to one
    std::string m_model, m_tokenizerName, m_configName, m_hubData;
    int m_modelLine = 0, m_tokenizerLine = 0;
    int64_t m_maxLength = 0;
    bool m_found = false, m_fromNothing = false, m_isTable = false;
    bool m_keepsLineBreaks = false; ///< load_dataset("text", …) does
};

} // namespace

ImportedScript importScript(std::string_view text, const std::filesystem::path& script,
                            const std::filesystem::path& folder)
{
    const fs::path home = fs::absolute(script).lexically_normal().parent_path();
    const bool keepsPaths = fs::absolute(folder / "").lexically_normal() == (home / "").lexically_normal();
    const std::string name = script.filename().string();
    return Importer(readPythonScript(text, name), home, keepsPaths).imported(name);
}

} // namespace fettle
