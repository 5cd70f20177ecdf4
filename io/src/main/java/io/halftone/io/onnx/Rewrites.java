package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.NodeProto;
import java.util.List;
import java.util.Optional;

/** The changes of meaning that {@link OpHistory} lists: mostly attributes that became inputs. */
final class Rewrites {
  private Rewrites() {}

  static void axesToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    integersToInput(node, "axes", 1, around);
  }

  static void splitToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    integersToInput(node, "split", 1, around);
  }

  /** From 18 on an even split says into how many parts. */
  static void countOutputs(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    if (node.getInputCount() < 2 || node.getInput(1).isEmpty()) {
      node.addAttribute(OnnxNodes.integer("num_outputs", node.getOutputCount()));
    }
  }

  static void padsToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    integersToInput(node, "pads", 1, around);
    realToInput(node, "value", 2, around);
  }

  static void boundsToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    realToInput(node, "min", 1, around);
    realToInput(node, "max", 2, around);
  }

  static void rangesToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    integersToInput(node, "starts", 1, around);
    integersToInput(node, "ends", 2, around);
    integersToInput(node, "axes", 3, around);
  }

  static void countToInput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    take(node, "k")
        .ifPresent(
            k -> setInput(node, 1, around.integers(node.getOutput(0) + ".k", List.of(k.getI()))));
  }

  /** Without training the ratio has no effect, and it is the only attribute that went. */
  static void dropRatio(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    take(node, "ratio");
  }

  static void requireOneOutput(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    if (node.getOutputCount() > 1) {
      throw around.refuse(node, "its further outputs changed their meaning");
    }
  }

  /**
   * Before 13 the extents from {@code axis} (1 if absent) on were taken as one; since then the axis
   * is taken alone. The last axis means the same in both; another one is flattened before and
   * restored behind.
   */
  static void flattenedAxis(NodeProto.Builder node, OpsetUpgrade.Surroundings around) {
    long axis = take(node, "axis").map(AttributeProto::getI).orElse(1L);
    node.addAttribute(OnnxNodes.integer("axis", -1));
    if (axis == -1) {
      return;
    }
    String input = node.getInput(0);
    String output = node.getOutput(0);
    String shape = around.fresh(output + ".shape");
    String flat = around.fresh(output + ".flat");
    String result = around.fresh(output + ".flat_result");
    around.before(OnnxNodes.node("Shape", shape, List.of(input), shape).build());
    around.before(
        OnnxNodes.node("Flatten", flat, List.of(input), flat)
            .addAttribute(OnnxNodes.integer("axis", axis))
            .build());
    around.after(
        OnnxNodes.node("Reshape", around.fresh(output + ".restore"), List.of(result, shape), output)
            .build());
    node.setInput(0, flat).setOutput(0, result);
  }

  private static void integersToInput(
      NodeProto.Builder node, String attribute, int input, OpsetUpgrade.Surroundings around) {
    take(node, attribute)
        .ifPresent(
            a ->
                setInput(
                    node,
                    input,
                    around.integers(node.getOutput(0) + "." + attribute, a.getIntsList())));
  }

  private static void realToInput(
      NodeProto.Builder node, String attribute, int input, OpsetUpgrade.Surroundings around) {
    take(node, attribute)
        .ifPresent(
            a -> setInput(node, input, around.real(node.getOutput(0) + "." + attribute, a.getF())));
  }

  private static void setInput(NodeProto.Builder node, int position, String tensor) {
    while (node.getInputCount() <= position) {
      node.addInput("");
    }
    node.setInput(position, tensor);
  }

  private static Optional<AttributeProto> take(NodeProto.Builder node, String name) {
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (attribute.getName().equals(name)) {
        node.removeAttribute(i);
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }
}
