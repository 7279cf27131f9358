// SPDX-License-Identifier: GPL-3.0-or-later
// Words of transformers' TrainingArguments (versions 4 and 5) and BitsAndBytesConfig that Fettle's table has not:
// renamed, harmless, or not yet.
#include "core/arguments/argument_fields.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

struct ForeignRename {
    const char* oldName;
    const char* newName;
};
constexpr ForeignRename foreignRenames[] = {
    {"evaluation_strategy", "eval_strategy"},
    {"no_cuda", "use_cpu"},
    {"activation_checkpointing", "gradient_checkpointing"},
    {"per_gpu_train_batch_size", "per_device_train_batch_size"},
    {"per_gpu_eval_batch_size", "per_device_eval_batch_size"},
};

/// A value (JSON) that another setting has a word for; for any other value see foreignWords.
struct ForeignValue {
    const char* name;
    const char* value;
    const char* newName;
    const char* newValue;
};
constexpr ForeignValue foreignValues[] = {
    {"group_by_length", "true", "train_sampling_strategy", "group_by_length"},
    {"whole_word_mask", "true", "mask_kind", "whole_word"},
};

/// Known words, the values (JSON, several with '|') under which they say nothing, and what holds instead for any other;
/// no words: any other is refused.
struct ForeignWord {
    const char* name;
    const char* values;
    const char* instead = "";
};
constexpr const char *ownThreads = "Fettle reads and packs the text itself, on the same threads (threads).",
                     *oneProcess = "Fettle trains in one process.", *noHub = "Nothing is sent to the Hub.",
                     *ownNames = "The run is called what its folder is called.",
                     *ownLog = "The journal holds everything, and each command says what it does.",
                     *noRoom = "Checks take no more room however many rows they read.",
                     *ownColumns = "The columns that are read are chosen under data.",
                     *ownSegments = "Each layer is computed again from its input, the same way always.",
                     *asStored = "Weights are used as their file holds them, in 16 or 32 bits; beside an adapter "
                                 "(lora_r) they are not even copied into memory.",
                     *asCommanded = "What is done is what the command says.";
