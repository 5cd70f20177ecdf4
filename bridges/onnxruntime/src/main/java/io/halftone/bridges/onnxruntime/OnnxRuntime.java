package io.halftone.bridges.onnxruntime;

import ai.onnxruntime.OrtEnvironment;

/** The runtime itself. */
public final class OnnxRuntime {
  private OnnxRuntime() {}

  /** Its version; loads the native library into this process. */
  public static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }
}
