package io.halftone.bridges.onnxruntime;

import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Fits arrays to the element types a model asks for, without losing a value. */
final class ElementTypes {
  private static final Set<NpyType> REAL =
      EnumSet.of(NpyType.FLOAT16, NpyType.FLOAT32, NpyType.FLOAT64);

  private ElementTypes() {}

  /**
   * The array in the wanted type: itself, or its integers in another width, or its floats as
   * float32.
   *
   * @throws IllegalArgumentException if the types do not fit or an integer is out of range
   */
  static NpyArray convert(String input, NpyArray array, NpyType wanted) {
    if (array.type() == wanted) {
      return array;
    }
    if (wanted == NpyType.FLOAT32) {
      return NpyArray.ofFloats(array.toFloats(), array.shape());
    }
    if (!REAL.contains(array.type()) && wanted == NpyType.INT64) {
      return NpyArray.ofLongs(array.toLongs(), array.shape());
    }
    if (!REAL.contains(array.type()) && wanted == NpyType.INT32) {
      int[] values =
          Arrays.stream(array.toLongs()).mapToInt(value -> inRange(input, value)).toArray();
      return NpyArray.ofInts(values, array.shape());
    }
    throw new IllegalArgumentException(
        "input " + input + " has type " + array.type() + ", the model asks for " + wanted);
  }

  private static int inRange(String input, long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "input " + input + " holds " + value + ", the model asks for INT32");
    }
    return (int) value;
  }
}
