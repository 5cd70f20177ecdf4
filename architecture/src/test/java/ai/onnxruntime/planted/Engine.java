package ai.onnxruntime.planted;

/** Stands for a class of ONNX Runtime. */
public final class Engine {}
