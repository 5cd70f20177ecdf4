package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.function.UnaryOperator;

/**
 * T = L ⊗ R: with a row's channels as a matrix [L's size, R's size], R turns its rows and L its
 * columns. L the identity keeps attention heads apart, R the identity mixes them channel by
 * channel.
 *
 * @param left L, of outer channels
 * @param right R, of inner channels
 * @see <a href="https://arxiv.org/abs/2410.09426">Sun et al., FlatQuant, 2024, section 3.2</a>
 */
public record Kronecker(EquivalentTransform left, EquivalentTransform right)
    implements EquivalentTransform {
  @Override
  public int sizeIn() {
    return left.sizeIn() * right.sizeIn();
  }

  @Override
  public int sizeOut() {
    return left.sizeOut() * right.sizeOut();
  }

  @Override
  public Kronecker inverse() {
    return new Kronecker(left.inverse(), right.inverse());
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), sizeIn());
    return apply(x, left::applyToInput, right::applyToInput);
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), sizeIn());
    return apply(w, left::applyToWeight, right::applyToWeight);
  }

  private FloatMatrix apply(
      FloatMatrix x, UnaryOperator<FloatMatrix> outer, UnaryOperator<FloatMatrix> inner) {
    FloatMatrix rows =
        inner.apply(FloatMatrix.wrap(x.data().clone(), x.rows() * left.sizeIn(), right.sizeIn()));
    if (left.isIdentity()) {
      return FloatMatrix.wrap(rows.data(), x.rows(), sizeOut());
    }
    FloatMatrix columns = outer.apply(turned(rows, left.sizeIn()));
    return FloatMatrix.wrap(turned(columns, right.sizeOut()).data(), x.rows(), sizeOut());
  }

  /** Transposes every one of the matrices of so many rows that stand below each other. */
  private static FloatMatrix turned(FloatMatrix stack, int rows) {
    int count = stack.rows() / rows;
    FloatMatrix result = FloatMatrix.zeros(count * stack.cols(), rows);
    for (int m = 0; m < count; m++) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < stack.cols(); c++) {
          result.data()[result.offset(m * stack.cols() + c) + r] = stack.get(m * rows + r, c);
        }
      }
    }
    return result;
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), sizeIn());
    SquareMatrix result = gram.copy();
    int outer = left.sizeIn();
    int inner = right.sizeIn();
    for (int i = 0; i < outer * outer; i++) {
      int at = i / outer * inner * gram.size() + i % outer * inner;
      replace(result, right, at, 1);
    }
    for (int i = 0; i < inner * inner; i++) {
      replace(result, left, i / inner * gram.size() + i % inner, inner);
    }
    return result;
  }

  /**
   * Transforms both sides of the square of elements that stand {@code step} apart from each other.
   */
  private static void replace(SquareMatrix whole, EquivalentTransform part, int at, int step) {
    int n = part.sizeIn();
    double[] square = new double[n * n];
    for (int i = 0; i < square.length; i++) {
      square[i] = whole.values()[at + i / n * step * whole.size() + i % n * step];
    }
    double[] moved = part.applyToGram(new SquareMatrix(n, square)).values();
    for (int i = 0; i < square.length; i++) {
      whole.values()[at + i / n * step * whole.size() + i % n * step] = moved[i];
    }
  }

  @Override
  public long storageBits() {
    return left.storageBits() + right.storageBits();
  }

  @Override
  public boolean isIdentity() {
    return left.isIdentity() && right.isIdentity();
  }
}
