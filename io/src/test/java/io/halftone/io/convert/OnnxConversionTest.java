package io.halftone.io.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxConversionTest {
  private static final Granularity G32 = new Granularity.PerGroup(32);

  @TempDir private Path directory;

  private Path onnx(Path checkpoint, String name) throws IOException {
    Path file = directory.resolve(name + ".onnx");
    try (Checkpoint source = Checkpoint.open(checkpoint)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.MATMUL_NBITS);
      assertTrue(plan.isLossless(), () -> plan.losses().toString());
      OnnxConversion.model(source, plan).write(file);
      assertEquals(5, OnnxConversion.verify(source, plan, file));
    }
    return file;
  }

  private Path back(Path file, TargetFormat format, String name) throws IOException {
    Path to = Files.createDirectory(directory.resolve(name));
    try (OnnxCheckpoint source = OnnxCheckpoint.open(file)) {
      ConversionPlan plan = ConversionPlan.of(source, format);
      assertTrue(plan.isLossless(), () -> plan.losses().toString());
      Conversion.write(source, plan, to);
      Conversion.verify(source, plan, to);
    }
    return to;
  }

  private static void assertSame(Path first, Path last) throws IOException {
    for (String name : List.of("model.safetensors", "config.json")) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(name)), Files.readAllBytes(last.resolve(name)), name);
    }
  }

  @Test
  void goesFromGptqThroughAwqAndOnnxAndCompressedTensorsBackToTheSameBytes() throws IOException {
    for (LayerScheme scheme :
        List.of(
            RandomLayers.symmetric(4, G32, Formats.F16),
            RandomLayers.asymmetric(4, G32),
            RandomLayers.asymmetric(4, Granularity.perChannel()))) {
      String id = Integer.toString(scheme.hashCode());
      Path packed = Checkpoints.write(directory.resolve(id), "pack-quantized", scheme);
      Path gptq = Checkpoints.convert(packed, TargetFormat.GPTQ, id + "gptq");
      Path awq = Checkpoints.convert(gptq, TargetFormat.AWQ, id + "awq");
      Path file = onnx(awq, id);
      Path again = back(file, TargetFormat.PACK_QUANTIZED, id + "packed");
      assertArrayEquals(
          Files.readAllBytes(packed.resolve("model.safetensors")),
          Files.readAllBytes(again.resolve("model.safetensors")));
      assertSame(gptq, Checkpoints.convert(again, TargetFormat.GPTQ, id + "last"));
      assertSame(awq, back(file, TargetFormat.AWQ, id + "awq2"));
    }
  }

  @Test
  void otherWidthsAndScalesComeBackAsTheyWere() throws IOException {
    for (int bits : new int[] {2, 3, 5, 8}) {
      Path packed =
          Checkpoints.write(
              directory.resolve("b" + bits), "pack-quantized", RandomLayers.asymmetric(bits, G32));
      Path single =
          Checkpoints.write(
              directory.resolve("s" + bits),
              "pack-quantized",
              RandomLayers.symmetric(bits, G32, Formats.F32));
      for (Path start : List.of(packed, single)) {
        String name = start.getFileName().toString();
        Path again = back(onnx(start, name), TargetFormat.PACK_QUANTIZED, name + "back");
        assertArrayEquals(
            Files.readAllBytes(start.resolve("model.safetensors")),
            Files.readAllBytes(again.resolve("model.safetensors")));
      }
    }
  }

  @Test
  void theFileDoesNotDependOnWhatItIsCalled() throws IOException {
    Path packed =
        Checkpoints.write(
            directory.resolve("a"), "pack-quantized", RandomLayers.asymmetric(4, G32));
    assertArrayEquals(
        Files.readAllBytes(onnx(packed, "one")), Files.readAllBytes(onnx(packed, "two")));
  }

  @Test
  void whatItCannotHoldIsALoss() throws IOException {
    Path bytes = Checkpoints.write(directory.resolve("a"), "int-quantized", Schemes.W8A8);
    try (Checkpoint source = Checkpoint.open(bytes)) {
      List<LayerLoss> losses = ConversionPlan.of(source, TargetFormat.MATMUL_NBITS).losses();
      assertEquals(3, losses.size());
      assertTrue(losses.get(0).reason().contains("quantized inputs"), losses.get(0).reason());
    }
    LayerScheme scheme = RandomLayers.asymmetric(4, G32);
    List<QuantizedLinear> layers =
        Checkpoints.LAYERS.stream()
            .map(name -> RandomLayers.reordered(name, scheme, 64, 128, 3))
            .toList();
    QuantizationConfig config = QuantizationConfig.ofAll("gptq", scheme, true, List.of());
    try (Checkpoint source =
        Checkpoint.open(Checkpoints.write(directory.resolve("b"), config, layers))) {
      LayerLoss loss = ConversionPlan.of(source, TargetFormat.MATMUL_NBITS).losses().get(0);
      assertTrue(loss.reason().contains("not neighbours"), loss.reason());
    }
  }

  /** Without its remarks the same values are read, in the schemes that the nodes show. */
  @Test
  void filesOfOthersAreRead() throws IOException {
    Path packed =
        Checkpoints.write(
            directory.resolve("a"), "pack-quantized", RandomLayers.asymmetric(4, G32));
    Path file = onnx(packed, "own");
    OnnxModel own = OnnxModel.read(file);
    Path bare = directory.resolve("bare.onnx");
    OnnxModel.of(own.proto().toBuilder().clearMetadataProps().build(), directory).write(bare);
    try (Checkpoint before = Checkpoint.open(packed);
        OnnxCheckpoint after = OnnxCheckpoint.open(bare)) {
      for (String name : Checkpoints.LAYERS) {
        assertArrayEquals(before.layer(name).decode().data(), after.layer(name).decode().data());
        assertArrayEquals(before.layer(name).bias(), after.layer(name).bias());
      }
    }
    back(bare, TargetFormat.GPTQ, "gptq");
  }

  @Test
  void aChangedByteIsFound() throws IOException {
    Path packed =
        Checkpoints.write(
            directory.resolve("a"), "pack-quantized", RandomLayers.asymmetric(4, G32));
    Path file = onnx(packed, "good");
    byte[] bytes = Files.readAllBytes(file);
    try (Checkpoint source = Checkpoint.open(packed)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.MATMUL_NBITS);
      QuantizedLinear layer = Conversion.converted(source, plan, Checkpoints.LAYERS.get(1));
      byte[] codes = TargetFormat.MATMUL_NBITS.codec().encode(layer).get(0).data().array();
      int start = indexOf(bytes, codes);
      for (int at = start; at < start + codes.length; at += 97) {
        byte[] bad = bytes.clone();
        bad[at] ^= 4;
        Files.write(file, bad);
        assertThrows(IOException.class, () -> OnnxConversion.verify(source, plan, file));
      }
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    int at = 0;
    while (Arrays.mismatch(bytes, at, at + part.length, part, 0, part.length) >= 0) {
      at++;
    }
    return at;
  }
}
