package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsetUpgradeTest {
  private static OnnxModel upgrade(int from, int to, String type, AttributeProto... attributes)
      throws IOException {
    ModelProto proto =
        TinyModels.withOpset(from).node(type, "op", "y", List.of("x"), attributes).proto();
    return OnnxModel.of(OpsetUpgrade.upgrade(proto, to), Path.of("."));
  }

  private static NodeProto only(OnnxModel model) {
    assertEquals(1, model.graph().nodes().size());
    return model.graph().nodes().get(0);
  }

  private static long[] longs(OnnxModel model, int input) throws IOException {
    TensorProto tensor = model.constant(only(model).getInput(input));
    long[] values = new long[(int) tensor.getDims(0)];
    model.reader().raw(tensor, 0, values.length * Long.BYTES).asLongBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"Unsqueeze, 13", "Squeeze, 13", "ReduceSum, 13", "ReduceMean, 18", "ReduceMax, 18"})
  void axesBecomeAnInputWhenTheyHaveTo(String type, int version) throws IOException {
    NodeProto before = only(upgrade(11, version - 1, type, OnnxNodes.integers("axes", 1, -1)));
    assertEquals(1, before.getInputCount());
    assertEquals(1, before.getAttributeCount());
    OnnxModel after = upgrade(11, version, type, OnnxNodes.integers("axes", 1, -1));
    assertEquals(0, only(after).getAttributeCount());
    assertArrayEquals(new long[] {1, -1}, longs(after, 1));
    assertEquals(version, after.opset());
  }

  @Test
  void splitSaysHowManyPartsFrom18On() throws IOException {
    OnnxModel sized = upgrade(11, 18, "Split", OnnxNodes.integers("split", 2, 3));
    assertArrayEquals(new long[] {2, 3}, longs(sized, 1));
    assertEquals(0, only(sized).getAttributeCount());
    assertEquals(1, LinearLayers.integer(only(upgrade(11, 18, "Split")), "num_outputs", 0));
  }

  @Test
  void boundsOfClipBecomeInputsAndAbsentOnesStayAbsent() throws IOException {
    AttributeProto max =
        AttributeProto.newBuilder()
            .setName("max")
            .setType(AttributeProto.Type.FLOAT)
            .setF(6f)
            .build();
    OnnxModel model = upgrade(10, 13, "Clip", max);
    assertEquals("", only(model).getInput(1));
    assertArrayEquals(new float[] {6f}, model.floats(only(model).getInput(2)));
  }

  @Test
  void sliceRangesBecomeInputs() throws IOException {
    OnnxModel model =
        upgrade(9, 13, "Slice", OnnxNodes.integers("starts", 0), OnnxNodes.integers("ends", 4));
    assertArrayEquals(new long[] {0}, longs(model, 1));
    assertArrayEquals(new long[] {4}, longs(model, 2));
  }

  @Test
  void softmaxOnTheLastAxisStaysAndOthersAreFlattened() throws IOException {
    assertEquals(
        -1,
        LinearLayers.integer(
            only(upgrade(11, 13, "Softmax", OnnxNodes.integer("axis", -1))), "axis", 0));
    OnnxModel model = upgrade(11, 13, "Softmax");
    assertEquals(
        List.of("Shape", "Flatten", "Softmax", "Reshape"),
        model.graph().nodes().stream().map(NodeProto::getOpType).collect(Collectors.toList()));
    assertEquals(1, LinearLayers.integer(model.graph().nodes().get(1), "axis", 0));
    assertEquals("y", model.graph().nodes().get(3).getOutput(0));
  }

  @Test
  void subgraphsAreRaisedToo() throws IOException {
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(
                OnnxNodes.node("Unsqueeze", "inner", List.of("x"), "z")
                    .addAttribute(OnnxNodes.integers("axes", 0)))
            .build();
    AttributeProto then =
        AttributeProto.newBuilder()
            .setName("then_branch")
            .setType(AttributeProto.Type.GRAPH)
            .setG(branch)
            .build();
    GraphProto raised = only(upgrade(11, 13, "If", then)).getAttribute(0).getG();
    assertEquals(2, raised.getNode(0).getInputCount());
    assertEquals(raised.getInitializer(0).getName(), raised.getNode(0).getInput(1));
  }

  @Test
  void unknownAndTooOldOperatorsAreRefusedByName() {
    for (String type : List.of("Upsample", "MadeUp", "GroupNormalization")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> upgrade(11, 21, type));
      assertTrue(e.getMessage().contains("operator " + type + " of node op"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> upgrade(11, 26, "Add"));
  }

  @Test
  void aModelOfTheVersionIsLeftAlone() {
    ModelProto proto = TinyModels.preNormMlp().proto();
    assertSame(proto, OpsetUpgrade.upgrade(proto, 17));
    assertSame(proto, OpsetUpgrade.upgrade(proto, 13));
  }

  @ParameterizedTest
  @CsvSource({
    "8, 3", "9, 4", "11, 6", "14, 7", "17, 8", "20, 9", "21, 10", "22, 10", "23, 11", "24, 12",
    "25, 13"
  })
  void irVersionsGoWithOperatorSets(int opset, int ir) {
    assertEquals(ir, OpsetUpgrade.irVersion(opset));
  }
}
