package io.halftone.io.gguf.block;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Nesting;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import java.util.List;

/**
 * Blocks as codes on a grid, and back, bit for bit: what a {@link GridTensor} decodes to is what
 * ggml decodes.
 */
public final class BlockTensors {
  private static final List<BlockType> TYPES =
      List.of(
          BlockType.Q2_K,
          BlockType.Q3_K,
          BlockType.Q4_0,
          BlockType.Q4_K,
          BlockType.Q4_1,
          BlockType.Q5_0,
          BlockType.Q5_K,
          BlockType.Q5_1,
          BlockType.Q6_K,
          BlockType.Q8_0);

  private final GridCodec codec;
  private final BlockLayout layout;
  private final TensorScheme scheme;

  private BlockTensors(GridCodec codec, TensorScheme scheme) {
    this.codec = codec;
    this.layout = codec.layout();
    this.scheme = scheme;
  }

  /**
   * The grids of a type.
   *
   * @throws IllegalArgumentException if the type has no evenly spaced codes
   */
  public static BlockTensors of(BlockType type) {
    TensorScheme scheme =
        switch (type) {
          case Q4_0 -> flat(4, true, ZeroPoint.NONE);
          case Q4_1 -> flat(4, false, ZeroPoint.OFFSET);
          case Q5_0 -> flat(5, true, ZeroPoint.NONE);
          case Q5_1 -> flat(5, false, ZeroPoint.OFFSET);
          case Q8_0 -> flat(8, true, ZeroPoint.NONE);
          case Q2_K -> nested(new IntFormat(2, false), 16, new IntFormat(4, false));
          case Q3_K -> nested(new IntFormat(3, true), 16, new IntFormat(6, true));
          case Q4_K -> nested(new IntFormat(4, false), 32, new IntFormat(6, false));
          case Q5_K -> nested(new IntFormat(5, false), 32, new IntFormat(6, false));
          case Q6_K -> nested(new IntFormat(6, true), 16, new IntFormat(8, true));
          case F32, F16, BF16, IQ4_NL, TQ2_0, MXFP4, NVFP4 ->
              throw new IllegalArgumentException(
                  type
                      + " has no evenly spaced codes; those that have are Q4_0, Q4_1, Q5_0, Q5_1,"
                      + " Q8_0, Q2_K, Q3_K, Q4_K, Q5_K and Q6_K");
        };
    return new BlockTensors((GridCodec) type.codec(), scheme);
  }

  private static TensorScheme flat(int bits, boolean signed, ZeroPoint zero) {
    return new TensorScheme(
        new IntFormat(bits, signed),
        new Granularity.PerGroup(FlatCodes.COUNT),
        new ScaleSpec.Stored(Formats.F16),
        zero,
        Timing.STATIC);
  }

  private static TensorScheme nested(IntFormat codes, int cell, IntFormat scales) {
    return new TensorScheme(
        codes,
        new Granularity.PerGroup(cell),
        new ScaleSpec.Nested(
            scales, new Granularity.PerGroup(SuperBlock.SIZE), new ScaleSpec.Stored(Formats.F16)),
        codes.signed() ? ZeroPoint.NONE : ZeroPoint.OFFSET,
        Timing.STATIC);
  }

  /** The types that have grids, the narrowest first. */
  public static List<BlockType> types() {
    return TYPES;
  }

  /** What tensors of the type look like. */
  public TensorScheme scheme() {
    return scheme;
  }

  /**
   * Takes blocks apart.
   *
   * @param blocks rows one after the other, read
   * @param cols of a row, whole blocks
   */
  public GridTensor read(byte[] blocks, int rows, int cols) {
    short[] codes = new short[rows * cols];
    BlockFields[] fields = new BlockFields[rows * cols / layout.size()];
    for (int b = 0; b < fields.length; b++) {
      fields[b] = new BlockFields(layout);
      layout.unpack(blocks, b * codec.blockBytes(), fields[b]);
      for (int i = 0; i < layout.size(); i++) {
        codes[b * layout.size() + i] = (short) layout.levels()[fields[b].code[i] & 0xff];
      }
    }
    return new GridTensor(
        scheme, new Codes(rows, cols, scheme.format().bits(), codes), grid(fields, rows, cols));
  }

