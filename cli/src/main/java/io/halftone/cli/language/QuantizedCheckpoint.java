package io.halftone.cli.language;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.TensorFile;
import io.halftone.io.convert.QuantizationConfig;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.recipe.RecipeJson;
import io.halftone.io.safetensors.SafetensorsFile;
import io.halftone.io.safetensors.SafetensorsShards;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a checkpoint that other programs load: safetensors, configuration, tokenizer, manifest.
 */
record QuantizedCheckpoint() implements RunOutput {
  private static final long SHARD_BYTES = 2_000_000_000L;
  private static final String HEAD = "lm_head";
  private static final Set<TargetFormat> OWN_METHOD =
      Set.of(TargetFormat.GPTQ, TargetFormat.GPTQ_V2, TargetFormat.AWQ);

  @Override
  public Manifest write(
      LanguageModel model,
      RunSettings settings,
      List<String> weightHashes,
      StoredBlocks blocks,
      Path directory)
      throws IOException {
    List<TensorData> tensors = blocks.tensors(model.tensors());
    Manifest manifest = Manifest.of(settings, weightHashes, blocks, Manifest.Tensor.all(tensors));
    SafetensorsShards.write(directory, tensors, remarks(settings), SHARD_BYTES);
    ObjectNode json = model.json();
    json.set("quantization_config", config(settings, blocks).json());
    ByteBuffer text =
        StandardCharsets.UTF_8.encode(json.toPrettyString().replace("\r\n", "\n") + "\n");
    AtomicFile.write(
        directory.resolve(ModelLayouts.CONFIG), channel -> TensorData.writeFully(channel, text));
    for (Path file : model.tokenizerFiles()) {
      Files.copy(file, directory.resolve(file.getFileName()));
    }
    manifest.write(directory);
    return manifest;
  }

  @Override
  public List<Manifest.Tensor> tensors(
      LanguageModel model, RunSettings settings, StoredBlocks blocks, Path work)
      throws IOException {
    return Manifest.Tensor.all(blocks.tensors(model.tensors()));
  }

  @Override
  public TensorFile open(Path directory) throws IOException {
    return SafetensorsFile.open(directory);
  }

  @Override
  public Running run(LanguageModel original, Path directory) throws IOException {
    WrittenModel written = WrittenModel.open(original, directory);
    try {
      return new Running(written.decoder(), written);
    } catch (IOException | RuntimeException failure) {
      written.close();
      throw failure;
    }
  }

  private static QuantizationConfig config(RunSettings settings, StoredBlocks blocks) {
    List<String> ignored = new ArrayList<>(blocks.floats());
    if (OWN_METHOD.stream().noneMatch(own -> own.id().equals(settings.format().id()))) {
      ignored.add(HEAD);
    }
    return QuantizationConfig.ofAll(
        settings.format().id(), settings.pipeline().recipe().scheme(), blocks.reordered(), ignored);
  }

  private static SortedMap<String, String> remarks(RunSettings settings) {
    SortedMap<String, String> remarks = new TreeMap<>();
    remarks.put("quantization", settings.format().id());
    remarks.put("halftone.version", settings.version());
    remarks.put("halftone.recipe", RecipeJson.write(settings.pipeline().recipe()));
    remarks.put("halftone.seed", Long.toString(settings.pipeline().compute().seed()));
    return remarks;
  }
}
