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
   * Where a layer stands.
   *
   * @param name of the layer
   * @param node its number in the graph
   * @param scales tensor of its scales
   * @param constants all tensors of numbers that are the layer's own
   */
  public record Place(String name, int node, String scales, List<String> constants) {
    /** Takes a copy of the names. */
    public Place {
      constants = List.copyOf(constants);
    }
  }

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
    for (Place place : places(model)) {
      layers.add(read(model, place));
    }
    return layers;
  }

  /** The places of the layers that {@link #find} finds; nothing is read or checked yet. */
  public static List<Place> places(OnnxModel model) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < model.graph().nodes().size(); i++) {
      NodeProto node = model.graph().nodes().get(i);
      Optional<NodeProto> weight = weight(model, node);
      if (weight.isPresent()) {
        places.add(
            new Place(
                node.getName().isEmpty() ? node.getOutput(0) : node.getName(),
                i,
                isOwnOperator(node) ? input(node, 2) : input(weight.get(), 1),
                constants(model, node, weight.get())));
      }
    }
    return places;
  }

  private static String input(NodeProto node, int index) {
    return node.getInputCount() > index ? node.getInput(index) : "";
  }

  private static List<String> constants(OnnxModel model, NodeProto node, NodeProto weight) {
    List<String> names = new ArrayList<>(weight.getInputList());
    if (isOwnOperator(node)) {
      names.remove(0);
    }
    names.removeIf(name -> model.graph().constant(name).isEmpty());
    return names;
  }

  /**
   * Reads the layer at a place.
   *
   * @throws IOException as {@link #find}
   */
  public static OnnxQuantized read(OnnxModel model, Place place) throws IOException {
    NodeProto node = model.graph().nodes().get(place.node());
    try {
      StoredWeights stored = new StoredWeights(model, weight(model, node).orElseThrow());
      return switch (node.getOpType()) {
        case "MatMulNBits" -> layer(model, node, stored.matMulNBits(), stored.bias());
        case "MatMulBnb4" -> layer(model, node, stored.matMulBnb4(), new float[0]);
        default -> layer(model, node, stored.dequantizeLinear(), new float[0]);
      };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedFileException(
          model.source(),
          "node " + node.getName() + " is no quantized layer: " + e.getMessage(),
          e);
    }
  }

  private static boolean isOwnOperator(NodeProto node) {
    return node.getOpType().equals("MatMulNBits") || node.getOpType().equals("MatMulBnb4");
  }

  /** The node whose inputs are the weight's numbers: the layer's own, or that which decodes. */
  private static Optional<NodeProto> weight(OnnxModel model, NodeProto node) {
    if (node.getInputCount() == 0 || node.getOutputCount() == 0) {
      return Optional.empty();
    }
    if (isOwnOperator(node)) {
      return Optional.of(node);
    }
    if (!OnnxGraph.isStandard(node)
        || !node.getOpType().equals("MatMul")
        || node.getInputCount() != 2) {
      return Optional.empty();
    }
    return writer(model, node.getInput(1), "DequantizeLinear")
        .filter(decode -> decode.getInputCount() > 1)
        .filter(decode -> model.graph().constant(decode.getInput(0)).isPresent());
  }

  private static OnnxQuantized layer(
      OnnxModel model, NodeProto node, GridTensor weight, float[] bias) throws IOException {
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
            bias,
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
