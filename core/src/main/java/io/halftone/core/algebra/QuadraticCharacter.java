package io.halftone.core.algebra;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which elements of a finite field are squares.
 *
 * <p>An element of the field of q = pᵈ elements is the number whose digits in base p are the
 * coefficients of a polynomial modulo an irreducible one.
 */
final class QuadraticCharacter {
  private final int p;
  private final int degree;
  private final int[] modulus;
  private final boolean[] square;

  private QuadraticCharacter(int p, int degree, int[] modulus) {
    this.p = p;
    this.degree = degree;
    this.modulus = modulus;
    this.square = new boolean[order()];
    for (int x = 1; x < square.length; x++) {
      square[product(x, x)] = true;
    }
  }

  /** The field of q elements; empty if q is not an odd prime or its second or third power. */
  static Optional<QuadraticCharacter> ofField(int q) {
    for (int degree = 1; degree <= 3; degree++) {
      OptionalInt root = root(q, degree);
      if (root.isPresent() && isOddPrime(root.getAsInt())) {
        int p = root.getAsInt();
        return Optional.of(new QuadraticCharacter(p, degree, irreducible(p, degree)));
      }
    }
    return Optional.empty();
  }

  private int order() {
    int order = 1;
    for (int i = 0; i < degree; i++) {
      order *= p;
    }
    return order;
  }

  /** χ(x − y): 1 for squares, −1 for others, 0 for 0. */
  int ofDifference(int x, int y) {
    if (x == y) {
      return 0;
    }
    int difference = 0;
    int place = 1;
    for (int i = 0; i < degree; i++) {
      difference += Math.floorMod(x / place % p - y / place % p, p) * place;
      place *= p;
    }
    return square[difference] ? 1 : -1;
  }

  private int product(int x, int y) {
    int[] digits = new int[2 * degree];
    for (int i = 0; i < degree; i++) {
      for (int j = 0; j < degree; j++) {
        digits[i + j] = (digits[i + j] + digit(x, i) * digit(y, j)) % p;
      }
    }
    for (int high = 2 * degree - 1; high >= degree; high--) {
      int factor = digits[high];
      for (int i = 0; i <= degree; i++) {
        int at = high - degree + i;
        digits[at] = Math.floorMod(digits[at] - factor * modulus[i], p);
      }
    }
    int result = 0;
    for (int i = degree - 1; i >= 0; i--) {
      result = result * p + digits[i];
    }
    return result;
  }

  private int digit(int x, int place) {
    int rest = x;
    for (int i = 0; i < place; i++) {
      rest /= p;
    }
    return rest % p;
  }

  /** A monic polynomial of degree up to three without a root, lowest coefficient first. */
  private static int[] irreducible(int p, int degree) {
    int[] coefficients = new int[degree + 1];
    coefficients[degree] = 1;
    while (degree > 1 && hasRoot(coefficients, p)) {
      int place = 0;
      while (++coefficients[place] == p) {
        coefficients[place++] = 0;
      }
    }
    return coefficients;
  }

  private static boolean hasRoot(int[] coefficients, int p) {
    for (int x = 0; x < p; x++) {
      int value = 0;
      for (int i = coefficients.length - 1; i >= 0; i--) {
        value = (value * x + coefficients[i]) % p;
      }
      if (value == 0) {
        return true;
      }
    }
    return false;
  }

  private static OptionalInt root(int q, int degree) {
    int root = (int) Math.rint(StrictMath.pow(q, 1.0 / degree));
    int power = 1;
    for (int i = 0; i < degree; i++) {
      power *= root;
    }
    return power == q ? OptionalInt.of(root) : OptionalInt.empty();
  }

  private static boolean isOddPrime(int n) {
    if (n < 3 || n % 2 == 0) {
      return false;
    }
    for (int d = 3; d * d <= n; d += 2) {
      if (n % d == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "field of " + order() + " elements modulo " + Arrays.toString(modulus);
  }
}
