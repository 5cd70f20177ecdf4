package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One half of a block, attention or feed-forward: x ← x + outputNorm(output(mix(inputs(norm(x))))).
 *
 * @param name of the half
 * @param norm in front of the input linears
 * @param inputs the linears that read the normalised tensor
 * @param mixer what makes the output linear's input of their outputs
 * @param output the linear that reads the mixed tensor
 * @param outputNorm on what is added to the residual stream
 * @param producer which rows of the inputs write the mixed tensor's channels
 */
public record Sublayer(
    String name,
    Norm norm,
    List<LinearLayer> inputs,
    Mixer mixer,
    LinearLayer output,
    Optional<Norm> outputNorm,
    Optional<Producer> producer) {
  /** Takes a copy of the list. */
  public Sublayer {
    inputs = List.copyOf(inputs);
  }

  /**
   * Rows of an input linear by which the mixed tensor's channels are multiplied.
   *
   * @param input index of the linear
   * @param fromRow its first such row
   * @param heads groups of channels of the producer
   * @param headSize channels of a group
   * @param repeats how often a group is read: mixed group h comes from group h / repeats
   */
  public record Producer(int input, int fromRow, int heads, int headSize, int repeats) {
    /** The produced channel that a channel of the mixed tensor is read of. */
    int channel(int mixed) {
      return mixed / headSize / repeats * headSize + mixed % headSize;
    }
  }

  /** The linears in the order they run. */
  public List<LinearLayer> linears() {
    List<LinearLayer> all = new ArrayList<>(inputs);
    all.add(output);
    return all;
  }

  /** The tensor the input linears read. */
  public FloatMatrix normed(FloatMatrix x, Compute compute) {
    return norm.apply(x, compute);
  }

  /**
   * The tensor the output linear reads.
   *
   * @param x residual stream [tokens, hidden], read
   * @param lengths of the sequences whose tokens follow each other in x
   */
  public FloatMatrix mixed(FloatMatrix x, int[] lengths, Compute compute) {
    return mixer.mix(projected(x, compute), lengths, compute);
  }

  /** What a cache takes of some tokens, where the half has one. */
  Optional<Mixer.Remembered> remembered(FloatMatrix x, int[] lengths, Compute compute) {
    return mixer.remembered(projected(x, compute), lengths, compute);
  }

  private List<FloatMatrix> projected(FloatMatrix x, Compute compute) {
    FloatMatrix normed = normed(x, compute);
    return inputs.stream().map(linear -> linear.apply(normed, compute)).toList();
  }

  /**
   * Runs the half.
   *
   * @param x residual stream [tokens, hidden], read and written
   * @param lengths of the sequences whose tokens follow each other in x
   */
  public void advance(FloatMatrix x, int[] lengths, Compute compute) {
    add(x, mixed(x, lengths, compute), compute);
  }

  /**
   * Runs the half for the next token of several sequences.
   *
   * @param x residual stream [sequences, hidden], read and written
   * @param past tokens before it; the new one is added
   */
  void next(FloatMatrix x, PastTokens past, Compute compute) {
    add(x, mixer.next(projected(x, compute), past, compute), compute);
  }

  private void add(FloatMatrix x, FloatMatrix mixed, Compute compute) {
    FloatMatrix added = output.apply(mixed, compute);
    outputNorm.ifPresent(post -> post.applyInPlace(added, compute));
    for (int i = 0; i < added.data().length; i++) {
      x.data()[i] += added.data()[i];
    }
  }

  /** The same half with another cache, where there is one. */
  Sublayer with(KeyValueCache cache) {
    return new Sublayer(name, norm, inputs, mixer.with(cache), output, outputNorm, producer);
  }

  /** The same half with another norm in front. */
  Sublayer with(Norm other) {
    return new Sublayer(name, other, inputs, mixer, output, outputNorm, producer);
  }

  /** The same half with other linears in the place of those of the same names. */
  public Sublayer with(List<? extends LinearLayer> others) {
    return new Sublayer(
        name,
        norm,
        inputs.stream().map(linear -> replaced(linear, others)).toList(),
        mixer,
        replaced(output, others),
        outputNorm,
        producer);
  }

  private static LinearLayer replaced(LinearLayer linear, List<? extends LinearLayer> others) {
    for (LinearLayer other : others) {
      if (other.name().equals(linear.name())) {
        return other;
      }
    }
    return linear;
  }
}
