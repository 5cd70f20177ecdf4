package io.halftone.core.scheme;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Presets, named as the field names them: bits of weights, bits of activations, group size.
 *
 * <p>Grouped weights are asymmetric with an integer zero point and float16 scales; weights without
 * groups are symmetric per output channel with float32 scales; 8-bit and 4-bit activations are
 * symmetric, dynamic, per token, the latter on 0.9 of their range, or static, with one calibrated
 * step for all tokens and channels.
 */
public final class Schemes {
  private static final String REAL_ZERO = "_FZ";
  private static final String STATIC = "_S";
  private static final Pattern NAME =
      Pattern.compile("W([2-8])A(4|8|16)(?:_G([1-9][0-9]{0,8})(_FZ)?)?(_S)?");

  /** Not quantized: float32. */
  public static final TensorScheme FULL =
      new TensorScheme(
          Formats.F32,
          new Granularity.PerTensor(),
          new ScaleSpec.Stored(Formats.F32),
          ZeroPoint.NONE,
          Timing.STATIC);

  /** Signed 8-bit activations with one dynamic scale per token. */
  public static final TensorScheme A8_PER_TOKEN =
      new TensorScheme(
          Formats.INT8,
          Granularity.perToken(),
          new ScaleSpec.Stored(Formats.F32),
          ZeroPoint.NONE,
          Timing.DYNAMIC);

  /**
   * Signed 4-bit activations with one dynamic scale per token, for 0.9 of its range.
   *
   * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024, section 5 (clip
   *     ratio of activations)</a>
   */
  public static final TensorScheme A4_PER_TOKEN =
      new TensorScheme(
          new IntFormat(4, true),
          Granularity.perToken(),
          new ScaleSpec.Stored(Formats.F32),
          ZeroPoint.NONE,
          Timing.DYNAMIC,
          new Clip(0.9f));

  /** 4-bit weights, groups of 32. */
  public static final LayerScheme W4A16_G32 = ofParts("W4A16_G32");

  /** 4-bit weights, groups of 128. */
  public static final LayerScheme W4A16_G128 = ofParts("W4A16_G128");

  /** 3-bit weights, groups of 32. */
  public static final LayerScheme W3A16_G32 = ofParts("W3A16_G32");

  /** 3-bit weights, groups of 128. */
  public static final LayerScheme W3A16_G128 = ofParts("W3A16_G128");

  /** 2-bit weights, groups of 32. */
  public static final LayerScheme W2A16_G32 = ofParts("W2A16_G32");

  /** 2-bit weights, groups of 128. */
  public static final LayerScheme W2A16_G128 = ofParts("W2A16_G128");

  /** 8-bit weights per channel. */
  public static final LayerScheme W8A16 = ofParts("W8A16");

  /** 8-bit weights per channel, 8-bit activations per token. */
  public static final LayerScheme W8A8 = ofParts("W8A8");

  private Schemes() {}

  /**
   * The preset of a name: {@code W<2..8>A<4|8|16>}, optionally followed by {@code _G<group size>}
   * and, for real zero points, {@code _FZ}, and for quantized inputs with one static step by {@code
   * _S}; or the name of a block format, whose inputs stay float.
   *
   * @throws IllegalArgumentException if the name does not have this form
   */
  public static LayerScheme named(String name) {
    return BlockFormats.named(name).orElseGet(() -> ofParts(name));
  }

  private static LayerScheme ofParts(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || matcher.group(2).equals("16") && matcher.group(5) != null) {
      throw new IllegalArgumentException(
          "unknown scheme '"
              + name
              + "'; expected W<2..8>A<4|8|16>[_G<group size>[_FZ]][_S], such as W4A16_G32, W8A8 or W8A8_S, or one of "
              + String.join(", ", BlockFormats.names()));
    }
    int bits = Integer.parseInt(matcher.group(1));
    TensorScheme weight =
        matcher.group(3) == null
            ? perChannel(bits)
            : grouped(bits, Integer.parseInt(matcher.group(3)));
    if (matcher.group(4) != null) {
      weight = weight.withZeroPoint(ZeroPoint.FLOAT);
    }
    TensorScheme input = inputs(matcher.group(2));
    return new LayerScheme(weight, matcher.group(5) == null ? input : fixed(input));
  }

  private static TensorScheme inputs(String bits) {
    return switch (bits) {
      case "4" -> A4_PER_TOKEN;
      case "8" -> A8_PER_TOKEN;
      default -> FULL;
    };
  }

  /** One static step for all tokens and channels, whole range. */
  private static TensorScheme fixed(TensorScheme input) {
    return new TensorScheme(
        input.format(),
        new Granularity.PerTensor(),
        input.scale(),
        input.zeroPoint(),
        Timing.STATIC);
  }

  /** How a preset's name calls the scheme of the inputs, if it is a preset's. */
  private static String inputName(TensorScheme input) {
    return input.isFull() ? "A16" : "A" + input.format().bits();
  }

  /**
   * The name of a scheme: its preset's name when there is one, whatever it does with a remainder;
   * else {@code custom}.
   */
  public static String nameOf(LayerScheme scheme) {
    return BlockFormats.nameOf(scheme).orElseGet(() -> nameOfParts(scheme));
  }

  private static String nameOfParts(LayerScheme scheme) {
    Granularity granularity = scheme.weight().granularity();
    String group = granularity instanceof Granularity.PerGroup groups ? "_G" + groups.size() : "";
    String zero = scheme.weight().zeroPoint() == ZeroPoint.FLOAT ? REAL_ZERO : "";
    boolean fixed = !scheme.isWeightOnly() && scheme.input().timing() == Timing.STATIC;
    String name =
        "W"
            + scheme.weight().format().bits()
            + inputName(scheme.input())
            + group
            + zero
            + (fixed ? STATIC : "");
    if (!NAME.matcher(name).matches()) {
      return "custom";
    }
    LayerScheme preset = ofParts(name);
    TensorScheme weight = scheme.weight().withGranularity(preset.weight().granularity());
    boolean sameCells = !group.isEmpty() || granularity instanceof Granularity.PerRow;
    return sameCells && preset.equals(new LayerScheme(weight, scheme.input())) ? name : "custom";
  }

  /** Symmetric signed weights with one float32 scale per output channel. */
  public static TensorScheme perChannel(int bits) {
    return new TensorScheme(
        new IntFormat(bits, true),
        Granularity.perChannel(),
        new ScaleSpec.Stored(Formats.F32),
        ZeroPoint.NONE,
        Timing.STATIC);
  }

  /** Asymmetric weights with a float16 scale and an integer zero point per group. */
  public static TensorScheme grouped(int bits, int groupSize) {
    return new TensorScheme(
        new IntFormat(bits, false),
        new Granularity.PerGroup(groupSize),
        new ScaleSpec.Stored(Formats.F16),
        ZeroPoint.INTEGER,
        Timing.STATIC);
  }

  /**
   * Unsigned codes over a cell's range, with a float16 scale and offset, determined at run time.
   */
  public static TensorScheme ranged(int bits, Granularity cells) {
    return new TensorScheme(
        new IntFormat(bits, false),
        cells,
        new ScaleSpec.Stored(Formats.F16),
        ZeroPoint.OFFSET,
        Timing.DYNAMIC);
  }
}
