#!/usr/bin/env python3
"""Runs the published GPTQ reference on a weight and inputs, and prints its time and output error.

    python3 gptq_reference.py CHECKOUT WEIGHT.npy INPUTS.npy [--act-order] [--mse] [--double]
        [--beside OTHER.npy] [--out DECODED.npy]

CHECKOUT is a clone of https://github.com/IST-DASLab/gptq; PyTorch must be installed. WEIGHT is
[out, in], INPUTS is [tokens, in], both float32. The grid is asymmetric with 4 bits and groups of
128, damping 0.01, blocks of 128 columns. With --act-order columns are taken by falling diagonal and
groups are fitted beforehand. Timed is what follows the Hessian, on two threads.
With --beside the error of each row is compared with that of other decoded weights [out, in].
"""
import argparse
import sys
import time
import types

import numpy
import torch


def row_errors(quantized, weight, gram):
    """The squared output error of each row, in double."""
    delta = quantized.double() - weight.double()
    return ((delta @ gram) * delta).sum(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkout")
    parser.add_argument("weight")
    parser.add_argument("inputs")
    parser.add_argument("--act-order", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--mse", action="store_true", help="ranges shrunk for the weight's error")
    parser.add_argument("--double", action="store_true", help="the same arithmetic in float64")
    parser.add_argument("--beside", help="weights of another solver, compared row by row")
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
        solver.quantizer.configure(4, perchannel=True, sym=False, mse=options.mse)
        solver.add_batch(inputs[None], None)
        if options.double:
            solver.H = solver.H.double()
            layer.weight.data = layer.weight.data.double()
            # The reference turns its copy of the weight into floats by this method.
            torch.Tensor.float = torch.Tensor.double
        start = time.perf_counter()
        solver.fasterquant(
            blocksize=128,
            percdamp=0.01,
            groupsize=128,
            actorder=options.act_order,
            static_groups=options.act_order,
        )
        seconds = time.perf_counter() - start
        gram = inputs.double().T @ inputs.double()
        norm = row_errors(torch.zeros_like(weight), weight, gram).sum()
        errors = row_errors(layer.weight, weight, gram)
    print(f"seconds {seconds:.3f} relative output error {(errors.sum() / norm).item():.6e}")
    if options.beside:
        other = row_errors(torch.from_numpy(numpy.load(options.beside)), weight, gram)
        difference = (other - errors) / errors.mean()
        deviation = difference.std() / len(difference) ** 0.5
        print(f"beside it {(other.sum() / norm).item():.6e}: {100 * difference.mean():+.4f} %,"
              f" standard error {100 * deviation:.4f} %")
    if options.out:
        numpy.save(options.out, layer.weight.detach().numpy())


if __name__ == "__main__":
    main()
