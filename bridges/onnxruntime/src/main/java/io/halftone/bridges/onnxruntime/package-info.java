/**
 * Runs ONNX models in ONNX Runtime: captures activations, computes embeddings, and checks exported
 * models.
 *
 * <p>No other package of the library sees a class of ONNX Runtime or of the tokenizer.
 */
package io.halftone.bridges.onnxruntime;
