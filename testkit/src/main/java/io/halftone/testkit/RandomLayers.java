package io.halftone.testkit;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Quantized layers of random codes on random grids, for tests of what stores them. */
public final class RandomLayers {
  private RandomLayers() {}

  /**
   * A layer whose codes take every value of the format, with scales in [1/64, 2] and a bias.
   * Integer zero points are any code but the smallest, which some formats cannot store.
   *
   * @param scheme of weight and input; its weight has a grid of stored scales
   */
  public static QuantizedLinear of(String name, LayerScheme scheme, int out, int in, long seed) {
    return of(name, scheme, new Identity(in), out, seed);
  }

  /**
   * A layer as {@link #of(String, LayerScheme, int, int, long)} whose groups are channels from
   * anywhere; inside a group the channels ascend.
   *
   * @param scheme its weight is in groups
   */
  public static QuantizedLinear reordered(
      String name, LayerScheme scheme, int out, int in, long seed) {
    int size = ((Granularity.PerGroup) scheme.weight().granularity()).size();
    SplittableRandom random = new SplittableRandom(seed + 1);
    double[] keys = random.doubles(in).toArray();
    List<Integer> channels = new ArrayList<>();
    for (int c = 0; c < in; c++) {
      channels.add(c);
    }
    channels.sort(Comparator.comparingDouble(c -> keys[c]));
    int[] order = new int[in];
    for (int start = 0; start < in; start += size) {
      List<Integer> group = new ArrayList<>(channels.subList(start, start + size));
      group.sort(Comparator.naturalOrder());
      for (int i = 0; i < size; i++) {
        order[start + i] = group.get(i);
      }
    }
    return of(name, scheme, new Permutation(order), out, seed);
  }

  private static QuantizedLinear of(
      String name, LayerScheme scheme, EquivalentTransform online, int out, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int in = online.sizeOut();
    TensorScheme weight = scheme.weight();
    CellLayout layout = weight.granularity().layout(out, in);
    NumberFormat stored = ((ScaleSpec.Stored) weight.scale()).format();
    int min = weight.format().minCode();
    int max = weight.format().maxCode();
    float[] scale = new float[layout.count()];
    float[] zero = new float[layout.count()];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = stored.round((float) random.nextDouble(1 / 64.0, 2));
      zero[cell] = weight.zeroPoint() == ZeroPoint.INTEGER ? random.nextInt(min + 1, max + 1) : 0;
    }
    float[] bias = new float[out];
    for (int o = 0; o < out; o++) {
      bias[o] = stored.round((float) random.nextDouble(-1, 1));
    }
    GridTensor tensor =
        new GridTensor(
            weight,
            new Codes(out, in, weight.format().bits(), codes(weight.format(), out * in, random)),
            new Grid(layout, scale, zero));
    return new QuantizedLinear(
        name, online, List.of(new Branch(scheme.input(), tensor)), bias, new Outcome.DataFree());
  }

  private static short[] codes(NumberFormat format, int count, SplittableRandom random) {
    short[] codes = new short[count];
    for (int i = 0; i < count; i++) {
      int code;
      do {
        code = random.nextInt(format.minCode(), format.maxCode() + 1);
      } while (!Float.isFinite(format.decode(code)));
      codes[i] = (short) code;
    }
    return codes;
  }

  /** The same layer without its bias. */
  public static QuantizedLinear withoutBias(QuantizedLinear layer) {
    return new QuantizedLinear(
        layer.name(), layer.online(), layer.branches(), new float[0], layer.outcome());
  }

  /** Symmetric signed integers, inputs in float. */
  public static LayerScheme symmetric(int bits, Granularity granularity, NumberFormat scales) {
    return new LayerScheme(
        new TensorScheme(
            new IntFormat(bits, true),
            granularity,
            new ScaleSpec.Stored(scales),
            ZeroPoint.NONE,
            Timing.STATIC),
        Schemes.FULL);
  }

  /** Unsigned integers with integer zero points and F16 scales, inputs in float. */
  public static LayerScheme asymmetric(int bits, Granularity granularity) {
    return new LayerScheme(
        new TensorScheme(
            new IntFormat(bits, false),
            granularity,
            new ScaleSpec.Stored(Formats.F16),
            ZeroPoint.INTEGER,
            Timing.STATIC),
        Schemes.FULL);
  }
}
