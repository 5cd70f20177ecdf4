package io.halftone.bridges.onnxruntime;

import io.halftone.bridges.onnxruntime.ModelSignature.Input;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpzFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * Arrays as model inputs: an {@code .npz} with one array per input, or an {@code .npy} for a model
 * with one input.
 *
 * <p>The first extent counts samples. An array {@code attention_mask} [samples, length] gives the
 * token weights, whether the model asks for it or not; without one everything counts. The arrays
 * are held in memory as the file holds them.
 */
public final class ArrayInputs implements ModelInputs {
  private static final String MASK = "attention_mask";

  private final Map<String, NpyArray> arrays;
  private final float[] weight;
  private final int samples;
  private final int batchSize;

  private ArrayInputs(Map<String, NpyArray> arrays, float[] weight, int samples, int batchSize) {
    this.arrays = arrays;
    this.weight = weight;
    this.samples = samples;
    this.batchSize = batchSize;
  }

  /**
   * Reads an {@code .npz} or {@code .npy} file.
   *
   * @param batchSize samples of a batch, at least 1; a model that fixes its batch overrides it
   * @throws IllegalArgumentException if the arrays do not fit the model's inputs
   * @throws IOException if the file is missing or malformed
   */
  public static ArrayInputs read(Path file, ModelSignature signature, int batchSize)
      throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
      return of(NpzFile.read(file), signature, batchSize);
    }
    if (signature.inputs().size() != 1) {
      throw new IllegalArgumentException(
          signature.model()
              + " asks for the inputs "
              + signature.names()
              + "; give an .npz with one array each");
    }
    return of(Map.of(signature.names().get(0), NpyFile.readArray(file)), signature, batchSize);
  }

  /**
   * Takes arrays by input name.
   *
   * @throws IllegalArgumentException if the arrays do not fit the model's inputs
   */
  public static ArrayInputs of(
      Map<String, NpyArray> arrays, ModelSignature signature, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is " + batchSize + ", must be at least 1");
    }
    requireNames(arrays, signature);
    int samples = samples(arrays);
    int batch = batchSize;
    Map<String, NpyArray> fitted = new LinkedHashMap<>();
    for (Input input : signature.inputs()) {
      NpyArray array = arrays.get(input.name());
      requireShape(input, array, samples);
      batch = input.fixed(0).orElse(batch);
      fitted.put(input.name(), ElementTypes.convert(input.name(), array, input.type()));
    }
    return new ArrayInputs(fitted, weights(arrays.get(MASK)), samples, batch);
  }

  private static void requireNames(Map<String, NpyArray> arrays, ModelSignature signature) {
    for (String name : signature.names()) {
      if (!arrays.containsKey(name)) {
        throw new IllegalArgumentException(
            signature.model()
                + " asks for the inputs "
                + signature.names()
                + ", the arrays are "
                + arrays.keySet());
      }
    }
    for (String name : arrays.keySet()) {
      if (!name.equals(MASK) && signature.input(name).isEmpty()) {
        throw new IllegalArgumentException(
            "array "
                + name
                + " is no input of "
                + signature.model()
                + ", which asks for "
                + signature.names());
      }
    }
  }

  private static int samples(Map<String, NpyArray> arrays) {
    int samples = -1;
    for (Map.Entry<String, NpyArray> entry : arrays.entrySet()) {
      int[] shape = entry.getValue().shape();
      if (shape.length == 0 || shape[0] < 1 || samples >= 0 && shape[0] != samples) {
        throw new IllegalArgumentException(
            "array "
                + entry.getKey()
                + " has shape "
                + Arrays.toString(shape)
                + ", its first extent must be the number of"
                + " samples"
                + (samples >= 0 ? ", " + samples : ", at least 1"));
      }
      samples = shape[0];
    }
    return samples;
  }

  private static void requireShape(Input input, NpyArray array, int samples) {
    int[] shape = array.shape();
    boolean fits = input.shape().length == 0 || shape.length == input.shape().length;
    for (int d = 1; fits && d < input.shape().length; d++) {
      fits = input.fixed(d).orElse(shape[d]) == shape[d];
    }
    fits &= samples % input.fixed(0).orElse(1) == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "array "
              + input.name()
              + " has shape "
              + Arrays.toString(shape)
              + ", the model asks for "
              + Arrays.toString(input.shape())
              + " (-1 is free)");
    }
  }

  private static float[] weights(NpyArray mask) {
    if (mask == null) {
      return new float[0];
    }
    if (mask.shape().length != 2) {
      throw new IllegalArgumentException(
          MASK + " has shape " + Arrays.toString(mask.shape()) + ", must be [samples, length]");
    }
    float[] weights = mask.toFloats();
    boolean any = false;
    for (float value : weights) {
      if (!(value >= 0) || Float.isInfinite(value)) {
        throw new IllegalArgumentException(
            MASK + " holds " + value + ", must be finite and not negative");
      }
      any |= value > 0;
    }
    if (!any) {
      throw new IllegalArgumentException(MASK + " is zero everywhere: no token counts");
    }
    return weights;
  }

  @Override
  public int passages() {
    return samples;
  }

  @Override
  public long tokens() {
    long count = 0;
    for (float value : weight) {
      count += value > 0 ? 1 : 0;
    }
    return weight.length == 0 ? samples : count;
  }

  @Override
  public int batches() {
    return (samples + batchSize - 1) / batchSize;
  }

  @Override
  public Iterator<InputBatch> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < samples;
      }

      @Override
      public InputBatch next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int from = next;
        next = Math.min(samples, from + batchSize);
        return slice(from, next);
      }
    };
  }

  private InputBatch slice(int from, int to) {
    Map<String, NpyArray> slices = new LinkedHashMap<>();
    arrays.forEach((name, array) -> slices.put(name, slice(array, from, to)));
    int length = weight.length / samples;
    return new InputBatch(
        slices,
        Arrays.copyOfRange(weight, from * length, to * length),
        IntStream.range(from, to).toArray());
  }

  private static NpyArray slice(NpyArray array, int from, int to) {
    int[] shape = array.shape().clone();
    int stride = array.data().limit() / shape[0];
    shape[0] = to - from;
    ByteBuffer part = array.data().duplicate().position(from * stride).limit(to * stride).slice();
    return new NpyArray(array.type(), shape, part);
  }

  @Override
  public void close() {}
}
