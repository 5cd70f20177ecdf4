package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The group of each input channel of a weight whose columns were quantized in another order.
 *
 * <p>Files keep the weight in the order of the input and name the group of each channel; in memory
 * the groups are consecutive columns and a {@link Permutation} brings the input into their order.
 */
final class GroupIndex {
  private GroupIndex() {}

  /** The column of the weight that each input channel multiplies. */
  static int[] columns(EquivalentTransform online) {
    return online instanceof Permutation order
        ? order.inverse().order()
        : identity(online.sizeIn());
  }

  private static int[] groups(EquivalentTransform online, int groupSize) {
    return Arrays.stream(columns(online)).map(column -> column / groupSize).toArray();
  }

  /** I32 [in], the group of each input channel of a layer on groups or whole rows. */
  static StoredTensor tensor(String name, QuantizedLinear layer) {
    ByteBuffer data = Bytes.allocate((long) layer.in() * Integer.BYTES);
    data.asIntBuffer().put(groups(layer.online(), IntegerWeight.of(layer).groupSize()));
    return new StoredTensor(name, "I32", List.of((long) layer.in()), data);
  }

  /**
   * The order that makes groups consecutive, channels of a group ascending; the identity when they
   * are already.
   *
   * @param group of each channel
   * @param groupSize channels of every group
   * @throws IllegalArgumentException if a group has another number of channels
   */
  static EquivalentTransform order(int[] group, int groupSize) {
    int groups = group.length / groupSize;
    int[] filled = new int[groups];
    int[] order = new int[group.length];
    for (int channel = 0; channel < group.length; channel++) {
      int g = group[channel];
      if (g < 0 || g >= groups || filled[g] == groupSize) {
        throw new IllegalArgumentException(
            "group "
                + g
                + " of input channel "
                + channel
                + ", expected "
                + groupSize
                + " channels in each of the groups 0 to "
                + (groups - 1));
      }
      order[g * groupSize + filled[g]++] = channel;
    }
    return Arrays.equals(order, identity(order.length))
        ? new Identity(order.length)
        : new Permutation(order);
  }

  private static int[] identity(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    return order;
  }
}
