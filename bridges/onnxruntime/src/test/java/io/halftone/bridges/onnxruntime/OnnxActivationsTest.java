package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Progress;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TransformSite;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.onnx.ElementType;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxEditor;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxActivationsTest {
  @TempDir Path directory;

  @Test
  void bytesDoNotDependOnTheNumberOfThreads() throws Exception {
    Set<String> sites = new LinkedHashSet<>();
    for (OnnxLinear linear : LinearLayers.find(OnnxModel.read(MiniLm.model()).graph())) {
      sites.add(linear.input());
    }
    assertEquals(24, sites.size(), sites::toString);
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(16, 2))) {
      String one = digest(inputs, sites, 1);
      assertEquals(one, digest(inputs, sites, 2));
      assertEquals(one, digest(inputs, sites, 5));
    }
  }

  @Test
  void bytesOfASiteDoNotDependOnTheOtherSites() throws Exception {
    String other = "/encoder/layer.0/attention/self/Reshape_3_output_0";
    try (ModelInputs inputs =
        MiniLm.inputs(MiniLm.PASSAGES.subList(0, 2), new TextOptions(16, 2))) {
      Map<String, List<FloatMatrix>> both =
          capture(MiniLm.model(), inputs, Set.of(MiniLm.FIRST_SITE, other));
      Map<String, List<FloatMatrix>> alone = capture(MiniLm.model(), inputs, Set.of(other));
      assertArrayEquals(both.get(other).get(0).data(), alone.get(other).get(0).data());
    }
  }

  @Test
  void paddingDoesNotCount() throws Exception {
    String last = "/encoder/layer.5/attention/output/LayerNorm/Add_1_output_0";
    Map<Integer, float[]> padded = perPassage(last, 4);
    Map<Integer, float[]> plain = perPassage(last, 1);
    assertEquals(MiniLm.PASSAGES.size(), padded.size());
    for (int passage : plain.keySet()) {
      assertArrayEquals(plain.get(passage), padded.get(passage), 2e-5f, "passage " + passage);
    }
  }

  @Test
  void capturesTheModelsOwnInputAndGivesItsWeights() throws Exception {
    Path model =
        TinyModels.mlp(
            directory.resolve("m.onnx"), TinyModels.random(1, 4, 3), TinyModels.random(2, 2, 4));
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, 4, 3).data(), 2, 2, 3);
    NpyArray mask = NpyArray.ofFloats(new float[] {1, 0, 0.5f, 2}, 2, 2);
    List<ActivationBatch> batches = new ArrayList<>();
    try (ModelInputs inputs =
        ArrayInputs.of(Map.of("x", x, "attention_mask", mask), ModelSignature.read(model), 2)) {
      new OnnxActivations(model, inputs, 1)
          .stream(Set.of("x"), (site, batch) -> batches.add(batch));
    }
    float[] all = x.toFloats();
    assertArrayEquals(new float[] {1, 0.5f, 2}, batches.get(0).tokenWeight());
    assertArrayEquals(
        new float[] {all[0], all[1], all[2], all[6], all[7], all[8], all[9], all[10], all[11]},
        batches.get(0).x().data());
  }

  @Test
  void findsConstantsInAFileBesideTheModel() throws Exception {
    FloatMatrix first = TinyModels.random(1, 64, 8);
    Path model = TinyModels.mlp(directory.resolve("m.onnx"), first, TinyModels.random(2, 2, 64));
    OnnxEditor editor = new OnnxEditor(OnnxModel.read(model));
    editor.replaceWeight("first", first);
    Path split = directory.resolve("split.onnx");
    editor.finish().write(split, 0);
    try (Stream<Path> files = Files.list(directory)) {
      assertTrue(files.anyMatch(file -> file.toString().matches(".*split\\.onnx\\..*\\.data")));
    }
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, 4, 8).data(), 2, 2, 8);
    try (ModelInputs inputs = ArrayInputs.of(Map.of("x", x), ModelSignature.read(split), 2)) {
      assertArrayEquals(
          capture(model, inputs, Set.of("a")).get("a").get(0).data(),
          capture(split, inputs, Set.of("a")).get("a").get(0).data());
    }
  }

  @Test
  void holdsOneBatchMoreThanThreads() throws Exception {
    int samples = 40;
    Path model =
        TinyModels.mlp(
            directory.resolve("m.onnx"), TinyModels.random(1, 4, 3), TinyModels.random(2, 2, 4));
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, samples, 3).data(), samples, 1, 3);
    int[] drawn = {0};
    int[] taken = {0};
    List<Integer> lead = new ArrayList<>();
    try (ModelInputs inputs = ArrayInputs.of(Map.of("x", x), ModelSignature.read(model), 1)) {
      ModelInputs counting = new CountingInputs(inputs, () -> drawn[0]++);
      Progress progress = (done, total, what) -> assertEquals(samples, total);
      new OnnxActivations(model, counting, 2, progress)
          .stream(Set.of("a"), (site, batch) -> lead.add(drawn[0] - taken[0]++));
    }
    assertEquals(samples, lead.size());
    assertTrue(lead.stream().allMatch(ahead -> ahead <= 3), lead::toString);
  }

  @Test
  void namesSiteTokenAndChannelOfANaN() throws Exception {
    FloatMatrix first = TinyModels.random(1, 4, 3);
    first.set(2, 1, Float.NaN);
    Path model = TinyModels.mlp(directory.resolve("m.onnx"), first, TinyModels.random(2, 2, 4));
    ModelGraph graph =
        new ModelGraph(
            List.of(
                new Block(
                    "all",
                    List.of("second"),
                    List.of(TransformSite.isolated("h", 4, List.of("second"))))));
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, 2, 3).data(), 1, 2, 3);
    try (ModelInputs inputs = ArrayInputs.of(Map.of("x", x), ModelSignature.read(model), 1)) {
      QuantizationException e =
          assertThrows(
              QuantizationException.class,
              () ->
                  SiteStatistics.collect(
                      graph, new OnnxActivations(model, inputs, 2), Set.of(), Compute.defaults()));
      assertEquals("h", e.layer());
      assertTrue(e.getMessage().contains("token 0, channel 2 is NaN"), e.getMessage());
    }
  }

  @Test
  void refusesTensorsThatDoNotExistOrAreNotFloat() throws Exception {
    Path model = TinyModels.identity(directory.resolve("m.onnx"), ElementType.INT64, -1, 2);
    NpyArray x = NpyArray.ofLongs(new long[] {1, 2}, 1, 2);
    try (ModelInputs inputs = ArrayInputs.of(Map.of("x", x), ModelSignature.read(model), 1)) {
      OnnxActivations activations = new OnnxActivations(model, inputs, 1);
      IllegalArgumentException missing =
          assertThrows(
              IllegalArgumentException.class,
              () -> activations.stream(Set.of("z"), (site, batch) -> {}));
      assertTrue(missing.getMessage().contains("no tensor z"), missing.getMessage());
      IOException type =
          assertThrows(
              IOException.class, () -> activations.stream(Set.of("y"), (site, batch) -> {}));
      assertTrue(type.getMessage().contains("[y] are not float32"), type.getMessage());
    }
  }

  @Test
  void refusesModelsThatAreNone() throws Exception {
    Path text = Files.writeString(directory.resolve("text.onnx"), "this is no model");
    assertThrows(IOException.class, () -> ModelSignature.read(text));
    byte[] whole = Files.readAllBytes(MiniLm.int8());
    Path cut = Files.write(directory.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 2));
    IOException e = assertThrows(IOException.class, () -> ModelSignature.read(cut));
    assertTrue(e.getMessage().contains("cut.onnx"), e.getMessage());
  }

  @Test
  void saysWhatWasFedWhenTheModelRefusesIt() throws Exception {
    Path model =
        TinyModels.mlp(
            directory.resolve("m.onnx"), TinyModels.random(1, 4, 3), TinyModels.random(2, 2, 4));
    InputBatch wrong =
        new InputBatch(
            Map.of("x", NpyArray.ofFloats(new float[4], 1, 1, 4)), new float[0], new int[1]);
    ModelInputs inputs = new CountingInputs(List.of(wrong), () -> {});
    IOException e =
        assertThrows(
            IOException.class,
            () -> new OnnxActivations(model, inputs, 1).stream(Set.of("h"), (site, batch) -> {}));
    assertTrue(e.getMessage().contains("x=FLOAT32[1, 1, 4]"), e.getMessage());
  }

  private Map<Integer, float[]> perPassage(String site, int batchSize) throws IOException {
    Map<Integer, float[]> rows = new TreeMap<>();
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(64, batchSize))) {
      List<FloatMatrix> captured = capture(MiniLm.model(), inputs, Set.of(site)).get(site);
      int index = 0;
      for (InputBatch batch : inputs) {
        FloatMatrix x = captured.get(index++);
        int next = 0;
        for (int r = 0; r < batch.rows(); r++) {
          int tokens = 0;
          for (int t = 0; t < batch.length(); t++) {
            tokens += batch.tokenWeight()[r * batch.length() + t] > 0 ? 1 : 0;
          }
          rows.put(batch.passages()[r], x.rows(next, next + tokens).data());
          next += tokens;
        }
        assertEquals(x.rows(), next);
      }
    }
    return rows;
  }

  private static Map<String, List<FloatMatrix>> capture(
      Path model, ModelInputs inputs, Set<String> sites) throws IOException {
    Map<String, List<FloatMatrix>> captured = new TreeMap<>();
    new OnnxActivations(model, inputs, 2)
        .stream(
            sites,
            (site, batch) ->
                captured.computeIfAbsent(site, name -> new ArrayList<>()).add(batch.x()));
    return captured;
  }

  private static String digest(ModelInputs inputs, Set<String> sites, int threads)
      throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    long[] tokens = {0};
    new OnnxActivations(MiniLm.model(), inputs, threads)
        .stream(
            sites,
            (site, batch) -> {
              sha.update(site.getBytes(StandardCharsets.UTF_8));
              sha.update(bytes(batch));
              tokens[0] += batch.x().rows();
            });
    assertEquals(inputs.tokens() * sites.size(), tokens[0]);
    return HexFormat.of().formatHex(sha.digest());
  }

  private static byte[] bytes(ActivationBatch batch) {
    float[] values = batch.x().data();
    ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * values.length);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
