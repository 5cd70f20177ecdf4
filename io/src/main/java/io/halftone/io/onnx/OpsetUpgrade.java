package io.halftone.io.onnx;

import io.halftone.io.onnx.OpHistory.Change;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Raises a model's standard operator set without changing what the model computes.
 *
 * <p>A model imports one version for all its nodes, so every node is brought to the new version,
 * operator by operator from the table of {@link OpHistory}, subgraphs included. An operator that is
 * not in the table, or comes from a version before its entry, is refused by name.
 */
public final class OpsetUpgrade {
  private static final int FUNCTIONS_FIELD = 25;
  private static final int[] FIRST_OPSET_OF_IR = {
    0, 0, 0, 1, 9, 10, 11, 12, 15, 19, 21, 23, 24, 25
  };

  private final int from;
  private final int to;

  private OpsetUpgrade(int from, int to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Raises the operator set of a model to at least a version, and its IR version to the one that
   * goes with it.
   *
   * @param target at most 25
   * @return the same message if it already has the version
   * @throws IllegalArgumentException if an operator cannot be converted, naming operator and node
   */
  public static ModelProto upgrade(ModelProto model, int target) {
    int from = OnnxModel.opset(model.getOpsetImportList());
    if (from >= target) {
      return model;
    }
    if (target > OpHistory.LATEST) {
      throw new IllegalArgumentException(
          "target is " + target + ", conversions are known up to " + OpHistory.LATEST);
    }
    if (model.getUnknownFields().hasField(FUNCTIONS_FIELD)) {
      throw new IllegalArgumentException(
          "the model defines functions of its own; raising opset "
              + from
              + " to "
              + target
              + " is not supported for them");
    }
    OpsetUpgrade upgrade = new OpsetUpgrade(from, target);
    return model.toBuilder()
        .setGraph(upgrade.graph(model.getGraph()))
        .clearOpsetImport()
        .addAllOpsetImport(imports(model, target))
        .setIrVersion(Math.max(model.getIrVersion(), irVersion(target)))
        .build();
  }

  private static List<OperatorSetIdProto> imports(ModelProto model, int target) {
    List<OperatorSetIdProto> sets = new ArrayList<>();
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      boolean standard = set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx");
      sets.add(standard ? set.toBuilder().setVersion(target).build() : set);
    }
    return sets;
  }

  /** The IR version that first allowed an operator set. */
  static int irVersion(int opset) {
    int version = 3;
    for (int ir = 3; ir < FIRST_OPSET_OF_IR.length; ir++) {
      if (opset >= FIRST_OPSET_OF_IR[ir]) {
        version = ir;
      }
    }
    return version;
  }

  private GraphProto graph(GraphProto graph) {
    GraphEdit edit = new GraphEdit(graph);
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      Surroundings around = new Surroundings(edit);
      NodeProto.Builder changed = subgraphs(node);
      if (OnnxGraph.isStandard(node)) {
        convert(changed, around);
      }
      nodes.addAll(around.before);
      nodes.add(changed.build());
      nodes.addAll(around.after);
    }
    return edit.build().toBuilder().clearNode().addAllNode(nodes).build();
  }

  private NodeProto.Builder subgraphs(NodeProto node) {
    NodeProto.Builder result = node.toBuilder();
    for (AttributeProto.Builder attribute : result.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(graph(attribute.getG()));
      }
      for (int i = 0; i < attribute.getGraphsCount(); i++) {
        attribute.setGraphs(i, graph(attribute.getGraphs(i)));
      }
    }
    return result;
  }

  private void convert(NodeProto.Builder node, Surroundings around) {
    OpHistory history =
        OpHistory.of(node.getOpType())
            .orElseThrow(() -> around.refuse(node, "no conversion is known for this operator"));
    if (from < history.since()) {
      throw around.refuse(node, "conversions are known from version " + history.since());
    }
    for (Change change : history.changes()) {
      if (from < change.opset() && change.opset() <= to) {
        change.rewrite().apply(node, around);
      }
    }
  }

  /** What a rewritten node needs beside it: constants, nodes before it, nodes behind it. */
  final class Surroundings {
    private final GraphEdit edit;
    private final List<NodeProto> before = new ArrayList<>();
    private final List<NodeProto> after = new ArrayList<>();

    private Surroundings(GraphEdit edit) {
      this.edit = edit;
    }

    String fresh(String wish) {
      return edit.fresh(wish);
    }

    String integers(String wish, List<Long> values) {
      String name = edit.fresh(wish);
      edit.add(OnnxNodes.longs(name, values));
      return name;
    }

    String real(String wish, float value) {
      String name = edit.fresh(wish);
      edit.add(OnnxNodes.floats(name, new float[] {value}));
      return name;
    }

    void before(NodeProto node) {
      before.add(node);
    }

    void after(NodeProto node) {
      after.add(node);
    }

    IllegalArgumentException refuse(NodeProto.Builder node, String reason) {
      String id = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
      return new IllegalArgumentException(
          "operator "
              + node.getOpType()
              + " of node "
              + id
              + " cannot be raised from opset "
              + from
              + " to "
              + to
              + ": "
              + reason);
    }
  }
}
