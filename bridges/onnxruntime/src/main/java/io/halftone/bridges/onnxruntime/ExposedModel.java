package io.halftone.bridges.onnxruntime;

import io.halftone.io.onnx.OnnxEditor;
import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.util.Collection;

/** Copies of a model that return tensors it keeps to itself. */
final class ExposedModel {
  private ExposedModel() {}

  /**
   * The bytes of a copy with more outputs; the model's own outputs stay.
   *
   * @param tensors float32 tensors that nodes write
   * @throws IllegalArgumentException if there is no such tensor
   */
  static byte[] expose(OnnxModel model, Collection<String> tensors) throws IOException {
    OnnxEditor editor = new OnnxEditor(model);
    editor.exposeOutputs(tensors);
    return editor.finish().proto().toByteArray();
  }
}
