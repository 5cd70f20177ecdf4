package io.halftone.core.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The formats that have a name. */
public final class Formats {
  /** Signed, 2 bits: −2 to 1. */
  public static final IntFormat INT2 = new IntFormat(2, true);

  /** Signed, 3 bits: −4 to 3. */
  public static final IntFormat INT3 = new IntFormat(3, true);

  /** Signed, 4 bits: −8 to 7. */
  public static final IntFormat INT4 = new IntFormat(4, true);

  /** Signed, 5 bits: −16 to 15. */
  public static final IntFormat INT5 = new IntFormat(5, true);

  /** Signed, 6 bits: −32 to 31. */
  public static final IntFormat INT6 = new IntFormat(6, true);

  /** Signed, 7 bits: −64 to 63. */
  public static final IntFormat INT7 = new IntFormat(7, true);

  /** Signed, 8 bits: −128 to 127. */
  public static final IntFormat INT8 = new IntFormat(8, true);

  /** Unsigned, 2 bits: 0 to 3. */
  public static final IntFormat UINT2 = new IntFormat(2, false);

  /** Unsigned, 3 bits: 0 to 7. */
  public static final IntFormat UINT3 = new IntFormat(3, false);

  /** Unsigned, 4 bits: 0 to 15. */
  public static final IntFormat UINT4 = new IntFormat(4, false);

  /** Unsigned, 5 bits: 0 to 31. */
  public static final IntFormat UINT5 = new IntFormat(5, false);

  /** Unsigned, 6 bits: 0 to 63. */
  public static final IntFormat UINT6 = new IntFormat(6, false);

  /** Unsigned, 7 bits: 0 to 127. */
  public static final IntFormat UINT7 = new IntFormat(7, false);

  /** Unsigned, 8 bits: 0 to 255. */
  public static final IntFormat UINT8 = new IntFormat(8, false);

  /** FP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives; no infinity, no NaN. */
  public static final FloatFormat E2M1 = new FloatFormat(2, 1, 1, Specials.FINITE);

  /** FP8 with the finer steps: up to 448, smallest subnormal 2^−9; NaN but no infinity. */
  public static final FloatFormat E4M3FN = new FloatFormat(4, 3, 7, Specials.FN);

  /** FP8 with the wider range: up to 57344, smallest subnormal 2^−16. */
  public static final FloatFormat E5M2 = new FloatFormat(5, 2, 15, Specials.IEEE);

  /** FP8 of graphics processors of AMD: up to 240, smallest subnormal 2^−10; one NaN, no −0. */
  public static final FloatFormat E4M3FNUZ = new FloatFormat(4, 3, 8, Specials.FNUZ);

  /** FP8 of graphics processors of AMD: up to 57344, smallest subnormal 2^−17; one NaN, no −0. */
  public static final FloatFormat E5M2FNUZ = new FloatFormat(5, 2, 16, Specials.FNUZ);

  /** FP8 near zero: up to 30, smallest subnormal 2^−13; one NaN, no −0. */
  public static final FloatFormat E4M3B11FNUZ = new FloatFormat(4, 3, 11, Specials.FNUZ);

  /** FP8 with four bits of mantissa: up to 15.5, smallest subnormal 2^−6; as IEEE 754. */
  public static final FloatFormat E3M4 = new FloatFormat(3, 4, 3, Specials.IEEE);

  /** FP6 with the finer steps: up to 7.5, smallest subnormal 0.125; no infinity, no NaN. */
  public static final FloatFormat E2M3 = new FloatFormat(2, 3, 1, Specials.FINITE);

  /** FP6 with the wider range: up to 28, smallest subnormal 0.0625; no infinity, no NaN. */
  public static final FloatFormat E3M2 = new FloatFormat(3, 2, 3, Specials.FINITE);

  /** The scales of the OCP microscaling formats: powers of two from 2^−127 to 2^127, one NaN. */
  public static final ExponentFormat E8M0 = new ExponentFormat(8, 127);

  /**
   * The scales of MXINT8: the bytes of {@link #E8M0}, less the factor of 2^6 by which the integers
   * of {@link #INT8} exceed the elements, which have six bits behind the point.
   */
  public static final ExponentFormat E8M0_OF_INT8 = new ExponentFormat(8, 133);

  /** NormalFloat of 4 bits: the quantiles of a normal distribution, from −1 to 1. */
  public static final TableFormat NF4 =
      new TableFormat(
          "NF4",
          List.of(
              -1f,
              -0.6961928f,
              -0.52507305f,
              -0.3949175f,
              -0.28444138f,
              -0.18477343f,
              -0.091050036f,
              0f,
              0.0795803f,
              0.1609302f,
              0.2461123f,
              0.33791524f,
              0.44070983f,
              0.562617f,
              0.72295684f,
              1f));

