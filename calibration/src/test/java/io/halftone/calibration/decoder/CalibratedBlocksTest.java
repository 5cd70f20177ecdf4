package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockCodec;
import io.halftone.io.gguf.block.BlockGrid;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Codes found with the inputs that a trained layer has, on the grids of GGUF's blocks: 256 of the
 * channels between the halves of a feed-forward part, a super-block.
 */
class CalibratedBlocksTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final int COLS = 256;

  private static FloatMatrix weight;
  private static FloatMatrix inputs;

  @BeforeAll
  static void run(@TempDir Path directory) throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    TokenSequences tokens = TrainedModel.tokens(0, 2);
    DecoderBlock block = model.block(0);
    FloatMatrix x = model.embed(tokens);
    block.attention().advance(x, tokens.lengths(), COMPUTE);
    inputs = columns(block.feedForward().mixed(x, tokens.lengths(), COMPUTE));
    weight = columns(FloatLinear.require(block.feedForward().output()).weight());
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q2_K", "Q4_K", "Q6_K"})
  void errLessThanTheEncoderWithAndWithoutImportance(BlockType type) {
    LayerScheme scheme = new LayerScheme(BlockTensors.of(type).scheme(), Schemes.FULL);
    Gptq gptq = new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.STATIC, new BlockGrid(type));
    CollectedStatistics stats =
        CollectedStatistics.of(ActivationBatch.of(inputs), gptq.requires(), COMPUTE);
    LinearTask task = LinearTask.of("down", weight, scheme, stats);
    double calibrated =
        error(gptq.quantize(task, COMPUTE).branches().get(0).weight().decode().data());
    double plain = error(encoded(type, Importance.UNIFORM));
    double weighted = error(encoded(type, Importance.of(squares())));
    assertTrue(
        calibrated < 0.9 * Math.min(plain, weighted),
        () -> type + ": " + calibrated + ", encoder " + plain + ", by importance " + weighted);
  }

  private static float[] squares() {
    float[] squares = new float[COLS];
    for (int t = 0; t < inputs.rows(); t++) {
      for (int c = 0; c < COLS; c++) {
        squares[c] += inputs.get(t, c) * inputs.get(t, c);
      }
    }
    return squares;
  }

  private static float[] encoded(BlockType type, Importance importance) {
    BlockCodec codec = type.codec();
    byte[] blocks = new byte[weight.rows() * codec.rowBytes(COLS)];
    codec.encoder().encode(weight, 0, weight.rows(), importance, blocks, 0);
    float[] decoded = new float[weight.data().length];
    codec.decode(blocks, 0, decoded, 0, decoded.length);
    return decoded;
  }

  /** ‖X·(W − Ŵ)ᵀ‖². */
  private static double error(float[] decoded) {
    FloatMatrix difference = weight.copy();
    for (int i = 0; i < decoded.length; i++) {
      difference.data()[i] -= decoded[i];
    }
    double sum = 0;
    for (float value : COMPUTE.algebra().multiplyTransposed(inputs, difference).data()) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static FloatMatrix columns(FloatMatrix matrix) {
    FloatMatrix part = FloatMatrix.zeros(matrix.rows(), COLS);
    for (int row = 0; row < matrix.rows(); row++) {
      System.arraycopy(matrix.data(), matrix.offset(row), part.data(), part.offset(row), COLS);
    }
    return part;
  }
}
