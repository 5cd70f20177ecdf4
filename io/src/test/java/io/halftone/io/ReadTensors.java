package io.halftone.io;

import io.halftone.core.model.StoredTensor;
import java.io.IOException;

/** Reads all that a file of tensors holds. */
public final class ReadTensors {
  private ReadTensors() {}

  /** Reads every tensor as it is stored and, where it has real numbers, as float32. */
  public static void all(TensorFile file) throws IOException {
    for (TensorEntry entry : file.entries()) {
      StoredTensor stored = file.read(entry.name());
      if (stored.data().remaining() != entry.bytes()) {
        throw new AssertionError(entry + " is read as " + stored.data().remaining() + " bytes");
      }
      if (FloatType.named(entry.type()).isPresent() && entry.bytes() > 0) {
        file.floats(entry.name());
      }
    }
  }
}
