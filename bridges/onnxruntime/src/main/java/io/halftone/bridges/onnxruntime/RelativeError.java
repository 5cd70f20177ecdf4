package io.halftone.bridges.onnxruntime;

/** Accumulates ‖a − b‖ / ‖a‖ over parts. */
final class RelativeError {
  private double difference;
  private double reference;

  /** Adds a part; the arrays are read. */
  void add(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      double delta = (double) a[i] - b[i];
      difference += delta * delta;
      reference += (double) a[i] * a[i];
    }
  }

  /** 0 for equal parts, infinite if something is not finite or only a is zero. */
  double value() {
    if (!Double.isFinite(difference) || !Double.isFinite(reference)) {
      return Double.POSITIVE_INFINITY;
    }
    return difference == 0 ? 0 : Math.sqrt(difference / reference);
  }
}