  /** The 16 levels of the block type IQ4_NL, from −127 to 113. */
  public static final TableFormat IQ4_NL =
      new TableFormat(
          "IQ4_NL",
          List.of(
              -127f, -104f, -83f, -65f, -49f, -35f, -22f, -10f, 1f, 13f, 25f, 38f, 53f, 69f, 89f,
              113f));

  /** IEEE binary16: up to 65504, smallest subnormal 2^−24. */
  public static final FloatFormat F16 = new FloatFormat(5, 10, 15, Specials.IEEE);

  /** bfloat16: the upper half of float32, up to about 3.39e38. */
  public static final FloatFormat BF16 = new FloatFormat(8, 7, 127, Specials.IEEE);

  /** IEEE binary32; rounding is the identity on finite values, codes are raw int bits. */
  public static final FloatFormat F32 = new FloatFormat(8, 23, 127, Specials.IEEE);

  private static final Pattern FLOAT_NAME =
      Pattern.compile("E([1-9])M([0-9]{1,2})B(-?[0-9]{1,3})-(IEEE|FN|FNUZ|FINITE)");
  private static final Pattern EXPONENT_NAME = Pattern.compile("E([2-8])M0U-B(-?[0-9]{1,3})");

  private static final Map<FloatFormat, String> FLOAT_NAMES = floatNames();
  private static final Map<String, NumberFormat> BY_NAME = byName();

  private Formats() {}

  /** All named formats: integers by width, floating point, powers of two, tables. */
  public static List<NumberFormat> all() {
    return List.copyOf(BY_NAME.values());
  }

  static NumberFormat named(String name) {
    NumberFormat format = BY_NAME.get(name);
    return format != null ? format : described(name);
  }

  /** A format by its parameters, as its own name spells them. */
  private static NumberFormat described(String name) {
    Matcher floats = FLOAT_NAME.matcher(name);
    if (floats.matches()) {
      return new FloatFormat(
          Integer.parseInt(floats.group(1)),
          Integer.parseInt(floats.group(2)),
          Integer.parseInt(floats.group(3)),
          Specials.valueOf(floats.group(4)));
    }
    Matcher exponents = EXPONENT_NAME.matcher(name);
    if (exponents.matches()) {
      return new ExponentFormat(
          Integer.parseInt(exponents.group(1)), Integer.parseInt(exponents.group(2)));
    }
    throw new IllegalArgumentException(
        "unknown number format '"
            + name
            + "'; known are "
            + String.join(", ", BY_NAME.keySet())
            + ", and E<exponent bits>M<mantissa bits>B<bias>-<IEEE|FN|FNUZ|FINITE>");
  }

  static Optional<String> nameOf(FloatFormat format) {
    return Optional.ofNullable(FLOAT_NAMES.get(format));
  }

  static IllegalArgumentException codeOutOfRange(NumberFormat format, int code) {
    return new IllegalArgumentException(
        "code = "
            + code
            + " of "
            + format.name()
            + " is outside ["
            + format.minCode()
            + ", "
            + format.maxCode()
            + "]");
  }

  static IllegalArgumentException notEncodable(NumberFormat format) {
    return new IllegalArgumentException("x = NaN has no nearest value in " + format.name());
  }

  private static Map<FloatFormat, String> floatNames() {
    Map<FloatFormat, String> names = new LinkedHashMap<>();
    names.put(E2M1, "E2M1");
    names.put(E2M3, "E2M3");
    names.put(E3M2, "E3M2");
    names.put(E3M4, "E3M4");
    names.put(E4M3FN, "E4M3FN");
    names.put(E5M2, "E5M2");
    names.put(E4M3FNUZ, "E4M3FNUZ");
    names.put(E5M2FNUZ, "E5M2FNUZ");
    names.put(E4M3B11FNUZ, "E4M3B11FNUZ");
    names.put(F16, "F16");
    names.put(BF16, "BF16");
    names.put(F32, "F32");
    return names;
  }

  private static Map<String, NumberFormat> byName() {
    List<NumberFormat> formats =
        new ArrayList<>(
            List.of(
                INT2, INT3, INT4, INT5, INT6, INT7, INT8, UINT2, UINT3, UINT4, UINT5, UINT6, UINT7,
                UINT8));
    formats.addAll(FLOAT_NAMES.keySet());
    formats.addAll(List.of(E8M0, NF4, IQ4_NL));
    Map<String, NumberFormat> named = new LinkedHashMap<>();
    formats.forEach(format -> named.put(format.name(), format));
    return named;
  }
}
