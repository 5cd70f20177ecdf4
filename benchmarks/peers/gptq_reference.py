#!/usr/bin/env python3
"""Runs the published GPTQ reference on a weight and inputs, and prints its time and output error.

    python3 gptq_reference.py CHECKOUT WEIGHT.npy INPUTS.npy [--act-order] [--out DECODED.npy]

CHECKOUT is a clone of https://github.com/IST-DASLab/gptq; PyTorch must be installed. WEIGHT is
[out, in], INPUTS is [tokens, in], both float32. The grid is asymmetric with 4 bits and groups of
128, damping 0.01, blocks of 128 columns. With --act-order columns are taken by falling diagonal and
groups are fitted beforehand. Timed is what follows the Hessian, on two threads.
"""
import argparse
import sys
import time
import types

import numpy
import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkout")
    parser.add_argument("weight")
    parser.add_argument("inputs")
    parser.add_argument("--act-order", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # The reference imports it for a layer type that plain linears do not have.
    transformers = types.ModuleType("transformers")
    transformers.Conv1D = type("Conv1D", (torch.nn.Module,), {})
    transformers.pytorch_utils = transformers
    sys.modules.setdefault("transformers", transformers)
    if not torch.cuda.is_available():
        torch.cuda.synchronize = lambda *_: None
    sys.path.insert(0, options.checkout)
    from gptq import GPTQ
    from quant import Quantizer

    weight = torch.from_numpy(numpy.load(options.weight)).float()
    inputs = torch.from_numpy(numpy.load(options.inputs)).float()
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    layer.weight.data = weight.clone()
    with torch.no_grad():
        solver = GPTQ(layer)
        solver.quantizer = Quantizer()
        solver.quantizer.configure(4, perchannel=True, sym=False, mse=False)
        solver.add_batch(inputs[None], None)
        start = time.perf_counter()
        solver.fasterquant(
            blocksize=128,
            percdamp=0.01,
            groupsize=128,
            actorder=options.act_order,
            static_groups=options.act_order,
        )
        seconds = time.perf_counter() - start
        exact = inputs @ weight.T
        error = ((inputs @ layer.weight.T - exact) ** 2).sum() / (exact**2).sum()
    print(f"seconds {seconds:.3f} relative output error {error.item():.6e}")
    if options.out:
        numpy.save(options.out, layer.weight.detach().numpy())


if __name__ == "__main__":
    main()
