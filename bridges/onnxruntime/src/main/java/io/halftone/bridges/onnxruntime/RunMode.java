package io.halftone.bridges.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/** How ONNX Runtime prepares a model. */
public enum RunMode {
  /**
   * The graph as it is written. No pass rewrites it, so a tensor's bits do not depend on which
   * other tensors are asked for or on what the processor prefers, and quantize/dequantize pairs
   * compute in float. Measured on a six-layer encoder it is no slower than the optimised graph,
   * since exposing tensors blocks most fusions anyway.
   */
  AS_WRITTEN,

  /**
   * As the runtime's users run it: all optimisations, with one exception. The runtime fuses a
   * dequantized weight and its MatMul into a kernel that by default quantizes the activations to 8
   * bits, which moves outputs by about 0.7 %; accuracy level 1 keeps them in float32.
   */
  OPTIMISED;

  /**
   * Options for runs that keep to the calling thread, so that results do not depend on a thread
   * count.
   */
  SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    if (this == AS_WRITTEN) {
      options.setOptimizationLevel(OptLevel.NO_OPT);
    } else {
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.addConfigEntry("session.qdq_matmulnbits_accuracy_level", "1");
    }
    return options;
  }
}
