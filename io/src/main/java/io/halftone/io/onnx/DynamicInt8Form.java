package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers that multiply 8-bit codes by 8-bit codes, the input being quantized per token while the
 * model runs, in standard operators: scale = max(max|x| / 127, 2^-126); code = clip(rint(x /
 * scale), -127, 127); y = (code · codesᵀ) · scale · channelScale.
 *
 * <p>Both operands are signed: with an unsigned input, CPUs without VNNI saturate sums of two
 * products to 16 bits.
 */
final class DynamicInt8Form {
  private static final float LIMIT = 127f;

  private final Map<String, Quantized> inputs = new HashMap<>();

  /** Tensors that hold the codes and the scale of an input. */
  private record Quantized(String codes, String scale) {}

  /**
   * The nodes of a layer. What quantizes its input goes to the graph, behind the input's writer,
   * once for all layers.
   *
   * @param opset of the model; decides how the reduction takes its axis
   */
  List<NodeProto> nodes(
      GraphEdit edit, String name, String input, String output, GroupedCodes weight, int opset) {
    if (!weight.signed() || weight.groups() != 1 || !weight.isSymmetric()) {
      throw new IllegalArgumentException(
          "an 8-bit product needs signed codes without zero points and one scale per row; layer "
              + name
              + " has "
              + (weight.signed() ? "signed" : "unsigned")
              + " codes in "
              + weight.groups()
              + " groups");
    }
    List<NodeProto> nodes = new ArrayList<>();
    Quantized quantized = inputs.get(input);
    if (quantized == null) {
      List<NodeProto> quantizing = new ArrayList<>();
      quantized = quantize(edit, input, opset, quantizing);
      edit.insertAfter(input, quantizing);
      inputs.put(input, quantized);
    }
    String codes = edit.fresh(name + ".codes");
    edit.add(
        OnnxNodes.tensor(codes, ElementType.INT8, transposed(weight), weight.in(), weight.out()));
    String scales = edit.fresh(name + ".scales");
    edit.add(OnnxNodes.floats(scales, weight.scales(), weight.out()));
    String products =
        step(edit, nodes, "MatMulInteger", name, List.of(quantized.codes(), codes), ".products");
    String real = cast(edit, nodes, products, ElementType.FLOAT, name + ".real");
    String scaled =
        step(edit, nodes, "Mul", name + ".token", List.of(real, quantized.scale()), ".scaled");
    nodes.add(
        OnnxNodes.node("Mul", edit.fresh(name + ".channel"), List.of(scaled, scales), output)
            .build());
    return nodes;
  }

  private static Quantized quantize(
      GraphEdit edit, String input, int opset, List<NodeProto> nodes) {
    String limit = constant(edit, input + ".limit", LIMIT);
    String negativeLimit = constant(edit, input + ".negative_limit", -LIMIT);
    String floor = constant(edit, input + ".floor", Float.MIN_NORMAL);
    String magnitude = step(edit, nodes, "Abs", input, List.of(input), ".magnitude");
    String largest = reduceMax(edit, nodes, input, magnitude, opset);
    String ratio = step(edit, nodes, "Div", input, List.of(largest, limit), ".ratio");
    String scale = step(edit, nodes, "Max", input, List.of(ratio, floor), ".scale");
    String units = step(edit, nodes, "Div", input, List.of(input, scale), ".units");
    String rounded = step(edit, nodes, "Round", input, List.of(units), ".rounded");
    String clipped =
        step(edit, nodes, "Clip", input, List.of(rounded, negativeLimit, limit), ".clipped");
    return new Quantized(cast(edit, nodes, clipped, ElementType.INT8, input + ".codes"), scale);
  }

  private static String reduceMax(
      GraphEdit edit, List<NodeProto> nodes, String input, String magnitude, int opset) {
    String largest = edit.fresh(input + ".largest");
    NodeProto.Builder node =
        OnnxNodes.node("ReduceMax", edit.fresh(input + ".ReduceMax"), List.of(magnitude), largest);
    if (opset < 18) {
      node.addAttribute(OnnxNodes.integers("axes", -1));
    } else {
      String axes = edit.fresh(input + ".axes");
      edit.add(OnnxNodes.longs(axes, List.of(-1L)));
      node.addInput(axes);
    }
    nodes.add(node.addAttribute(OnnxNodes.integer("keepdims", 1)).build());
    return largest;
  }

  private static String step(
      GraphEdit edit,
      List<NodeProto> nodes,
      String type,
      String name,
      List<String> inputs,
      String suffix) {
    String output = edit.fresh(name + suffix);
    nodes.add(OnnxNodes.node(type, edit.fresh(name + "." + type), inputs, output).build());
    return output;
  }

  private static String cast(
      GraphEdit edit, List<NodeProto> nodes, String input, ElementType to, String wish) {
    String output = edit.fresh(wish);
    nodes.add(
        OnnxNodes.node("Cast", edit.fresh(wish + ".Cast"), List.of(input), output)
            .addAttribute(OnnxNodes.integer("to", to.id()))
            .build());
    return output;
  }

  private static String constant(GraphEdit edit, String wish, float value) {
    String name = edit.fresh(wish);
    edit.add(OnnxNodes.floats(name, new float[] {value}));
    return name;
  }

  private static byte[] transposed(GroupedCodes weight) {
    byte[] result = new byte[weight.codes().length];
    for (int r = 0; r < weight.out(); r++) {
      for (int c = 0; c < weight.in(); c++) {
        result[c * weight.out() + r] = (byte) weight.codes()[r * weight.in() + c];
      }
    }
    return result;
  }
}
