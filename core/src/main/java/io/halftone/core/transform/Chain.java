package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Several transforms, the first applied to the input first: T = T₁·T₂·…
 *
 * @param steps at least one, neighbouring sizes agree
 */
public record Chain(List<EquivalentTransform> steps) implements EquivalentTransform {
  /** Validates the sizes. */
  public Chain {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a chain needs at least one transform");
    }
    for (int i = 1; i < steps.size(); i++) {
      Sizes.check("step " + i, steps.get(i).sizeIn(), steps.get(i - 1).sizeOut());
    }
  }

  /** First, then second; identities are left out and chains flattened. */
  public static EquivalentTransform of(EquivalentTransform first, EquivalentTransform second) {
    Sizes.check("second transform", second.sizeIn(), first.sizeOut());
    if (first.isIdentity()) {
      return second;
    }
    if (second.isIdentity()) {
      return first;
    }
    List<EquivalentTransform> steps = new ArrayList<>();
    for (EquivalentTransform part : List.of(first, second)) {
      if (part instanceof Chain chain) {
        steps.addAll(chain.steps);
      } else {
        steps.add(part);
      }
    }
    return new Chain(steps);
  }

  @Override
  public int sizeIn() {
    return steps.get(0).sizeIn();
  }

  @Override
  public int sizeOut() {
    return steps.get(steps.size() - 1).sizeOut();
  }

  @Override
  public Chain inverse() {
    List<EquivalentTransform> inverse = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      inverse.add(steps.get(i).inverse());
    }
    return new Chain(inverse);
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    FloatMatrix y = x;
    for (EquivalentTransform step : steps) {
      y = step.applyToInput(y);
    }
    return y;
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    FloatMatrix y = w;
    for (EquivalentTransform step : steps) {
      y = step.applyToWeight(y);
    }
    return y;
  }

  @Override
  public float[] correctBias(FloatMatrix w, float[] bias) {
    if (isLinear()) {
      return bias;
    }
    FloatMatrix weight = w;
    float[] corrected = bias;
    for (EquivalentTransform step : steps) {
      corrected = step.correctBias(weight, corrected);
      weight = step.applyToWeight(weight);
    }
    return corrected;
  }

  @Override
  public boolean isLinear() {
    return steps.stream().allMatch(EquivalentTransform::isLinear);
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    SquareMatrix g = gram;
    for (EquivalentTransform step : steps) {
      g = step.applyToGram(g);
    }
    return g;
  }

  @Override
  public long storageBits() {
    return steps.stream().mapToLong(EquivalentTransform::storageBits).sum();
  }
}
