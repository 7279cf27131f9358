// SPDX-License-Identifier: GPL-3.0-or-later
// Training scripts become run files, and what does not is named by its line.
#include "core/arguments/import_script.h"

#include "core/arguments/python_script.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "tests/support/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace
{

ImportedScript importedText(const std::string& text)
{
    return importScript(text, "/nowhere/script.py", "/nowhere");
}

ImportedScript importedGolden(const char* name)
{
    const fs::path file = fs::path(fettle::test::goldenFolder) / "import" / name;
    return importScript(readFile(file), file, file.parent_path());
}

std::string notesOf(const ImportedScript& imported)
{
    std::string text;
    for (const ImportNote& note : imported.notes)
        text += std::to_string(note.line) + ": " + note.words + "\n";
    return text;
}

Json argumentsOf(const std::string& call)
{
    return parseJson(importedText("TrainingArguments(" + call + ")").run, "run")["arguments"];
}

std::string refusal(const std::string& text)
{
    try {
        importedText(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        return error.message();
    }
    return "nothing was thrown";
}

} // namespace

TEST(ImportScript, ACausalModelOfACourse)
{
    const ImportedScript imported = importedGolden("train_gpt2.py");
    EXPECT_EQ(nlohmann::json::parse(imported.run), nlohmann::json::parse(R"({
        "fettle": 1, "model": "hub:gpt2", "objective": "causal",
        "data": {"train": ["poems/a.jsonl", "poems/b.jsonl"], "validation": "poems/held.jsonl", "column": "text"},
        "arguments": {"num_train_epochs": 1.0, "learning_rate": 5e-4, "per_device_train_batch_size": 16,
                      "eval_steps": 1000.0, "save_steps": 5000.0, "early_stopping_patience": 3,
                      "lr_scheduler_type": "cosine", "warmup_steps": 1000.0, "weight_decay": 0.1,
                      "eval_strategy": "steps", "per_device_eval_batch_size": 32, "load_best_model_at_end": true,
                      "train_sampling_strategy": "group_by_length"}})"));
    const std::string notes = notesOf(imported);
    EXPECT_THAT(notes,
                AllOf(HasSubstr("36: tokenizer(return_overflowing_tokens=True)"), HasSubstr("43: from_pretrained"),
                      HasSubstr("46: TrainingArguments(output_dir=f\"{RUN}-model\"): not carried over: it is an "
                                "f-string"),
                      HasSubstr("52: TrainingArguments(gradient_accumulation_steps=8 // 2): not carried over: "
                                "it is computed"),
                      HasSubstr("59: TrainingArguments(fp16=True): not carried over: fp16 = true is not "
                                "supported yet"),
                      HasSubstr("63: TrainingArguments(seed=int(os.environ.get(\"SEED\", \"1\")))")));
    EXPECT_THAT(notes, HasSubstr("43: gpt2: a model of the Hub"));
}

TEST(ImportScript, AMaskedModelOfACourse)
{
    const ImportedScript imported = importedGolden("train_bert.py");
    EXPECT_EQ(nlohmann::json::parse(imported.run), nlohmann::json::parse(R"({
        "fettle": 1, "model": "hub:distilbert-base-uncased", "objective": "masked",
        "data": {"train": "reviews.txt", "validation": 0.1, "split": "train[:90%]", "blocks": "group_texts",
                 "max_length": 64},
        "arguments": {"output_dir": "distilbert-finetuned-imdb", "overwrite_output_dir": true,
                      "learning_rate": 2e-5, "weight_decay": 0.01, "eval_strategy": "epoch",
                      "save_strategy": "epoch", "report_to": "tensorboard", "mlm_probability": 0.2,
                      "mask_kind": "whole_word"}})"));
    EXPECT_THAT(notesOf(imported), AllOf(HasSubstr("11: train_test_split(seed=42)"),
                                         HasSubstr("0: group_texts: rows are joined and cut into blocks of 64 tokens"),
                                         HasSubstr("without keep_linebreaks=True")));
}

TEST(ImportScript, WhatDropsOtherRestsThanGroupTextsDoesHereIsSaid)
{
    const auto notes = [](const std::string& arguments) {
        return notesOf(
            importedText("block_size = 64\ndef group_texts(examples):\n    pass\nmodel = "
                         "AutoModelForCausalLM.from_pretrained('m')\ntokenized.map(group_texts, batched=True" +
                         arguments + ")"));
    };
    EXPECT_THAT(notes(""), Not(HasSubstr("not carried over")));
    EXPECT_THAT(notes(", batch_size=1000, num_proc=1"), Not(HasSubstr("not carried over")));
    EXPECT_THAT(notes(", batch_size=100"), HasSubstr("5: map(batch_size=100): not carried over: a rest is dropped"));
    EXPECT_THAT(notes(", num_proc=4"), HasSubstr("5: map(num_proc=4): not carried over: with several processes"));
}

TEST(ImportScript, Literals)
{
    EXPECT_EQ(argumentsOf("learning_rate=1e-4, weight_decay=.1, max_steps=1_000")["max_steps"], 1000);
    EXPECT_EQ(argumentsOf("'a' \"b\" + r'\\c'")["output_dir"], "ab\\c");
    EXPECT_EQ(argumentsOf("'''x\ny\\x41\\\nz'''")["output_dir"], "x\nyAz");
    EXPECT_EQ(argumentsOf("load_best_model_at_end=True, seed=None").size(), 1u);
    EXPECT_EQ(argumentsOf("lr_scheduler_type='cosine', lr_scheduler_kwargs={'num_cycles': 2,}")["lr_scheduler_kwargs"],
              (Json{{"num_cycles", 2}}));
    EXPECT_EQ(argumentsOf("max_steps=(3), # a comment, with a ) in it\n  seed=+7")["seed"], 7);
}

TEST(ImportScript, NamesStandForWhatWasBoundToThemAbove)
{
    const auto steps = [](const std::string& text) {
        const ImportedScript imported = importedText(text);
        const Json arguments = parseJson(imported.run, "run")["arguments"];
        return arguments.contains("max_steps") ? jsonText(arguments["max_steps"]) : notesOf(imported);
    };
    EXPECT_EQ(steps("n = 5\nTrainingArguments(max_steps=n)"), "5");
    EXPECT_EQ(steps("n = 5\nn = 6; TrainingArguments(max_steps=n)"), "6");
    EXPECT_EQ(steps("n: int = 5\nTrainingArguments(max_steps=n)"), "5");
    EXPECT_THAT(steps("TrainingArguments(max_steps=n)\nn = 5"), HasSubstr("is n, which is no literal above"));
    EXPECT_THAT(steps("n = 5\nn += 1\nTrainingArguments(max_steps=n)"), HasSubstr("no literal above"));
    EXPECT_THAT(steps("n = 5\nn = f(n)\nTrainingArguments(max_steps=n)"), HasSubstr("no literal above"));
    EXPECT_THAT(steps("if x:\n  n = 5\nelse:\n  n = 6\nTrainingArguments(max_steps=n)"),
                HasSubstr("one value here and another there"));
    EXPECT_THAT(steps("TrainingArguments(max_steps=2 if fast else 9)"), HasSubstr("it is computed"));
    EXPECT_THAT(steps("TrainingArguments(**common)"), HasSubstr("not carried over"));
}

TEST(ImportScript, WhatIsNoPythonIsRefusedWithItsLine)
{
    EXPECT_THAT(refusal("x = 1\ny = 'open\n"), HasSubstr("script.py, line 2: a string begins here"));
    EXPECT_THAT(refusal("\n\nf(1, [2\n"), HasSubstr("line 3: \"[\" is never closed"));
    EXPECT_THAT(refusal("f(1])"), HasSubstr("line 1: \"]\" closes nothing"));
    EXPECT_THAT(refusal(std::string(100000, '(')), HasSubstr("brackets within each other"));
    EXPECT_THAT(refusal("print('hello')"), HasSubstr("nothing in it that says how a model is trained"));
}

TEST(ImportScript, LoraAndModelsFromNothing)
{
    const Json run =
        parseJson(importedText("config = AutoConfig.from_pretrained('./mine')\n"
                               "model = GPT2LMHeadModel(config)\n"
                               "model = AutoModelForCausalLM.from_config(config)\n"
                               "peft = LoraConfig(r=8, lora_alpha=16, target_modules=['q_proj', 'v_proj'], "
                               "task_type='CAUSAL_LM', use_dora=True)\n")
                      .run,
                  "run");
    EXPECT_EQ(run["model"], "random:./mine");
    EXPECT_EQ(run["arguments"]["lora_r"], 8);
    EXPECT_EQ(run["arguments"]["lora_target_modules"], "q_proj,v_proj");
    EXPECT_EQ(run["arguments"]["lora_alpha"], 16);
    EXPECT_EQ(run["arguments"]["use_dora"], true);
}

TEST(ImportScript, WeightsOfFewerBitsAreAnsweredOnce)
{
    const ImportedScript imported =
        importedText("bnb = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type='nf4')\n"
                     "model = AutoModelForCausalLM.from_pretrained('./mine', quantization_config=bnb)\n"
                     "peft = LoraConfig(r=8)\n"
                     "TrainingArguments('out')\n");
    std::vector<std::string> said;
    for (const ImportNote& note : imported.notes)
        if (note.line > 0)
            said.push_back(note.words);
    EXPECT_THAT(said, testing::ElementsAre(HasSubstr(
                          "BitsAndBytesConfig: not carried over. Weights are used as their file holds them")));
    EXPECT_EQ(parseJson(imported.run, "run")["arguments"]["lora_r"], 8);
}

TEST(ImportScript, PathsAreTheScripts)
{
    const std::string text = "load_dataset('text', data_files='a.txt')\nTrainingArguments('out')";
    const Json here = parseJson(importScript(text, "/home/ann/script.py", "/home/ann").run, "run"),
               elsewhere = parseJson(importScript(text, "/home/ann/script.py", "/other").run, "run");
    EXPECT_EQ(here["data"]["train"], "a.txt");
    EXPECT_EQ(elsewhere["data"]["train"], "/home/ann/a.txt");
    EXPECT_EQ(elsewhere["arguments"]["output_dir"], "/home/ann/out");
}
