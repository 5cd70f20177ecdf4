package io.halftone.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.model.StoredTensor;
import io.halftone.io.TensorData;
import io.halftone.io.TensorSpool;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path directory;

  private static StoredTensor stored(String name, String type, List<Long> shape, int... bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes.length);
    for (int value : bytes) {
      data.put((byte) value);
    }
    return new StoredTensor(name, type, shape, data.rewind());
  }

  /** Bytes put together by hand from the format's description. */
  @Test
  void writesTheBytesOfTheSpecification() throws IOException {
    Path file = directory.resolve("t.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            stored("a", "U8", List.of(3L), 1, 2, 3),
            stored("z", "F32", List.of(), 4, 5, 6, 7),
            stored("b", "F16", List.of(1L, 1L), 8, 9)),
        new TreeMap<>());
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[4,6]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[6,9]}}";
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 9);
    expected.put((byte) padded).position(8);
    expected.put((header + " ".repeat(padded - header.length())).getBytes(StandardCharsets.UTF_8));
    expected.put(new byte[] {4, 5, 6, 7, 8, 9, 1, 2, 3});
    assertArrayEquals(expected.array(), Files.readAllBytes(file));
  }

  @Test
  void copiesAModelIntoShardsOfLimitedSizeAndBack() throws IOException {
    Path shards = Files.createDirectory(directory.resolve("shards"));
    try (SafetensorsFile model = SafetensorsFile.open(TinyLlama.copyTo(directory))) {
      SafetensorsShards.write(shards, copies(model), new TreeMap<>(), 500_000);
      try (SafetensorsFile copy = SafetensorsFile.open(shards)) {
        assertEquals(model.names().size(), copy.names().size());
        for (String name : model.names()) {
          assertEquals(model.read(name), copy.read(name));
        }
        assertThrows(
            FileAlreadyExistsException.class,
            () -> SafetensorsShards.write(shards, copies(model), new TreeMap<>(), 500_000));
        Path one = directory.resolve("one.safetensors");
        Path two = directory.resolve("two.safetensors");
        SafetensorsWriter.stream(one, copies(model), new TreeMap<>());
        SafetensorsWriter.stream(two, copies(copy), new TreeMap<>());
        assertEquals(-1, Files.mismatch(one, two));
      }
    }
  }

  private static List<TensorData> copies(SafetensorsFile model) {
    List<TensorData> copies = new ArrayList<>();
    model.names().forEach(name -> copies.add(TensorData.copy(model, name)));
    return copies;
  }

  @Test
  void spoolsTensorsAndLeavesNothingBehind() throws IOException {
    Path file = directory.resolve("t.safetensors");
    StoredTensor tensor = stored("a", "U8", List.of(3L), 1, 2, 3);
    try (TensorSpool spool = TensorSpool.beside(file)) {
      spool.add(tensor);
      spool.add(stored("b", "I8", List.of(1L), 7));
      assertThrows(IllegalArgumentException.class, () -> spool.add(tensor));
      assertFalse(Files.exists(file));
      SafetensorsWriter.stream(file, spool.tensors(), new TreeMap<>());
    }
    try (SafetensorsFile written = SafetensorsFile.open(file);
        Stream<Path> files = Files.list(directory)) {
      assertEquals(tensor, written.read("a"));
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void refusesWhatNoReaderAccepts() {
    Path file = directory.resolve("t.safetensors");
    StoredTensor good = stored("a", "U8", List.of(1L), 1);
    for (List<StoredTensor> bad :
        List.of(
            List.of(good, good),
            List.of(stored("a", "Q5", List.of(1L), 1)),
            List.of(stored("a", "U8", List.of(2L), 1)),
            List.of(stored("__metadata__", "U8", List.of(1L), 1)))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> SafetensorsWriter.write(file, bad, new TreeMap<>()));
    }
    TensorData shorter = TensorData.of(TensorData.of(good).entry(), out -> {});
    assertThrows(
        IllegalStateException.class,
        () -> SafetensorsWriter.stream(file, List.of(shorter), new TreeMap<>()));
    assertFalse(Files.exists(file));
    assertThrows(
        NoSuchFileException.class,
        () -> TensorSpool.beside(directory.resolve("none").resolve("t.safetensors")));
  }
}
