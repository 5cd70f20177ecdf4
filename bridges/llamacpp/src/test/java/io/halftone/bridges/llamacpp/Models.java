package io.halftone.bridges.llamacpp;

import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.model.ModelTensors;
import io.halftone.io.safetensors.SafetensorsFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Models to export. */
final class Models {
  private static final Pattern BLOCK = Pattern.compile("model\\.layers\\.(\\d+)\\..*");
  private static final int HIDDEN = 256;
  private static final int INNER = 512;

  private Models() {}

  /** The trained small model as it is: rows of 128 and 384. */
  static ModelTensors tiny(Path directory) throws IOException {
    TinyLlama.copyTo(directory);
    return new ModelTensors(
        "tiny",
        ConfigJson.parse(new String(TinyLlama.bytes(TinyLlama.CONFIG), StandardCharsets.UTF_8)),
        SafetensorsFile.open(directory.resolve(TinyLlama.WEIGHTS)),
        RopePairing.HALF_SPLIT,
        Optional.empty());
  }

  static List<int[]> tinySequences(int count) throws IOException {
    int[][] rows = TinyLlama.tokens();
    return List.copyOf(Arrays.asList(rows).subList(64, 64 + count));
  }

  /**
   * The same function in rows of 256 and 512, which K-quants can hold: new channels are 0, and a
   * gain divided by √2 makes up for the mean over twice as many.
   */
  static ModelTensors wide(ModelTensors tiny) {
    DecoderConfig c = tiny.config();
    DecoderConfig config =
        new DecoderConfig(
            c.modelType(),
            HIDDEN,
            INNER,
            c.blocks(),
            c.heads(),
            c.keyValueHeads(),
            c.headSize(),
            c.vocabulary(),
            c.contextLength(),
            c.normEpsilon() / 2,
            c.rotary(),
            c.activation(),
            c.tiedHead(),
            c.attention());
    return new ModelTensors(
        "wide", config, new Wide(tiny.tensors(), c), tiny.pairing(), tiny.vocabulary());
  }

  /** The first blocks of a model alone. */
  static ModelTensors first(int blocks, ModelTensors model) {
    DecoderConfig c = model.config();
    DecoderConfig config =
        new DecoderConfig(
            c.modelType(),
            c.hiddenSize(),
            c.intermediateSize(),
            blocks,
            c.heads(),
            c.keyValueHeads(),
            c.headSize(),
            c.vocabulary(),
            c.contextLength(),
            c.normEpsilon(),
            c.rotary(),
            c.activation(),
            c.tiedHead(),
            c.attention());
    return new ModelTensors(
        "first", config, new First(model.tensors(), blocks), model.pairing(), model.vocabulary());
  }

  private record Wide(TensorSource narrow, DecoderConfig config) implements TensorSource {
    @Override
    public Set<String> names() {
      return narrow.names();
    }

    @Override
    public List<Long> shape(String name) {
      List<Long> shape = new ArrayList<>(narrow.shape(name));
      if (!isHeads(name, 0)) {
        shape.set(0, widened(shape.get(0)));
      }
      if (shape.size() > 1 && !isHeads(name, 1)) {
        shape.set(1, widened(shape.get(1)));
      }
      return shape;
    }

    private static boolean isHeads(String name, int dimension) {
      return dimension == 0
          ? name.matches(".*(q_proj|k_proj|v_proj|embed_tokens|lm_head).*")
          : name.contains("o_proj");
    }

    private long widened(long extent) {
      return extent == config.hiddenSize() ? HIDDEN : INNER;
    }

    @Override
    public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
      List<Long> shape = shape(name);
      FloatMatrix small = narrow.floats(name);
      boolean vector = shape.size() < 2;
      int cols = Math.toIntExact(shape.get(shape.size() - 1));
      FloatMatrix wide = FloatMatrix.zeros(toRow - fromRow, cols);
      for (int row = fromRow; row < Math.min(toRow, small.rows()); row++) {
        for (int col = 0; col < small.cols(); col++) {
          float value = small.get(row, col);
          wide.set(row - fromRow, col, vector ? (float) (value / Math.sqrt(2)) : value);
        }
      }
      return wide;
    }

    @Override
    public void close() throws IOException {
      narrow.close();
    }
  }

  private record First(TensorSource whole, int blocks) implements TensorSource {
    @Override
    public Set<String> names() {
      return whole.names().stream().filter(this::has).collect(Collectors.toUnmodifiableSet());
    }

    private boolean has(String name) {
      Matcher block = BLOCK.matcher(name);
      return !block.matches() || Integer.parseInt(block.group(1)) < blocks;
    }

    @Override
    public List<Long> shape(String name) {
      return whole.shape(name);
    }

    @Override
    public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
      return whole.floats(name, fromRow, toRow);
    }

    @Override
    public void close() throws IOException {
      whole.close();
    }
  }
}
