package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.StoredTensor;
import java.nio.ByteBuffer;
import java.util.List;

/** Real numbers as F16, BF16 or F32. */
final class StoredFloats {
  /** Types in which scales and biases are stored. */
  static final List<String> TYPES = List.of("F16", "BF16", "F32");

  private StoredFloats() {}

  /**
   * Stores values that the format holds exactly.
   *
   * @param format F16, BF16 or F32
   * @param values each a value of the format
   */
  static StoredTensor tensor(String name, NumberFormat format, List<Long> shape, float[] values) {
    boolean single = format.equals(Formats.F32);
    ByteBuffer data = Bytes.allocate((long) values.length * format.bits() / Byte.SIZE);
    for (float value : values) {
      if (single) {
        data.putFloat(value);
      } else {
        data.putShort((short) format.encode(value));
      }
    }
    return new StoredTensor(name, format.name(), shape, data.flip());
  }

  /** The values of a tensor of one of the {@link #TYPES}. */
  static float[] values(StoredTensor tensor) {
    NumberFormat format = format(tensor);
    ByteBuffer data = Bytes.of(tensor);
    float[] values = new float[data.limit() * Byte.SIZE / format.bits()];
    boolean single = format.equals(Formats.F32);
    for (int i = 0; i < values.length; i++) {
      values[i] = single ? data.getFloat() : format.decode(Short.toUnsignedInt(data.getShort()));
    }
    return values;
  }

  static NumberFormat format(StoredTensor tensor) {
    return NumberFormat.named(tensor.type());
  }

  /** The first of some formats that holds every value exactly; F32 always does. */
  static NumberFormat narrowest(float[] values, NumberFormat preferred) {
    for (float value : values) {
      if (preferred.round(value) != value) {
        return Formats.F32;
      }
    }
    return preferred;
  }
}
