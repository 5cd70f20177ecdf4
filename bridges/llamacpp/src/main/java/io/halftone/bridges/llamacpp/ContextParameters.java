package io.halftone.bridges.llamacpp;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/**
 * {@code llama_context_params} of build 4916; fields in C's order, truth values are one byte.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/b4916/include/llama.h">llama.h</a>
 */
@FieldOrder({
  "context",
  "batch",
  "physicalBatch",
  "sequences",
  "threads",
  "batchThreads",
  "ropeScaling",
  "pooling",
  "attention",
  "ropeBase",
  "ropeScale",
  "yarnExtrapolation",
  "yarnAttention",
  "yarnFast",
  "yarnSlow",
  "yarnContext",
  "defragmentation",
  "evaluated",
  "evaluatedData",
  "keyType",
  "valueType",
  "allLogits",
  "embeddings",
  "offloadCache",
  "flashAttention",
  "noTimings",
  "abort",
  "abortData"
})
public final class ContextParameters extends Structure implements Structure.ByValue {
  public int context;
  public int batch;
  public int physicalBatch;
  public int sequences;
  public int threads;
  public int batchThreads;
  public int ropeScaling;
  public int pooling;
  public int attention;
  public float ropeBase;
  public float ropeScale;
  public float yarnExtrapolation;
  public float yarnAttention;
  public float yarnFast;
  public float yarnSlow;
  public int yarnContext;
  public float defragmentation;
  public Pointer evaluated;
  public Pointer evaluatedData;
  public int keyType;
  public int valueType;
  public byte allLogits;
  public byte embeddings;
  public byte offloadCache;
  public byte flashAttention;
  public byte noTimings;
  public Pointer abort;
  public Pointer abortData;
}
