package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A second decoder, written from the formats' specifications alone: no class of the codecs takes
 * part. Slow and plain on purpose: bits are looked up one by one.
 */
final class SpecifiedFormats {
  private final List<StoredTensor> stored;
  private final String layer;

  SpecifiedFormats(String layer, List<StoredTensor> stored) {
    this.layer = layer;
    this.stored = stored;
  }

  private StoredTensor tensor(String part) {
    return stored.stream()
        .filter(t -> t.name().equals(layer + "." + part))
        .findFirst()
        .orElseThrow();
  }

  private boolean has(String part) {
    return stored.stream().anyMatch(t -> t.name().equals(layer + "." + part));
  }

  /** All bytes of a row or column of words as one number, the first word lowest. */
  private static BigInteger number(StoredTensor tensor, int index, int dimension) {
    int rows = tensor.shape().get(0).intValue();
    int cols = tensor.shape().get(1).intValue();
    List<Byte> bytes = new ArrayList<>();
    for (int w = 0; w < (dimension == 0 ? cols : rows); w++) {
      int word = dimension == 0 ? index * cols + w : w * cols + index;
      for (int b = 0; b < 4; b++) {
        bytes.add(tensor.data().get(4 * word + b));
      }
    }
    Collections.reverse(bytes);
    byte[] big = new byte[bytes.size() + 1];
    for (int i = 0; i < bytes.size(); i++) {
      big[i + 1] = bytes.get(i);
    }
    return new BigInteger(big);
  }

  private static int field(BigInteger number, int firstBit, int bits) {
    int value = 0;
    for (int i = 0; i < bits; i++) {
      value += number.testBit(firstBit + i) ? 1 << i : 0;
    }
    return value;
  }

  private static double real(StoredTensor tensor, int index) {
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (tensor.type().equals("F32")) {
      return data.getFloat(4 * index);
    }
    int half = Short.toUnsignedInt(data.getShort(2 * index));
    boolean brain = tensor.type().equals("BF16");
    int mantissaBits = brain ? 7 : 10;
    int exponent = half >> mantissaBits & (brain ? 255 : 31);
    int mantissa = half & (1 << mantissaBits) - 1;
    int bias = brain ? 127 : 15;
    double magnitude =
        exponent == 0
            ? mantissa * Math.pow(2, 1 - bias - mantissaBits)
            : (mantissa + (1 << mantissaBits)) * Math.pow(2, exponent - bias - mantissaBits);
    return half >> 15 == 0 ? magnitude : -magnitude;
  }

  private static int integer(StoredTensor tensor, int index) {
    return tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(4 * index);
  }

  /** GPTQ: W[n,k] = scales[g,n]·(q[k,n] − z[g,n]), g = g_idx[k]; v1 stores z − 1. */
  float[] gptq(int bits, boolean version2) {
    StoredTensor qweight = tensor("qweight");
    int out = qweight.shape().get(1).intValue();
    int in = qweight.shape().get(0).intValue() * 32 / bits;
    float[] values = new float[out * in];
    for (int n = 0; n < out; n++) {
      BigInteger column = number(qweight, n, 1);
      for (int k = 0; k < in; k++) {
        int group = integer(tensor("g_idx"), k);
        int zero = field(number(tensor("qzeros"), group, 0), n * bits, bits) + (version2 ? 0 : 1);
        int code = field(column, k * bits, bits);
        values[n * in + k] = (float) ((code - zero) * real(tensor("scales"), group * out + n));
      }
    }
    return values;
  }

  /** AWQ: nibble i of word (k, c) holds column 8c + [0, 2, 4, 6, 1, 3, 5, 7][i]. */
  float[] awq() {
    int[] order = {0, 2, 4, 6, 1, 3, 5, 7};
    StoredTensor qweight = tensor("qweight");
    int in = qweight.shape().get(0).intValue();
    int words = qweight.shape().get(1).intValue();
    int groups = tensor("scales").shape().get(0).intValue();
    float[] values = new float[words * 8 * in];
    for (int k = 0; k < in; k++) {
      int group = k / (in / groups);
      for (int c = 0; c < words; c++) {
        for (int i = 0; i < 8; i++) {
          int column = 8 * c + order[i];
          int code = integer(qweight, k * words + c) >>> 4 * i & 15;
          int zero = integer(tensor("qzeros"), group * words + c) >>> 4 * i & 15;
          values[column * in + k] =
              (float) ((code - zero) * real(tensor("scales"), group * words * 8 + column));
        }
      }
    }
    return values;
  }

  /**
   * compressed-tensors: fields hold the signed code + 2^(b−1).
   *
   * @param perWord fields of a word; 0 for bits without gaps
   */
  float[] packed(int bits, int perWord) {
    ByteBuffer shape = tensor("weight_shape").data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int out = (int) shape.getLong(0);
    int in = (int) shape.getLong(8);
    int groups = tensor("weight_scale").shape().get(1).intValue();
    float[] values = new float[out * in];
    for (int n = 0; n < out; n++) {
      BigInteger row = number(tensor("weight_packed"), n, 0);
      for (int k = 0; k < in; k++) {
        int group = has("weight_g_idx") ? integer(tensor("weight_g_idx"), k) : k / (in / groups);
        int code = field(row, position(k, bits, perWord), bits) - (1 << (bits - 1));
        int zero = 0;
        if (has("weight_zero_point")) {
          BigInteger column = number(tensor("weight_zero_point"), group, 1);
          zero = field(column, position(n, bits, perWord), bits) - (1 << (bits - 1));
        }
        values[n * in + k] =
            (float) ((code - zero) * real(tensor("weight_scale"), n * groups + group));
      }
    }
    return values;
  }

  private static int position(int field, int bits, int perWord) {
    return perWord == 0 ? field * bits : field / perWord * 32 + field % perWord * bits;
  }
}
