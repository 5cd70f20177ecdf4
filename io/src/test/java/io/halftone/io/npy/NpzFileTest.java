package io.halftone.io.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.halftone.io.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
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
    assertTrue(e.getMessage().contains("t.npz: the zip directory is not readable"), e.getMessage());
  }

  @Test
  void refusesEntriesThatAreNoArraysOrShorterThanTheirShape() throws IOException {
    refuses(new byte[] {1, 2, 3}, "d.npz!x.npy, offset 0: not a NumPy array");
    byte[] empty = NpyFileTest.npy(1, "<f8", false, "(2, 100000000)", new byte[0]);
    refuses(empty, "needs 1600000000 bytes, there are 0");
  }

  private void refuses(byte[] entry, String reason) throws IOException {
    Path path = write(List.of("x"), entry);
    IOException e = assertThrows(MalformedFileException.class, () -> NpzFile.read(path));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private Path write(List<String> names, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        NpzFuzzTest.entry(zip, ZipOutputStream.STORED, name, content);
      }
    }
    return Files.write(directory.resolve("d.npz"), bytes.toByteArray());
  }

  /** The directory's only record is there a hundred times, under other names. */
  @Test
  void refusesEntriesThatShareBytes() throws IOException {
    Path path = write(List.of("00"), NpyFileTest.npy(1, "|u1", false, "(1000,)", new byte[1000]));
    ByteBuffer zip = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int end = zip.limit() - 22;
    int start = zip.getInt(end + 16);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(zip.array(), 0, start);
    for (int i = 0; i < 100; i++) {
      zip.put(start + 46, (byte) ('0' + i / 10)).put(start + 47, (byte) ('0' + i % 10));
      bomb.write(zip.array(), start, end - start);
    }
    zip.putShort(end + 8, (short) 100).putShort(end + 10, (short) 100);
    zip.putInt(end + 12, 100 * (end - start));
    bomb.write(zip.array(), end, 22);
    Files.write(path, bomb.toByteArray());
    IOException e = assertThrows(MalformedFileException.class, () -> NpzFile.read(path));
    assertTrue(e.getMessage().contains("entries before it leave"), e.getMessage());
  }

  @Test
  void allocatesLittleForManySmallEntries() throws IOException {
    List<String> names = IntStream.range(0, 3000).mapToObj(i -> "a" + i).toList();
    Path path = write(names, NpyFileTest.npy(1, "|u1", false, "(1,)", new byte[1]));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    assertEquals(3000, NpzFile.read(path).size());
    long allocated = threads.getThreadAllocatedBytes(thread) - before;
    assertTrue(allocated < 2 * Files.size(path) + (64 << 20), "allocated " + allocated);
  }
}
