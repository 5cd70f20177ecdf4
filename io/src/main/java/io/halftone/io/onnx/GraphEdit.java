package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph being changed: nodes stay in topological order, names stay unique. */
final class GraphEdit {
  private final GraphProto.Builder frame;
  private final List<NodeProto> nodes;
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  GraphEdit(GraphProto graph) {
    nodes = new ArrayList<>(graph.getNodeList());
    graph.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    frame = graph.toBuilder().clearNode().clearInitializer();
    names.addAll(initializers.keySet());
    graph.getInputList().forEach(v -> names.add(v.getName()));
    collectNames(nodes);
  }

  private void collectNames(List<NodeProto> list) {
    for (NodeProto node : list) {
      names.add(node.getName());
      names.addAll(node.getOutputList());
      for (GraphProto inner : OnnxGraph.subgraphs(node)) {
        inner.getInitializerList().forEach(t -> names.add(t.getName()));
        collectNames(inner.getNodeList());
      }
    }
  }

  /**
   * A name not yet taken by a tensor or node: {@code wish}, or {@code wish_2}, {@code wish_3}, ...
   */
  String fresh(String wish) {
    String name = wish;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  void add(TensorProto initializer) {
    names.add(initializer.getName());
    initializers.put(initializer.getName(), initializer);
  }

  /** Changes the values of a constant, an initializer or the output of a Constant node. */
  void setConstant(String tensor, TensorProto values) {
    if (initializers.containsKey(tensor)) {
      initializers.put(tensor, values);
      return;
    }
    int index = indexOf(tensor);
    NodeProto.Builder node = nodes.get(index).toBuilder();
    node.getAttributeBuilderList().stream()
        .filter(a -> a.getName().equals("value"))
        .forEach(a -> a.setT(values));
    nodes.set(index, node.build());
  }

  NodeProto writer(String tensor) {
    return nodes.get(indexOf(tensor));
  }

  private int indexOf(String output) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).getOutputList().contains(output)) {
        return i;
      }
    }
    throw new IllegalArgumentException("the graph has no node that writes " + output);
  }

  /**
   * Puts nodes in the place of the one that writes a tensor and drops constants that nothing reads
   * any more.
   */
  void replace(String output, List<NodeProto> replacement) {
    int index = indexOf(output);
    NodeProto removed = nodes.remove(index);
    nodes.addAll(index, replacement);
    OnnxGraph graph = graph();
    for (String input : new HashSet<>(removed.getInputList())) {
      if (graph.constant(input).isPresent()
          && graph.uses(input).isEmpty()
          && !graph.isOutput(input)) {
        dropConstant(input);
      }
    }
  }

  private void dropConstant(String tensor) {
    if (initializers.remove(tensor) == null) {
      nodes.remove(indexOf(tensor));
      return;
    }
    for (int i = frame.getInputCount() - 1; i >= 0; i--) {
      if (frame.getInput(i).getName().equals(tensor)) {
        frame.removeInput(i);
      }
    }
  }

  /** Puts a node before the first of the nodes that write the given tensors. */
  void insertBefore(Set<String> outputs, NodeProto node) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).getOutputList().stream().anyMatch(outputs::contains)) {
        nodes.add(i, node);
        return;
      }
    }
    throw new IllegalArgumentException("the graph has no node that writes one of " + outputs);
  }

  /**
   * Puts nodes directly behind the one that writes a tensor, or first when the tensor is an input
   * of the graph.
   */
  void insertAfter(String tensor, List<NodeProto> added) {
    boolean written = nodes.stream().anyMatch(n -> n.getOutputList().contains(tensor));
    nodes.addAll(written ? indexOf(tensor) + 1 : 0, added);
  }

  /** Makes the node that writes {@code output} read another tensor at one of its inputs. */
  void redirect(String output, int input, String tensor) {
    int index = indexOf(output);
    nodes.set(index, nodes.get(index).toBuilder().setInput(input, tensor).build());
  }

  /** Inputs, outputs and everything else but nodes and initializers. */
  GraphProto.Builder frame() {
    return frame;
  }

  GraphProto build() {
    return frame.clone().addAllNode(nodes).addAllInitializer(initializers.values()).build();
  }

  OnnxGraph graph() {
    return OnnxGraph.of(build());
  }
}
