package io.halftone.bridges.onnxruntime;

import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;

/** Turns a tensor [rows, length, ..., channels] or [rows, channels] into the tokens that count. */
final class TokenRows {
  private TokenRows() {}

  /**
   * Tokens without padding, in row-major order, with the weights of the mask.
   *
   * <p>The mask applies when the tensor's leading extents are its rows and length, or their
   * product. A tensor [rows, channels] has one token per row, of weight 1.
   *
   * @param name for messages
   * @param tensor taken over
   * @throws IOException if there is padding and the tensor's shape does not tell which values
   *     belong to it
   */
  static ActivationBatch of(String name, FloatTensor tensor, InputBatch batch) throws IOException {
    int channels = tensor.channels();
    int count = channels == 0 ? 0 : tensor.data().length / channels;
    FloatMatrix all = FloatMatrix.wrap(tensor.data(), count, channels);
    int[] shape = tensor.shape();
    boolean perRow = shape.length == 2 && shape[0] == batch.rows();
    if (batch.tokenWeight().length == 0 || perRow && batch.length() != 1) {
      return ActivationBatch.of(all);
    }
    boolean perToken =
        shape.length >= 3 && shape[0] == batch.rows() && shape[1] == batch.length()
            || shape.length == 2 && shape[0] == batch.tokenWeight().length;
    if (perToken) {
      return weighted(all, batch.tokenWeight(), count / batch.tokenWeight().length);
    }
    if (batch.isPadded()) {
      throw new IOException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(shape)
              + ", which does not tell the padding of a ["
              + batch.rows()
              + ", "
              + batch.length()
              + "] mask");
    }
    return ActivationBatch.of(all);
  }

  private static ActivationBatch weighted(FloatMatrix all, float[] weight, int repeats) {
    int cols = all.cols();
    float[] data = all.data();
    float[] kept = new float[all.rows()];
    int next = 0;
    for (int t = 0; t < all.rows(); t++) {
      if (weight[t / repeats] > 0) {
        System.arraycopy(data, t * cols, data, next * cols, cols);
        kept[next++] = weight[t / repeats];
      }
    }
    return new ActivationBatch(
        FloatMatrix.wrap(next == all.rows() ? data : Arrays.copyOf(data, next * cols), next, cols),
        Arrays.copyOf(kept, next));
  }
}
