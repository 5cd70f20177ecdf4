package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far apart two models are in one output over the same inputs. Padded tokens of outputs [rows,
 * length, ...] do not count.
 *
 * @param output name, the same in both models
 * @param relativeError ‖a − b‖² / ‖a‖²
 * @param meanCosine mean over the rows of the cosine between the rows' values
 * @param maxAbsDifference largest |a − b|
 */
public record OutputComparison(
    String output, double relativeError, double meanCosine, double maxAbsDifference) {

  /**
   * Runs both models, a first. Holds a's outputs in memory.
   *
   * @return one comparison per float32 output of a that b has too, in a's order
   * @throws IOException if a model cannot be run, no output is common, or an output differs in
   *     shape
   */
  public static List<OutputComparison> of(OutputSource a, OutputSource b, ModelInputs inputs)
      throws IOException {
    List<Map<String, FloatTensor>> expected = new ArrayList<>();
    a.stream(inputs, (batch, outputs) -> expected.add(outputs));
    Map<String, Sums> sums = new LinkedHashMap<>();
    int[] index = {0};
    b.stream(
        inputs,
        (batch, outputs) -> {
          for (Map.Entry<String, FloatTensor> output : expected.get(index[0]).entrySet()) {
            FloatTensor other = outputs.get(output.getKey());
            if (other != null) {
              sums.computeIfAbsent(output.getKey(), name -> new Sums())
                  .add(output.getKey(), output.getValue(), other, batch);
            }
          }
          index[0]++;
        });
    if (sums.isEmpty()) {
      throw new IOException("the models have no float32 output of one name");
    }
    List<OutputComparison> result = new ArrayList<>();
    sums.forEach((name, sum) -> result.add(sum.comparison(name)));
    return result;
  }

  /** What is summed over the batches of one output. */
  private static final class Sums {
    private double error;
    private double signal;
    private double maxDifference;
    private double cosines;
    private long rows;

    void add(String name, FloatTensor a, FloatTensor b, InputBatch batch) throws IOException {
      if (!Arrays.equals(a.shape(), b.shape())) {
        throw new IOException(
            "output "
                + name
                + " has shape "
                + Arrays.toString(a.shape())
                + " in one model and "
                + Arrays.toString(b.shape())
                + " in the other");
      }
      int count = a.rank() == 0 ? 1 : a.shape()[0];
      int size = count == 0 ? 0 : a.data().length / count;
      boolean tokens = a.rank() >= 3 && count == batch.rows() && a.shape()[1] == batch.length();
      int token = tokens ? size / batch.length() : size;
      for (int r = 0; r < count; r++) {
        addRow(a.data(), b.data(), r * size, size, token, tokens ? batch : null, r);
      }
    }

    private void addRow(
        float[] a, float[] b, int from, int size, int token, InputBatch mask, int row) {
      double aa = 0;
      double bb = 0;
      double ab = 0;
      for (int i = 0; i < size; i++) {
        if (mask == null || mask.tokenWeight()[row * mask.length() + i / token] > 0) {
          double x = a[from + i];
          double y = b[from + i];
          aa += x * x;
          bb += y * y;
          ab += x * y;
          error += (x - y) * (x - y);
          maxDifference = Math.max(maxDifference, Math.abs(x - y));
        }
      }
      signal += aa;
      cosines += aa == 0 && bb == 0 ? 1 : aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
      rows++;
    }

    OutputComparison comparison(String name) {
      double relative = signal == 0 ? (error == 0 ? 0 : Double.POSITIVE_INFINITY) : error / signal;
      return new OutputComparison(
          name, relative, rows == 0 ? Double.NaN : cosines / rows, maxDifference);
    }
  }
}
