package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/**
 * Starts where the reference ends, then alternates nearest codes and least-squares scales as long
 * as that lowers the error; so the error is never larger than the reference's.
 */
final class RefinedEncoder implements BlockEncoder {
  private static final int ROUNDS = 4;

  private final BlockLayout layout;
  private final FieldEncoder reference;
  private final ScaleRefit refit;
  private final float[] levels;
  private final float[] weight;
  private final float[] decoded;
  private final Moments moments;
  private final BlockFields fields;
  private final BlockFields best;

  RefinedEncoder(BlockLayout layout, FieldEncoder reference, ScaleRefit refit) {
    this.layout = layout;
    this.reference = reference;
    this.refit = refit;
    levels = layout.levels();
    weight = new float[layout.size()];
    decoded = new float[layout.size()];
    moments = new Moments(layout.cells());
    fields = new BlockFields(layout);
    best = new BlockFields(layout);
  }

  @Override
  public void encode(
      FloatMatrix matrix, int from, int to, Importance importance, byte[] blocks, int at) {
    BlockType.requireWhole(matrix.cols(), layout.size());
    importance.requireChannels(matrix.cols());
    int target = at;
    for (int row = from; row < to; row++) {
      Rows.requireFinite(matrix, row);
      for (int c = 0; c < matrix.cols(); c += layout.size()) {
        for (int i = 0; i < weight.length; i++) {
          weight[i] = importance.of(c + i);
        }
        encode(matrix.data(), matrix.offset(row) + c);
        layout.pack(best, blocks, target);
        target += layout.bytes();
      }
    }
  }

  private void encode(float[] x, int at) {
    reference.encode(x, at, fields);
    best.copy(fields);
    double least = error(x, at);
    for (int round = 0; round < ROUNDS; round++) {
      nearest(x, at);
      double error = error(x, at);
      if (error < least) {
        least = error;
        best.copy(fields);
      } else if (round > 0) {
        return;
      }
      sum(x, at);
      refit.refit(moments, 0, fields);
    }
  }

  private double error(float[] x, int at) {
    layout.decode(fields, decoded, 0);
    double sum = 0;
    for (int i = 0; i < decoded.length; i++) {
      double difference = (double) decoded[i] - x[at + i];
      sum += weight[i] * difference * difference;
    }
    return sum;
  }

  private void nearest(float[] x, int at) {
    int size = layout.cellSize();
    for (int cell = 0; cell < layout.cells(); cell++) {
      float scale = layout.scale(fields, cell);
      float offset = layout.offset(fields, cell);
      for (int i = cell * size; scale != 0 && i < (cell + 1) * size; i++) {
        fields.code[i] = (byte) NearestLevel.of(layout, (x[at + i] + offset) / scale);
      }
    }
  }

  private void sum(float[] x, int at) {
    Arrays.fill(moments.w(), 0);
    Arrays.fill(moments.x(), 0);
    Arrays.fill(moments.codes().q(), 0);
    Arrays.fill(moments.codes().qq(), 0);
    Arrays.fill(moments.codes().qx(), 0);
    for (int i = 0; i < weight.length; i++) {
      int cell = i / layout.cellSize();
      float level = levels[fields.code[i] & 0xff];
      float weighted = weight[i] * level;
      moments.w()[cell] += weight[i];
      moments.x()[cell] += weight[i] * x[at + i];
      moments.codes().q()[cell] += weighted;
      moments.codes().qq()[cell] += weighted * level;
      moments.codes().qx()[cell] += weighted * x[at + i];
    }
  }
}
