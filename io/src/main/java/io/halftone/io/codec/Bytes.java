package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian buffers of stored tensors. */
final class Bytes {
  private Bytes() {}

  /** Zeros, position 0, limit at the end. */
  static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A view of a tensor's bytes from position 0, with a position of its own. */
  static ByteBuffer of(StoredTensor tensor) {
    return tensor.data().duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
  }
}
