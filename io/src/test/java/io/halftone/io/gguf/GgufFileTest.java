package io.halftone.io.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.LittleEndianBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads files whose bytes are put together here from the specification. */
class GgufFileTest {
  @TempDir Path directory;

  private GgufFile open(LittleEndianBytes bytes) throws IOException {
    return GgufFile.open(Files.write(directory.resolve("m.gguf"), bytes.toByteArray()));
  }

  private void refuses(LittleEndianBytes bytes, String reason) throws IOException {
    Path file = Files.write(directory.resolve("bad.gguf"), bytes.toByteArray());
    IOException refusal = assertThrows(IOException.class, () -> GgufFile.open(file));
    assertTrue(refusal.getMessage().startsWith(file + ", offset "), () -> refusal.getMessage());
    assertTrue(refusal.getMessage().contains(reason), () -> refusal.getMessage());
  }

  private static LittleEndianBytes start(long tensors, long pairs) {
    return new LittleEndianBytes().text("GGUF").i32(3).i64(tensors, pairs);
  }

  private static LittleEndianBytes tensor(
      LittleEndianBytes bytes, String name, int type, long offset, long... extents) {
    return bytes.longText(name).i32(extents.length).i64(extents).i32(type).i64(offset);
  }

  @Test
  void readsEveryTypeOfMetadata() throws IOException {
    LittleEndianBytes bytes = start(0, 14);
    bytes.longText("u8").i32(0).i8(200);
    bytes.longText("i8").i32(1).i8(200);
    bytes.longText("u16").i32(2).i8(0xff).i8(0xff);
    bytes.longText("i16").i32(3).i8(0xff).i8(0xff);
    bytes.longText("u32").i32(4).i32(-1);
    bytes.longText("i32").i32(5).i32(-1);
    bytes.longText("f32").i32(6).f32(1.5f);
    bytes.longText("bool").i32(7).i8(1);
    bytes.longText("text").i32(8).longText("naïve");
    bytes.longText("texts").i32(9).i32(8).i64(2).longText("").longText("▁a");
    bytes.longText("u64").i32(10).i64(-1);
    bytes.longText("i64").i32(11).i64(-1);
    bytes.longText("f64").i32(12).i64(Double.doubleToLongBits(0.1));
    bytes.longText("u16s").i32(9).i32(2).i64(2).i32(0x0002ffff);
    try (GgufFile file = open(bytes)) {
      assertEquals(3, file.version());
      assertEquals(32, file.alignment());
      assertEquals(OptionalLong.of(200), file.integer("u8"));
      assertEquals(OptionalLong.of(-56), file.integer("i8"));
      assertEquals(OptionalLong.of(65535), file.integer("u16"));
      assertEquals(OptionalLong.of(-1), file.integer("i16"));
      assertEquals(OptionalLong.of(4294967295L), file.integer("u32"));
      assertEquals(OptionalLong.of(-1), file.integer("i32"));
      assertEquals(1.5, file.real("f32").getAsDouble());
      assertEquals(new GgufValue.Bool(true), file.metadata().get("bool"));
      assertEquals("naïve", file.text("text").orElseThrow());
      assertEquals(new GgufValue.Texts(List.of("", "▁a")), file.metadata().get("texts"));
      assertEquals(new GgufValue.Int(GgufType.UINT64, -1), file.metadata().get("u64"));
      assertEquals(0.1, file.real("f64").getAsDouble());
      GgufValue.Numbers numbers = (GgufValue.Numbers) file.metadata().get("u16s");
      assertEquals(65535, numbers.integer(0));
      assertEquals(2, numbers.integer(1));
      assertEquals(OptionalLong.empty(), file.integer("text"));
    }
  }

  @Test
  void readsTensorsByRows() throws IOException {
    LittleEndianBytes bytes = start(3, 1);
    bytes.longText("general.alignment").i32(4).i32(64);
    tensor(bytes, "w", 8, 0, 64, 3);
    tensor(bytes, "f", 0, 256, 2, 2);
    tensor(bytes, "v", 1, 320, 3);
    bytes.alignTo(64).zeros(68);
    for (int i = 0; i < 68; i++) {
      bytes.i8(i);
    }
    bytes.zeros(68).alignTo(64).f32(1, 2, 3, 4).alignTo(64).i8(0).i8(0x3c).zeros(4);
    try (GgufFile file = open(bytes)) {
      assertEquals(List.of(3L, 64L), file.info("w").shape());
      assertEquals("Q8_0", file.info("w").type());
      assertEquals(3 * 68, file.info("w").bytes());
      byte[] row = new byte[68];
      file.read("w", 1, 2).data().get(row);
      assertEquals(0, row[0]);
      assertEquals(67, row[67]);
      assertArrayEquals(new float[] {3, 4}, file.floats("f", 1, 2).data());
      assertArrayEquals(new float[] {1, 0, 0}, file.floats("v").data());
      assertThrows(IllegalArgumentException.class, () -> file.floats("w"));
    }
  }

