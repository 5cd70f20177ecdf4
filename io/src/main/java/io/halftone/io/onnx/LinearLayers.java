package io.halftone.io.onnx;

import io.halftone.io.onnx.OnnxLinear.Orientation;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the linear layers of a graph.
 *
 * <p>A layer is a standard MatMul, or a Gemm with transA = 0 and alpha = beta = 1, whose second
 * operand is a constant matrix of real numbers and whose first is not constant. A Gemm's addend, if
 * present, must be a constant vector of {@code out} values. Two nodes that share a weight are two
 * layers.
 */
public final class LinearLayers {
  private LinearLayers() {}

  /** The layers in the order of their nodes. */
  public static List<OnnxLinear> find(OnnxGraph graph) {
    Map<String, Integer> nameCount = new HashMap<>();
    graph.nodes().forEach(n -> nameCount.merge(n.getName(), 1, Integer::sum));
    List<OnnxLinear> layers = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      boolean ownName = !node.getName().isEmpty() && nameCount.get(node.getName()) == 1;
      linear(graph, node, ownName).ifPresent(layers::add);
    }
    return List.copyOf(layers);
  }

  private static Optional<OnnxLinear> linear(OnnxGraph graph, NodeProto node, boolean ownName) {
    boolean gemm = node.getOpType().equals("Gemm");
    if (!OnnxGraph.isStandard(node) || !(gemm || node.getOpType().equals("MatMul"))) {
      return Optional.empty();
    }
    if (node.getInputCount() < 2
        || node.getOutputCount() != 1
        || graph.constant(node.getInput(0)).isPresent()) {
      return Optional.empty();
    }
    Optional<TensorProto> weight =
        graph.constant(node.getInput(1)).filter(LinearLayers::isRealMatrix);
    if (weight.isEmpty() || (gemm && !isPlainGemm(node))) {
      return Optional.empty();
    }
    boolean transposed = gemm && integer(node, "transB", 0) != 0;
    int in = (int) weight.get().getDims(transposed ? 1 : 0);
    int out = (int) weight.get().getDims(transposed ? 0 : 1);
    Optional<String> bias =
        Optional.of(node)
            .filter(n -> n.getInputCount() > 2)
            .map(n -> n.getInput(2))
            .filter(b -> !b.isEmpty());
    if (bias.isPresent() && !graph.constant(bias.get()).filter(t -> isVector(t, out)).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new OnnxLinear(
            ownName ? node.getName() : node.getOutput(0),
            node.getName(),
            node.getInput(0),
            node.getOutput(0),
            node.getInput(1),
            in,
            out,
            transposed ? Orientation.OUT_IN : Orientation.IN_OUT,
            bias));
  }

  private static boolean isRealMatrix(TensorProto tensor) {
    return tensor.getDimsCount() == 2
        && tensor.getDims(0) > 0
        && tensor.getDims(1) > 0
        && ElementType.of(tensor.getDataType()).filter(ElementType::isFloat).isPresent();
  }

  /** Whether a tensor has one extent of {@code size}, the last, and otherwise only extents of 1. */
  static boolean isVector(TensorProto tensor, int size) {
    int rank = tensor.getDimsCount();
    if (rank == 0 || tensor.getDims(rank - 1) != size) {
      return false;
    }
    return tensor.getDimsList().subList(0, rank - 1).stream().allMatch(d -> d == 1);
  }

  private static boolean isPlainGemm(NodeProto node) {
    return integer(node, "transA", 0) == 0
        && real(node, "alpha", 1f) == 1f
        && real(node, "beta", 1f) == 1f;
  }

  static long integer(NodeProto node, String attribute, long otherwise) {
    return find(node, attribute).map(AttributeProto::getI).orElse(otherwise);
  }

  private static float real(NodeProto node, String attribute, float otherwise) {
    return find(node, attribute).map(AttributeProto::getF).orElse(otherwise);
  }

  private static Optional<AttributeProto> find(NodeProto node, String attribute) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(attribute)).findFirst();
  }
}
