"""Logits of small decoders, computed with PyTorch in float64 from the published formulas.

    python3 logits.py > logits.json

Written for Halftone from the model papers and configuration files; it shares no code with Halftone or with
any implementation of these models. Formulas:
  RMSNorm              Zhang and Sennrich, 2019
  rotary embedding     Su et al., 2021, half-split pairing; stretched by bands as Llama 3.1's configuration says
  grouped queries      Ainslie et al., 2023
  SwiGLU               Shazeer, 2020
  Llama                Touvron et al., 2023
  Mistral              Jiang et al., 2023: a window of the last W tokens
  Qwen2, Qwen2.5       Yang et al., 2024: biases on queries, keys and values
  Qwen3                Yang et al., 2025: queries and keys normalised per head, no biases
  Gemma                Gemma team, 2024: embedding times sqrt(hidden), gain 1 + w, GELU with tanh, tied head
  Gemma 2              Gemma team, 2024: norms behind both parts too, capped scores and logits, a window in every other block
  Phi-3                Abdin et al., 2024: one matrix for queries, keys and values, one for gate and up

Weights need no file: element i of tensor NAME is (splitmix64(fnv1a(NAME) + i) >> 48) / 32768 - 1, divided by 4,
plus 1 for the gains of norms that do not add 1 themselves. All are float32 values.
"""
import json
import math

import torch

