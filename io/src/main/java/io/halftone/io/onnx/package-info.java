/**
 * ONNX models: reading them, finding their linear layers and the places where transforms may stand,
 * and writing quantized copies.
 */
package io.halftone.io.onnx;
