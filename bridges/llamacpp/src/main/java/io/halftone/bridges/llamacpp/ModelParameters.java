package io.halftone.bridges.llamacpp;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/**
 * {@code llama_model_params} of build 4916; fields in C's order, truth values are one byte.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/b4916/include/llama.h">llama.h</a>
 */
@FieldOrder({
  "devices",
  "gpuLayers",
  "splitMode",
  "mainGpu",
  "tensorSplit",
  "progress",
  "progressData",
  "overrides",
  "vocabularyOnly",
  "useMmap",
  "useMlock",
  "checkTensors"
})
public final class ModelParameters extends Structure implements Structure.ByValue {
  public Pointer devices;
  public int gpuLayers;
  public int splitMode;
  public int mainGpu;
  public Pointer tensorSplit;
  public Pointer progress;
  public Pointer progressData;
  public Pointer overrides;
  public byte vocabularyOnly;
  public byte useMmap;
  public byte useMlock;
  public byte checkTensors;
}
