package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.bridges.onnxruntime.ArrayInputs;
import io.halftone.bridges.onnxruntime.ModelRunner;
import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.RunMode;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels that calibration never saw active keep their weights, and zero rows stay zero. */
class KeptChannelsTest {
  private static final int IN = 64;
  private static final int OUT = 24;
  private static final int GROUP = 32;
  private static final int ZERO_ROW = 5;
  private static final List<Integer> DEAD = List.of(0, 17, 40);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"rtn, 0.51", "gptq, 0.51", "quantease, 0.51", "awq, 1", "halftone, 1.5"})
  void deadChannelsKeepTheirWeights(String recipe, float steps) throws IOException {
    FloatMatrix weight = TinyModel.random(1, IN, OUT);
    for (int c = 0; c < IN; c++) {
      weight.set(c, ZERO_ROW, 0);
    }
    FloatMatrix x = TinyModel.random(7, 200, IN);
    for (int t = 0; t < x.rows(); t++) {
      for (int dead : DEAD) {
        x.set(t, dead, 0);
      }
    }
    Path output = directory.resolve("q.onnx");
    CommandRun.of(
            "quantize",
            TinyModel.single(weight).write(directory.resolve("model.onnx")),
            "--recipe",
            recipe,
            "--calibration",
            TinyModel.npy(directory.resolve("x.npy"), x),
            "--output",
            output)
        .assertDone();
    FloatMatrix decoded = responses(output);
    for (int c = 0; c < IN; c++) {
      assertEquals(0, decoded.get(c, ZERO_ROW), "channel " + c + " of the zero row");
    }
    for (int dead : DEAD) {
      for (int row = 0; row < OUT; row++) {
        float step = range(weight, row, dead / GROUP) / 15;
        float original = weight.get(dead, row);
        float kept = decoded.get(dead, row);
        assertTrue(
            Math.abs(kept - original) <= steps * step,
            "row %d, channel %d: %f became %f, one step is %f"
                .formatted(row, dead, original, kept, step));
      }
    }
  }

  /** What a model of one linear answers to each unit vector: its decoded weight [in, out]. */
  private static FloatMatrix responses(Path model) throws IOException {
    float[] identity = new float[IN * IN];
    for (int c = 0; c < IN; c++) {
      identity[c * IN + c] = 1;
    }
    List<float[]> batches = new ArrayList<>();
    new ModelRunner(model, RunMode.AS_WRITTEN, 1)
        .stream(
            ArrayInputs.of(
                Map.of("x", NpyArray.ofFloats(identity, IN, IN)), ModelSignature.read(model), IN),
            (batch, outputs) -> batches.add(outputs.get("y").data()));
    return FloatMatrix.wrap(batches.get(0), IN, OUT);
  }

  /** Span of a group of one row, zero included. */
  private static float range(FloatMatrix weight, int row, int group) {
    float min = 0;
    float max = 0;
    for (int c = group * GROUP; c < (group + 1) * GROUP; c++) {
      min = Math.min(min, weight.get(c, row));
      max = Math.max(max, weight.get(c, row));
    }
    return max - min;
  }
}