  @Test
  void readsTheVocabulary() throws IOException {
    LittleEndianBytes bytes = start(0, 5);
    bytes.longText("tokenizer.ggml.model").i32(8).longText("llama");
    bytes.longText("tokenizer.ggml.tokens").i32(9).i32(8).i64(3);
    bytes.longText("<unk>").longText("<0x0A>").longText("▁the");
    bytes.longText("tokenizer.ggml.scores").i32(9).i32(6).i64(3).f32(0, 0, -3);
    bytes.longText("tokenizer.ggml.token_type").i32(9).i32(5).i64(3).i32(2, 6, 1);
    bytes.longText("tokenizer.ggml.unknown_token_id").i32(4).i32(0);
    try (GgufFile file = open(bytes)) {
      Vocabulary vocabulary = file.vocabulary().orElseThrow();
      assertEquals(
          List.of(
              new Token("<unk>", 0, Kind.UNKNOWN),
              Token.ofByte('\n', 0),
              new Token("▁the", -3, Kind.NORMAL)),
          vocabulary.tokens());
      assertEquals(OptionalInt.of(0), vocabulary.unknown());
      assertEquals(OptionalInt.empty(), vocabulary.bos());
      assertArrayEquals(new byte[] {10}, vocabulary.tokens().get(1).bytes());
    }
  }

  @Test
  void refusesVocabulariesThatDoNotMatch() throws IOException {
    String[] reasons = {"scores has 1 elements", "token_type holds 7", "token 0 is a byte"};
    for (int i = 0; i < reasons.length; i++) {
      LittleEndianBytes bytes = start(0, 3);
      bytes.longText("tokenizer.ggml.tokens").i32(9).i32(8).i64(2).longText("a").longText("b");
      bytes.longText("tokenizer.ggml.scores").i32(9).i32(6).i64(i == 0 ? 1 : 2);
      bytes.f32(new float[i == 0 ? 1 : 2]);
      bytes.longText("tokenizer.ggml.token_type").i32(9).i32(5).i64(2).i32(i == 1 ? 7 : 6, 1);
      try (GgufFile file = open(bytes)) {
        IOException refusal = assertThrows(MalformedFileException.class, file::vocabulary);
        assertTrue(refusal.getMessage().contains(reasons[i]), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("m.gguf: tokenizer."), refusal.getMessage());
      }
    }
  }

  @Test
  void refusesCountsThatLie() throws IOException {
    refuses(start(0, 1L << 60), "metadata pairs do not fit");
    refuses(start(1L << 60, 0), "tensors do not fit");
    refuses(start(0, -1), "metadata pairs do not fit");
    refuses(start(0, 1).i64(1L << 40).zeros(20), "length of key 0");
    refuses(start(0, 1).longText("k").i32(9).i32(0).i64(1L << 40), "count of k");
    refuses(start(0, 1).longText("k").i32(9).i32(8).i64(2).i64(1).i8(7).i64(9), "of text 1");
    refuses(start(0, 1).longText("k").i32(9).i32(9).i64(0), "array of arrays");
    refuses(start(0, 1).longText("k").i32(13).i64(0), "type 13");
    refuses(start(0, 2).longText("k").i32(0).i8(1).longText("k").i32(0).i8(1).zeros(9), "twice");
    refuses(new LittleEndianBytes().text("GGML").zeros(20), "does not begin with GGUF");
    refuses(new LittleEndianBytes().text("GGUF").i32(1).zeros(20), "version 1");
    refuses(new LittleEndianBytes().text("GG"), "does not begin with GGUF");
  }

  @Test
  void refusesTensorsThatDoNotFit() throws IOException {
    refuses(tensor(start(1, 0), "w", 8, 0, 33, 2).alignTo(32).zeros(99), "cannot have shape");
    refuses(tensor(start(1, 0), "w", 0, 0, 1L << 40, 1L << 40).alignTo(32), "cannot have shape");
    refuses(tensor(start(1, 0), "w", 0, 0, 9).alignTo(32).zeros(35), "the file ends after");
    refuses(tensor(start(1, 0), "w", 0, 8, 1).alignTo(32).zeros(35), "multiple of 32");
    refuses(tensor(start(1, 0), "w", 5, 0, 1).alignTo(32).zeros(35), "type 5");
    refuses(tensor(start(1, 0), "w", 0, 0, 1, 1, 1, 1, 1).alignTo(32).zeros(35), "rank 5");
    LittleEndianBytes two = tensor(tensor(start(2, 0), "w", 0, 0, 9), "v", 0, 32, 1);
    refuses(two.alignTo(32).zeros(64), "overlaps");
    LittleEndianBytes same = tensor(tensor(start(2, 0), "w", 0, 0, 1), "w", 0, 32, 1);
    refuses(same.alignTo(32).zeros(64), "second tensor");
    refuses(start(0, 1).longText("general.alignment").i32(4).i32(24), "power of two");
  }
}
