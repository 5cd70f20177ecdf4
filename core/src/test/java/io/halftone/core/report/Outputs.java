package io.halftone.core.report;

import io.halftone.core.tensor.FloatMatrix;
import java.util.Random;

/** Inputs and weights, and their outputs in double. */
final class Outputs {
  private Outputs() {}

  static double[] product(FloatMatrix x, FloatMatrix w) {
    double[] product = new double[x.rows() * w.rows()];
    for (int t = 0; t < x.rows(); t++) {
      for (int o = 0; o < w.rows(); o++) {
        for (int c = 0; c < x.cols(); c++) {
          product[t * w.rows() + o] += (double) x.get(t, c) * w.get(o, c);
        }
      }
    }
    return product;
  }

  static FloatMatrix gaussian(int rows, int cols, long seed) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }
}