  /** The grid of blocks, in the order of their rows. */
  Grid grid(BlockFields[] fields, int rows, int cols) {
    CellLayout cells = scheme.granularity().layout(rows, cols);
    boolean offsets = scheme.zeroPoint() == ZeroPoint.OFFSET;
    if (scheme.scale() instanceof ScaleSpec.Nested nested) {
      NestedScales scales = scales(nested, cells, fields, false);
      return offsets
          ? Grid.nested(scales, scales(nested, cells, fields, true))
          : Grid.nested(scales, new float[cells.count()]);
    }
    float[] scale = new float[cells.count()];
    float[] offset = new float[cells.count()];
    for (int b = 0; b < fields.length; b++) {
      scale[b] = layout.scale(fields[b], 0);
      offset[b] = -layout.offset(fields[b], 0);
    }
    return offsets
        ? Grid.withOffset(cells, scale, offset)
        : new Grid(cells, scale, new float[cells.count()]);
  }

  private NestedScales scales(
      ScaleSpec.Nested spec, CellLayout cells, BlockFields[] fields, boolean minima) {
    short[] codes = new short[cells.count()];
    float[] outer = new float[fields.length];
    for (int b = 0; b < fields.length; b++) {
      outer[b] = minima ? -Half.value(fields[b].m) : Half.value(fields[b].d);
      for (int cell = 0; cell < layout.cells(); cell++) {
        codes[b * layout.cells() + cell] = minima ? fields[b].min[cell] : fields[b].scale[cell];
      }
    }
    return new NestedScales(
        cells, spec.format(), codes, spec.outerLayout(cells), outer, Nesting.PRODUCT);
  }

  /**
   * Puts blocks together.
   *
   * @param tensor of {@link #scheme()}, whose outer scales and offsets are binary16
   * @throws IllegalArgumentException if it is of another scheme, or a number is not one the blocks
   *     can hold
   */
  public byte[] write(GridTensor tensor) {
    if (!tensor.scheme().equals(scheme)) {
      throw new IllegalArgumentException(
          "the tensor has scheme " + tensor.scheme() + ", the blocks hold " + scheme);
    }
    byte[] blocks = new byte[Math.multiplyExact(tensor.rows(), codec.rowBytes(tensor.cols()))];
    BlockFields fields = new BlockFields(layout);
    int perRow = tensor.cols() / layout.size();
    int zero = (int) layout.levels()[0];
    for (int b = 0; b < tensor.rows() * perRow; b++) {
      scales(tensor.grid(), b, fields);
      for (int i = 0; i < layout.size(); i++) {
        int code = tensor.codes().get(b / perRow, b % perRow * layout.size() + i);
        fields.code[i] = (byte) (code - zero);
      }
      layout.pack(fields, blocks, b * codec.blockBytes());
    }
    return blocks;
  }

  private void scales(Grid grid, int block, BlockFields fields) {
    if (grid.storage().scales().isEmpty()) {
      fields.d = half(grid.scale()[block]);
      fields.m = grid.storage().hasOffset() ? half(grid.storage().offset()[block]) : 0;
      return;
    }
    NestedScales scales = grid.storage().scales().get();
    fields.d = half(scales.outer()[block]);
    System.arraycopy(inner(scales, block), 0, fields.scale, 0, layout.cells());
    if (grid.storage().offsets().isPresent()) {
      NestedScales offsets = grid.storage().offsets().get();
      fields.m = half(-offsets.outer()[block]);
      System.arraycopy(inner(offsets, block), 0, fields.min, 0, layout.cells());
    }
  }

  private byte[] inner(NestedScales scales, int block) {
    byte[] codes = new byte[layout.cells()];
    for (int cell = 0; cell < codes.length; cell++) {
      codes[cell] = (byte) scales.codes()[block * codes.length + cell];
    }
    return codes;
  }

  private static short half(float value) {
    short bits = Half.bits(value);
    if (Half.value(bits) != value) {
      throw new IllegalArgumentException("scale or offset " + value + " is no binary16");
    }
    return bits;
  }
}
