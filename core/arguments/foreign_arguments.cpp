// SPDX-License-Identifier: GPL-3.0-or-later
// Words of transformers' TrainingArguments (versions 4 and 5) that Fettle's table has not: renamed, harmless, or not
// yet.
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
    {"per_gpu_train_batch_size", "per_device_train_batch_size"},
    {"per_gpu_eval_batch_size", "per_device_eval_batch_size"},
};

/// Known words and the values (JSON, several with '|') under which they change nothing; "*": any value.
struct ForeignNeutral {
    const char* name;
    const char* values;
};
constexpr ForeignNeutral foreignNeutrals[] = {
    {"bf16", "false"},
    {"fp16", "false"},
    {"tf32", "false"},
    {"half_precision_backend", "*"},
    {"fp16_opt_level", "*"},
    {"bf16_full_eval", "false"},
    {"fp16_full_eval", "false"},
    {"label_smoothing_factor", "0|0.0"},
    {"lr_scheduler_kwargs", "{}"},
    {"optim_args", "\"\""},
    {"optim_target_modules", "[]"},
    {"adafactor", "false"},
    {"neftune_noise_alpha", "0|0.0"},
    {"average_tokens_across_devices", "*"},
    {"gradient_checkpointing", "false"},
    {"gradient_checkpointing_kwargs", "{}"},
    {"torch_compile", "false"},
    {"torch_compile_backend", "*"},
    {"torch_compile_mode", "*"},
    {"use_liger_kernel", "false"},
    {"liger_kernel_config", "{}"},
    {"torch_empty_cache_steps", "*"},
    {"auto_find_batch_size", "false"},
    {"use_cache", "*"},
    {"use_ipex", "false"},
    {"use_mps_device", "false"},
    {"dataloader_num_workers", "*"},
    {"dataloader_prefetch_factor", "*"},
    {"dataloader_pin_memory", "*"},
    {"dataloader_persistent_workers", "*"},
    {"train_sampling_strategy", "\"random\""},
    {"group_by_length", "false"},
    {"length_column_name", "*"},
    {"remove_unused_columns", "*"},
    {"label_names", "*"},
    {"metric_for_best_model", "\"loss\"|\"eval_loss\""},
    {"greater_is_better", "false"},
    {"eval_delay", "0|0.0"},
    {"eval_on_start", "*"},
    {"eval_accumulation_steps", "*"},
    {"batch_eval_metrics", "false"},
    {"include_for_metrics", "[]"},
    {"include_inputs_for_metrics", "false"},
    {"logging_strategy", "\"steps\""},
    {"logging_dir", "*"},
    {"logging_first_step", "false"},
    {"logging_nan_inf_filter", "*"},
    {"log_level", "*"},
    {"log_level_replica", "*"},
    {"log_on_each_node", "*"},
    {"disable_tqdm", "*"},
    {"include_num_input_tokens_seen", "*"},
    {"include_tokens_per_second", "*"},
    {"save_safetensors", "true"},
    {"save_only_model", "false"},
    {"save_on_each_node", "false"},
    {"enable_jit_checkpoint", "*"},
    {"restore_callback_states_from_checkpoint", "*"},
    {"overwrite_output_dir", "false"},
    {"resume_from_checkpoint", "false"},
    {"ignore_data_skip", "false"},
    {"full_determinism", "*"},
    {"jit_mode_eval", "false"},
    {"skip_memory_metrics", "*"},
    {"past_index", "-1"},
    {"run_name", "*"},
    {"project", "*"},
    {"trackio_space_id", "*"},
    {"do_train", "*"},
    {"do_eval", "*"},
    {"do_predict", "false"},
    {"debug", "\"\"|[]"},
    {"push_to_hub", "false"},
    {"hub_model_id", "*"},
    {"hub_strategy", "*"},
    {"hub_token", "*"},
    {"hub_private_repo", "*"},
    {"hub_always_push", "*"},
    {"hub_revision", "*"},
    {"local_rank", "-1|0"},
    {"ddp_backend", "*"},
    {"ddp_timeout", "*"},
    {"ddp_find_unused_parameters", "*"},
    {"ddp_bucket_cap_mb", "*"},
    {"ddp_broadcast_buffers", "*"},
    {"fsdp", "\"\"|[]|false"},
    {"fsdp_config", "{}"},
    {"deepspeed", "\"\""},
    {"parallelism_config", "{}"},
    {"accelerator_config", "*"},
    {"use_dora", "false"},
};

bool isNeutralValue(const ForeignNeutral& known, const Json& value)
{
    const std::string_view values = known.values;
    if (values == "*" || value.is_null())
        return true;
    const std::vector<std::string> all = split(values, '|');
    return std::find(all.begin(), all.end(), jsonText(value)) != all.end();
}

} // namespace

ForeignArgument foreignArgument(std::string_view name, const Json& value)
{
    for (const ForeignRename& rename : foreignRenames)
        if (name == rename.oldName)
            return {rename.newName, false};
    for (const ForeignNeutral& known : foreignNeutrals) {
        if (name != known.name)
            continue;
        if (isNeutralValue(known, value))
            return {{}, true};
        throw badInput(fmt::format("{} = {} is not supported yet", name, shown(value)),
                       name == "overwrite_output_dir" ? "Fettle never overwrites a run: choose another output_dir."
                                                      : "Leave this argument out.",
                       std::string(name));
    }
    return {};
}

} // namespace fettle
