package io.halftone.io.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
  private static final long SEED = 20260102L;

  @TempDir Path directory;

  private static Map<String, NpyArray> modelInputs() {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put(
        "input_ids", NpyArray.ofLongs(new long[] {101, 7592, 102, 0, -1, Long.MAX_VALUE}, 2, 3));
    arrays.put("attention_mask", NpyArray.ofInts(new int[] {1, 1, 0}, 1, 3));
    arrays.put("a", NpyArray.ofFloats(new float[] {1.5f}));
    return arrays;
  }

  @Test
  void writtenArraysComeBackInOrder() throws IOException {
    Path path = directory.resolve("x.npz");
    NpzFile.write(path, modelInputs());
    Map<String, NpyArray> back = NpzFile.read(path);
    assertEquals(List.of("input_ids", "attention_mask", "a"), List.copyOf(back.keySet()));
    assertArrayEquals(
        new long[] {101, 7592, 102, 0, -1, Long.MAX_VALUE}, back.get("input_ids").toLongs());
    assertArrayEquals(new int[] {2, 3}, back.get("input_ids").shape());
    assertArrayEquals(new float[] {1.5f}, back.get("a").toFloats());
  }

  @Test
  void bytesDependOnTheArraysOnly() throws IOException {
    Path first = directory.resolve("1.npz");
    Path second = directory.resolve("2.npz");
    NpzFile.write(first, modelInputs());
    NpzFile.write(second, modelInputs());
    assertEquals(-1, Files.mismatch(first, second));
  }

  @Test
  void readsDeflatedEntries() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(NpyFileTest.npy(1, "<i8", false, "(2,)", new byte[16]));
    }
    Path path = Files.write(directory.resolve("d.npz"), bytes.toByteArray());
    assertArrayEquals(new long[] {0, 0}, NpzFile.read(path).get("x").toLongs());
  }

  @Test
  void refusesWhatIsNoArchive() throws IOException {
    Path path = Files.writeString(directory.resolve("t.npz"), "plain text");
    IOException e = assertThrows(IOException.class, () -> NpzFile.read(path));
    assertTrue(e.getMessage().contains("t.npz is not a readable zip archive"), e.getMessage());
  }

  @Test
  void mutatedArchivesEndInAnIoExceptionOrArrays() throws IOException {
    Path path = directory.resolve("m.npz");
    NpzFile.write(path, modelInputs());
    byte[] good = Files.readAllBytes(path);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      Files.write(path, Mutations.mutate(good, SEED + i));
      try {
        assertTrue(NpzFile.read(path).size() <= 3);
      } catch (IOException e) {
        assertTrue(
            String.valueOf(e.getMessage()).contains("m.npz"),
            () -> "refusal without a file name: " + trace(e));
        refused++;
      }
    }
    assertTrue(refused > 500, "refused " + refused);
  }

  private static String trace(IOException e) {
    return e + " at " + Arrays.toString(e.getStackTrace());
  }
}
