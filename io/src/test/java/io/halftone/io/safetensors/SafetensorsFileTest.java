package io.halftone.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.LittleEndianBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.TensorWeights;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {
  private static final String DOWN = "model.layers.2.mlp.down_proj";
  private static final String A = "'a':{'dtype':'F32','shape':[2,2],'data_offsets':[0,16]}";

  @TempDir Path directory;

  private Path file(String name, String header, int dataBytes) throws IOException {
    byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    LittleEndianBytes bytes =
        new LittleEndianBytes()
            .i64(text.length)
            .text(new String(text, StandardCharsets.UTF_8))
            .zeros(dataBytes);
    return Files.write(directory.resolve(name), bytes.toByteArray());
  }

  private String refusal(String header, int dataBytes) throws IOException {
    Path file = file("bad.safetensors", header, dataBytes);
    IOException refusal = assertThrows(IOException.class, () -> SafetensorsFile.open(file));
    assertTrue(refusal.getMessage().startsWith(file + ", offset "), () -> refusal.getMessage());
    return refusal.getMessage();
  }

  /** The checksums are those of NumPy over the same file's bytes. */
  @Test
  void readsATrainedModelBySlabsOfRows() throws IOException {
    try (SafetensorsFile model = SafetensorsFile.open(TinyLlama.copyTo(directory))) {
      assertEquals(39, model.names().size());
      assertEquals(List.of(128L, 384L), model.info(DOWN + ".weight").shape());
      StoredTensor stored = model.read(DOWN + ".weight", 10, 20);
      assertEquals("F16", stored.type());
      assertEquals(List.of(10L, 384L), stored.shape());
      assertEquals(0x12e438e7, checksum(stored.data()));
      FloatMatrix floats = model.floats(DOWN + ".weight", 10, 20);
      assertEquals(-0.096069336f, floats.get(0, 0));
      ByteBuffer wide = ByteBuffer.allocate(3840 * 4).order(ByteOrder.LITTLE_ENDIAN);
      wide.asFloatBuffer().put(floats.data());
      assertEquals(0x675a1fc7, checksum(wide));
      assertEquals(1, model.floats("model.norm.weight").rows());
      assertEquals(128, model.floats("model.norm.weight").cols());
    }
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Test
  void servesTheLinearsOfAModel() throws IOException {
    SafetensorsFile model = SafetensorsFile.open(TinyLlama.copyTo(directory));
    try (TensorWeights weights = new TensorWeights(model, List.of(DOWN, "lm_head"))) {
      assertEquals(Set.of(DOWN, "lm_head"), weights.names());
      assertEquals(128, weights.info(DOWN).rows());
      assertEquals(384, weights.info(DOWN).cols());
      assertEquals(0, weights.bias(DOWN).length);
      assertArrayEquals(weights.read(DOWN).rows(3, 9).data(), weights.read(DOWN, 3, 9).data());
      assertThrows(IllegalArgumentException.class, () -> weights.read("no.such.layer"));
    }
  }

  @Test
  void readsTheShardsOfAnIndex() throws IOException {
    file(
        "m-1.safetensors", "{" + A + ",'b':{'dtype':'U8','shape':[3],'data_offsets':[16,19]}}", 19);
    file("m-2.safetensors", "{'c':{'dtype':'BF16','shape':[],'data_offsets':[0,2]}}", 2);
    Path index =
        Files.writeString(
            directory.resolve("model.safetensors.index.json"),
            "{\"metadata\":{\"total_size\":18},\"weight_map\":"
                + "{\"c\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\"}}");
    try (SafetensorsFile model = SafetensorsFile.open(index)) {
      assertEquals(List.of("c", "a"), List.copyOf(model.names()));
      assertEquals(4, model.floats("a").data().length);
      assertFalse(model.contains("b"));
    }
    Files.writeString(index, "{\"weight_map\":{\"d\":\"m-2.safetensors\"}}");
    IOException missing = assertThrows(IOException.class, () -> SafetensorsFile.open(index));
    assertTrue(missing.getMessage().contains("m-2.safetensors does not hold tensor d"));
    Files.writeString(index, "{\"weight_map\":{\"d\":\"../m-2.safetensors\"}}");
    assertThrows(IOException.class, () -> SafetensorsFile.open(index));
  }

  @ParameterizedTest
  @EnumSource(SafetensorsType.class)
  void readsEveryType(SafetensorsType type) throws IOException {
    String header =
        "{'t':{'dtype':'%s','shape':[3,8],'data_offsets':[0,%d]}}"
            .replace("%s", type.name())
            .replace("%d", String.valueOf(3 * type.bits()));
    try (SafetensorsFile file =
        SafetensorsFile.open(file("t.safetensors", header, 3 * type.bits()))) {
      assertEquals(type.bits(), file.read("t", 1, 2).data().remaining());
    }
  }

  @Test
  void acceptsUnpaddedHeadersEmptyTensorsAndUnknownFields() throws IOException {
    String header =
        "{'__metadata__':{'format':'pt'},'e':{'dtype':'F32','shape':[0,7],'data_offsets':[16,16]},"
            + "'a':{'x':[{'y':1}],'dtype':'F32','shape':[2,2],'data_offsets':[0,16]} } ";
    try (SafetensorsFile file = SafetensorsFile.open(file("t.safetensors", header, 16))) {
      assertEquals("pt", file.metadata().get("format"));
      assertEquals(0, file.floats("e").rows());
      assertEquals(7, file.floats("e").cols());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{A} | 17 | the tensors end here",
        "{A} | 15 | there are 15 bytes",
        "{A,'b':{'dtype':'U8','shape':[2],'data_offsets':[15,17]}} | 17 | overlaps",
        "{A,'b':{'dtype':'U8','shape':[2],'data_offsets':[17,19]}} | 19 | leaves a gap",
        "{A,A} | 16 | Duplicate field",
        "{'a':{'dtype':'F32','shape':[2,2],'shape':[1],'data_offsets':[0,16]}} | 16 | Duplicate",
        "{'a':{'dtype':'Q5','shape':[2],'data_offsets':[0,16]}} | 16 | unknown dtype Q5",
        "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}} | 2 | does not have the 2 bytes",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,16]}} | 16 | not"
            + " have",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,16]}} | 16 | range",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,16]}} | 16 | from 0 on",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,16]}} | 16 | from 0 on",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[8,4]}} | 16 | data_offsets [8, 4]",
        "{'a':{'dtype':'F32','shape':[1]}} | 0 | lacks",
        "{'a':7} | 0 | must be START_OBJECT",
        "{'__metadata__':{'x':1}} | 0 | must be VALUE_STRING",
        "{A} x | 16 | not readable JSON",
        "{A | 16 | not readable JSON",
        "[] | 0 | not a JSON object",
      })
  void refusesWhatDoesNotAddUp(String header, int dataBytes, String reason) throws IOException {
    String message = refusal(header.replace("A", A), dataBytes);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void refusesLengthsThatLie() throws IOException {
    Path file = directory.resolve("lie.safetensors");
    for (long length : new long[] {0, 1, 100, 100_000_001, 1L << 40, -1}) {
      Files.write(file, new LittleEndianBytes().i64(length).text("{}  ").toByteArray());
      IOException refusal = assertThrows(IOException.class, () -> SafetensorsFile.open(file));
      assertTrue(refusal.getMessage().contains("offset 0"), refusal.getMessage());
    }
    Files.write(file, new byte[5]);
    assertThrows(IOException.class, () -> SafetensorsFile.open(file));
    assertThrows(NoSuchFileException.class, () -> SafetensorsFile.open(directory.resolve("none")));
    assertThrows(NoSuchFileException.class, () -> SafetensorsFile.open(directory));
  }

  @Test
  void refusesIndicesOfOtherCharactersAndMissingShards() throws IOException {
    Path index = directory.resolve("x.safetensors.index.json");
    Files.write(index, new byte[] {'{', 0, 0, 0, 0, 0, (byte) 0xff, 0});
    refusesIndex(index, "index.json, offset 6: the index is not UTF-8");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"none.safetensors\"}}");
    refusesIndex(index, "index.json: weight_map names shard");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"\\ud800\"}}");
    refusesIndex(index, "the shard of a must be a file name");
  }

  private static void refusesIndex(Path index, String reason) {
    IOException e = assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(index));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
