package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients of the divergence are its slopes. */
class GradientTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;

  @Test
  void gradientsAreTheSlopesOfTheDivergence() throws IOException {
    FloatDecoder exact = TrainedModel.open(directory);
    TokenSequences tokens = TrainedModel.tokens(0, 1);
    QuantizedDecoder model =
        new BlockPipeline(
                Pipeline.of(Catalog.rtn(Schemes.W3A16_G32), COMPUTE), Propagation.FLOAT_PREFIX)
            .run(exact, tokens, layer -> {});
    List<Sublayer> halves = new ArrayList<>();
    for (int b = 0; b < model.config().blocks(); b++) {
      halves.addAll(model.block(b).sublayers());
    }
    ResidualStream reference = ResidualStream.of(exact, tokens);
    for (int b = 0; b < exact.config().blocks(); b++) {
      reference.advance(exact.block(b), COMPUTE);
    }
    DivergenceGradient loss = new DivergenceGradient(exact.head(), model.head(), COMPUTE);
    int[] lengths = reference.lengths(0);
    FloatMatrix target = reference.state(0);
    FloatMatrix start = model.embed(tokens);
    List<FloatMatrix> states = new ArrayList<>();
    FloatMatrix x = start.copy();
    for (Sublayer half : halves) {
      states.add(x.copy());
      half.advance(x, lengths, COMPUTE);
    }
    FloatMatrix gradient = loss.of(target, x).gradient();
    Map<String, FloatMatrix> byWeight = new HashMap<>();
    for (int h = halves.size() - 1; h >= 0; h--) {
      gradient =
          new SublayerGradient(halves.get(h), byWeight::put, COMPUTE)
              .before(states.get(h), gradient, lengths);
    }
    Random random = new Random(3);
    for (int h = 0; h < halves.size(); h++) {
      for (LinearLayer linear : halves.get(h).linears()) {
        EmulatedLinear layer = (EmulatedLinear) linear;
        FloatMatrix slope = byWeight.get(linear.name());
        FloatMatrix direction = FloatMatrix.zeros(linear.out(), linear.in());
        double expected = 0;
        for (int i = 0; i < direction.data().length; i++) {
          direction.data()[i] = Math.signum(slope.data()[i]) * random.nextFloat();
          expected += (double) direction.data()[i] * slope.data()[i];
        }
        float step = 1e-3f;
        double up = divergence(halves, h, layer, direction, step, start, lengths, loss, target);
        double down = divergence(halves, h, layer, direction, -step, start, lengths, loss, target);
        assertEquals(expected, (up - down) / (2 * step), 0.03 * expected, linear.name());
        assertTrue(expected > 0, linear.name());
      }
    }
  }

  private static double divergence(
      List<Sublayer> halves,
      int changed,
      EmulatedLinear layer,
      FloatMatrix direction,
      float step,
      FloatMatrix start,
      int[] lengths,
      DivergenceGradient loss,
      FloatMatrix target) {
    FloatMatrix weight = layer.decoded().get(0).copy();
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] += step * direction.data()[i];
    }
    FloatMatrix x = start.copy();
    for (int h = 0; h < halves.size(); h++) {
      Sublayer half = halves.get(h);
      if (h == changed) {
        half = half.with(List.of(new EmulatedLinear(layer.layer(), List.of(weight))));
      }
      half.advance(x, lengths, COMPUTE);
    }
    return loss.of(target, x).divergence();
  }
}
