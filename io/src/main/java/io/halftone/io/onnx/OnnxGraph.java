package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who writes and who reads each tensor of a graph: an index over nodes in topological order.
 * Immutable.
 */
public final class OnnxGraph {
  private final GraphProto proto;
  private final Map<String, Integer> producers = new HashMap<>();
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> outputs = new HashSet<>();

  /**
   * One reading of a tensor.
   *
   * @param node index of the reading node
   * @param input position among its inputs, or -1 when a subgraph of the node reads the tensor
   */
  public record Use(int node, int input) {}

  private OnnxGraph(GraphProto proto) {
    this.proto = proto;
    proto.getInputList().forEach(v -> inputs.add(v.getName()));
    proto.getOutputList().forEach(v -> outputs.add(v.getName()));
    proto.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    for (int i = 0; i < proto.getNodeCount(); i++) {
      index(i, proto.getNode(i));
    }
  }

  /** Indexes a graph; cost linear in its nodes. */
  public static OnnxGraph of(GraphProto proto) {
    return new OnnxGraph(proto);
  }

  private void index(int position, NodeProto node) {
    for (String output : node.getOutputList()) {
      producers.putIfAbsent(output, position);
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      addUse(node.getInput(i), new Use(position, i));
    }
    Set<String> captured = new HashSet<>();
    subgraphs(node).forEach(g -> collectReads(g, captured));
    captured.forEach(name -> addUse(name, new Use(position, -1)));
    if (isStandard(node) && node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.getName().equals("value") && attribute.hasT()) {
          constants.putIfAbsent(node.getOutput(0), attribute.getT());
        }
      }
    }
  }

  private void addUse(String tensor, Use use) {
    uses.computeIfAbsent(tensor, name -> new ArrayList<>()).add(use);
  }

  private static void collectReads(GraphProto graph, Set<String> names) {
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(node.getInputList());
      subgraphs(node).forEach(g -> collectReads(g, names));
    }
    graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(names::add);
  }

  /**
   * The graphs in a node's attributes: the branches of an {@code If}, the body of a {@code Loop}.
   */
  static List<GraphProto> subgraphs(NodeProto node) {
    List<GraphProto> graphs = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      graphs.addAll(attribute.getGraphsList());
    }
    return graphs;
  }

  /** Whether a node belongs to the standard operator set. */
  public static boolean isStandard(NodeProto node) {
    return node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
  }

  /** The message this index was built from. */
  public GraphProto proto() {
    return proto;
  }

  /** The nodes in topological order. */
  public List<NodeProto> nodes() {
    return proto.getNodeList();
  }

  /** Index of the node that writes a tensor; empty for graph inputs and initializers. */
  public OptionalInt producer(String tensor) {
    Integer node = producers.get(tensor);
    return node == null ? OptionalInt.empty() : OptionalInt.of(node);
  }

  /** Every reading of a tensor by a node, in node order. Being a graph output is not a reading. */
  public List<Use> uses(String tensor) {
    return List.copyOf(uses.getOrDefault(tensor, List.of()));
  }

  /**
   * The values of a tensor that does not depend on the inputs: an initializer or the output of a
   * {@code Constant} node.
   */
  public Optional<TensorProto> constant(String tensor) {
    return Optional.ofNullable(constants.get(tensor));
  }

  /** Whether the caller of the model may supply the tensor. */
  public boolean isInput(String tensor) {
    return inputs.contains(tensor);
  }

  /** Whether the model returns the tensor. */
  public boolean isOutput(String tensor) {
    return outputs.contains(tensor);
  }

  /** How messages and results name a node: its name, or its first output when it has none. */
  public String nodeId(int node) {
    NodeProto proto = nodes().get(node);
    return proto.getName().isEmpty() && proto.getOutputCount() > 0
        ? proto.getOutput(0)
        : proto.getName();
  }
}
