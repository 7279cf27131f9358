# Domain adaptation of a masked model: whole words are hidden in blocks of joined reviews.
from datasets import load_dataset
from transformers import (AutoModelForMaskedLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer,
                          TrainingArguments)

model_checkpoint = "distilbert-base-uncased"
model = AutoModelForMaskedLM.from_pretrained(model_checkpoint)
tokenizer = AutoTokenizer.from_pretrained(model_checkpoint)

imdb = load_dataset("text", data_files=r"reviews.txt", split="train[:90%]")
split = imdb.train_test_split(test_size=0.1, seed=42)
chunk_size: int = 64
bs = 8


def tokenize_function(examples):
    return tokenizer(examples["text"], return_special_tokens_mask=True)


def group_texts(examples):
    joined = {key: sum(examples[key], []) for key in examples}
    total = len(joined["input_ids"]) // chunk_size * chunk_size
    return {key: [t[i:i + chunk_size] for i in range(0, total, chunk_size)] for key, t in joined.items()}


lm_datasets = split.map(tokenize_function, batched=True, remove_columns=["text"]).map(group_texts, batched=True)

training_args = TrainingArguments(
    "distilbert-finetuned-imdb", overwrite_output_dir=True, eval_strategy='epoch', save_strategy="epoch",
    learning_rate=2e-5, weight_decay=.01, num_train_epochs=3.0,
    per_device_train_batch_size=bs, per_device_eval_batch_size=bs,
    lr_scheduler_kwargs={}, report_to=["tensorboard"], metric_for_best_model=("eval_" + "loss"),
)
collator = DataCollatorForLanguageModeling(tokenizer=tokenizer, mlm_probability=0.2, whole_word_mask=True)
trainer = Trainer(model, training_args, train_dataset=lm_datasets["train"], eval_dataset=lm_datasets["test"],
                  data_collator=collator, compute_metrics=None)
trainer.train()
