package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.convert.Checkpoint;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpzFile;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert} to GGUF files and from them. */
class GgufConversionTest {
  private static final Granularity G32 = new Granularity.PerGroup(32);

  @TempDir private Path directory;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    model = TinyCheckpoint.floats(directory.resolve("model"));
  }

  private Path at(String name) {
    return directory.resolve(name);
  }

  private JsonNode convert(Object in, String out, String format, Object... more) {
    Object[] words =
        Stream.of(Stream.of("convert", in, at(out), "--to", format, "--json"), Arrays.stream(more))
            .flatMap(s -> s)
            .toArray();
    return CommandRun.of(words).json();
  }

  private Path packed(LayerScheme scheme) throws IOException {
    return TinyCheckpoint.write(at("packed"), model, scheme, TargetFormat.PACK_QUANTIZED);
  }

  @Test
  void floatModelsKeepEveryValueInTheirOwnType() throws IOException {
    JsonNode facts = convert(model, "f16.gguf", "gguf-f16");
    assertTrue(facts.get("lossless").booleanValue(), facts::toString);
    assertEquals("{\"F16\":9,\"F32\":3}", facts.get("types").toString());
    JsonNode back = convert(at("f16.gguf"), "again.gguf", "gguf-f16");
    assertTrue(back.get("lossless").booleanValue());
    assertTensors(at("f16.gguf"), at("again.gguf"));
  }

  private static void assertTensors(Path expected, Path actual) throws IOException {
    try (GgufFile a = GgufFile.open(expected);
        GgufFile b = GgufFile.open(actual)) {
      assertEquals(a.names(), b.names());
      for (String name : a.names()) {
        assertEquals(a.read(name), b.read(name));
      }
    }
  }

  @Test
  void typesThatDoNotFitTheRowsAreReplacedAsLlamaCppDoes() throws IOException {
    JsonNode facts = convert(model, "k.gguf", "gguf-q4_k");
    assertEquals("{\"F32\":3,\"Q5_0\":8,\"Q8_0\":1}", facts.get("types").toString());
    assertFalse(facts.get("lossless").booleanValue());
    assertEquals(9, facts.get("losses").size());
    Path importance = at("importance.npz");
    float[] first = new float[128];
    first[0] = 1;
    NpzFile.write(
        importance, Map.of("model.layers.0.self_attn.v_proj", NpyArray.ofFloats(first, 128)));
    convert(model, "i.gguf", "gguf-q4_k", "--importance", importance);
    try (GgufFile plain = GgufFile.open(at("k.gguf"));
        GgufFile weighted = GgufFile.open(at("i.gguf"))) {
      for (String name : plain.names()) {
        assertEquals(
            !name.equals("blk.0.attn_v.weight"),
            plain.read(name).equals(weighted.read(name)),
            name);
      }
    }
    NpzFile.write(importance, Map.of("nowhere", NpyArray.ofFloats(first, 128)));
    CommandRun.of("convert", model, at("n.gguf"), "--to", "gguf-q4_0", "--importance", importance)
        .assertRefused("nowhere");
    assertFalse(Files.exists(at("n.gguf")));
  }

  @Test
  void symmetricCheckpointsGoThereAndBack() throws IOException {
    Path packed = packed(RandomLayers.symmetric(4, G32, Formats.F16));
    for (String format : List.of("gptq", "awq")) {
      convert(packed, format, format);
      JsonNode facts = convert(at(format), format + ".gguf", "gguf");
      assertTrue(facts.get("lossless").booleanValue());
      assertEquals("{\"F16\":2,\"F32\":3,\"Q4_0\":7}", facts.get("types").toString());
    }
    assertTensors(at("gptq.gguf"), at("awq.gguf"));
    convert(at("gptq.gguf"), "back", "pack-quantized");
    convert(at("back"), "gptq-again", "gptq");
    assertLayers(packed, at("back"));
    assertLayers(at("gptq"), at("gptq-again"));
    Path tokens = at("tokens.npy");
    NpyFile.write(tokens, NpyArray.ofInts(new int[] {7, 1, 2, 3, 4, 5, 6, 9}, 1, 8));
    CommandRun.of("verify", at("gptq.gguf"), "--inputs", tokens).assertDone();
  }

  private static void assertLayers(Path expected, Path actual) throws IOException {
    try (Checkpoint a = Checkpoint.open(expected);
        Checkpoint b = Checkpoint.open(actual)) {
      assertEquals(a.layers().stream().sorted().toList(), b.layers().stream().sorted().toList());
      for (String tensor : a.tensors()) {
        if (a.layerOf(tensor).isPresent()) {
          assertEquals(a.read(tensor), b.read(tensor));
        }
      }
    }
  }

  @Test
  void zeroPointsGoIntoWiderCodes() throws IOException {
    Path packed = packed(RandomLayers.asymmetric(4, new Granularity.PerGroup(128)));
    convert(packed, "gptq", "gptq");
    JsonNode facts = convert(at("gptq"), "a.gguf", "gguf");
    assertTrue(facts.get("lossless").booleanValue());
    assertEquals("{\"F16\":2,\"F32\":3,\"Q5_0\":7}", facts.get("types").toString());
    CommandRun.of("convert", at("gptq"), at("b.gguf"), "--to", "gguf-q4_1")
        .assertRefused("offsets F16 does not hold", "--lossy");
  }

  @Test
  void eightBitsGoToQ80AndBack() throws IOException {
    Path packed = packed(RandomLayers.symmetric(8, G32, Formats.F16));
    assertTrue(convert(packed, "q8.gguf", "gguf-q8_0").get("lossless").booleanValue());
    convert(at("q8.gguf"), "back", "pack-quantized");
    assertLayers(packed, at("back"));
  }

  @Test
  void whatATypeCannotHoldNeedsConsent() throws IOException {
    Path packed = packed(RandomLayers.symmetric(4, G32, Formats.F16));
    CommandRun.of("convert", packed, at("q.gguf"), "--to", "gguf-iq4_nl")
        .assertRefused("7 of 7 layers would change", "relative error", "--lossy");
    assertFalse(Files.exists(at("q.gguf")));
    JsonNode lossy = convert(packed, "q.gguf", "gguf-iq4_nl", "--lossy");
    assertEquals(7, lossy.get("losses").size());
    assertTrue(convert(packed, "q5.gguf", "gguf-q5_0").get("lossless").booleanValue());
  }

  @Test
  void tokensComeAlong() throws IOException {
    assertEquals(0, convert(model, "none.gguf", "gguf-f16").get("tokens").intValue());
    String vocabulary =
        IntStream.range(0, 256)
            .mapToObj(b -> String.format("\"<0x%02X>\":%d", b, b))
            .collect(Collectors.joining(",", "{", "}"));
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer,
        "{\"model\":{\"type\":\"BPE\",\"byte_fallback\":true,\"merges\":[],\"vocab\":"
            + vocabulary
            + "}}");
    assertEquals(256, convert(model, "f.gguf", "gguf-f16").get("tokens").intValue());
    try (GgufFile file = GgufFile.open(at("f.gguf"))) {
      assertEquals("<0xFF>", file.vocabulary().orElseThrow().tokens().get(255).text());
    }
    assertEquals(256, convert(at("f.gguf"), "g.gguf", "gguf-q8_0").get("tokens").intValue());
    Files.writeString(tokenizer, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}");
    CommandRun.of("convert", model, at("u.gguf"), "--to", "gguf-f16")
        .assertRefused("tokenizer.json", "Unigram", "--without-tokenizer");
    convert(model, "u.gguf", "gguf-f16", "--without-tokenizer");
  }

  @Test
  void aRuntimeMustReadEveryType() throws IOException {
    CommandRun.of("convert", model, at("v.gguf"), "--to", "gguf-f16", "--for", "vllm")
        .assertRefused("vllm 0.6 does not read tensors of type F");
    assertFalse(Files.exists(at("v.gguf")));
    convert(model, "v.gguf", "gguf-f16", "--for", "llama.cpp");
  }

  @Test
  void anOutputIsReplacedOnlyOnRequest() throws IOException {
    byte[] old = {1, 2, 3};
    Files.write(at("o.gguf"), old);
    CommandRun.of("convert", model, at("o.gguf"), "--to", "gguf-f16").assertRefused("--force");
    CommandRun.of("convert", model, at("o.gguf"), "--to", "gguf", "--force")
        .assertRefused("gguf-f16");
    CommandRun.of("convert", model, at("o.gguf"), "--to", "gguf-q9", "--force")
        .assertRefused("gguf-q4_0");
    assertArrayEquals(old, Files.readAllBytes(at("o.gguf")));
    convert(model, "o.gguf", "gguf-f16", "--force");
    CommandRun.of("convert", model, model, "--to", "gguf-f16", "--force").assertRefused("in place");
    CommandRun.of("convert", at("o.gguf"), at("x"), "--to", "gptq").assertRefused("float model");
    CommandRun.of("convert", model, at("x"), "--to", "awq", "--without-tokenizer")
        .assertRefused("GGUF");
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("model", "o.gguf"), files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }
}
