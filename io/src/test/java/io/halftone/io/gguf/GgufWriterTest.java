package io.halftone.io.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.model.StoredTensor;
import io.halftone.io.LittleEndianBytes;
import io.halftone.io.TensorData;
import io.halftone.io.gguf.GgufValue.Bool;
import io.halftone.io.gguf.GgufValue.Int;
import io.halftone.io.gguf.GgufValue.Numbers;
import io.halftone.io.gguf.GgufValue.Real;
import io.halftone.io.gguf.GgufValue.Text;
import io.halftone.io.gguf.GgufValue.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
  @TempDir Path directory;

  private static TensorData tensor(String name, String type, int bytes, Long... shape) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = (byte) (i + 1);
    }
    return TensorData.of(new StoredTensor(name, type, List.of(shape), ByteBuffer.wrap(data)));
  }

  /** Bytes put together field by field from the format's description. */
  @Test
  void writesTheBytesOfTheSpecification() throws IOException {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text("llama"));
    metadata.put("general.alignment", Int.uint32(64));
    metadata.put("b", new Bool(true));
    metadata.put("u16", new Int(GgufType.UINT16, 65535));
    metadata.put("i8", new Int(GgufType.INT8, -1));
    metadata.put("f", Real.float32(1.5f));
    metadata.put("d", new Real(GgufType.FLOAT64, 0.1));
    metadata.put("texts", new Texts(List.of("", "▁a")));
    metadata.put("scores", Numbers.float32(1, -2));
    LittleEndianBytes expected = new LittleEndianBytes().text("GGUF").i32(3).i64(2, 9);
    expected.longText("general.architecture").i32(8).longText("llama");
    expected.longText("general.alignment").i32(4).i32(64);
    expected.longText("b").i32(7).i8(1);
    expected.longText("u16").i32(2).i8(255).i8(255);
    expected.longText("i8").i32(1).i8(255);
    expected.longText("f").i32(6).f32(1.5f);
    expected.longText("d").i32(12).i64(Double.doubleToLongBits(0.1));
    expected.longText("texts").i32(9).i32(8).i64(2).longText("").longText("▁a");
    expected.longText("scores").i32(9).i32(6).i64(2).f32(1, -2);
    expected.longText("w").i32(2).i64(32, 2).i32(8).i64(0);
    expected.longText("v").i32(1).i64(3).i32(1).i64(128);
    expected.alignTo(64);
    for (int i = 1; i <= 68; i++) {
      expected.i8(i);
    }
    expected.alignTo(64).i8(1).i8(2).i8(3).i8(4).i8(5).i8(6).alignTo(64);
    Path file = directory.resolve("m.gguf");
    GgufWriter.write(
        file, metadata, List.of(tensor("w", "Q8_0", 68, 2L, 32L), tensor("v", "F16", 6, 3L)));
    assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
    try (GgufFile read = GgufFile.open(file)) {
      assertEquals(metadata, read.metadata());
      Path copy = directory.resolve("copy.gguf");
      GgufWriter.write(
          copy,
          read.metadata(),
          read.names().stream().map(name -> TensorData.copy(read, name)).toList());
      assertEquals(-1, Files.mismatch(file, copy));
    }
  }

  @Test
  void refusesWhatNoReaderAccepts() {
    TensorData good = tensor("v", "F16", 6, 3L);
    refuses(good, good);
    refuses(tensor("v", "F16", 5, 3L));
    refuses(tensor("v", "Q8_0", 34, 33L));
    refuses(tensor("v", "F12", 6, 3L));
    refuses(tensor("v".repeat(64), "F16", 6, 3L));
    refuses(tensor("v", "F16", 6, 3L, 1L, 1L, 1L, 1L));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            GgufWriter.write(
                directory.resolve("m"), Map.of("general.alignment", Int.uint32(24)), List.of()));
  }

  private void refuses(TensorData... tensors) {
    assertThrows(
        IllegalArgumentException.class,
        () -> GgufWriter.write(directory.resolve("m"), Map.of(), List.of(tensors)));
  }
}
