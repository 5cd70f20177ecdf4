package io.halftone.bridges.onnxruntime;

import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.util.Collection;

/** Copies of a model that return tensors it keeps to itself. */
final class ExposedModel {
  private ExposedModel() {}

  /**
   * The model with more outputs; its own outputs stay. The runtime infers the types.
   *
   * @param tensors names; those that are outputs already are left alone
   * @return the copy's bytes
   * @throws IllegalArgumentException if no node writes a tensor
   */
  static byte[] expose(OnnxModel model, Collection<String> tensors) {
    ModelProto.Builder copy = model.proto().toBuilder();
    GraphProto.Builder graph = copy.getGraphBuilder();
    for (String tensor : tensors) {
      if (model.graph().producer(tensor).isEmpty()) {
        throw new IllegalArgumentException(model.source() + " has no node that writes tensor " + tensor);
      }
      if (!model.graph().isOutput(tensor)) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(tensor));
      }
    }
    return copy.build().toByteArray();
  }
}
