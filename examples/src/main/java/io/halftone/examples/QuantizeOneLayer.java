package io.halftone.examples;

import io.halftone.calibration.Quantize;
import io.halftone.core.model.WeightSink;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.codec.Codecs;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.safetensors.Safetensors;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;

/** Quantizes one weight with captured inputs and writes it as compressed-tensors. */
public final class QuantizeOneLayer {
  private QuantizeOneLayer() {}

  /**
   * Reads a weight and its inputs, quantizes, measures, writes.
   *
   * @param args weight.npy [out, in], inputs.npy [tokens, in], output.safetensors
   */
  public static void main(String[] args) throws IOException {
    FloatMatrix w = NpyFile.read(Path.of(args[0]));
    FloatMatrix x = NpyFile.read(Path.of(args[1]));
    Recipe recipe = Catalog.gptq(Schemes.W4A16_G128);
    QuantizedLinear q = Quantize.linear("down_proj", w, x, recipe);
    LayerReport report = Reports.compare(q, w, x);
    System.out.printf(
        "%.2f bits/weight, output SQNR %.1f dB%n", report.bitsPerWeight(), report.outputSqnrDb());
    try (WeightSink out = Safetensors.create(Path.of(args[2]), Codecs.compressedTensors())) {
      out.write(q);
    }
  }
}
