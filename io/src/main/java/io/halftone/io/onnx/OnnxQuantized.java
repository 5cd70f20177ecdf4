package io.halftone.io.onnx;

import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.transform.Identity;
import io.halftone.io.MalformedFileException;
import io.halftone.io.onnx.proto.NodeProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A quantized layer found in an ONNX model: what {@link OnnxEditor} writes, and what other programs
 * write in the same forms.
 *
 * @param layer named as its node, or its output when the node has no name; without the bias that a
 *     later Add brings; its inputs are float
 * @param input the float tensor it reads, before any rounding
 * @param output tensor it writes
 * @param rounding of the input by a QuantizeLinear and DequantizeLinear with constant numbers
 */
public record OnnxQuantized(
    QuantizedLinear layer, String input, String output, Optional<StaticInput> rounding) {

  /**
   * The quantized layers in the order of their nodes: {@code MatMulNBits}, {@code MatMulBnb4}, and
   * MatMul with a weight from {@code DequantizeLinear}, per tensor, per output or in groups of
   * inputs.
   *
   * @throws IOException if a layer of these forms is malformed, or has codes in an order of its own
   *     ({@code g_idx}); names it
   */
  public static List<OnnxQuantized> find(OnnxModel model) throws IOException {
    List<OnnxQuantized> layers = new ArrayList<>();
    for (NodeProto node : model.graph().nodes()) {
      try {
        Optional<GridTensor> weight = weight(model, node);
        if (weight.isPresent()) {
          layers.add(layer(model, node, weight.get()));
        }
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new MalformedFileException(
            model.source(),
            "node " + node.getName() + " is no quantized layer: " + e.getMessage(),
            e);
      }
    }
    return layers;
  }

  private static Optional<GridTensor> weight(OnnxModel model, NodeProto node) throws IOException {
    if (node.getInputCount() == 0 || node.getOutputCount() == 0) {
      return Optional.empty();
    }
    if (node.getOpType().equals("MatMulNBits")) {
      return Optional.of(new StoredWeights(model, node).matMulNBits());
    }
    if (node.getOpType().equals("MatMulBnb4")) {
      return Optional.of(new StoredWeights(model, node).matMulBnb4());
    }
    if (!OnnxGraph.isStandard(node)
        || !node.getOpType().equals("MatMul")
        || node.getInputCount() != 2) {
      return Optional.empty();
    }
    Optional<NodeProto> decode = writer(model, node.getInput(1), "DequantizeLinear");
    return decode.isPresent()
            && decode.get().getInputCount() > 1
            && model.graph().constant(decode.get().getInput(0)).isPresent()
        ? Optional.of(new StoredWeights(model, decode.get()).dequantizeLinear())
        : Optional.empty();
  }

  private static OnnxQuantized layer(OnnxModel model, NodeProto node, GridTensor weight)
      throws IOException {
    String input = node.getInput(0);
    Optional<StaticInput> rounding = Optional.empty();
    Optional<NodeProto> decode = writer(model, input, "DequantizeLinear");
    if (decode.isPresent() && decode.get().getInputCount() > 1) {
      Optional<NodeProto> encode = writer(model, decode.get().getInput(0), "QuantizeLinear");
      if (encode.isPresent() && encode.get().getInputCount() > 1) {
        rounding = Optional.of(new StoredWeights(model, encode.get()).staticInput());
        input = encode.get().getInput(0);
      }
    }
    QuantizedLinear layer =
        new QuantizedLinear(
            node.getName().isEmpty() ? node.getOutput(0) : node.getName(),
            new Identity(weight.cols()),
            List.of(new Branch(Schemes.FULL, weight)),
            new float[0],
            new Outcome.DataFree());
    return new OnnxQuantized(layer, input, node.getOutput(0), rounding);
  }

  private static Optional<NodeProto> writer(OnnxModel model, String tensor, String type) {
    OptionalInt producer = model.graph().producer(tensor);
    return producer.isEmpty()
        ? Optional.empty()
        : Optional.of(model.graph().nodes().get(producer.getAsInt()))
            .filter(node -> node.getOpType().equals(type) && OnnxGraph.isStandard(node));
  }
}