constexpr ForeignWord foreignWords[] = {
    {"bf16", "false"},
    {"fp16", "false"},
    {"tf32", "false"},
    {"half_precision_backend", "\"auto\"", "Numbers are computed in 32 bits."},
    {"fp16_opt_level", "\"O1\"", "Numbers are computed in 32 bits."},
    {"bf16_full_eval", "false"},
    {"fp16_full_eval", "false"},
    {"load_in_4bit", "false", asStored},
    {"load_in_8bit", "false", asStored},
    {"quantization_config", "{}", asStored},
    {"bnb_4bit_quant_type", "", asStored},
    {"bnb_4bit_compute_dtype", "", asStored},
    {"bnb_4bit_use_double_quant", "false", asStored},
    {"optim_target_modules", "[]"},
    {"adafactor", "false"},
    {"average_tokens_across_devices", "true|false", oneProcess},
    {"gradient_checkpointing_kwargs", "{}", ownSegments},
    {"activation_checkpointing_kwargs", "{}", ownSegments},
    {"torch_compile", "false", "The engine is compiled already."},
    {"torch_compile_backend", "\"\"", "The engine is compiled already."},
    {"torch_compile_mode", "\"\"", "The engine is compiled already."},
    {"use_liger_kernel", "false", "Fettle's own fused operations are always used."},
    {"liger_kernel_config", "{}", "Fettle's own fused operations are always used."},
    {"torch_empty_cache_steps", "0", "Buffers are used again from step to step; there is nothing to empty."},
    {"use_cache", "true|false"},
    {"use_ipex", "false", "The fastest products are chosen by matmul."},
    {"use_mps_device", "false"},
    {"dataloader_num_workers", "0", ownThreads},
    {"dataloader_prefetch_factor", "2", ownThreads},
    {"dataloader_pin_memory", "true|false"},
    {"dataloader_persistent_workers", "false", ownThreads},
    {"dataloader_multiprocessing_context", "\"\"", ownThreads},
    {"dataloader_in_order", "true"},
    {"group_by_length", "false"},
    {"whole_word_mask", "false"},
    {"length_column_name", "\"length\"", "Lengths are counted, not read."},
    {"remove_unused_columns", "true", ownColumns},
    {"label_names", "[]|[\"labels\"]", ownColumns},
    {"greater_is_better", "", "What is better follows from metric_for_best_model: a lower loss, a higher accuracy."},
    {"eval_on_start", "true", "Where rows are kept aside, the model is always checked before its first step."},
    {"eval_accumulation_steps", "0", noRoom},
    {"eval_do_concat_batches", "true", noRoom},
    {"eval_use_gather_object", "false", oneProcess},
    {"batch_eval_metrics", "false"},
    {"include_for_metrics", "[]"},
    {"include_inputs_for_metrics", "false"},
    {"logging_dir", "\"\"", "Everything is logged in the run's folder."},
    {"logging_nan_inf_filter", "true", "A loss that is not a number is shown as what it is, and ends the run."},
    {"log_level", "\"passive\"", ownLog},
    {"log_level_replica", "\"warning\"", ownLog},
    {"log_on_each_node", "true", oneProcess},
    {"disable_tqdm", "true|false"},
    {"include_tokens_per_second", "false", "Tokens per second are always shown."},
    {"save_safetensors", "true"},
    {"save_only_model", "false", "All that a run needs to go on is always saved."},
    {"save_on_each_node", "false", oneProcess},
    {"enable_jit_checkpoint", "false", "A run that is told to end saves first."},
    {"restore_callback_states_from_checkpoint", "true", "Early stopping always goes on counting where it was."},
    {"resume_from_checkpoint", "false"},
    {"ignore_data_skip", "false"},
    {"full_determinism", "true", "The same seed always gives the same run."},
    {"jit_mode_eval", "false"},
    {"skip_memory_metrics", "true", "Memory is always shown."},
    {"past_index", "-1"},
    {"run_name", "\"\"", ownNames},
    {"project", "\"huggingface\"", ownNames},
    {"trackio_space_id", "\"\"|\"trackio\"", noHub},
    {"trackio_bucket_id", "\"\"", noHub},
    {"trackio_static_space_id", "\"\"", noHub},
    {"do_train", "true", asCommanded},
    {"do_eval", "true", asCommanded},
    {"do_predict", "false"},
    {"debug", "\"\"|[]"},
    {"push_to_hub", "false"},
    {"hub_model_id", "\"\"", noHub},
    {"hub_strategy", "\"every_save\"", noHub},
    {"hub_token", "\"\"", noHub},
    {"hub_private_repo", "false", noHub},
    {"hub_always_push", "false", noHub},
    {"hub_revision", "\"\"", noHub},
    {"local_rank", "-1|0"},
    {"ddp_backend", "\"\"", oneProcess},
    {"ddp_timeout", "1800", oneProcess},
    {"ddp_find_unused_parameters", "false", oneProcess},
    {"ddp_bucket_cap_mb", "25", oneProcess},
    {"ddp_broadcast_buffers", "false", oneProcess},
    {"ddp_static_graph", "false", oneProcess},
    {"fsdp", "\"\"|[]|false"},
    {"fsdp_config", "{}"},
    {"deepspeed", "\"\""},
    {"parallelism_config", "{}"},
    {"accelerator_config", "{}", oneProcess},
};

bool saysNothing(const ForeignWord& known, const Json& value)
{
    if (value.is_null())
        return true;
    const std::vector<std::string> all = split(known.values, '|');
    return std::find(all.begin(), all.end(), jsonText(value)) != all.end();
}

} // namespace

ForeignArgument foreignArgument(std::string_view name, const Json& value)
{
    for (const ForeignRename& rename : foreignRenames)
        if (name == rename.oldName)
            return {rename.newName};
    for (const ForeignValue& other : foreignValues)
        if (name == other.name && jsonText(value) == other.value)
            return {other.newName, false, {}, other.newValue};
    for (const ForeignWord& known : foreignWords) {
        if (name != known.name)
            continue;
        if (saysNothing(known, value))
            return {{}, true};
        if (*known.instead != '\0')
            return {{}, true, known.instead};
        throw badInput(fmt::format("{} = {} is not supported yet", name, shown(value)),
                       name == "adafactor" ? "Set optim to adafactor." : "Leave this argument out.", std::string(name));
    }
    return {};
}

std::string foreignArgumentsMarkdown()
{
    std::string out = "\n# Other arguments of transformers\n\nTaken from a script or a run file as they are. Any other "
                      "value than those of the second column is answered as the third says.\n\n"
                      "| argument | says nothing as | otherwise |\n|---|---|---|\n";
    for (const ForeignRename& rename : foreignRenames)
        out += fmt::format("| `{}` | | is now called `{}` |\n", rename.oldName, rename.newName);
    for (const ForeignValue& other : foreignValues)
        out += fmt::format("| `{}` | | as {}: `{}` = `{}` |\n", other.name, other.value, other.newName, other.newValue);
    for (const ForeignWord& known : foreignWords) {
        std::string values = "null";
        for (const std::string& value : split(known.values, '|'))
            values += value.empty() ? "" : ", " + value;
        out += fmt::format("| `{}` | `{}` | {} |\n", known.name, values,
                           *known.instead != '\0' ? known.instead : "refused: not supported yet");
    }
    return out;
}

} // namespace fettle
