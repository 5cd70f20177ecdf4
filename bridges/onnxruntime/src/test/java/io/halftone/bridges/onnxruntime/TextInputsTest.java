package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.npy.NpyArray;
import io.halftone.io.onnx.ElementType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextInputsTest {
  private static final int CLS = 101;
  private static final int SEP = 102;

  @TempDir Path directory;

  @Test
  void knowsTheIdsOfAPublishedVocabulary() throws IOException {
    try (TextInputs inputs = MiniLm.inputs(List.of("hello world"), TextOptions.DEFAULT)) {
      InputBatch batch = inputs.iterator().next();
      assertArrayEquals(
          new long[] {CLS, 7592, 2088, SEP}, batch.tensors().get("input_ids").toLongs());
      assertArrayEquals(new long[] {1, 1, 1, 1}, batch.tensors().get("attention_mask").toLongs());
      assertArrayEquals(new long[4], batch.tensors().get("token_type_ids").toLongs());
      assertEquals(4, inputs.tokens());
    }
  }

  @Test
  void putsRowsOfSimilarLengthTogetherAndRemembersWhereTheyCameFrom() throws IOException {
    try (TextInputs inputs =
        MiniLm.inputs(List.of("a", "a a a a", "a a", "a a a"), new TextOptions(16, 2))) {
      List<InputBatch> batches = batches(inputs);
      assertEquals(2, batches.size());
      assertEquals(inputs.batches(), batches.size());
      assertArrayEquals(new int[] {1, 3}, batches.get(0).passages());
      assertArrayEquals(new int[] {2, 0}, batches.get(1).passages());
      assertArrayEquals(new int[] {2, 6}, batches.get(0).tensors().get("input_ids").shape());
      assertArrayEquals(
          new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, batches.get(0).tokenWeight());
    }
  }

  @Test
  void cutsLongPassagesIntoWindowsWithoutLosingATokenOrItsOrder() throws IOException {
    String passage =
        IntStream.range(0, 25)
            .mapToObj(i -> List.of("one", "two", "three").get(i % 3))
            .collect(Collectors.joining(" "));
    List<Long> whole = new ArrayList<>();
    List<Long> parts = new ArrayList<>();
    try (TextInputs long1 = MiniLm.inputs(List.of(passage), new TextOptions(64, 4));
        TextInputs cut = MiniLm.inputs(List.of("x", passage), new TextOptions(8, 4))) {
      batches(long1).forEach(batch -> addReal(batch, 0, whole));
      batches(cut).forEach(batch -> addReal(batch, 1, parts));
      assertEquals(2, cut.passages());
      assertEquals(25, whole.size());
      assertEquals(whole, parts);
      assertEquals(3 + 25 + 2 * 5, cut.tokens());
    }
  }

  @Test
  void iteratesTheSameBatchesAgain() throws IOException {
    try (TextInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(16, 3))) {
      List<InputBatch> first = batches(inputs);
      List<InputBatch> second = batches(inputs);
      assertEquals(first.size(), second.size());
      for (int i = 0; i < first.size(); i++) {
        assertArrayEquals(
            first.get(i).tensors().get("input_ids").toLongs(),
            second.get(i).tensors().get("input_ids").toLongs());
      }
    }
  }

  @Test
  void fillsMoreThanOneChunkCompletely() throws IOException {
    int passages = TextInputs.CHUNK_BATCHES * 2 + 3;
    List<String> text = new ArrayList<>(Collections.nCopies(passages, "a"));
    text.set(passages - 1, "a a");
    try (TextInputs inputs = MiniLm.inputs(text, new TextOptions(8, 2))) {
      List<InputBatch> batches = batches(inputs);
      assertEquals(inputs.batches(), batches.size());
      assertEquals(passages, batches.stream().mapToInt(InputBatch::rows).sum());
      assertEquals(inputs.tokens(), batches.stream().mapToLong(InputBatch::tokens).sum());
      assertEquals(passages - 1, batches.get(TextInputs.CHUNK_BATCHES).passages()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "  \t \n \r\n"})
  void refusesTextWithoutTokens(String content) throws IOException {
    Path text = Files.writeString(directory.resolve("empty.txt"), content);
    ModelSignature signature = MiniLm.signature();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TextInputs.of(MiniLm.tokenizer(), text, signature, TextOptions.DEFAULT));
    assertTrue(
        e.getMessage().startsWith("calibration text " + text + " has no tokens"), e.getMessage());
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    Path text =
        Files.write(
            directory.resolve("latin.txt"),
            "fine\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    ModelSignature signature = MiniLm.signature();
    IOException e =
        assertThrows(
            IOException.class,
            () -> TextInputs.of(MiniLm.tokenizer(), text, signature, TextOptions.DEFAULT));
    assertTrue(e.getMessage().contains("not UTF-8"), e.getMessage());
  }

  @Test
  void refusesATruncatedTokenizer() throws IOException {
    byte[] whole = Files.readAllBytes(MiniLm.tokenizer());
    Path cut =
        Files.write(directory.resolve("tokenizer.json"), Arrays.copyOf(whole, whole.length / 2));
    ModelSignature signature = MiniLm.signature();
    IOException e =
        assertThrows(
            IOException.class,
            () -> TextInputs.of(cut, List.of("a"), signature, TextOptions.DEFAULT));
    assertTrue(e.getMessage().startsWith(cut + " is not a readable tokenizer"), e.getMessage());
    assertThrows(
        NoSuchFileException.class,
        () ->
            TextInputs.of(
                directory.resolve("no.json"), List.of("a"), signature, TextOptions.DEFAULT));
  }

  @Test
  void refusesAModelThatAsksForMoreThanText() throws IOException {
    ModelSignature signature =
        ModelSignature.read(
            TinyModels.identity(directory.resolve("m.onnx"), ElementType.FLOAT, -1, 4));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TextInputs.of(MiniLm.tokenizer(), List.of("a"), signature, TextOptions.DEFAULT));
    assertTrue(e.getMessage().contains("[x]") && e.getMessage().contains(".npz"), e.getMessage());
  }

  @Test
  void leavesTheSwitchesOfTheTokenizerLibraryAsTheyWere() throws IOException {
    System.setProperty("RUST_FLAVOR", "cpu");
    try (TextInputs inputs = MiniLm.inputs(List.of("a"), TextOptions.DEFAULT)) {
      assertEquals(1, inputs.passages());
      assertFalse(System.getProperties().containsKey("ai.djl.offline"));
      assertEquals("cpu", System.getProperty("RUST_FLAVOR"));
    } finally {
      System.clearProperty("RUST_FLAVOR");
    }
  }

  private static List<InputBatch> batches(ModelInputs inputs) {
    List<InputBatch> batches = new ArrayList<>();
    inputs.forEach(batches::add);
    return batches;
  }

  private static void addReal(InputBatch batch, int passage, List<Long> ids) {
    Map<String, NpyArray> tensors = batch.tensors();
    long[] all = tensors.get("input_ids").toLongs();
    for (int i = 0; i < all.length; i++) {
      if (batch.passages()[i / batch.length()] == passage
          && batch.tokenWeight()[i] > 0
          && all[i] != CLS
          && all[i] != SEP) {
        ids.add(all[i]);
      }
    }
  }
}
