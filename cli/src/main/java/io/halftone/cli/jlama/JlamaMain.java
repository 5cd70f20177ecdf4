package io.halftone.cli.jlama;

import io.halftone.core.tensor.FloatMatrix;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The child process: runs sequences through Jlama. Its classes are newer than those here may be
 * compiled against, hence reflection; they are given by the class path.
 */
public final class JlamaMain {
  private static final String PACKAGE = "com.github.tjake.jlama.";

  private final Object model;
  private final Class<?> cacheType;
  private final Class<?> bufferType;
  private final Method forward;
  private final Method probabilities;

  private JlamaMain(Path directory) throws ReflectiveOperationException {
    Class<?> type = named("safetensors.DType");
    Object single = type.getField("F32").get(null);
    model =
        named("model.ModelSupport")
            .getMethod("loadModel", File.class, type, type)
            .invoke(null, directory.toFile(), single, single);
    cacheType = named("tensor.KvBufferCache");
    bufferType = named("tensor.KvBufferCache$KvBuffer");
    Class<?> modelType = named("model.AbstractModel");
    forward = modelType.getMethod("forward", int.class, int.class, bufferType, Optional.class);
    probabilities = modelType.getMethod("getLogits", named("tensor.AbstractTensor"));
  }

  private static Class<?> named(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + name);
  }

  /**
   * Reads {@code sequences.npz} and writes the logarithms of the next token's probabilities.
   *
   * @param args folder for the exchange, directory of the model
   * @throws ReflectiveOperationException if Jlama fails, or is another version
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws ReflectiveOperationException, IOException {
    JlamaFiles files = new JlamaFiles(Path.of(args[0]));
    JlamaMain jlama = new JlamaMain(Path.of(args[1]));
    List<int[]> sequences = files.sequences();
    for (int i = 0; i < sequences.size(); i++) {
      files.writeLogits(i, jlama.run(sequences.get(i)));
    }
    // Jlama's threads are no daemons
    Runtime.getRuntime().halt(0);
  }

  private FloatMatrix run(int[] tokens) throws ReflectiveOperationException, IOException {
    try (AutoCloseable cache =
        (AutoCloseable) cacheType.getConstructor(named("model.AbstractModel")).newInstance(model)) {
      Object buffer = cacheType.getMethod("getKvBuffer", UUID.class).invoke(cache, new UUID(0, 1));
      FloatMatrix logits = FloatMatrix.zeros(0, 0);
      for (int t = 0; t < tokens.length; t++) {
        Object hidden = forward.invoke(model, tokens[t], t, buffer, Optional.empty());
        float[] next = (float[]) probabilities.invoke(model, hidden);
        logits = t == 0 ? FloatMatrix.zeros(tokens.length, next.length) : logits;
        for (int v = 0; v < next.length; v++) {
          logits.set(t, v, (float) StrictMath.log(Math.max(Float.MIN_VALUE, next[v])));
        }
      }
      return logits;
    } catch (ReflectiveOperationException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // of AutoCloseable
      throw new IOException(e);
    }
  }
}
