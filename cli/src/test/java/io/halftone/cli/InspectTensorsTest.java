package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.StoredTensor;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.GgufValue;
import io.halftone.io.gguf.GgufWriter;
import io.halftone.io.safetensors.SafetensorsShards;
import io.halftone.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inspect} on files of tensors. */
class InspectTensorsTest {
  @TempDir private Path directory;

  private static StoredTensor tensor(String name, String type, int bytes, Long... shape) {
    return new StoredTensor(name, type, List.of(shape), ByteBuffer.allocate(bytes));
  }

  private static String json(Path file) {
    return CommandRun.of("inspect", file, "--json").json().toString().replace(file.toString(), "F");
  }

  @Test
  void showsASafetensorsFile() throws IOException {
    Path file = directory.resolve("m.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(tensor("w", "BF16", 12, 2L, 3L), tensor("b", "F32", 8, 2L)),
        new TreeMap<>(Map.of("by", "hand")));
    assertEquals(
        """
        {"file":"F","format":"safetensors","bytes":20,"types":{"BF16":1,"F32":1},\
        "metadata":{"format":"pt","by":"hand"},"tensors":[\
        {"name":"b","type":"F32","shape":[2],"bytes":8},\
        {"name":"w","type":"BF16","shape":[2,3],"bytes":12}]}""",
        json(file));
    String table = CommandRun.of("inspect", file).assertDone().out();
    assertTrue(
        table.contains("m.safetensors: safetensors, 2 tensors of 20 bytes (1 BF16, 1 F32)"), table);
    assertTrue(table.contains("by = hand"), table);
  }

  @Test
  void showsAModelInShards() throws IOException {
    List<TensorData> tensors =
        List.of(TensorData.of(tensor("a", "F32", 8, 2L)), TensorData.of(tensor("b", "F32", 8, 2L)));
    SafetensorsShards.write(directory, tensors, new TreeMap<>(), 8);
    assertTrue(json(directory).contains("\"types\":{\"F32\":2}"), json(directory));
  }

  @Test
  void showsAGgufFile() throws IOException {
    Path file = directory.resolve("m.gguf");
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Text("llama"));
    metadata.put("llama.block_count", GgufValue.Int.uint32(2));
    metadata.put("eps", GgufValue.Real.float32(0.5f));
    metadata.put("truth", new GgufValue.Bool(true));
    metadata.put("tokens", new GgufValue.Texts(List.of("a", "b")));
    metadata.put("scores", GgufValue.Numbers.float32(1, 2, 3));
    GgufWriter.write(file, metadata, List.of(TensorData.of(tensor("w", "Q8_0", 68, 2L, 32L))));
    assertEquals(
        """
        {"file":"F","format":"GGUF version 3","bytes":68,"types":{"Q8_0":1},\
        "metadata":{"general.architecture":"llama","llama.block_count":"2","eps":"0.5",\
        "truth":"true","tokens":"2 x STRING","scores":"3 x FLOAT32"},\
        "tensors":[{"name":"w","type":"Q8_0","shape":[2,32],"bytes":68}]}""",
        json(file));
  }

  @Test
  void showsALlama2cCheckpoint() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(28 + 4 * 160).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : new int[] {4, 4, 1, 1, 1, 5, 4}) {
      bytes.putInt(number);
    }
    Path file = Files.write(directory.resolve("m.bin"), bytes.array());
    String facts = json(file);
    assertTrue(facts.contains("\"format\":\"llama2.c\""), facts);
    assertTrue(facts.contains("\"dim\":\"4\",\"hidden_dim\":\"4\",\"n_layers\":\"1\""), facts);
    TensorListing listing = TensorListing.of(file);
    assertEquals(
        new TensorEntry("model.embed_tokens.weight", "F32", List.of(5L, 4L), 80),
        listing.tensors().get(0));
    assertEquals(4 * 160, listing.bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage.safetensors", "garbage.gguf", "garbage.bin"})
  void refusesGarbage(String name) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "Dots make a picture.");
    CommandRun.of("inspect", file, "--json").assertRefused(name, "offset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.safetensors", "none.gguf", "none.bin"})
  void needsAFile(String name) {
    CommandRun.of("inspect", directory.resolve(name)).assertRefused("there is no file", name);
  }
}
