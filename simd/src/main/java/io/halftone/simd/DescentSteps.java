package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.DescentChannel;
import io.halftone.core.kernel.DescentLanes;
import io.halftone.core.kernel.GridLanes;
import io.halftone.core.kernel.GridResidual;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link io.halftone.core.kernel.Kernels#descend} a vector at a time. */
final class DescentSteps {
  private static final int LANES = FLOATS.length();

  private DescentSteps() {}

  static int descend(
      DescentLanes lanes,
      GridLanes grid,
      DescentChannel channel,
      float[] product,
      int from,
      float[] step,
      int to) {
    Arrays.fill(lanes.doubts(), 0);
    int whole = lanes.count() - lanes.count() % LANES;
    int element = channel.index() * lanes.count();
    float diagonal = channel.diagonal();
    float tolerance = channel.tolerance();
    int count = 0;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector scale = FloatVector.fromArray(FLOATS, grid.scale(), i);
      FloatVector zero = FloatVector.fromArray(FLOATS, grid.zero(), i);
      FloatVector code = FloatVector.fromArray(FLOATS, lanes.code(), element + i);
      FloatVector products = FloatVector.fromArray(FLOATS, product, from + i);
      FloatVector best = code.sub(zero).mul(scale).add(products.div(diagonal));
      FloatVector nearest = nearest(best, scale, zero, grid);
      FloatVector target = FloatVector.fromArray(FLOATS, lanes.target(), element + i);
      FloatVector after = target.sub(nearest.sub(zero).mul(scale));
      FloatVector residual = FloatVector.fromArray(FLOATS, lanes.residual(), element + i);
      FloatVector drop = residual.sub(after);
      FloatVector fall = drop.mul(products.add(products).sub(drop.mul(diagonal)));
      FloatVector moved = FloatVector.fromArray(FLOATS, lanes.moved(), i);
      FloatVector spread = FloatVector.fromArray(FLOATS, lanes.spread(), i);
      FloatVector distance = drop.abs();
      FloatVector bound = distance.mul(tolerance).mul(spread.add(moved.sqrt()));
      VectorMask<Float> falls = fall.compare(VectorOperators.GT, bound);
      VectorMask<Float> doubts = distance.compare(VectorOperators.GT, 0).andNot(falls);
      code.blend(nearest, falls).intoArray(lanes.code(), element + i);
      residual.blend(after, falls).intoArray(lanes.residual(), element + i);
      moved.blend(moved.add(drop.mul(drop).mul(diagonal)), falls).intoArray(lanes.moved(), i);
      FloatVector.zero(FLOATS).blend(drop.neg(), falls).intoArray(step, to + i);
      lanes.doubts()[i / Long.SIZE] |= doubts.toLong() << i;
      count += falls.trueCount();
    }
    return count + lanes.descend(whole, grid, channel, product, from, step, to);
  }

  private static FloatVector nearest(
      FloatVector value, FloatVector scale, FloatVector zero, GridLanes grid) {
    return value
        .div(scale)
        .min(GridLanes.FARTHEST)
        .max(-GridLanes.FARTHEST)
        .add(GridResidual.ROUND)
        .sub(GridResidual.ROUND)
        .add(zero)
        .min(grid.max())
        .max(grid.min());
  }
}
