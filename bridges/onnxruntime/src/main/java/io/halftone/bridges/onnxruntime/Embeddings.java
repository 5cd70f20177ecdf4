package io.halftone.bridges.onnxruntime;

import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Sentence embeddings: the weighted mean of a model's token vectors, scaled to length 1. */
public final class Embeddings {
  private Embeddings() {}

  /**
   * Embeds every passage by the model's first float32 output, [rows, length, hidden] or, already
   * pooled, [rows, hidden].
   *
   * <p>The windows of a long passage are pooled together. Sums run in double in the order of the
   * tokens.
   *
   * @return [passages, hidden], rows of Euclidean length 1, or zero where the sum is
   * @throws QuantizationException if an embedding is not finite; names output and passage
   * @throws IOException if the model cannot be run, or its first output is of another shape
   */
  public static FloatMatrix of(OutputSource model, ModelInputs inputs) throws IOException {
    Pooling pooling = Pooling.of(model, inputs);
    if (!pooling.obstacle.isEmpty()) {
      throw new IOException(pooling.obstacle);
    }
    return pooling.normalised();
  }

  /**
   * Embeds every passage if the model's first float32 output has the shape for it.
   *
   * @return as {@link #of}, or empty if the model has no float32 output or the first is of another
   *     shape
   * @throws QuantizationException if an embedding is not finite; names output and passage
   * @throws IOException if the model cannot be run
   */
  public static Optional<FloatMatrix> find(OutputSource model, ModelInputs inputs)
      throws IOException {
    Pooling pooling = Pooling.of(model, inputs);
    return pooling.obstacle.isEmpty() ? Optional.of(pooling.normalised()) : Optional.empty();
  }

  /** Sums of token vectors by passage, or why there are none. */
  private static final class Pooling {
    private final double[][] sums;
    private String output = "";
    private String obstacle = "";

    private Pooling(int passages) {
      sums = new double[passages][];
    }

    static Pooling of(OutputSource model, ModelInputs inputs) throws IOException {
      Pooling pooling = new Pooling(inputs.passages());
      model.stream(inputs, (batch, outputs) -> pooling.add(batch, outputs));
      return pooling;
    }

    private void add(InputBatch batch, Map<String, FloatTensor> outputs) {
      if (!obstacle.isEmpty()) {
        return;
      }
      if (outputs.isEmpty()) {
        obstacle = "the model has no float32 output";
        return;
      }
      Map.Entry<String, FloatTensor> first = outputs.entrySet().iterator().next();
      output = first.getKey();
      obstacle = obstacle(output, first.getValue().shape(), batch);
      if (obstacle.isEmpty()) {
        add(first.getValue(), batch);
      }
    }

    private static String obstacle(String name, int[] shape, InputBatch batch) {
      if (shape.length < 2 || shape.length > 3 || shape[0] != batch.rows()) {
        return "output "
            + name
            + " has shape "
            + Arrays.toString(shape)
            + ", an embedding needs [rows, length, hidden] or"
            + " [rows, hidden] with "
            + batch.rows()
            + " rows";
      }
      boolean masked = shape.length == 3 && batch.length() > 0;
      return masked && shape[1] != batch.length()
          ? "output " + name + " has " + shape[1] + " tokens a row, the mask " + batch.length()
          : "";
    }

    private void add(FloatTensor tensor, InputBatch batch) {
      int length = tensor.rank() == 3 ? tensor.shape()[1] : 1;
      boolean masked = tensor.rank() == 3 && batch.length() > 0;
      int hidden = tensor.channels();
      for (int r = 0; r < batch.rows(); r++) {
        int passage = batch.passages()[r];
        if (sums[passage] == null) {
          sums[passage] = new double[hidden];
        }
        for (int t = r * length; t < (r + 1) * length; t++) {
          float weight = masked ? batch.tokenWeight()[t] : 1;
          for (int c = 0; weight > 0 && c < hidden; c++) {
            sums[passage][c] += weight * (double) tensor.data()[t * hidden + c];
          }
        }
      }
    }

    private FloatMatrix normalised() {
      FloatMatrix result = FloatMatrix.zeros(sums.length, sums[0].length);
      for (int p = 0; p < sums.length; p++) {
        double square = 0;
        for (double value : sums[p]) {
          square += value * value;
        }
        double norm = Math.sqrt(square);
        if (!Double.isFinite(norm)) {
          throw new QuantizationException(
              output, "embedding of passage " + p + " has length " + norm);
        }
        for (int c = 0; norm > 0 && c < result.cols(); c++) {
          result.set(p, c, (float) (sums[p][c] / norm));
        }
      }
      return result;
    }
  }

  /**
   * Cosine of each pair of rows.
   *
   * @param a [passages, hidden], read
   * @param b [passages, hidden], read
   * @return [passages], in [-1, 1] up to rounding; 1 where both rows are zero, 0 where one is
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double[] cosines(FloatMatrix a, FloatMatrix b) {
    if (a.rows() != b.rows() || a.cols() != b.cols()) {
      throw new IllegalArgumentException(a + " and " + b + " have different shapes");
    }
    double[] result = new double[a.rows()];
    for (int r = 0; r < a.rows(); r++) {
      double dot = 0;
      double aa = 0;
      double bb = 0;
      for (int c = 0; c < a.cols(); c++) {
        double x = a.get(r, c);
        double y = b.get(r, c);
        dot += x * y;
        aa += x * x;
        bb += y * y;
      }
      result[r] = aa == 0 && bb == 0 ? 1 : aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    }
    return result;
  }

  /** Mean of {@link #cosines} over the passages. */
  public static double meanCosine(FloatMatrix a, FloatMatrix b) {
    return Arrays.stream(cosines(a, b))
        .average()
        .orElseThrow(() -> new IllegalArgumentException("there is no passage"));
  }
}
