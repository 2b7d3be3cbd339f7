#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time of a GRPO step of TRL's GRPOTrainer on a random Qwen3 model of judge-70m's decoder, float32 on the CPU.

    peer_trl.py --tokenizer TOKENIZER.json [--prompts 4 --group 8 --text 256 --new 96 --threads 2 --repeat 3]

Every completion has exactly NEW tokens; rewards are random. One JSON object, the first step left out. Needs torch,
transformers 5, trl, accelerate, datasets.
"""
import argparse
import json
import resource
import statistics
import tempfile
import time

import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM, TrainerCallback
from trl import GRPOConfig, GRPOTrainer


class StepTimer(TrainerCallback):
    def __init__(self):
        self.marks = []

    def on_step_end(self, *args, **kwargs):
        self.marks.append(time.perf_counter())


def make_model():
    return Qwen3ForCausalLM(Qwen3Config(
        vocab_size=32768, hidden_size=512, intermediate_size=1536, num_hidden_layers=12, num_attention_heads=8,
        num_key_value_heads=4, head_dim=64, tie_word_embeddings=False)).float()


def make_prompt(tokenizer, length):
    words = tokenizer.convert_ids_to_tokens(range(300, 300 + 2 * length))
    ids = tokenizer(tokenizer.convert_tokens_to_string(words))["input_ids"][:length]
    if len(ids) != length:
        raise SystemExit(f"the tokenizer's words give {len(ids)} tokens, not {length}")
    return tokenizer.decode(ids), len(tokenizer(tokenizer.decode(ids))["input_ids"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in dict(prompts=4, group=8, text=256, new=96, threads=2, repeat=3).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--tokenizer", required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=args.tokenizer, pad_token="<|endoftext|>", eos_token="<|im_end|>")
    prompt, length = make_prompt(tokenizer, args.text)
    steps = args.repeat + 1
    rewards = torch.Generator().manual_seed(1)
    timer = StepTimer()
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, per_device_train_batch_size=args.prompts * args.group,
            num_generations=args.group, max_completion_length=args.new, max_steps=steps, learning_rate=1e-6, beta=0.0,
            temperature=1.0, report_to=[], save_strategy="no", logging_steps=1000, gradient_checkpointing=False,
            disable_tqdm=True, dataloader_pin_memory=False,
            generation_kwargs={"min_new_tokens": args.new, "max_new_tokens": args.new})
        trainer = GRPOTrainer(
            model=make_model(), args=config, processing_class=tokenizer, callbacks=[timer],
            train_dataset=Dataset.from_dict({"prompt": [prompt] * (args.prompts * steps)}),
            reward_funcs=lambda completions, **_: torch.rand(len(completions), generator=rewards).tolist())
        trainer.train()
    seconds = [after - before for before, after in zip(timer.marks, timer.marks[1:])]
    median, tokens = statistics.median(seconds), args.prompts * args.group * args.new
    print(json.dumps({"what": "grpo", "tokens": tokens, "tokens_per_s": tokens / median, "seconds": median, "turns": seconds,
                      "prompt_tokens": length, "peak_rss_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
