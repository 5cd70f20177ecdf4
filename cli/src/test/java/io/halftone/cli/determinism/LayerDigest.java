package io.halftone.cli.determinism;

import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a quantized layer: its decoded values, then codes, scales and zero points of its
 * grids, big-endian.
 */
final class LayerDigest {
  private final MessageDigest digest;

  private LayerDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static String of(QuantizedLinear layer) {
    LayerDigest digest = new LayerDigest();
    digest.add(layer.decode().data());
    for (Branch branch : layer.branches()) {
      if (branch.weight() instanceof GridTensor tensor) {
        digest.add(tensor.codes().values());
        digest.add(tensor.grid().scale());
        digest.add(tensor.grid().zero());
      }
    }
    return HexFormat.of().formatHex(digest.digest.digest());
  }

  private void add(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    digest.update(bytes);
  }

  private void add(short[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES);
    bytes.asShortBuffer().put(values);
    digest.update(bytes);
  }
}
