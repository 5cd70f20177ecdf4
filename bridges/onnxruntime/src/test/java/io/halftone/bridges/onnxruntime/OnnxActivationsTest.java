package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.stats.ActivationBatch;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OnnxActivationsTest {
  @Test
  void bytesDoNotDependOnTheNumberOfThreads() throws Exception {
    Set<String> sites = new LinkedHashSet<>();
    for (OnnxLinear linear : LinearLayers.find(OnnxModel.read(MiniLm.model()).graph())) {
      sites.add(linear.input());
    }
    assertEquals(24, sites.size(), sites::toString);
    assertTrue(sites.contains(MiniLm.FIRST_SITE), sites::toString);
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(16, 2))) {
      String one = digest(inputs, sites, 1);
      assertEquals(one, digest(inputs, sites, 2));
      assertEquals(one, digest(inputs, sites, 5));
    }
  }

  private static String digest(ModelInputs inputs, Set<String> sites, int threads) throws Exception {
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