TOKENS = [1, 7, 3, 3, 12, 0, 9, 5, 11, 2]
MASK = (1 << 64) - 1


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def splitmix64(state):
    z = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Model:
    def __init__(self, config):
        self.c = config
        self.tensors = {}

    def tensor(self, name, *shape):
        self.tensors[name] = list(shape)
        seed, count = fnv1a(name), math.prod(shape)
        values = [((splitmix64((seed + i) & MASK) >> 48) / 32768 - 1) / 4 for i in range(count)]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def linear(self, x, name, out, bias=False):
        y = x @ self.tensor(name + ".weight", out, x.shape[-1]).T
        return y + self.tensor(name + ".bias", out) if bias else y

    def norm(self, x, name):
        gain = 1 + self.tensor(name + ".weight", x.shape[-1])
        return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.c["rms_norm_eps"]) * gain

    def angles(self, tokens, size):
        frequency = self.c.get("rope_theta", 10000.0) ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
        scaling = self.c.get("rope_scaling")
        if scaling:
            old = scaling["original_max_position_embeddings"]
            low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
            turns = old * frequency / (2 * math.pi)
            smooth = ((turns - low) / (high - low)).clamp(0, 1)
            frequency = frequency / scaling["factor"] * (1 - smooth) + frequency * smooth
        return torch.outer(torch.arange(tokens, dtype=torch.float64), frequency)

    def rotate(self, x):
        angle = self.angles(x.shape[1], x.shape[2])
        first, second = x.chunk(2, dim=-1)
        return torch.cat((first * angle.cos() - second * angle.sin(), second * angle.cos() + first * angle.sin()), -1)

    def attention(self, x, block):
        c, name = self.c, "model.layers.%d.self_attn." % block
        heads, groups = c["num_attention_heads"], c["num_key_value_heads"]
        size = c.get("head_dim", c["hidden_size"] // heads)
        if c["model_type"] == "phi3":
            q, k, v = self.linear(x, name + "qkv_proj", (heads + 2 * groups) * size).split(
                [heads * size, groups * size, groups * size], -1)
        else:
            bias = c["model_type"] == "qwen2"
            q = self.linear(x, name + "q_proj", heads * size, bias)
            k = self.linear(x, name + "k_proj", groups * size, bias)
            v = self.linear(x, name + "v_proj", groups * size, bias)
        q, k, v = (t.reshape(len(x), -1, size).transpose(0, 1) for t in (q, k, v))
        if c["model_type"] == "qwen3":
            q, k = self.norm(q, name + "q_norm"), self.norm(k, name + "k_norm")
        q, k = self.rotate(q), self.rotate(k)
        k, v = (t.repeat_interleave(heads // groups, 0) for t in (k, v))
        scores = q @ k.transpose(1, 2) / math.sqrt(c.get("query_pre_attn_scalar", size))
        cap = c.get("attn_logit_softcapping")
        scores = cap * torch.tanh(scores / cap) if cap else scores
        ago = torch.arange(len(x))[:, None] - torch.arange(len(x))[None, :]
        hidden = ago < 0
        window = c.get("sliding_window") if c.get("use_sliding_window", True) else None
        if window and (c["model_type"] != "gemma2" or block % 2 == 0):
            hidden = hidden | (ago >= window)
        mixed = torch.softmax(scores.masked_fill(hidden, -math.inf), -1) @ v
        return self.linear(mixed.transpose(0, 1).reshape(len(x), -1), name + "o_proj", c["hidden_size"])

    def feed_forward(self, x, block):
        c, name = self.c, "model.layers.%d.mlp." % block
        inner = c["intermediate_size"]
        if c["model_type"] == "phi3":
            gate, up = self.linear(x, name + "gate_up_proj", 2 * inner).chunk(2, -1)
        else:
            gate, up = self.linear(x, name + "gate_proj", inner), self.linear(x, name + "up_proj", inner)
        if c["model_type"].startswith("gemma"):
            active = 0.5 * gate * (1 + torch.tanh(math.sqrt(2 / math.pi) * (gate + 0.044715 * gate**3)))
        else:
            active = gate / (1 + torch.exp(-gate))
        return self.linear(active * up, name + "down_proj", c["hidden_size"])

    def logits(self, tokens):
        c = self.c
        gemma2 = c["model_type"] == "gemma2"
        embedding = self.tensor("model.embed_tokens.weight", c["vocab_size"], c["hidden_size"])
        x = embedding[tokens]
        if c["model_type"].startswith("gemma"):
            x = x * math.sqrt(c["hidden_size"])
        for block in range(c["num_hidden_layers"]):
            name = "model.layers.%d." % block
            y = self.attention(self.norm(x, name + "input_layernorm"), block)
            if gemma2:
                x = x + self.norm(y, name + "post_attention_layernorm")
                y = self.feed_forward(self.norm(x, name + "pre_feedforward_layernorm"), block)
                x = x + self.norm(y, name + "post_feedforward_layernorm")
            else:
                x = x + y
                x = x + self.feed_forward(self.norm(x, name + "post_attention_layernorm"), block)
        x = self.norm(x, "model.norm")
        tied = c.get("tie_word_embeddings", c["model_type"].startswith("gemma"))
        head = embedding if tied else self.tensor("lm_head.weight", c["vocab_size"], c["hidden_size"])
        y = x @ head.T
        cap = c.get("final_logit_softcapping")
        return cap * torch.tanh(y / cap) if cap else y


def config(model_type, **more):
    return dict(
        dict(model_type=model_type, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, vocab_size=13, max_position_embeddings=64, rms_norm_eps=1e-5), **more)


MODELS = {
    "Llama": config("llama", num_key_value_heads=4, num_attention_heads=4, head_dim=6, hidden_act="silu",
                    tie_word_embeddings=False),
    "Llama 3.1": config("llama", head_dim=8, rope_theta=500000.0, hidden_act="silu", tie_word_embeddings=False,
                        rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                          original_max_position_embeddings=16)),
    "Mistral": config("mistral", head_dim=8, sliding_window=4, hidden_act="silu", tie_word_embeddings=False),
    "Qwen2": config("qwen2", rope_theta=1000000.0, sliding_window=4, use_sliding_window=False, hidden_act="silu",
                    tie_word_embeddings=False),
    "Qwen2.5": config("qwen2", num_key_value_heads=1, rope_theta=1000000.0, use_sliding_window=False,
                      hidden_act="silu", tie_word_embeddings=True),
    "Qwen3": config("qwen3", head_dim=16, rope_theta=1000000.0, hidden_act="silu", tie_word_embeddings=True),
    "Gemma": config("gemma", head_dim=16, num_key_value_heads=1, hidden_act="gelu",
                    hidden_activation="gelu_pytorch_tanh"),
    "Gemma 2": config("gemma2", head_dim=8, sliding_window=4, query_pre_attn_scalar=16, attn_logit_softcapping=5.0,
                      final_logit_softcapping=3.0, hidden_activation="gelu_pytorch_tanh"),
    "Phi-3": config("phi3", sliding_window=6, hidden_act="silu", tie_word_embeddings=False),
}

golden = []
for title, numbers in MODELS.items():
    model = Model(numbers)
    rows = model.logits(torch.tensor(TOKENS))
    golden.append(dict(
        model=title, config=numbers, tokens=TOKENS, tensors=model.tensors,
        logits=[[float("%.9g" % value) for value in row] for row in rows.tolist()]))
print("[" + ",\n".join(json.dumps(entry) for entry in golden) + "]")
