package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rounds inputs by a pair of {@code QuantizeLinear} and {@code DequantizeLinear}, once each. */
final class StaticInputForm {
  private final Map<Rounded, String> done = new HashMap<>();

  /** A tensor and how it is rounded. */
  private record Rounded(String tensor, StaticInput rounding) {}

  /** The rounded tensor; what computes it goes to the graph, behind the input's writer. */
  String rounded(GraphEdit edit, String input, StaticInput rounding) {
    return done.computeIfAbsent(new Rounded(input, rounding), key -> insert(edit, input, rounding));
  }

  private static String insert(GraphEdit edit, String input, StaticInput rounding) {
    String scale = edit.fresh(input + ".scale");
    edit.add(OnnxNodes.floats(scale, new float[] {rounding.scale()}));
    String zero = edit.fresh(input + ".zero");
    edit.add(OnnxNodes.tensor(zero, rounding.type(), new byte[] {(byte) rounding.zero()}));
    String codes = edit.fresh(input + ".codes");
    String output = edit.fresh(input + ".rounded");
    List<NodeProto> nodes =
        List.of(
            OnnxNodes.node(
                    "QuantizeLinear",
                    edit.fresh(input + ".quantize"),
                    List.of(input, scale, zero),
                    codes)
                .build(),
            OnnxNodes.node(
                    "DequantizeLinear",
                    edit.fresh(input + ".dequantize"),
                    List.of(codes, scale, zero),
                    output)
                .build());
    edit.insertAfter(input, nodes);
    return output;
  }
}
