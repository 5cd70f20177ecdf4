package io.halftone.io.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.AtomicFile;
import io.halftone.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes a checkpoint in another format, and reads what it wrote. */
public final class Conversion {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** Bytes of tensors from which the next tensor goes into another file; held in memory. */
  static final long SHARD_BYTES = 2_000_000_000L;

  private final QuantizedSource source;
  private final ConversionPlan plan;
  private final Path directory;
  private final long shardBytes;
  private final List<List<String>> shards = new ArrayList<>();
  private final List<StoredTensor> pending = new ArrayList<>();
  private long pendingBytes;
  private long totalBytes;

  private Conversion(QuantizedSource source, ConversionPlan plan, Path directory, long shardBytes) {
    this.source = source;
    this.plan = plan;
    this.directory = directory;
    this.shardBytes = shardBytes;
  }

  /**
   * Writes a checkpoint by a plan, in shards of about 2 GB. Tensors that are no part of a quantized
   * layer, and files beside the model such as its tokenizer, are copied as they are.
   *
   * @param source that was planned for
   * @param directory empty
   * @throws IOException if something cannot be read or written
   */
  public static void write(QuantizedSource source, ConversionPlan plan, Path directory)
      throws IOException {
    write(source, plan, directory, SHARD_BYTES);
  }

  static void write(QuantizedSource source, ConversionPlan plan, Path directory, long shardBytes)
      throws IOException {
    new Conversion(source, plan, directory, shardBytes).run();
  }

  private void run() throws IOException {
    Set<String> done = new HashSet<>();
    for (String name : source.tensors()) {
      String layer = source.layerOf(name).orElse("");
      if (layer.isEmpty()) {
        add(List.of(source.read(name)));
      } else if (done.add(layer)) {
        add(plan.format().codec().encode(converted(source, plan, layer)));
      }
    }
    flush();
    nameShards();
    writeConfig();
    copyOtherFiles();
  }

  static QuantizedLinear converted(QuantizedSource source, ConversionPlan plan, String layer)
      throws IOException {
    return LayerConversion.of(source.layer(layer), plan.format(), plan.symmetric()).layer();
  }

  /** Tensors of one layer stay in one file. */
  private void add(List<StoredTensor> tensors) throws IOException {
    long bytes = tensors.stream().mapToLong(tensor -> tensor.data().limit()).sum();
    if (!pending.isEmpty() && pendingBytes + bytes > shardBytes) {
      flush();
    }
    pending.addAll(tensors);
    pendingBytes += bytes;
    totalBytes += bytes;
  }

  private void flush() throws IOException {
    SafetensorsWriter.write(directory.resolve(unnamed(shards.size())), pending, remarks());
    shards.add(pending.stream().map(StoredTensor::name).toList());
    pending.clear();
    pendingBytes = 0;
  }

  /**
   * The source's remarks; one on the format, as Halftone's own files have it, is brought up to
   * date.
   */
  private SortedMap<String, String> remarks() {
    SortedMap<String, String> remarks = new TreeMap<>(source.metadata());
    remarks.computeIfPresent("quantization", (key, old) -> plan.format().id());
    return remarks;
  }

  private static String unnamed(int shard) {
    return "shard-" + shard + ".partial";
  }

  /** The number of shards is a part of their names, and known only now. */
  private void nameShards() throws IOException {
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? SINGLE
              : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      Files.move(
          directory.resolve(unnamed(i)), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      shards.get(i).forEach(tensor -> map.put(tensor, name));
    }
    if (shards.size() > 1) {
      writeJson(INDEX, index);
    }
  }

  private void writeConfig() throws IOException {
    ObjectNode config = source.modelConfig();
    config.remove("compression_config");
    ObjectNode quantization = config.putObject(Checkpoint.QUANTIZATION);
    QuantizationJson.write(plan.config(), quantization);
    writeJson(Checkpoint.CONFIG, config);
    if (plan.format() == TargetFormat.GPTQ || plan.format() == TargetFormat.GPTQ_V2) {
      writeJson(Checkpoint.GPTQ_CONFIG, quantization);
    }
  }

  private void writeJson(String name, ObjectNode json) throws IOException {
    ByteBuffer bytes =
        StandardCharsets.UTF_8.encode(json.toPrettyString().replace("\r\n", "\n") + "\n");
    AtomicFile.write(
        directory.resolve(name),
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  private void copyOtherFiles() throws IOException {
    for (Path file : source.companions()) {
      Path copy = directory.resolve(file.getFileName());
      if (!Files.exists(copy)) {
        Files.copy(file, copy);
      }
    }
  }

  /**
   * Reads a written checkpoint and compares it with its source: every layer decodes to the values
   * that the plan gives, to the bit, every other tensor has the source's bytes, and there is no
   * tensor more.
   *
   * @return number of tensors compared
   * @throws IOException if something differs or cannot be read; names it
   */
  public static int verify(QuantizedSource source, ConversionPlan plan, Path directory)
      throws IOException {
    try (Checkpoint written = Checkpoint.open(directory)) {
      return verify(source, plan, written);
    }
  }

  static int verify(QuantizedSource source, ConversionPlan plan, QuantizedSource written)
      throws IOException {
    if (!new HashSet<>(written.layers()).equals(new HashSet<>(source.layers()))) {
      throw new IOException(written.path() + " does not hold the layers of its source");
    }
    for (String layer : source.layers()) {
      QuantizedLinear expected = converted(source, plan, layer);
      QuantizedLinear actual = written.layer(layer);
      if (!Arrays.equals(expected.decode().data(), actual.decode().data())
          || !Arrays.equals(expected.bias(), actual.bias())
          || !expected.input().equals(actual.input())) {
        throw new IOException(
            "layer " + layer + " of " + written.path() + " reads other values than were written");
      }
    }
    return written.layers().size() + verifyOthers(source, written);
  }

  private static int verifyOthers(QuantizedSource source, QuantizedSource written)
      throws IOException {
    Set<String> expected = others(source);
    if (!expected.equals(others(written))) {
      throw new IOException(
          written.path() + " does not hold the tensors of its source beside the layers");
    }
    for (String name : expected) {
      if (!source.read(name).equals(written.read(name))) {
        throw new IOException("tensor " + name + " of " + written.path() + " changed");
      }
    }
    return expected.size();
  }

  private static Set<String> others(QuantizedSource checkpoint) {
    Set<String> others = new HashSet<>();
    for (String name : checkpoint.tensors()) {
      if (checkpoint.layerOf(name).isEmpty()) {
        others.add(name);
      }
    }
    return others;
  }
}
