package io.halftone.io.convert;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.TensorEntry;
import io.halftone.io.convert.QuantizationConfig.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a checkpoint becomes one of another format, found by converting every layer once without
 * writing.
 *
 * @param format to write
 * @param symmetric whether every zero point is the middle code, so that none needs storing
 * @param config of the result
 * @param layers number of quantized layers
 * @param losses of the layers that change; empty where every value stays to the bit
 */
public record ConversionPlan(
    TargetFormat format,
    boolean symmetric,
    QuantizationConfig config,
    int layers,
    List<LayerLoss> losses) {
  private static final String HEAD = "lm_head";
  private static final String WEIGHT = ".weight";

  /** Matrices that are looked up in, not multiplied with. */
  private static final Pattern EMBEDDING = Pattern.compile("(embed[a-z_]*|\\bw[tp]e)\\.weight$");

  /** Takes a copy of the losses. */
  public ConversionPlan {
    losses = List.copyOf(losses);
  }

  /** Whether every value stays to the bit. */
  public boolean isLossless() {
    return losses.isEmpty();
  }

  /**
   * Plans a conversion.
   *
   * @throws IllegalArgumentException if a layer has no form in the format, not even with loss, or
   *     the format's configuration cannot say all layers; names the first
   * @throws IOException if the checkpoint cannot be read
   */
  public static ConversionPlan of(QuantizedSource checkpoint, TargetFormat format)
      throws IOException {
    boolean symmetric = isSymmetric(checkpoint);
    List<LayerLoss> losses = new ArrayList<>();
    Map<Said, List<String>> said = new LinkedHashMap<>();
    for (String name : checkpoint.layers()) {
      LayerConversion converted = LayerConversion.of(checkpoint.layer(name), format, symmetric);
      converted.loss().ifPresent(losses::add);
      said.computeIfAbsent(Said.of(converted.layer()), key -> new ArrayList<>()).add(name);
    }
    QuantizationConfig config =
        new QuantizationConfig(groups(format, said), ignored(checkpoint, format));
    return new ConversionPlan(format, symmetric, config, checkpoint.layers().size(), losses);
  }

  /** What a configuration says of a layer: its scheme but for how scales are stored. */
  private record Said(LayerScheme scheme, boolean reordered) {
    static Said of(QuantizedLinear layer) {
      LayerScheme scheme = LayerConversion.scheme(layer);
      TensorScheme weight = scheme.weight();
      return new Said(
          new LayerScheme(
              new TensorScheme(
                  weight.format(),
                  weight.granularity(),
                  new ScaleSpec.Stored(Formats.F32),
                  weight.zeroPoint(),
                  weight.timing()),
              scheme.input()),
          !layer.online().isIdentity());
    }
  }

  private static List<Group> groups(TargetFormat format, Map<Said, List<String>> said) {
    List<Group> groups = new ArrayList<>();
    said.forEach(
        (key, names) ->
            groups.add(
                new Group(
                    said.size() == 1 ? List.of("Linear") : names,
                    format.id(),
                    key.scheme(),
                    key.reordered())));
    return groups;
  }

  private static boolean isSymmetric(QuantizedSource checkpoint) throws IOException {
    for (String name : checkpoint.layers()) {
      GridTensor weight = LayerConversion.weight(checkpoint.layer(name));
      TensorScheme scheme = weight.scheme();
      float middle =
          scheme.format() instanceof IntFormat format && !format.signed()
              ? 1 << (format.bits() - 1)
              : 0;
      for (int cell = 0; cell < weight.grid().zero().length; cell++) {
        if (scheme.zeroPoint() != ZeroPoint.NONE && weight.grid().zero()[cell] != middle) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Linears that stay float: those found, and those the source names. compressed-tensors needs the
   * output layer by name, also where it shares the embedding's tensor; the other formats leave it
   * alone, and know no patterns.
   */
  private static List<String> ignored(QuantizedSource checkpoint, TargetFormat format) {
    boolean patterns = format.isCompressedTensors();
    Set<String> ignored = new LinkedHashSet<>();
    for (String name : checkpoint.ignored()) {
      if (patterns || !name.startsWith("re:")) {
        ignored.add(name);
      }
    }
    for (String tensor : checkpoint.tensors()) {
      TensorEntry entry = checkpoint.info(tensor);
      if (checkpoint.layerOf(tensor).isEmpty()
          && entry.shape().size() == 2
          && tensor.endsWith(WEIGHT)
          && !EMBEDDING.matcher(tensor).find()) {
        ignored.add(tensor.substring(0, tensor.length() - WEIGHT.length()));
      }
    }
    ignored.remove(HEAD);
    if (patterns) {
      ignored.add(HEAD);
    }
    return List.copyOf(ignored);
  }
}
