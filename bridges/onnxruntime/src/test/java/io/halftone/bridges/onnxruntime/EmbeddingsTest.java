package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {
  private static final InputBatch TWO_ROWS =
      new InputBatch(
          Map.of("x", NpyArray.ofFloats(new float[4], 2, 2, 1)),
          new float[] {1, 1, 1, 0},
          new int[] {1, 0});
  private static final ModelInputs TWO_PASSAGES = new TwoPassages();

  @Test
  void poolsWhatTheMaskKeepsAndPutsPassagesInTheirOrder() throws IOException {
    FloatTensor tokens = new FloatTensor(new int[] {2, 2, 2}, new float[] {3, 0, 0, 4, 0, 2, 9, 9});
    FloatMatrix embeddings = Embeddings.of(source("y", tokens), TWO_PASSAGES);
    assertArrayEquals(new float[] {0, 1, 0.6f, 0.8f}, embeddings.data(), 1e-7f);
  }

  @Test
  void takesPooledOutputsAsTheyAre() throws IOException {
    FloatTensor pooled = new FloatTensor(new int[] {2, 2}, new float[] {3, 4, 0, -2});
    FloatMatrix embeddings = Embeddings.of(source("y", pooled), TWO_PASSAGES);
    assertArrayEquals(new float[] {0, -1, 0.6f, 0.8f}, embeddings.data(), 1e-7f);
  }

  @Test
  void refusesShapesAndValuesThatAreNoEmbedding() {
    FloatTensor flat = new FloatTensor(new int[] {4}, new float[4]);
    assertThrows(IOException.class, () -> Embeddings.of(source("y", flat), TWO_PASSAGES));
    FloatTensor shorter = new FloatTensor(new int[] {2, 1, 2}, new float[4]);
    assertThrows(IOException.class, () -> Embeddings.of(source("y", shorter), TWO_PASSAGES));
    FloatTensor broken = new FloatTensor(new int[] {2, 2}, new float[] {1, 1, Float.NaN, 0});
    QuantizationException e =
        assertThrows(
            QuantizationException.class, () -> Embeddings.of(source("y", broken), TWO_PASSAGES));
    assertTrue(e.getMessage().contains("y: embedding of passage 0 has length NaN"), e.getMessage());
  }

  @Test
  void findsNoEmbeddingInOtherShapesAndKeepsZeroOnes() throws IOException {
    FloatTensor flat = new FloatTensor(new int[] {4}, new float[4]);
    assertEquals(Optional.empty(), Embeddings.find(source("y", flat), TWO_PASSAGES));
    OutputSource silent =
        (inputs, consumer) -> {
          for (InputBatch batch : inputs) {
            consumer.accept(batch, Map.of());
          }
        };
    assertEquals(Optional.empty(), Embeddings.find(silent, TWO_PASSAGES));
    FloatTensor zero = new FloatTensor(new int[] {2, 2}, new float[] {0, 2, 0, 0});
    FloatMatrix found = Embeddings.find(source("y", zero), TWO_PASSAGES).orElseThrow();
    assertArrayEquals(new float[] {0, 0, 0, 1}, found.data());
    assertArrayEquals(new double[] {1, 1}, Embeddings.cosines(found, found));
  }

  @Test
  void cosinesAreThoseOfTheAngle() {
    FloatMatrix a = FloatMatrix.wrap(new float[] {1, 0, 2, 2, 0, 0}, 3, 2);
    FloatMatrix b = FloatMatrix.wrap(new float[] {-3, 0, 0, 5, 1, 1}, 3, 2);
    assertArrayEquals(new double[] {-1, Math.sqrt(0.5), 0}, Embeddings.cosines(a, b), 1e-12);
    assertEquals((Math.sqrt(0.5) - 1) / 3, Embeddings.meanCosine(a, b), 1e-12);
    assertThrows(
        IllegalArgumentException.class, () -> Embeddings.cosines(a, FloatMatrix.zeros(3, 3)));
  }

  @Test
  void theInt8TwinOfARealEncoderStaysClose() throws IOException {
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(64, 4));
        ModelInputs windows = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(12, 4))) {
      FloatMatrix reference =
          Embeddings.of(new ModelRunner(MiniLm.model(), RunMode.AS_WRITTEN, 2), inputs);
      FloatMatrix fused =
          Embeddings.of(new ModelRunner(MiniLm.model(), RunMode.OPTIMISED, 1), inputs);
      FloatMatrix int8 =
          Embeddings.of(new ModelRunner(MiniLm.int8(), RunMode.OPTIMISED, 2), inputs);
      FloatMatrix cut =
          Embeddings.of(new ModelRunner(MiniLm.model(), RunMode.AS_WRITTEN, 2), windows);
      assertEquals(MiniLm.PASSAGES.size(), reference.rows());
      assertEquals(384, reference.cols());
      assertEquals(1, Embeddings.meanCosine(reference, fused), 1e-6);
      double twin = Embeddings.meanCosine(reference, int8);
      assertTrue(twin > 0.9 && twin < 0.9999, () -> "mean cosine of the int8 twin is " + twin);
      assertEquals(MiniLm.PASSAGES.size(), cut.rows());
      assertEquals(1, Embeddings.cosines(reference, cut)[1], 1e-6);
    }
  }

  private static OutputSource source(String name, FloatTensor output) {
    return (inputs, consumer) -> {
      for (InputBatch batch : inputs) {
        consumer.accept(batch, Map.of(name, output));
      }
    };
  }

  private static final class TwoPassages implements ModelInputs {
    @Override
    public int passages() {
      return 2;
    }

    @Override
    public long tokens() {
      return 3;
    }

    @Override
    public int batches() {
      return 1;
    }

    @Override
    public Iterator<InputBatch> iterator() {
      return List.of(TWO_ROWS).iterator();
    }

    @Override
    public void close() {}
  }
}
