package io.halftone.testkit.vectors;

import io.halftone.testkit.vectors.Definition.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the conformance vectors; README.md beside them says what the columns mean. */
public final class VectorFiles {
  private static final int BYTE = 8;
  private static final int[] NANS = {0x7F800001, 0x7FC00000, 0x7FFFFFFF, 0xFF800001, 0xFFC00000};

  private static final List<Float> NF4 =
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
          1f);

  private static final List<Float> IQ4_NL =
      List.of(
          -127f, -104f, -83f, -65f, -49f, -35f, -22f, -10f, 1f, 13f, 25f, 38f, 53f, 69f, 89f, 113f);

  private VectorFiles() {}

  /**
   * Writes all files.
   *
   * @param args the directory, which exists
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(Path.of(args[0], file.getKey()), file.getValue());
    }
  }

  /** The text of every file by its name. */
  public static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    List<Definition> formats = formats();
    files.put("codes.tsv", codes(formats));
    files.put("nan.tsv", nans(formats));
    files.put("block-exponents.tsv", blockExponents());
    files.put("blocks-mx.tsv", BlockVectors.microscaling(formats));
    files.put("blocks-nvfp4.tsv", BlockVectors.nvfp4(formats));
    files.put("real-bias.tsv", RealBiasVectors.text());
    for (Definition format : formats) {
      files.put("cast-" + format.name() + ".tsv", casts(format));
    }
    return files;
  }

  static List<Definition> formats() {
    List<Definition> formats = new ArrayList<>();
    for (int bits = 2; bits <= BYTE; bits++) {
      formats.add(Definition.integers(bits, true));
      formats.add(Definition.integers(bits, false));
    }
    formats.add(Definition.floats("E2M1", 2, 1, 1, Kind.FINITE));
    formats.add(Definition.floats("E2M3", 2, 3, 1, Kind.FINITE));
    formats.add(Definition.floats("E3M2", 3, 2, 3, Kind.FINITE));
    formats.add(Definition.floats("E3M4", 3, 4, 3, Kind.IEEE));
    formats.add(Definition.floats("E4M3FN", 4, 3, 7, Kind.FN));
    formats.add(Definition.floats("E5M2", 5, 2, 15, Kind.IEEE));
    formats.add(Definition.floats("E4M3FNUZ", 4, 3, 8, Kind.FNUZ));
    formats.add(Definition.floats("E5M2FNUZ", 5, 2, 16, Kind.FNUZ));
    formats.add(Definition.floats("E4M3B11FNUZ", 4, 3, 11, Kind.FNUZ));
    formats.add(Definition.floats("F16", 5, 10, 15, Kind.IEEE));
    formats.add(Definition.floats("BF16", 8, 7, 127, Kind.IEEE));
    formats.add(Definition.exponents("E8M0", 8, 127));
    formats.add(Definition.table("NF4", 4, NF4));
    formats.add(Definition.table("IQ4_NL", 4, IQ4_NL));
    return formats;
  }

  private static String codes(List<Definition> formats) {
    StringBuilder text = new StringBuilder("format\tfirst\tlast\tvalue\tstep\n");
    for (Definition format : formats) {
      new CodeRuns(format).append(text);
    }
    return text.toString();
  }

  private static String casts(Definition format) {
    ExactCast cast = new ExactCast(format);
    StringBuilder text = new StringBuilder("input");
    for (String rounding : ExactCast.ROUNDINGS) {
      for (String overflow : List.of("SATURATE", "SPECIAL", "REFUSE")) {
        text.append('\t').append(rounding).append(':').append(overflow);
      }
    }
    text.append('\n');
    for (float x : Inputs.of(format)) {
      text.append(bits(x)).append('\t');
      text.append(
          ExactCast.ROUNDINGS.stream()
              .map(rounding -> row(cast.cast(x, rounding)))
              .collect(Collectors.joining("\t")));
      text.append('\n');
    }
    return text.toString();
  }

  private static String nans(List<Definition> formats) {
    StringBuilder text = new StringBuilder("format\tinput\tKEEP\tZERO\tREFUSE\n");
    for (Definition format : formats) {
      for (int pattern : NANS) {
        String codes = row(new ExactCast(format).nan(pattern < 0));
        text.append(String.format(Locale.ROOT, "%s\t%08x\t%s\n", format.name(), pattern, codes));
      }
    }
    return text.toString();
  }

  private static String blockExponents() {
    StringBuilder text = new StringBuilder("element\tmagnitude\tFLOOR\tCEIL\tEVEN\tRCEIL\n");
    for (BlockExponents element : BlockExponents.ELEMENTS) {
      for (float magnitude : element.magnitudes()) {
        text.append(element.element()).append('\t').append(bits(magnitude)).append('\t');
        text.append(element.exponents(magnitude)).append('\n');
      }
    }
    return text.toString();
  }

  private static String row(ExactCast.Result result) {
    return result.saturate() + "\t" + result.special() + "\t" + result.refuse();
  }

  private static String bits(float x) {
    return String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(x));
  }
}
