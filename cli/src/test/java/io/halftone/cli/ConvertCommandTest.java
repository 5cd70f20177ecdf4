package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.format.Formats;
import io.halftone.core.model.WeightSink;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.codec.Codecs;
import io.halftone.io.safetensors.Safetensors;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert}. */
class ConvertCommandTest {
  private static final Granularity G32 = new Granularity.PerGroup(32);

  @TempDir private Path directory;
  private Path in;
  private Path out;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    out = directory.resolve("out");
    in =
        checkpoint(
            "in",
            RandomLayers.symmetric(4, G32, Formats.F16),
            """
            {"model_type":"toy","quantization_config":
              {"quant_method":"compressed-tensors","format":"pack-quantized","ignore":["lm_head"],
               "config_groups":{"group_0":{"targets":["Linear"],
                 "weights":{"num_bits":4,"symmetric":true,"strategy":"group","group_size":32}}}}}
            """);
  }

  private Path checkpoint(String name, LayerScheme scheme, String config) throws IOException {
    Path checkpoint = Files.createDirectory(directory.resolve(name));
    Files.writeString(checkpoint.resolve("config.json"), config);
    try (WeightSink sink =
        Safetensors.create(checkpoint.resolve("model.safetensors"), Codecs.compressedTensors())) {
      for (String layer : List.of("layers.0.up", "layers.0.down")) {
        sink.write(RandomLayers.of(layer, scheme, 64, 128, layer.length()));
      }
    }
    return checkpoint;
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void convertsToTheBitAndBack() throws IOException {
    JsonNode facts = CommandRun.of("convert", in, out, "--to", "awq", "--json").json();
    assertTrue(facts.get("lossless").booleanValue());
    assertEquals(2, facts.get("layers").intValue());
    assertEquals(2, facts.get("compared").intValue());
    assertEquals("[\"vllm@0.6\",\"autoawq@0.2\"]", facts.get("readers").toString());
    Path back = directory.resolve("back");
    CommandRun run = CommandRun.of("convert", out, back, "--to", "pack-quantized").assertDone();
    assertTrue(run.out().contains("every value is the same to the bit"), run.out());
    assertTrue(
        Arrays.equals(
            Files.readAllBytes(in.resolve("model.safetensors")),
            Files.readAllBytes(back.resolve("model.safetensors"))));
    assertEquals(List.of("back", "in", "out"), left());
  }

  @Test
  void goesThroughAnOnnxFileAndBack() throws IOException {
    Path file = directory.resolve("out.onnx");
    JsonNode facts = CommandRun.of("convert", in, file, "--to", "matmulnbits", "--json").json();
    assertTrue(facts.get("lossless").booleanValue());
    assertEquals("[\"onnxruntime@1.29.0\"]", facts.get("readers").toString());
    CommandRun.of("convert", in, file, "--to", "matmulnbits").assertRefused("exists", "--force");
    CommandRun.of("convert", in, in, "--to", "matmulnbits", "--force").assertRefused("in place");
    CommandRun.of("convert", file, out, "--to", "pack-quantized").assertDone();
    assertTrue(
        Arrays.equals(
            Files.readAllBytes(in.resolve("model.safetensors")),
            Files.readAllBytes(out.resolve("model.safetensors"))));
    CommandRun.of("convert", file, directory, "--to", "matmulnbits", "--force")
        .assertRefused("is a directory");
    CommandRun.of("convert", in, out, "--to", "gptq", "--for", "onnxruntime", "--force")
        .assertRefused("onnxruntime 1.29.0 does not read gptq", "matmulnbits");
    assertEquals(List.of("in", "out", "out.onnx"), left());
  }

  @Test
  void lossNeedsConsent() throws IOException {
    Path eight =
        checkpoint(
            "eight",
            RandomLayers.symmetric(8, G32, Formats.F16),
            Files.readString(in.resolve("config.json"))
                .replace("\"num_bits\":4", "\"num_bits\":8"));
    CommandRun.of("convert", eight, out, "--to", "awq")
        .assertRefused("2 of 2 layers would change", "relative error", "--lossy");
    assertFalse(Files.exists(out));
    CommandRun run = CommandRun.of("convert", eight, out, "--to", "awq", "--lossy").assertDone();
    assertTrue(run.out().contains("layers.0.down"), run.out());
  }

  @Test
  void aRuntimeThatCannotReadItIsNamed() throws IOException {
    CommandRun.of("convert", in, out, "--to", "gptq_v2", "--for", "vllm")
        .assertRefused("vllm 0.6 does not read gptq_v2", "write");
    CommandRun.of("convert", in, out, "--to", "gptq", "--for", "vlm").assertRefused("known are");
    CommandRun.of("convert", in, out, "--to", "gptq", "--for", "vllm@0.6").assertDone();
  }

  @Test
  void anOutputIsReplacedOnlyOnRequest() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("precious"), "x");
    CommandRun.of("convert", in, out, "--to", "gptq").assertRefused("exists", "--force");
    CommandRun.of("convert", in, in, "--to", "gptq", "--force").assertRefused("in place");
    CommandRun.of("convert", in, out, "--to", "gptq", "--force").assertDone();
    assertFalse(Files.exists(out.resolve("precious")));
    assertTrue(Files.exists(out.resolve("quantize_config.json")));
    assertEquals(List.of("in", "out"), left());
  }

  @Test
  void wrongInputsAreExplained() throws IOException {
    CommandRun.of("convert", in, out, "--to", "zip").assertRefused("unknown format", "awq");
    CommandRun.of("convert", in, out, "--to", "gguf").assertRefused("model type 'toy'");
    CommandRun.of("convert", directory.resolve("none"), out, "--to", "awq").assertRefused("none");
    Files.writeString(in.resolve("config.json"), "{\"model_type\":\"toy\"}");
    CommandRun.of("convert", in, out, "--to", "awq").assertRefused("config.json", "not quantized");
    Files.writeString(in.resolve("config.json"), "{");
    CommandRun.of("convert", in, out, "--to", "awq").assertRefused("config.json", "JSON");
    Files.writeString(
        in.resolve("config.json"),
        "{\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32}}");
    CommandRun.of("convert", in, out, "--to", "awq").assertRefused("qweight");
    assertEquals(List.of("in"), left());
  }
}
