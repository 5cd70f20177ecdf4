package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.ManifestVerification.Difference;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.convert.TargetFormat;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManifestVerificationTest {
  private static final long SEED = 11;
  private static final String VERSION = "test";

  @TempDir private static Path directory;
  private LanguageModel model;
  private TokenSequences calibration;
  private Path checkpoint;

  @BeforeAll
  void quantize() throws IOException {
    model = LanguageModel.open(TinyLlama.copyTo(Files.createDirectory(directory.resolve("model"))));
    calibration = new TokenSequences(Arrays.asList(TinyLlama.tokens()).subList(0, 1));
    checkpoint = Files.createDirectory(directory.resolve("q"));
    RunSettings settings =
        new RunSettings(
            Pipeline.of(Catalog.named("gptq", Schemes.named("W4A16_G32")), Compute.defaults()),
            Propagation.QUANTIZED_PREFIX,
            calibration,
            new RunFormat.OfCheckpoint(TargetFormat.PACK_QUANTIZED),
            VERSION);
    QuantizationRun run =
        new QuantizationRun(model, settings, directory.resolve("blocks"), RunProgress.SILENT);
    run.run(checkpoint, calibration);
  }

  @AfterAll
  void close() throws IOException {
    model.close();
  }

  @Test
  void findsNothingInWhatWasWritten() throws IOException {
    assertEquals(Optional.empty(), ManifestVerification.of(checkpoint).ofFiles());
  }

  @Test
  void findsASingleFlippedBitInAnyTensor() throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong() + Long.BYTES;
    JsonNode json = new ObjectMapper().readTree(Arrays.copyOfRange(whole, Long.BYTES, header));
    SplittableRandom random = new SplittableRandom(SEED);
    int flipped = 0;
    try {
      for (Map.Entry<String, JsonNode> tensor : json.properties()) {
        if (tensor.getKey().equals("__metadata__")) {
          continue;
        }
        int from = tensor.getValue().at("/data_offsets/0").intValue();
        int to = tensor.getValue().at("/data_offsets/1").intValue();
        int at = header + random.nextInt(from, to);
        byte mask = (byte) (1 << random.nextInt(Byte.SIZE));
        whole[at] ^= mask;
        Files.write(file, whole);
        whole[at] ^= mask;
        assertEquals(
            Optional.of(tensor.getKey()),
            ManifestVerification.of(checkpoint).ofFiles().map(Difference::what),
            "seed " + SEED);
        flipped++;
      }
    } finally {
      Files.write(file, whole);
    }
    assertTrue(flipped > 28 * 2, "tensors: " + flipped);
  }

  private Optional<Difference> again(ManifestVerification manifest, TokenSequences tokens, int run)
      throws IOException {
    return manifest.ofNewRun(
        model,
        tokens,
        Compute.defaults(),
        VERSION,
        directory.resolve("again-" + run),
        RunProgress.SILENT);
  }

  @Test
  void derivesTheSameTensorsAgain() throws IOException {
    assertEquals(Optional.empty(), again(ManifestVerification.of(checkpoint), calibration, 0));
  }

  @Test
  void namesTheFirstTensorThatANewRunGivesOtherwise() throws IOException {
    String text = Files.readString(checkpoint.resolve(Manifest.FILE));
    Manifest.Tensor changed = Manifest.read(checkpoint).tensors().get(17);
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(
        other.resolve(Manifest.FILE),
        text.replace(changed.sha256(), changed.sha256().replaceAll("[0-9]", "a")));
    assertEquals(
        Optional.of(changed.name()),
        again(ManifestVerification.of(other), calibration, 1).map(Difference::what));
  }

  /** The errors that a run states are those of its tensors and tokens. */
  @Test
  void namesTheFirstLayerThatDidNotEndAsStated() throws IOException {
    String text = Files.readString(checkpoint.resolve(Manifest.FILE));
    LayerFacts changed = Manifest.read(checkpoint).layers().get(9);
    String figure = Double.toString(changed.outputRelativeError());
    assertTrue(changed.outputRelativeError() > 0 && text.contains(figure), figure);
    Path other = Files.createDirectory(directory.resolve("stated"));
    Files.writeString(other.resolve(Manifest.FILE), text.replace(figure, "0.5"));
    assertEquals(
        Optional.of(changed.layer()),
        again(ManifestVerification.of(other), calibration, 3).map(Difference::what));
  }

  @Test
  void namesAnotherCalibration() throws IOException {
    TokenSequences other = new TokenSequences(Arrays.asList(TinyLlama.tokens()).subList(1, 2));
    assertEquals(
        Optional.of("the calibration"),
        again(ManifestVerification.of(checkpoint), other, 2).map(Difference::what));
  }
}
