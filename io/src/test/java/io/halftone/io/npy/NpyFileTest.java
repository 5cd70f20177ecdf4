package io.halftone.io.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
  private static final long SEED = 20260101L;

  @TempDir Path directory;

  /**
   * The bytes that NumPy 1.26 writes for {@code np.array([[1, 2, 3], [4, 5, 6]], dtype)}, header
   * version given.
   */
  static byte[] npy(int version, String descr, boolean fortran, String shape, byte[] data) {
    String text =
        "{'descr': '"
            + descr
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': "
            + shape
            + ", }";
    int lengthBytes = version == 1 ? 2 : 4;
    int total = (8 + lengthBytes + text.length() + 1 + 63) / 64 * 64;
    String padded = text + " ".repeat(total - 8 - lengthBytes - text.length() - 1) + "\n";
    ByteBuffer out = ByteBuffer.allocate(total + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      out.putShort((short) padded.length());
    } else {
      out.putInt(padded.length());
    }
    return out.put(padded.getBytes(StandardCharsets.US_ASCII)).put(data).array();
  }

  private static byte[] encode(String descr, int... values) {
    ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer out = ByteBuffer.allocate(8 * values.length).order(order);
    for (int value : values) {
      switch (descr.substring(1)) {
        case "f8":
          out.putDouble(value);
          break;
        case "f4":
          out.putFloat(value);
          break;
        case "f2":
          out.putShort(new short[] {0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600}[value]);
          break;
        case "i8":
          out.putLong(value);
          break;
        case "i4":
        case "u4":
          out.putInt(value);
          break;
        case "i2":
        case "u2":
          out.putShort((short) value);
          break;
        default:
          out.put((byte) value);
      }
    }
    byte[] bytes = new byte[out.position()];
    out.rewind().get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<f4", ">f4", "<f8", ">f8", "<f2", ">f2", "<i8", ">i8", "<i4", ">u4", "<i2", ">u2", "|i1",
        "|u1"
      })
  void readsEveryTypeInBothOrdersAndEveryVersion(String descr) throws IOException {
    for (int version = 1; version <= 3; version++) {
      Path c = file(npy(version, descr, false, "(2, 3)", encode(descr, 1, 2, 3, 4, 5, 6)));
      Path f = file(npy(version, descr, true, "(2, 3)", encode(descr, 1, 4, 2, 5, 3, 6)));
      float[] expected = {1, 2, 3, 4, 5, 6};
      assertArrayEquals(expected, NpyFile.read(c).data());
      assertArrayEquals(expected, NpyFile.read(f).data());
      assertEquals(2, NpyFile.read(f).rows());
      assertArrayEquals(expected, NpyFile.readArray(c).toFloats());
      assertArrayEquals(expected, NpyFile.readArray(f).toFloats());
    }
  }

  @Test
  void oneDimensionIsOneRow() throws IOException {
    FloatMatrix row = NpyFile.read(file(npy(1, "<f4", false, "(3,)", encode("<f4", 1, 2, 3))));
    assertEquals(1, row.rows());
    assertEquals(3, row.cols());
  }

  @Test
  void writtenMatrixComesBackBitForBit() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[129 * 331];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt() & 0xff7f_ffff);
    }
    Path path = directory.resolve("m.npy");
    NpyFile.write(path, FloatMatrix.wrap(values, 129, 331));
    FloatMatrix back = NpyFile.read(path);
    assertEquals(129, back.rows());
    assertArrayEquals(values, back.data());
    assertArrayEquals(npyPrefix("(129, 331)"), prefix(Files.readAllBytes(path), 128));
  }

  private static byte[] npyPrefix(String shape) {
    return prefix(npy(1, "<f4", false, shape, new byte[0]), 128);
  }

  private static byte[] prefix(byte[] bytes, int length) {
    byte[] result = new byte[length];
    System.arraycopy(bytes, 0, result, 0, length);
    return result;
  }

  @ParameterizedTest
  @EnumSource(NpyType.class)
  void arraysOfAnyTypeAndRankComeBack(NpyType type) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24 * type.bytes());
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, (byte) (i * 7));
    }
    Path path = directory.resolve("a.npy");
    NpyFile.write(path, new NpyArray(type, new int[] {2, 3, 4}, data));
    NpyArray back = NpyFile.readArray(path);
    assertEquals(type, back.type());
    assertArrayEquals(new int[] {2, 3, 4}, back.shape());
    assertEquals(data.rewind(), back.data());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4 | <f4 | (2, 3) | version 4",
        "1 | <c8 | (2, 3) | c8 is not supported",
        "1 | <f4 | (2, 3, 1) | is not a matrix",
        "1 | <f4 | () | is not a matrix",
        "1 | <f4 | (9, 9) | needs 324 bytes",
        "1 | <f4 | (2147483647, 2147483647, 2147483647) | exceeds 2^63 bytes",
        "1 | <f4 | (99999999999, 1) | exceeds 2^31 - 1",
        "1 | <f4 | x | lacks a plain",
      })
  void malformedFilesNameFileOffsetAndReason(int version, String descr, String shape, String reason)
      throws IOException {
    Path path = file(npy(version, descr, false, shape, new byte[24]));
    IOException e = assertThrows(IOException.class, () -> NpyFile.read(path));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().startsWith(path + ", offset "), e.getMessage());
  }

  @Test
  void missingAndEmptyFilesAreNamed() throws IOException {
    assertThrows(IOException.class, () -> NpyFile.read(directory.resolve("missing.npy")));
    Path empty = file(new byte[0]);
    IOException e = assertThrows(IOException.class, () -> NpyFile.read(empty));
    assertTrue(e.getMessage().contains("not a NumPy array"), e.getMessage());
  }

  @Test
  void refusesMoreDimensionsThanItsTimeAllows() throws IOException {
    byte[] file = npy(1, "|u1", true, "(" + "1, ".repeat(20_000) + "1048576)", new byte[1 << 20]);
    IOException e = assertThrows(MalformedFileException.class, () -> NpyFile.readArray(file(file)));
    assertTrue(e.getMessage().contains("20001 dimensions"), e.getMessage());
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(directory.resolve("test.npy"), content);
  }
}
