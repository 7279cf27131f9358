# Fine-tunes GPT-2 on a folder of poems, as a person would after a course on transformers.
import os
import math

import torch
from datasets import load_dataset
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    EarlyStoppingCallback,
    Trainer,
    TrainingArguments,
)

MODEL = "gpt2"
RUN = "poems"
context_length = 128
LEARNING_RATE = 5e-4

tokenizer = AutoTokenizer.from_pretrained(MODEL)
tokenizer.pad_token = tokenizer.eos_token

raw_datasets = load_dataset(
    "json",
    data_files={"train": ["poems/a.jsonl", "poems/b.jsonl"], "validation": "poems/" "held.jsonl"},
)


def tokenize(batch):
    """Cuts every poem; "text" is its column."""
    outputs = tokenizer(
        batch["text"],
        truncation=True,
        max_length=context_length,  # tokens
        return_overflowing_tokens=True,
    )
    return outputs


tokenized = raw_datasets.map(tokenize, batched=True, remove_columns=raw_datasets["train"].column_names)
data_collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.float32)

args = TrainingArguments(
    output_dir=f"{RUN}-model",
    per_device_train_batch_size=1_6,
    per_device_eval_batch_size=32,
    evaluation_strategy="steps",
    eval_steps=1_000,
    logging_steps=500,
    gradient_accumulation_steps=8 // 2,
    num_train_epochs=1,
    weight_decay=0.1,
    warmup_steps=1_000,
    lr_scheduler_type='cosine',
    learning_rate=LEARNING_RATE,
    save_steps=5_000,
    fp16=True,
    push_to_hub=True,
    load_best_model_at_end=True,
    group_by_length=True,
    seed=int(os.environ.get("SEED", "1")),
)

trainer = Trainer(
    model=model,
    processing_class=tokenizer,
    args=args,
    data_collator=data_collator,
    train_dataset=tokenized["train"],
    eval_dataset=tokenized["validation"],
    callbacks=[EarlyStoppingCallback(early_stopping_patience=3)],
)
trainer.train()
print(f"perplexity {math.exp(trainer.evaluate()['eval_loss']):.2f}")
