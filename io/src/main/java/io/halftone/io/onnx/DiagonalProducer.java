package io.halftone.io.onnx;

import io.halftone.io.onnx.OnnxGraph.Use;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What can take a factor per channel of a tensor into its own constants: a normalization with scale
 * and bias, or the products and sums that it decomposes to.
 *
 * @param nodes names of the operations, in the order they run
 * @param constants vectors of the tensor's size to multiply by the factors, each used once in the
 *     graph
 */
record DiagonalProducer(List<String> nodes, List<String> constants) {
  private static final Set<String> NORMALIZATIONS =
      Set.of("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization");

  /**
   * Looks for a producer of a tensor.
   *
   * <p>Accepts y = Normalization(x, γ[, β]), y = γ·x and y = γ·x + β with constant float32 vectors
   * γ and β that nothing else reads, the caller cannot replace and the model does not return; a
   * sum's γ·x must be read by the sum alone.
   *
   * @param size channels, the tensor's last extent
   */
  static Optional<DiagonalProducer> of(OnnxGraph graph, String tensor, int size) {
    OptionalInt index = graph.producer(tensor);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    NodeProto node = graph.nodes().get(index.getAsInt());
    String id = graph.nodeId(index.getAsInt());
    if (OnnxGraph.isStandard(node) && NORMALIZATIONS.contains(node.getOpType())) {
      return normalization(graph, node, id, tensor, size);
    }
    if (isBinary(node, "Mul")) {
      return constantOperand(graph, node, size)
          .map(i -> new DiagonalProducer(List.of(id), List.of(node.getInput(i))));
    }
    if (!isBinary(node, "Add")) {
      return Optional.empty();
    }
    return constantOperand(graph, node, size)
        .flatMap(
            i -> scaled(graph, node.getInput(1 - i), size).map(p -> p.then(id, node.getInput(i))));
  }

  private static Optional<DiagonalProducer> normalization(
      OnnxGraph graph, NodeProto node, String id, String tensor, int size) {
    List<String> constants = new ArrayList<>(node.getInputList().subList(1, node.getInputCount()));
    constants.removeIf(String::isEmpty);
    boolean foldable =
        node.getInputCount() >= 2
            && node.getOutput(0).equals(tensor)
            && !node.getInput(1).isEmpty()
            && constants.stream().allMatch(c -> isOwnVector(graph, c, size));
    return foldable ? Optional.of(new DiagonalProducer(List.of(id), constants)) : Optional.empty();
  }

  private static Optional<DiagonalProducer> scaled(OnnxGraph graph, String product, int size) {
    OptionalInt index = graph.producer(product);
    if (index.isEmpty() || graph.uses(product).size() != 1 || graph.isOutput(product)) {
      return Optional.empty();
    }
    NodeProto node = graph.nodes().get(index.getAsInt());
    if (!isBinary(node, "Mul")) {
      return Optional.empty();
    }
    String id = graph.nodeId(index.getAsInt());
    return constantOperand(graph, node, size)
        .map(i -> new DiagonalProducer(List.of(id), List.of(node.getInput(i))));
  }

  private static boolean isBinary(NodeProto node, String type) {
    return OnnxGraph.isStandard(node)
        && node.getOpType().equals(type)
        && node.getInputCount() == 2
        && node.getOutputCount() == 1;
  }

  private static Optional<Integer> constantOperand(OnnxGraph graph, NodeProto node, int size) {
    for (int i = 1; i >= 0; i--) {
      boolean otherVaries = graph.constant(node.getInput(1 - i)).isEmpty();
      if (otherVaries && isOwnVector(graph, node.getInput(i), size)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static boolean isOwnVector(OnnxGraph graph, String tensor, int size) {
    Optional<TensorProto> constant = graph.constant(tensor);
    return constant.isPresent()
        && constant.get().getDataType() == ElementType.FLOAT.id()
        && LinearLayers.isVector(constant.get(), size)
        && graph.uses(tensor).size() == 1
        && !graph.isOutput(tensor);
  }

  private DiagonalProducer then(String node, String constant) {
    return new DiagonalProducer(List.of(nodes.get(0), node), List.of(constants.get(0), constant));
  }

  /**
   * Whether every reader of a tensor is one of the given linears' first operand, and the model does
   * not return it.
   */
  static boolean isReadOnlyBy(OnnxGraph graph, String tensor, Set<String> outputs) {
    for (Use use : graph.uses(tensor)) {
      NodeProto node = graph.nodes().get(use.node());
      if (use.input() != 0 || node.getOutputCount() != 1 || !outputs.contains(node.getOutput(0))) {
        return false;
      }
    }
    return !graph.isOutput(tensor);
  }
}
