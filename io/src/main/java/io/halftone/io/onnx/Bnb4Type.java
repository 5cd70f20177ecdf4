package io.halftone.io.onnx;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.format.TableFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The tables of ONNX Runtime's {@code MatMulBnb4}, which are those of bitsandbytes.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/contrib_ops/cpu/quantization/blockwise_quant_block_bnb4.h">ONNX
 *     Runtime, blockwise_quant_block_bnb4.h</a>
 */
public enum Bnb4Type {
  /** Sign and magnitude in an order of their own; no E2M1. */
  FP4(
      0,
      "badcfe901674523",
      new TableFormat(
          "FP4_BNB",
          List.of(
              -1f,
              -0.6666667f,
              -0.5f,
              -0.33333334f,
              -0.25f,
              -0.16666667f,
              -0.0052083335f,
              0f,
              0.0052083335f,
              0.16666667f,
              0.25f,
              0.33333334f,
              0.5f,
              0.6666667f,
              1f))),
  /** Quantiles of a normal distribution, by index. */
  NF4(1, "0123456789abcdef", Formats.NF4);

  private static final int NEGATIVE_ZERO = 8;

  private final int id;
  private final String stored;

  @SuppressWarnings("ImmutableEnumChecker") // a record over a list that it copied
  private final TableFormat format;

  /**
   * @param stored a hexadecimal digit for each of the format's codes
   */
  Bnb4Type(int id, String stored, TableFormat format) {
    this.id = id;
    this.stored = stored;
    this.format = format;
  }

  /** The values in ascending order, which are multiplied with a scale for each block. */
  public TableFormat format() {
    return format;
  }

  /** What the operator's attribute {@code quant_type} says. */
  int id() {
    return id;
  }

  /** The four bits that stand for a code of {@link #format}. */
  int stored(int code) {
    return Character.digit(stored.charAt(code), 16);
  }

  /** The code of {@link #format} that four bits stand for. */
  short code(int bits) {
    int wanted = this == FP4 && bits == NEGATIVE_ZERO ? 0 : bits;
    int code = stored.indexOf(Character.forDigit(wanted, 16));
    if (code < 0) {
      throw new IllegalArgumentException(bits + " is no code of 4 bits");
    }
    return (short) code;
  }

  static Optional<Bnb4Type> ofId(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  static Optional<Bnb4Type> of(NumberFormat format) {
    return Arrays.stream(values()).filter(type -> type.format.equals(format)).findFirst();
  }
}
