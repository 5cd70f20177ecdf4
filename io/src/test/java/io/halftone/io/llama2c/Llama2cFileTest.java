package io.halftone.io.llama2c;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.LittleEndianBytes;
import io.halftone.io.TensorData;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Llama2cFileTest {
  private static final int DIM = 8;
  private static final int HIDDEN = 6;
  private static final int LAYERS = 2;
  private static final int KV = 4;
  private static final int VOCAB = 5;
  private static final int CONTEXT = 3;

  @TempDir Path directory;

  /** Every float is its own index, so that a value tells its place. */
  private static LittleEndianBytes checkpoint(int vocab, int floats) {
    LittleEndianBytes bytes =
        new LittleEndianBytes().i32(DIM, HIDDEN, LAYERS, 2, 1, vocab, CONTEXT);
    for (int i = 0; i < floats; i++) {
      bytes.f32(i);
    }
    return bytes;
  }

  private static int floats(boolean tied) {
    int layer = DIM + DIM * DIM + 2 * KV * DIM + DIM * DIM + DIM + 3 * DIM * HIDDEN;
    return VOCAB * DIM * (tied ? 1 : 2) + LAYERS * layer + DIM + 2 * CONTEXT * 2;
  }

  private Path write(LittleEndianBytes bytes) throws IOException {
    return Files.write(directory.resolve("model.bin"), bytes.toByteArray());
  }

  @Test
  void findsEveryTensorAtItsPlace() throws IOException {
    try (Llama2cFile file = Llama2cFile.open(write(checkpoint(-VOCAB, floats(false))))) {
      assertEquals(
          new Llama2cConfig(DIM, HIDDEN, LAYERS, 2, 1, VOCAB, CONTEXT, false), file.config());
      assertEquals(DIM, file.config().decoder().hiddenSize());
      assertEquals(KV, file.config().decoder().keyValueHeads() * file.config().headDim());
      int q = VOCAB * DIM + LAYERS * DIM;
      int k = q + LAYERS * DIM * DIM;
      int v = k + LAYERS * KV * DIM;
      int o = v + LAYERS * KV * DIM;
      int gate = o + LAYERS * (DIM * DIM + DIM);
      int down = gate + LAYERS * DIM * HIDDEN;
      int up = down + LAYERS * DIM * HIDDEN;
      int norm = up + LAYERS * DIM * HIDDEN;
      assertFirst(file, "model.embed_tokens.weight", 0, VOCAB, DIM);
      assertFirst(file, "model.layers.1.input_layernorm.weight", VOCAB * DIM + DIM, DIM);
      assertFirst(file, "model.layers.1.self_attn.q_proj.weight", q + DIM * DIM, DIM, DIM);
      assertFirst(file, "model.layers.1.self_attn.k_proj.weight", k + KV * DIM, KV, DIM);
      assertFirst(file, "model.layers.0.self_attn.v_proj.weight", v, KV, DIM);
      assertFirst(file, "model.layers.0.self_attn.o_proj.weight", o, DIM, DIM);
      assertFirst(file, "model.layers.0.post_attention_layernorm.weight", gate - LAYERS * DIM, DIM);
      assertFirst(file, "model.layers.0.mlp.gate_proj.weight", gate, HIDDEN, DIM);
      assertFirst(file, "model.layers.1.mlp.down_proj.weight", down + HIDDEN * DIM, DIM, HIDDEN);
      assertFirst(file, "model.layers.0.mlp.up_proj.weight", up, HIDDEN, DIM);
      assertFirst(file, "model.norm.weight", norm, DIM);
      assertFirst(file, "freq_cis_imag", norm + DIM + CONTEXT * 2, CONTEXT, 2);
      assertFirst(file, "lm_head.weight", norm + DIM + 2 * CONTEXT * 2, VOCAB, DIM);
      assertArrayEquals(
          new float[] {o + DIM, o + DIM + 1},
          Arrays.copyOf(file.floats("model.layers.0.self_attn.o_proj.weight", 1, 2).data(), 2));
    }
    try (Llama2cFile file = Llama2cFile.open(write(checkpoint(VOCAB, floats(true))))) {
      assertTrue(file.config().tied());
      assertFalse(file.contains("lm_head.weight"));
    }
  }

  @Test
  void writesACopyByteForByte() throws IOException {
    for (boolean tied : new boolean[] {true, false}) {
      Path original = write(checkpoint(tied ? VOCAB : -VOCAB, floats(tied)));
      try (Llama2cFile file = Llama2cFile.open(original)) {
        Path copy = directory.resolve("copy.bin");
        List<TensorData> tensors = new ArrayList<>();
        file.names().forEach(name -> tensors.add(0, TensorData.copy(file, name)));
        Llama2cWriter.write(copy, file.config(), tensors);
        assertEquals(-1, Files.mismatch(original, copy));
        TensorData last = tensors.remove(0);
        assertThrows(
            IllegalArgumentException.class,
            () -> Llama2cWriter.write(copy, file.config(), tensors));
        tensors.add(last);
        tensors.add(last);
        assertThrows(
            IllegalArgumentException.class,
            () -> Llama2cWriter.write(copy, file.config(), tensors));
      }
    }
  }

  private static void assertFirst(Llama2cFile file, String name, int value, long... shape)
      throws IOException {
    assertEquals(Arrays.stream(shape).boxed().toList(), file.info(name).shape(), name);
    assertEquals(value, file.floats(name).data()[0], name);
  }

  @Test
  void refusesWhatTheHeaderDoesNotDescribe() throws IOException {
    refuses(checkpoint(VOCAB, floats(true) - 1), "freq_cis_imag has 24 bytes");
    refuses(checkpoint(VOCAB, floats(false)), "the tensors end here");
    refuses(checkpoint(0, floats(false)), "vocabSize is 0");
    refuses(checkpoint(Integer.MIN_VALUE, floats(false)), "vocabSize is -2147483648");
    refuses(new LittleEndianBytes().i32(8, 6, 1 << 30, 2, 1, 5, 3), "layers is");
    refuses(new LittleEndianBytes().i32(8, 6, 1, 3, 1, 5, 3), "8 in 3 heads");
    refuses(
        new LittleEndianBytes().i32(0x7ffffffe, 0x7fffffff, 1, 1, 1, 0x7fffffff, 3).zeros(36),
        "embed");
    refuses(new LittleEndianBytes().i32(0x616b3432, 1).zeros(300), "version 1 or 2");
    refuses(new LittleEndianBytes().i32(8, 6), "n_layers");
    refuses(
        new LittleEndianBytes().i32(8, 6, 4096, 2, 1, 5, 3).zeros(99), "4096 layers do not fit");
  }

  private void refuses(LittleEndianBytes bytes, String reason) throws IOException {
    Path file = write(bytes);
    IOException refusal = assertThrows(IOException.class, () -> Llama2cFile.open(file));
    assertTrue(refusal.getMessage().startsWith(file + ", offset "), () -> refusal.getMessage());
    assertTrue(refusal.getMessage().contains(reason), () -> refusal.getMessage());
  }

  static LittleEndianBytes vocabulary(boolean bytesAsCharacters) {
    LittleEndianBytes bytes = new LittleEndianBytes().i32(7);
    for (String special : List.of("<unk>", "\n<s>\n", "\n</s>\n")) {
      bytes.f32(0).i32(special.length()).text(special);
    }
    for (int value = 0; value < 256; value++) {
      String text =
          bytesAsCharacters ? String.valueOf((char) value) : Token.ofByte(value, 0).text();
      bytes.f32(0).i32(text.length() + (bytesAsCharacters && value > 127 ? 1 : 0)).text(text);
    }
    return bytes.f32(-1).i32(2).text(" t").f32(-2).i32(1).text(".");
  }

  @Test
  void readsBothWaysOfWritingByteTokens() throws IOException {
    Path old = Files.write(directory.resolve("old"), vocabulary(true).toByteArray());
    Vocabulary vocabulary = Llama2cTokenizer.read(old, 261);
    assertEquals(new Token("<s>", 0, Kind.CONTROL), vocabulary.tokens().get(1));
    assertEquals(new Token("<0x2E>", 0, Kind.BYTE), vocabulary.tokens().get(3 + '.'));
    assertEquals(new Token("▁t", -1, Kind.NORMAL), vocabulary.tokens().get(259));
    assertEquals(new Token(".", -2, Kind.NORMAL), vocabulary.tokens().get(260));
    assertArrayEquals(new byte[] {' ', 't'}, vocabulary.tokens().get(259).bytes());
    Path recent = Files.write(directory.resolve("new"), vocabulary(false).toByteArray());
    assertEquals(vocabulary, Llama2cTokenizer.read(recent, 261));
  }

  @Test
  void refusesVocabulariesOfAnotherSize() throws IOException {
    Path file = Files.write(directory.resolve("v"), vocabulary(true).toByteArray());
    assertThrows(IOException.class, () -> Llama2cTokenizer.read(file, 260));
    assertThrows(IOException.class, () -> Llama2cTokenizer.read(file, 262));
    assertThrows(IOException.class, () -> Llama2cTokenizer.read(file, Integer.MAX_VALUE));
    Files.write(file, new LittleEndianBytes().i32(7).f32(0).i32(1 << 30).zeros(9).toByteArray());
    IOException refusal = assertThrows(IOException.class, () -> Llama2cTokenizer.read(file, 1));
    assertTrue(refusal.getMessage().contains("offset 8: token 0 has"), refusal.getMessage());
  }
}
