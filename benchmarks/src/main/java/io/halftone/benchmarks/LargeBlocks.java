package io.halftone.benchmarks;

import io.halftone.calibration.Pipeline;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.QuantizationRun;
import io.halftone.cli.language.RunFormat;
import io.halftone.cli.language.RunSettings;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.safetensors.SafetensorsShards;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Quantizes two blocks of the shapes of a model with 7 billion parameters and prints what 32 would
 * take.
 *
 * <p>Weights are seeded normal deviates of variance 1 / in, so that activations stay in range;
 * tokens are seeded too. Stored as BF16 in shards of 400 MB, with the tokens beside them, so that
 * {@code halftone quantize DIR/float --calibration DIR/calibration.npy --held-out DIR/held-out.npy}
 * runs the same.
 */
public final class LargeBlocks {
  private static final int HIDDEN = 4096;
  private static final int INNER = 11008;
  private static final int HEADS = 32;
  private static final int VOCABULARY = 32000;
  private static final int BLOCKS = 2;
  private static final int ALL_BLOCKS = 32;
  private static final int SEQUENCES = 8;
  private static final int LENGTH = 512;
  private static final long SHARD_BYTES = 400_000_000L;
  private static final long MEBIBYTE = 1 << 20;

  private LargeBlocks() {}

  /**
   * Runs the blocks.
   *
   * @param args an empty directory with 3 GB of room, and a propagation; by default {@code
   *     QUANTIZED_PREFIX}
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    Propagation propagation =
        args.length > 1 ? Propagation.valueOf(args[1]) : Propagation.QUANTIZED_PREFIX;
    Path source = directory.resolve("float");
    if (!Files.exists(source)) {
      write(Files.createDirectory(source));
    }
    TokenSequences calibration = tokens(SEQUENCES, directory.resolve("calibration.npy"));
    TokenSequences heldOut = tokens(1, directory.resolve("held-out.npy"));
    try (LanguageModel model = LanguageModel.open(source)) {
      RunSettings settings =
          new RunSettings(
              Pipeline.of(Catalog.named("gptq", Schemes.named("W4A16_G128")), Compute.defaults()),
              propagation,
              calibration,
              new RunFormat.OfCheckpoint(TargetFormat.PACK_QUANTIZED),
              "benchmark");
      List<Double> seconds = new ArrayList<>();
      QuantizationRun run =
          new QuantizationRun(
              model,
              settings,
              directory.resolve("blocks"),
              (done, total, taken) -> {
                seconds.add(taken);
                print(
                    "block %d of %d: %.1f s, about %.0f s to go; %d s of processor; heap %d of %d MiB",
                    done, total, taken, taken * (total - done), processor(), heap(), max());
              });
      run.forget();
      long start = System.nanoTime();
      QuantizationRun.Result result =
          run.run(Files.createDirectories(directory.resolve("quantized")), heldOut);
      double mean = seconds.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      print(
          "all with writing, reading again and measuring: %.1f s; KL divergence %.5f",
          (System.nanoTime() - start) / 1e9, result.after().divergence());
      print("%.1f s a block, %.1f min for %d blocks", mean, mean * ALL_BLOCKS / 60, ALL_BLOCKS);
    }
  }

  /** Processor time of all threads since the start, in seconds. */
  private static long processor() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toSeconds();
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE;
  }

  private static long max() {
    return Runtime.getRuntime().maxMemory() / MEBIBYTE;
  }

  private static TokenSequences tokens(int sequences, Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(sequences);
    int[] ids = random.ints((long) sequences * LENGTH, 0, VOCABULARY).toArray();
    NpyFile.write(file, NpyArray.ofInts(ids, sequences, LENGTH));
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from < ids.length; from += LENGTH) {
      rows.add(Arrays.copyOfRange(ids, from, from + LENGTH));
    }
    return new TokenSequences(rows);
  }

  private static void write(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        String.format(
            Locale.ROOT,
            "{\"architectures\": [\"LlamaForCausalLM\"], \"model_type\": \"llama\","
                + " \"hidden_size\": %d, \"intermediate_size\": %d, \"num_hidden_layers\": %d,"
                + " \"num_attention_heads\": %d, \"num_key_value_heads\": %d, \"vocab_size\": %d,"
                + " \"max_position_embeddings\": 4096, \"rms_norm_eps\": 1e-5,"
                + " \"rope_theta\": 10000.0, \"hidden_act\": \"silu\","
                + " \"tie_word_embeddings\": false, \"torch_dtype\": \"bfloat16\"}",
            HIDDEN,
            INNER,
            BLOCKS,
            HEADS,
            HEADS,
            VOCABULARY));
    List<TensorData> tensors = new ArrayList<>();
    tensors.add(matrix("model.embed_tokens.weight", VOCABULARY, HIDDEN));
    for (int b = 0; b < BLOCKS; b++) {
      String block = "model.layers." + b + ".";
      for (String part : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
        tensors.add(matrix(block + "self_attn." + part + ".weight", HIDDEN, HIDDEN));
      }
      tensors.add(matrix(block + "mlp.gate_proj.weight", INNER, HIDDEN));
      tensors.add(matrix(block + "mlp.up_proj.weight", INNER, HIDDEN));
      tensors.add(matrix(block + "mlp.down_proj.weight", HIDDEN, INNER));
      tensors.add(ones(block + "input_layernorm.weight"));
      tensors.add(ones(block + "post_attention_layernorm.weight"));
    }
    tensors.add(ones("model.norm.weight"));
    tensors.add(matrix("lm_head.weight", VOCABULARY, HIDDEN));
    SafetensorsShards.write(directory, tensors, new TreeMap<>(), SHARD_BYTES);
  }

  private static TensorData ones(String name) {
    return TensorData.of(
        new TensorEntry(name, "BF16", List.of((long) HIDDEN), (long) HIDDEN * Short.BYTES),
        out -> {
          ByteBuffer row = row(HIDDEN);
          for (int i = 0; i < HIDDEN; i++) {
            row.putShort(brain(1));
          }
          TensorData.writeFully(out, row.flip());
        });
  }

  private static TensorData matrix(String name, int rows, int cols) {
    return TensorData.of(
        new TensorEntry(
            name, "BF16", List.of((long) rows, (long) cols), (long) rows * cols * Short.BYTES),
        out -> writeMatrix(name, rows, cols, out));
  }

  private static void writeMatrix(String name, int rows, int cols, WritableByteChannel out)
      throws IOException {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float scale = (float) (1 / StrictMath.sqrt(cols));
    for (int r = 0; r < rows; r++) {
      ByteBuffer row = row(cols);
      for (int c = 0; c < cols; c++) {
        row.putShort(brain(scale * normal(random)));
      }
      TensorData.writeFully(out, row.flip());
    }
  }

  /** The sum of four uniform deviates, scaled to variance 1: near enough to normal, and fast. */
  private static float normal(SplittableRandom random) {
    long bits = random.nextLong();
    int sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += (int) (bits >>> 16 * i) & 0xffff;
    }
    return (sum - 2 * 65535) / (65536 * 0.57735f);
  }

  private static ByteBuffer row(int cols) {
    return ByteBuffer.allocate(cols * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The upper half of a float32. */
  private static short brain(float value) {
    return (short) (Float.floatToRawIntBits(value) >>> Short.SIZE);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
