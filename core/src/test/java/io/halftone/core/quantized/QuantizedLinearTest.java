package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizedLinearTest {
  private static final int OUT = 3;
  private static final int IN = 4;

  static Stream<EquivalentTransform> transforms() {
    Diagonal diagonal = new Diagonal(new float[] {2, 0.5f, 3, 0.1f});
    Permutation permutation = new Permutation(new int[] {2, 0, 3, 1});
    return Stream.of(
        new Identity(IN), diagonal, permutation, new Chain(List.of(permutation, diagonal)));
  }

  /** With float inputs the output is b + x·Σ Ŵᵀ in the original basis. */
  @ParameterizedTest
  @MethodSource("transforms")
  void applyIsTheProductWithTheDecodedWeight(EquivalentTransform online) {
    float[] bias = {1, -2, 0.5f};
    QuantizedLinear layer = layer(online, bias, dense(1), dense(2), sparse());
    FloatMatrix x = gaussian(6, IN, 3);
    FloatMatrix y = layer.apply(x, Compute.defaults().algebra());
    FloatMatrix w = layer.decode();
    assertArrayEquals(w.data(), layer.decode(Compute.defaults()).data());
    for (int t = 0; t < x.rows(); t++) {
      for (int o = 0; o < OUT; o++) {
        double expected = bias[o];
        for (int c = 0; c < IN; c++) {
          expected += (double) x.get(t, c) * w.get(o, c);
        }
        assertEquals(expected, y.get(t, o), 1e-5);
      }
    }
  }

  /** The decoded weight is the sum of the branches, taken back through the transform. */
  @ParameterizedTest
  @MethodSource("transforms")
  void decodeComesBackThroughTheTransform(EquivalentTransform online) {
    FloatMatrix w = gaussian(OUT, IN, 1);
    DenseTensor moved = new DenseTensor(Formats.F32, online.applyToWeight(w));
    QuantizedLinear layer = layer(online, new float[0], moved);
    FloatMatrix decoded = layer.decode();
    assertArrayEquals(decoded.data(), layer.decode(Compute.defaults()).data());
    assertArrayEquals(w.data(), decoded.data(), 1e-6f);
  }

  /** Every branch sees the input as its own scheme says. */
  @Test
  void branchesRoundTheirInput() {
    Branch eight = new Branch(Schemes.A8_PER_TOKEN, dense(1));
    Branch full = new Branch(Schemes.FULL, dense(2));
    QuantizedLinear layer =
        new QuantizedLinear(
            "l", new Identity(IN), List.of(eight, full), new float[0], new Outcome.DataFree());
    FloatMatrix x = gaussian(5, IN, 3);
    FloatMatrix rounded = InputRounding.apply(Schemes.A8_PER_TOKEN, x);
    var algebra = Compute.defaults().algebra();
    FloatMatrix first = algebra.multiplyTransposed(rounded, dense(1).decode());
    FloatMatrix second = algebra.multiplyTransposed(x, dense(2).decode());
    FloatMatrix y = layer.apply(x, algebra);
    for (int i = 0; i < y.data().length; i++) {
      assertEquals(first.data()[i] + second.data()[i], y.data()[i], 1e-5);
    }
    assertEquals(Schemes.A8_PER_TOKEN, layer.input());
  }

  @Test
  void bitsPerWeightAddUpOverBranches() {
    QuantizedLinear layer = layer(new Identity(IN), new float[0], dense(1), sparse());
    double bits = 32 + sparse().storageBits() / (double) (OUT * IN);
    assertEquals(bits, layer.bitsPerWeight(), 1e-12);
  }

  /** Decoding does not change the branches. */
  @Test
  void decodeIsRepeatable() {
    QuantizedLinear layer = layer(new Identity(IN), new float[0], dense(1), dense(2));
    assertArrayEquals(layer.decode().data(), layer.decode().data());
  }

  /** A bias of another length than the outputs is refused, naming the layer. */
  @Test
  void biasOfAnotherLengthIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> layer(new Identity(IN), new float[OUT - 1], dense(1)));
    assertTrue(e.getMessage().contains("layer l"), e.getMessage());
    assertTrue(e.getMessage().contains("bias"), e.getMessage());
  }

  @Test
  void branchesOfOtherShapesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> layer(new Identity(IN + 1), new float[0], dense(1)));
    assertThrows(IllegalArgumentException.class, () -> layer(new Identity(IN), new float[0]));
    DenseTensor tall = new DenseTensor(Formats.F32, gaussian(OUT + 1, IN, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> layer(new Identity(IN), new float[0], dense(1), tall));
  }

  private static QuantizedLinear layer(
      EquivalentTransform online, float[] bias, QuantizedTensor... weights) {
    List<Branch> branches = Stream.of(weights).map(w -> new Branch(Schemes.FULL, w)).toList();
    return new QuantizedLinear("l", online, branches, bias, new Outcome.DataFree());
  }

  private static DenseTensor dense(long seed) {
    return new DenseTensor(Formats.F32, gaussian(OUT, IN, seed));
  }

  private static SparseTensor sparse() {
    return new SparseTensor(OUT, IN, new int[] {0, 1, 1, 2}, new int[] {2, 0}, new float[] {4, -3});
  }

  private static FloatMatrix gaussian(int rows, int cols, long seed) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }
}
