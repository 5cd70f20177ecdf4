package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpyType;
import io.halftone.io.npy.NpzFile;
import io.halftone.io.onnx.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayInputsTest {
  @TempDir Path directory;

  @Test
  void slicesAnArchiveByItsFirstExtent() throws IOException {
    ModelSignature signature = signature(ElementType.FLOAT, -1, 2, 3);
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("x", NpyArray.ofFloats(TinyModels.random(1, 5, 6).data(), 5, 2, 3));
    arrays.put("attention_mask", NpyArray.ofLongs(new long[] {1, 1, 1, 0, 1, 1, 1, 1, 0, 1}, 5, 2));
    Path file = directory.resolve("inputs.npz");
    NpzFile.write(file, arrays);
    try (ArrayInputs inputs = ArrayInputs.read(file, signature, 2)) {
      List<InputBatch> batches = new ArrayList<>();
      inputs.forEach(batches::add);
      assertEquals(3, inputs.batches());
      assertEquals(3, batches.size());
      assertEquals(8, inputs.tokens());
      assertArrayEquals(new int[] {2, 2, 3}, batches.get(1).tensors().get("x").shape());
      assertArrayEquals(
          TinyModels.random(1, 5, 6).rows(4, 5).data(),
          batches.get(2).tensors().get("x").toFloats());
      assertArrayEquals(new float[] {0, 1}, batches.get(2).tokenWeight());
      assertArrayEquals(new int[] {2, 3}, batches.get(1).passages());
    }
  }

  @Test
  void feedsAPlainArrayToTheOnlyInput() throws IOException {
    FloatMatrix x = TinyModels.random(2, 4, 3);
    Path file = directory.resolve("inputs.npy");
    NpyFile.write(file, x);
    try (ArrayInputs inputs = ArrayInputs.read(file, signature(ElementType.FLOAT, -1, 3), 16)) {
      assertArrayEquals(x.data(), inputs.iterator().next().tensors().get("x").toFloats());
      assertEquals(4, inputs.tokens());
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> ArrayInputs.read(file, MiniLm.signature(), 16));
    assertTrue(
        e.getMessage().contains("input_ids") && e.getMessage().contains(".npz"), e.getMessage());
  }

  @Test
  void widensIntegersAndRefusesToLoseThem() throws IOException {
    NpyArray ints = NpyArray.ofInts(new int[] {1, 2}, 2, 1);
    NpyArray tooBig = NpyArray.ofLongs(new long[] {1, 1L << 40}, 2, 1);
    try (ArrayInputs inputs =
        ArrayInputs.of(Map.of("x", ints), signature(ElementType.INT64, -1, 1), 2)) {
      NpyArray fed = inputs.iterator().next().tensors().get("x");
      assertEquals(NpyType.INT64, fed.type());
      assertArrayEquals(new long[] {1, 2}, fed.toLongs());
    }
    ModelSignature narrow = signature(ElementType.INT32, -1, 1);
    assertThrows(
        IllegalArgumentException.class, () -> ArrayInputs.of(Map.of("x", tooBig), narrow, 2));
    NpyArray floats = NpyArray.ofFloats(new float[] {1.5f, 2}, 2, 1);
    assertThrows(
        IllegalArgumentException.class, () -> ArrayInputs.of(Map.of("x", floats), narrow, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "y, 4, 3, asks for the inputs [x]",
    "x, 4, 2, the model asks for [-1, 3]",
    "x, 0, 3, number of samples"
  })
  void refusesArraysThatDoNotFit(String name, int rows, int cols, String reason)
      throws IOException {
    NpyArray array = NpyArray.ofFloats(new float[rows * cols], rows, cols);
    ModelSignature signature = signature(ElementType.FLOAT, -1, 3);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ArrayInputs.of(Map.of(name, array), signature, 2));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void refusesUnknownArraysAndUnusableMasks() throws IOException {
    ModelSignature signature = signature(ElementType.FLOAT, -1, 3);
    NpyArray x = NpyArray.ofFloats(new float[6], 2, 3);
    for (Map<String, NpyArray> extra :
        List.of(
            Map.of("x", x, "labels", x),
            Map.of("x", x, "attention_mask", NpyArray.ofFloats(new float[6], 2, 3)),
            Map.of("x", x, "attention_mask", NpyArray.ofFloats(new float[] {1, Float.NaN}, 2, 1)),
            Map.of("x", x, "attention_mask", NpyArray.ofFloats(new float[] {1}, 1, 1)))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ArrayInputs.of(extra, signature, 2),
          extra::toString);
    }
  }

  private ModelSignature signature(ElementType type, long... shape) throws IOException {
    return ModelSignature.read(TinyModels.identity(directory.resolve("model.onnx"), type, shape));
  }
}
