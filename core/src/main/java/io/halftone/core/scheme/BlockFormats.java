package io.halftone.core.scheme;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights of the OCP microscaling formats and of NVFP4; inputs stay float.
 *
 * @see <a
 *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">
 *     OCP Microscaling Formats 1.0, section 5</a>
 */
public final class BlockFormats {
  /** Microscaling: 4-bit floats E2M1, one power of two per 32. */
  public static final LayerScheme MXFP4 = microscaling(Formats.E2M1, Formats.E8M0);

  /** Microscaling: 6-bit floats E2M3, one power of two per 32. */
  public static final LayerScheme MXFP6_E2M3 = microscaling(Formats.E2M3, Formats.E8M0);

  /** Microscaling: 6-bit floats E3M2, one power of two per 32. */
  public static final LayerScheme MXFP6_E3M2 = microscaling(Formats.E3M2, Formats.E8M0);

  /** Microscaling: 8-bit floats E4M3, one power of two per 32. */
  public static final LayerScheme MXFP8_E4M3 = microscaling(Formats.E4M3FN, Formats.E8M0);

  /** Microscaling: 8-bit floats E5M2, one power of two per 32. */
  public static final LayerScheme MXFP8_E5M2 = microscaling(Formats.E5M2, Formats.E8M0);

  /** Microscaling: 8-bit integers, one power of two per 32. */
  public static final LayerScheme MXINT8 = microscaling(Formats.INT8, Formats.E8M0_OF_INT8);

  /** 4-bit floats E2M1, one FP8 scale per 16 under one float32 divisor for the tensor. */
  public static final LayerScheme NVFP4 =
      new LayerScheme(
          symmetric(
              Formats.E2M1,
              new Granularity.PerGroup(16),
              new ScaleSpec.Nested(
                  Formats.E4M3FN,
                  new Granularity.PerTensor(),
                  new ScaleSpec.Stored(Formats.F32),
                  Nesting.QUOTIENT)),
          Schemes.FULL);

  private static final Map<String, LayerScheme> BY_NAME = byName();

  private BlockFormats() {}

  static Optional<LayerScheme> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /** Whether this very scheme is one of them. */
  public static boolean contains(LayerScheme scheme) {
    return BY_NAME.containsValue(scheme);
  }

  /** The name of a scheme that is one of them, whatever it does with a remainder. */
  static Optional<String> nameOf(LayerScheme scheme) {
    return BY_NAME.entrySet().stream()
        .filter(entry -> isSame(entry.getValue(), scheme))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean isSame(LayerScheme blocks, LayerScheme scheme) {
    Granularity cells = blocks.weight().granularity();
    return scheme.weight().granularity() instanceof Granularity.PerGroup groups
        && groups.size() == ((Granularity.PerGroup) cells).size()
        && blocks.equals(new LayerScheme(scheme.weight().withGranularity(cells), scheme.input()));
  }

  private static LayerScheme microscaling(NumberFormat element, NumberFormat scale) {
    return new LayerScheme(
        symmetric(element, new Granularity.PerGroup(32), new ScaleSpec.Stored(scale)),
        Schemes.FULL);
  }

  private static TensorScheme symmetric(NumberFormat format, Granularity cells, ScaleSpec scale) {
    return new TensorScheme(format, cells, scale, ZeroPoint.NONE, Timing.STATIC);
  }

  private static Map<String, LayerScheme> byName() {
    Map<String, LayerScheme> formats = new LinkedHashMap<>();
    formats.put("MXFP4", MXFP4);
    formats.put("MXFP6_E2M3", MXFP6_E2M3);
    formats.put("MXFP6_E3M2", MXFP6_E3M2);
    formats.put("MXFP8_E4M3", MXFP8_E4M3);
    formats.put("MXFP8_E5M2", MXFP8_E5M2);
    formats.put("MXINT8", MXINT8);
    formats.put("NVFP4", NVFP4);
    return formats;
  }
}
