package io.halftone.io.convert;

import io.halftone.core.format.FloatFormat;
import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.codec.Codecs;
import java.util.Arrays;
import java.util.List;

/** Formats of checkpoints that a conversion writes. */
public enum TargetFormat {
  /** GPTQ, checkpoint format 1. */
  GPTQ("gptq", true),
  /** GPTQ, checkpoint format 2. */
  GPTQ_V2("gptq_v2", true),
  /** AWQ, version GEMM. */
  AWQ("awq", true),
  /** compressed-tensors, integers packed into words. */
  PACK_QUANTIZED("pack-quantized", false),
  /** compressed-tensors, one integer a byte. */
  INT_QUANTIZED("int-quantized", false),
  /** compressed-tensors, FP8. */
  FLOAT_QUANTIZED("float-quantized", false),
  /** compressed-tensors, integers or FP8, one a byte. */
  NAIVE_QUANTIZED("naive-quantized", false),
  /** An ONNX file of {@code MatMulNBits} nodes. */
  MATMUL_NBITS("matmulnbits", false),
  /** Jlama's safetensors, 4 bits. */
  JLAMA_Q4("jlama-q4", false);

  private static final int JLAMA_GROUP = 32;

  private final String id;

  /** A method of its own: weights only, scales of 16 bits, one scheme for all layers. */
  private final boolean ownMethod;

  TargetFormat(String id, boolean ownMethod) {
    this.id = id;
    this.ownMethod = ownMethod;
  }

  /** The format's name, as configuration files and the command line spell it. */
  public String id() {
    return id;
  }

  /** Names of all formats. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(TargetFormat::id).toList();
  }

  /**
   * The format of a name.
   *
   * @throws IllegalArgumentException if there is none; lists those there are
   */
  public static TargetFormat named(String id) {
    return Arrays.stream(values())
        .filter(format -> format.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format '" + id + "'; known are " + String.join(", ", ids())));
  }

  /** Whether a model of the format is one file, not a directory. */
  public boolean isOneFile() {
    return this == MATMUL_NBITS;
  }

  /** Whether the configuration is, or is said as, that of compressed-tensors. */
  boolean isCompressedTensors() {
    return !ownMethod;
  }

  /** Packs the layers. */
  public LayerCodec codec() {
    return Codecs.named(id).orElseThrow();
  }

  /**
   * The scheme nearest to a layer's that the format has.
   *
   * @param source scheme of the layer
   * @param symmetric whether every zero point is the middle code
   */
  LayerScheme nearest(LayerScheme source, boolean symmetric) {
    TensorScheme weight = source.weight();
    return new LayerScheme(
        new TensorScheme(
            format(weight.format(), this == JLAMA_Q4 || this != AWQ && symmetric),
            granularity(weight.granularity()),
            scale(weight.scale()),
            zeroPoint(symmetric),
            Timing.STATIC),
        isForWeightsOnly() ? Schemes.FULL : source.input());
  }

  private boolean isForWeightsOnly() {
    return ownMethod || this == JLAMA_Q4 || this == MATMUL_NBITS;
  }

  private ZeroPoint zeroPoint(boolean symmetric) {
    boolean none = this == FLOAT_QUANTIZED || this == JLAMA_Q4 || this != AWQ && symmetric;
    return none ? ZeroPoint.NONE : ZeroPoint.INTEGER;
  }

  private NumberFormat format(NumberFormat source, boolean symmetric) {
    if (this == FLOAT_QUANTIZED || this == NAIVE_QUANTIZED && source instanceof FloatFormat) {
      return Formats.E4M3FN;
    }
    int bits = Math.min(Byte.SIZE, source.bits());
    List<Integer> widths = widths();
    int width =
        widths.stream()
            .filter(candidate -> candidate >= bits)
            .findFirst()
            .orElse(widths.get(widths.size() - 1));
    return new IntFormat(width, symmetric);
  }

  /** Widths of integer codes, ascending. */
  private List<Integer> widths() {
    return switch (this) {
      case GPTQ, GPTQ_V2 -> List.of(2, 3, 4, 8);
      case AWQ, JLAMA_Q4 -> List.of(4);
      default -> List.of(2, 3, 4, 5, 6, 7, 8);
    };
  }

  private Granularity granularity(Granularity source) {
    if (this == JLAMA_Q4) {
      return new Granularity.PerGroup(JLAMA_GROUP);
    }
    boolean plain = !ownMethod && this != PACK_QUANTIZED && this != MATMUL_NBITS;
    return source instanceof Granularity.PerGroup || plain ? source : Granularity.perChannel();
  }

  private ScaleSpec scale(ScaleSpec source) {
    boolean half =
        source.equals(new ScaleSpec.Stored(Formats.F16))
            || source.equals(new ScaleSpec.Stored(Formats.BF16));
    boolean single = source.equals(new ScaleSpec.Stored(Formats.F32));
    if (this != JLAMA_Q4 && (half || single && !ownMethod)) {
      return source;
    }
    return new ScaleSpec.Stored(ownMethod ? Formats.F16 : Formats.F32);
  }
}
