package io.halftone.io.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {
  private static final Granularity G32 = new Granularity.PerGroup(32);

  @TempDir private Path directory;

  private static byte[] tensors(Path checkpoint) throws IOException {
    return Files.readAllBytes(checkpoint.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @EnumSource(names = {"GPTQ", "GPTQ_V2", "AWQ", "PACK_QUANTIZED", "NAIVE_QUANTIZED"})
  void goesRoundAllFormatsToTheSameBytes(TargetFormat first) throws IOException {
    for (LayerScheme scheme :
        List.of(RandomLayers.asymmetric(4, G32), RandomLayers.symmetric(4, G32, Formats.F16))) {
      Path base = Files.createDirectories(directory.resolve("z" + scheme.weight().zeroPoint()));
      Path start =
          Checkpoints.convert(
              Checkpoints.write(base.resolve("a"), "pack-quantized", scheme), first, "b");
      Path last = start;
      List<TargetFormat> way =
          List.of(
              TargetFormat.GPTQ,
              TargetFormat.AWQ,
              TargetFormat.PACK_QUANTIZED,
              TargetFormat.GPTQ_V2,
              TargetFormat.INT_QUANTIZED,
              first);
      for (int i = 0; i < way.size(); i++) {
        last = Checkpoints.convert(last, way.get(i), "step" + i);
      }
      assertArrayEquals(tensors(start), tensors(last));
      assertEquals(
          Files.readString(start.resolve("config.json")),
          Files.readString(last.resolve("config.json")));
      assertTrue(Files.exists(last.resolve("tokenizer.json")));
    }
  }

  @Test
  void orderedGroupsStayWhereTheFormatHasThem() throws IOException {
    LayerScheme scheme = RandomLayers.asymmetric(4, G32);
    List<QuantizedLinear> layers =
        Checkpoints.LAYERS.stream()
            .map(name -> RandomLayers.reordered(name, scheme, 64, 128, 3))
            .toList();
    QuantizationConfig config = QuantizationConfig.ofAll("gptq", scheme, true, List.of());
    Path start = Checkpoints.write(directory.resolve("a"), config, layers);
    Path packed = Checkpoints.convert(start, TargetFormat.PACK_QUANTIZED, "b");
    assertTrue(
        Files.readString(packed.resolve("config.json")).contains("\"actorder\" : \"group\""));
    assertArrayEquals(tensors(start), tensors(Checkpoints.convert(packed, TargetFormat.GPTQ, "c")));
    try (Checkpoint source = Checkpoint.open(start)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.AWQ);
      assertEquals(3, plan.losses().size());
      LayerLoss loss = plan.losses().get(0);
      assertTrue(loss.reason().contains("not neighbours"), loss.reason());
      assertTrue(loss.relativeError() > 0 && loss.relativeError() < 0.1, loss.toString());
    }
  }

  @Test
  void narrowerWidthsGoIntoWiderOnesExactly() throws IOException {
    Path three = Checkpoints.write(directory.resolve("a"), "gptq", RandomLayers.asymmetric(3, G32));
    Path four = Checkpoints.convert(three, TargetFormat.AWQ, "b");
    try (Checkpoint before = Checkpoint.open(three);
        Checkpoint after = Checkpoint.open(four)) {
      for (String layer : Checkpoints.LAYERS) {
        assertArrayEquals(before.layer(layer).decode().data(), after.layer(layer).decode().data());
      }
    }
  }

  @Test
  void symmetricGroupsBecomeJlamasAndComeBack() throws IOException {
    Path start =
        Checkpoints.write(
            directory.resolve("a"), "gptq", RandomLayers.symmetric(4, G32, Formats.F16));
    Path there = Checkpoints.convert(start, TargetFormat.JLAMA_Q4, "b");
    assertArrayEquals(tensors(start), tensors(Checkpoints.convert(there, TargetFormat.GPTQ, "c")));
  }

  @Test
  void fourBitsAreNumbersOfFp8() throws IOException {
    Path four = Checkpoints.write(directory.resolve("a"), "awq", RandomLayers.asymmetric(4, G32));
    Checkpoints.convert(four, TargetFormat.FLOAT_QUANTIZED, "b");
  }

  @Test
  void lossesAreNamedAndMeasured() throws IOException {
    Path eight =
        Checkpoints.write(
            directory.resolve("a"), "pack-quantized", RandomLayers.asymmetric(8, G32));
    Path out = Files.createDirectory(directory.resolve("b"));
    try (Checkpoint source = Checkpoint.open(eight)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.AWQ);
      assertFalse(plan.isLossless());
      Conversion.write(source, plan, out);
      Conversion.verify(source, plan, out);
      try (Checkpoint written = Checkpoint.open(out)) {
        LayerLoss loss = plan.losses().get(0);
        float[] before = source.layer(loss.layer()).decode().data();
        float[] after = written.layer(loss.layer()).decode().data();
        double error = 0;
        double size = 0;
        for (int i = 0; i < before.length; i++) {
          error += Math.pow((double) after[i] - before[i], 2);
          size += Math.pow(before[i], 2);
        }
        assertEquals(error / size, loss.relativeError(), 1e-12);
        assertTrue(loss.reason().contains("UINT4 does not hold"), loss.reason());
      }
    }
  }

  @Test
  void onlyScalesAreRoundedWhereOnlyTheyDoNotFit() throws IOException {
    Path single =
        Checkpoints.write(
            directory.resolve("a"), "pack-quantized", RandomLayers.symmetric(4, G32, Formats.F32));
    try (Checkpoint source = Checkpoint.open(single)) {
      LayerLoss loss = ConversionPlan.of(source, TargetFormat.GPTQ).losses().get(0);
      assertTrue(loss.reason().contains("scales that F16 does not hold"), loss.reason());
      assertTrue(loss.relativeError() < Math.pow(2, -22), loss.toString());
    }
  }

  @Test
  void quantizedInputsAreNotDroppedSilently() throws IOException {
    Path start = Checkpoints.write(directory.resolve("a"), "int-quantized", Schemes.W8A8);
    try (Checkpoint source = Checkpoint.open(start)) {
      String reason = ConversionPlan.of(source, TargetFormat.GPTQ).losses().get(0).reason();
      assertTrue(reason.contains("inputs") || reason.contains("scales"), reason);
      assertEquals(
          Schemes.A8_PER_TOKEN,
          ConversionPlan.of(source, TargetFormat.PACK_QUANTIZED)
              .config()
              .groups()
              .get(0)
              .scheme()
              .input());
    }
  }

  @Test
  void zeroPointsOfZeroNeedVersionTwo() throws IOException {
    LayerScheme scheme = RandomLayers.asymmetric(4, G32);
    QuantizedLinear layer = RandomLayers.of("fc", scheme, 64, 128, 1);
    LayerConversion.weight(layer).grid().zero()[5] = 0;
    Path start =
        Checkpoints.write(
            directory.resolve("a"),
            QuantizationConfig.ofAll("awq", scheme, false, List.of()),
            List.of(layer));
    Checkpoints.convert(start, TargetFormat.GPTQ_V2, "b");
    try (Checkpoint source = Checkpoint.open(start)) {
      LayerLoss loss = ConversionPlan.of(source, TargetFormat.GPTQ).losses().get(0);
      assertTrue(loss.reason().contains("only gptq_v2 can store"), loss.reason());
    }
  }

  @Test
  void layersOfTwoSchemesNeedCompressedTensors() throws IOException {
    LayerScheme four = RandomLayers.symmetric(4, G32, Formats.F16);
    LayerScheme eight = RandomLayers.symmetric(8, G32, Formats.F16);
    QuantizationConfig config =
        new QuantizationConfig(
            List.of(
                new QuantizationConfig.Group(
                    List.of("re:.*o_proj"), "pack-quantized", eight, false),
                new QuantizationConfig.Group(List.of("Linear"), "int-quantized", four, false)),
            List.of("lm_head"));
    List<QuantizedLinear> layers =
        Checkpoints.LAYERS.stream()
            .map(name -> RandomLayers.of(name, name.endsWith("o_proj") ? eight : four, 64, 128, 1))
            .toList();
    Path start = Checkpoints.write(directory.resolve("a"), config, layers);
    Path packed = Checkpoints.convert(start, TargetFormat.PACK_QUANTIZED, "b");
    Checkpoints.convert(packed, TargetFormat.NAIVE_QUANTIZED, "c");
    try (Checkpoint source = Checkpoint.open(packed)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.GPTQ);
      Path out = Files.createDirectory(directory.resolve("d"));
      String message =
          assertThrows(IllegalArgumentException.class, () -> Conversion.write(source, plan, out))
              .getMessage();
      assertTrue(message.contains("one scheme for all layers"), message);
    }
  }

  @Test
  void shardsKeepLayersTogether() throws IOException {
    Path start = Checkpoints.write(directory.resolve("a"), "gptq", RandomLayers.asymmetric(4, G32));
    Path out = Files.createDirectory(directory.resolve("b"));
    try (Checkpoint source = Checkpoint.open(start)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.AWQ);
      Conversion.write(source, plan, out, 6000);
      assertEquals(5, Conversion.verify(source, plan, out));
    }
    try (Stream<Path> files = Files.list(out)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertTrue(names.contains("model-00001-of-00003.safetensors"), names.toString());
      assertTrue(names.contains("model.safetensors.index.json"), names.toString());
    }
    Path back = Checkpoints.convert(out, TargetFormat.GPTQ, "c");
    assertArrayEquals(tensors(start), tensors(back));
  }

  @Test
  void verificationFindsAChangedByte() throws IOException {
    Path start = Checkpoints.write(directory.resolve("a"), "gptq", RandomLayers.asymmetric(4, G32));
    Path out = Files.createDirectory(directory.resolve("b"));
    try (Checkpoint source = Checkpoint.open(start)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.AWQ);
      Conversion.write(source, plan, out);
      byte[] good = tensors(out);
      for (int fromEnd : new int[] {3, 200, 8000}) {
        byte[] bad = good.clone();
        bad[bad.length - fromEnd] ^= 4;
        Files.write(out.resolve("model.safetensors"), bad);
        assertThrows(IOException.class, () -> Conversion.verify(source, plan, out));
      }
    }
  }

  @Test
  void symmetricSourcesSayNoZeroPoints() throws IOException {
    Path awq =
        Checkpoints.convert(
            Checkpoints.write(
                directory.resolve("a"), "gptq", RandomLayers.symmetric(4, G32, Formats.F16)),
            TargetFormat.AWQ,
            "b");
    try (Checkpoint source = Checkpoint.open(awq)) {
      ConversionPlan plan = ConversionPlan.of(source, TargetFormat.PACK_QUANTIZED);
      assertEquals(ZeroPoint.NONE, plan.config().groups().get(0).scheme().weight().zeroPoint());
    }
  }
}
