package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxEditorTest {
  private static final long SEED = 20260104L;

  @TempDir Path directory;

  private static GroupedCodes codes(
      int out, int in, int group, int bits, boolean signed, boolean zeros) {
    SplittableRandom random = new SplittableRandom(SEED);
    int min = signed ? -(1 << (bits - 1)) : 0;
    short[] codes = new short[out * in];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) (min + random.nextInt(1 << bits));
    }
    int cells = out * ((in + group - 1) / group);
    float[] scales = new float[cells];
    float[] zero = new float[zeros ? cells : 0];
    for (int i = 0; i < cells; i++) {
      scales[i] = 0.01f * (i + 1);
      if (zeros) {
        zero[i] = min + random.nextInt(1 << bits);
      }
    }
    return new GroupedCodes(out, in, group, bits, signed, codes, scales, zero);
  }

  private static float value(GroupedCodes w, int row, int col) {
    int cell = row * w.groups() + col / w.groupSize();
    return (w.codes()[row * w.in() + col] - w.zero(cell)) * w.scales()[cell];
  }

  private static OnnxModel one(int out, int in) {
    return TinyModels.withOpset(13)
        .floats("w", TinyModels.ramp(out * in), in, out)
        .node("MatMul", "layer", "y", List.of("x", "w"))
        .build();
  }

  private static NodeProto node(OnnxModel model, String type) {
    return model.graph().nodes().stream()
        .filter(n -> n.getOpType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static short[] unpack(TensorProto tensor, int bits, boolean signed) {
    byte[] raw = tensor.getRawData().toByteArray();
    return new BitPacker(BitOrder.BYTES, bits).unpack(raw, 0, raw.length * 8 / bits, signed);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 32, true, false", "4, 32, false, true", "2, 16, true, true", "2, 16, false, false",
        "8, 80, true, false",
    "8, 16, false, true", "3, 48, true, false", "3, 32, false, true", "4, 72, true, false",
        "5, 64, true, true",
  })
  void matMulNBitsHoldsTheValues(int bits, int group, boolean signed, boolean zeros)
      throws IOException {
    int out = 3;
    int in = group == 72 ? 72 : 80;
    GroupedCodes weight = codes(out, in, group, bits, signed, zeros);
    OnnxEditor editor = new OnnxEditor(one(out, in));
    editor.toMatMulNBits("layer", weight);
    OnnxModel model = editor.finish();
    NodeProto node = node(model, "MatMulNBits");
    int width = (int) LinearLayers.integer(node, "bits", 0);
    int block = (int) LinearLayers.integer(node, "block_size", 0);
    int blocks = (in + block - 1) / block;
    short[] stored = unpack(model.constant(node.getInput(1)), width, false);
    float[] scales = model.floats(node.getInput(2));
    for (int r = 0; r < out; r++) {
      for (int c = 0; c < in; c++) {
        int b = c / block;
        float zero = 1 << (width - 1);
        if (node.getInputCount() > 3) {
          int perRow = new BitPacker(BitOrder.BYTES, width).bytes(blocks) * 8 / width;
          zero = unpack(model.constant(node.getInput(3)), width, false)[r * perRow + b];
        }
        assertEquals(
            value(weight, r, c), (stored[r * blocks * block + c] - zero) * scales[r * blocks + b]);
      }
    }
    assertEquals("com.microsoft", node.getDomain());
    assertEquals(List.of("x"), List.of(node.getInput(0)));
    assertTrue(model.graph().constant("w").isEmpty());
    assertTrue(
        model.proto().getOpsetImportList().stream()
            .anyMatch(o -> o.getDomain().equals("com.microsoft")));
  }

  @Test
  void matMulNBitsKeepsFractionalZeroPoints() throws IOException {
    GroupedCodes whole = codes(2, 32, 32, 4, false, true);
    float[] zeros = {7.25f, 0.5f};
    GroupedCodes weight =
        new GroupedCodes(2, 32, 32, 4, false, whole.codes(), whole.scales(), zeros);
    OnnxEditor editor = new OnnxEditor(one(2, 32));
    editor.toMatMulNBits("layer", weight);
    OnnxModel model = editor.finish();
    assertArrayEquals(zeros, model.floats(node(model, "MatMulNBits").getInput(3)));
    GroupedCodes eight =
        new GroupedCodes(2, 32, 32, 8, false, whole.codes(), whole.scales(), zeros);
    assertThrows(
        IllegalArgumentException.class,
        () -> new OnnxEditor(one(2, 32)).toMatMulNBits("layer", eight));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OnnxEditor(one(2, 32)).toDequantizeLinear("layer", weight));
  }

  @Test
  void matMulNBitsRefusesGroupsItCannotBlock() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new OnnxEditor(one(2, 40))
                    .toMatMulNBits("layer", codes(2, 40, 20, 4, true, false)));
    assertTrue(e.getMessage().contains("group size 20"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 32, true, false, 21, 22", "4, 32, false, true, 21, 21", "2, 16, true, false, 25, 26",
        "2, 16, false, true, 25, 25",
    "8, 80, true, false, 13, 3", "8, 16, false, true, 21, 2", "3, 48, true, false, 21, 22",
        "4, 80, true, true, 21, 22",
  })
  void dequantizeLinearHoldsTheValues(
      int bits, int group, boolean signed, boolean zeros, int opset, int type) throws IOException {
    int out = 3;
    int in = 80;
    GroupedCodes weight = codes(out, in, group, bits, signed, zeros);
    OnnxEditor editor = new OnnxEditor(one(out, in));
    editor.toDequantizeLinear("layer", weight);
    OnnxModel model = editor.finish();
    NodeProto node = node(model, "DequantizeLinear");
    TensorProto tensor = model.constant(node.getInput(0));
    assertEquals(opset, model.opset());
    assertEquals(type, tensor.getDataType());
    int width = ElementType.of(type).orElseThrow().bits();
    short[] stored = unpack(tensor, width, signed);
    float[] scales = model.floats(node.getInput(1));
    boolean perRow = LinearLayers.integer(node, "axis", 0) == 1;
    for (int r = 0; r < out; r++) {
      for (int c = 0; c < in; c++) {
        int cell = perRow ? r : c / (int) LinearLayers.integer(node, "block_size", 0) * out + r;
        int zero =
            node.getInputCount() > 2
                ? unpack(model.constant(node.getInput(2)), width, signed)[cell]
                : 0;
        assertEquals(value(weight, r, c), (stored[c * out + r] - zero) * scales[cell]);
      }
    }
    assertEquals(node.getOutput(0), node(model, "MatMul").getInput(1));
  }

  @Test
  void dynamicInt8QuantizesASharedInputOnceWhateverTheOrder() throws IOException {
    OnnxEditor editor = new OnnxEditor(TinyModels.decomposedNorm().build());
    GroupedCodes weight = codes(2, 4, 4, 8, true, false);
    editor.toDynamicInt8("k_proj", weight);
    editor.toDynamicInt8("q_proj", weight);
    OnnxModel model = editor.finish();
    List<String> types =
        model.graph().nodes().stream().map(NodeProto::getOpType).collect(Collectors.toList());
    assertEquals(1, types.stream().filter("ReduceMax"::equals).count());
    assertEquals(2, types.stream().filter("MatMulInteger"::equals).count());
    assertTopological(model);
    byte[] stored =
        model.constant(node(model, "MatMulInteger").getInput(1)).getRawData().toByteArray();
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < 4; c++) {
        assertEquals(weight.codes()[r * 4 + c], stored[c * 2 + r]);
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new OnnxEditor(one(2, 32)).toDynamicInt8("layer", codes(2, 32, 32, 8, false, false)));
  }

  @Test
  void gemmBiasIsAddedBehind() throws IOException {
    OnnxEditor editor = new OnnxEditor(TinyModels.preNormMlp().build());
    editor.toMatMulNBits("down_proj", codes(3, 6, 6, 4, true, false));
    OnnxModel model = editor.finish();
    NodeProto add = node(model, "Add");
    assertEquals(List.of(node(model, "MatMulNBits").getOutput(0), "bias"), add.getInputList());
    assertEquals("y", add.getOutput(0));
    assertTrue(model.graph().constant("down").isEmpty());
    assertTopological(model);
  }

  @Test
  void foldingScalesEveryConstantOfTheNormalization() throws IOException {
    float[] factors = {2f, 0.5f, -1f, 4f};
    for (OnnxModel model :
        List.of(TinyModels.preNormMlp().build(), TinyModels.decomposedNorm().build())) {
      OnnxEditor editor = new OnnxEditor(model);
      editor.foldDiagonal("n", factors);
      OnnxModel folded = editor.finish();
      for (String constant : List.of("gamma", "beta")) {
        float[] expected = model.floats(constant);
        for (int i = 0; i < expected.length; i++) {
          expected[i] *= factors[i];
        }
        assertArrayEquals(expected, folded.floats(constant));
        assertEquals(
            model.constant(constant).getDimsList(), folded.constant(constant).getDimsList());
      }
    }
  }

  @Test
  void insertedDiagonalReachesTheNamedReadersOnly() throws IOException {
    OnnxEditor editor = new OnnxEditor(TinyModels.decomposedNorm().build());
    editor.insertDiagonal("n", new float[] {1, 2, 3, 4}, List.of("k_proj"));
    OnnxModel model = editor.finish();
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    assertEquals("n", linears.get(0).input());
    NodeProto product =
        model.graph().nodes().get(model.graph().producer(linears.get(1).input()).orElseThrow());
    assertEquals("n", product.getInput(0));
    assertArrayEquals(new float[] {1, 2, 3, 4}, model.floats(product.getInput(1)));
    assertTopological(model);
  }

  @Test
  void replacedWeightKeepsTheLayerAndSparesSharedConstants() throws IOException {
    OnnxModel shared =
        TinyModels.withOpset(13)
            .floats("w", TinyModels.ramp(16), 4, 4)
            .node("MatMul", "a", "h", List.of("x", "w"))
            .node("MatMul", "b", "y", List.of("h", "w"))
            .build();
    FloatMatrix other = FloatMatrix.wrap(TinyModels.ramp(16), 4, 4);
    OnnxEditor editor = new OnnxEditor(shared);
    editor.replaceWeight("a", other);
    OnnxModel model = editor.finish();
    OnnxWeights weights = new OnnxWeights(model, LinearLayers.find(model.graph()));
    assertArrayEquals(other.data(), weights.read("a").data());
    assertArrayEquals(other.transpose().data(), weights.read("b").data());
    editor.replaceWeight("b", other);
    assertTrue(editor.finish().graph().constant("w").isEmpty());
  }

  @Test
  void exposesTensorsOnceAndRecordsMetadata() throws IOException {
    OnnxEditor editor = new OnnxEditor(TinyModels.preNormMlp().build());
    editor.exposeOutputs(List.of("n", "r", "n", "y"));
    editor.putMetadata("halftone.recipe", "rtn");
    editor.putMetadata("halftone.recipe", "gptq");
    OnnxModel model = editor.finish();
    assertEquals(
        List.of("y", "n", "r"),
        model.proto().getGraph().getOutputList().stream()
            .map(v -> v.getName())
            .collect(Collectors.toList()));
    assertEquals(1, model.proto().getMetadataPropsCount());
    assertEquals("gptq", model.proto().getMetadataProps(0).getValue());
    assertThrows(IllegalArgumentException.class, () -> editor.exposeOutputs(List.of("nowhere")));
  }

  @Test
  void theOriginalStaysAsItIsAndLayersChangeOnce() throws IOException {
    OnnxModel model = one(2, 32);
    OnnxEditor editor = new OnnxEditor(model);
    GroupedCodes weight = codes(2, 32, 32, 4, true, false);
    editor.toMatMulNBits("layer", weight);
    assertEquals(TinyModels.ramp(64).length, model.floats("w").length);
    assertThrows(IllegalArgumentException.class, () -> editor.toMatMulNBits("layer", weight));
    assertThrows(IllegalArgumentException.class, () -> editor.toMatMulNBits("unknown", weight));
    assertFalse(editor.finish().graph().nodes().isEmpty());
  }

  @Test
  void wholeMiniLmShrinksAndReadsBack() throws IOException {
    OnnxModel model = OnnxModel.read(TinyModels.miniLm(directory));
    OnnxEditor editor = new OnnxEditor(model);
    for (OnnxLinear l : LinearLayers.find(model.graph())) {
      editor.toDequantizeLinear(l.name(), codes(l.out(), l.in(), 32, 4, true, false));
    }
    Path file = directory.resolve("quantized.onnx");
    editor.finish().write(file);
    OnnxModel back = OnnxModel.read(file);
    assertEquals(21, back.opset());
    assertEquals(0, LinearLayers.find(back.graph()).size());
    assertTopological(back);
    long bytes = back.proto().getSerializedSize();
    assertTrue(bytes < 60_000_000, "bytes " + bytes);
  }

  private static void assertTopological(OnnxModel model) {
    OnnxGraph graph = model.graph();
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (String input : graph.nodes().get(i).getInputList()) {
        assertTrue(graph.producer(input).orElse(-1) < i, input + " is read before it is written");
        assertTrue(
            input.isEmpty()
                || graph.producer(input).isPresent()
                || graph.isInput(input)
                || graph.constant(input).isPresent(),
            input + " comes from nowhere");
      }
    }
    assertEquals(
        model.proto().getGraph().getInitializerCount(),
        model.proto().getGraph().getInitializerList().stream()
            .filter(t -> !graph.uses(t.getName()).isEmpty())
            .count(),
        () -> "unused constants: " + Arrays.asList(model.source()));
  }
}
