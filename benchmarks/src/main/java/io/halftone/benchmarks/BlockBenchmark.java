package io.halftone.benchmarks;

import io.halftone.bridges.llamacpp.Ggml;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockEncoder;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encoding weights in the block types of GGUF with uniform importance, on one thread, and beside it
 * ggml on the same weights in the same JVM, turn by turn. JMH adds counters up over iterations, so
 * one is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class BlockBenchmark {
  private static final int ROWS = 16;
  private static final int COLS = 4096;
  private static final double GIGABYTES = 4e-9 * ROWS * COLS;
  private static final long TURN_NANOS = 20_000_000;
  private static final int TURNS = 40;

  /** Type of the blocks. */
  @Param({"Q4_0", "Q8_0", "Q4_K"})
  public BlockType type;

  private FloatMatrix weight;
  private byte[] blocks;
  private BlockEncoder encoder;
  private Runnable ggml;

  /** Creates the state; JMH sets the parameters. */
  public BlockBenchmark() {}

  /** Billions of bytes of float32 a second, of each in its best turn, and their ratio. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Speed {
    /** Of Halftone. */
    public double halftone;

    /** Of ggml. */
    public double ggml;

    /** Of Halftone to ggml. */
    public double ratio;

    /** Creates counters at 0. */
    public Speed() {}
  }

  /**
   * Draws the weights from N(0, 0.02).
   *
   * @throws IOException if ggml cannot be loaded
   */
  @Setup
  public void draw() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    weight = FloatMatrix.zeros(ROWS, COLS);
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = (float) random.nextGaussian() * 0.02f;
    }
    blocks = new byte[ROWS * type.codec().rowBytes(COLS)];
    encoder = type.codec().encoder();
    ggml = Ggml.bundled().repeated(type.id(), weight.data(), blocks.length);
  }

  /** Turns of both. */
  @Benchmark
  public byte[] encode(Speed speed) {
    for (int turn = 0; turn < TURNS; turn++) {
      speed.halftone =
          Math.max(
              speed.halftone,
              turn(() -> encoder.encode(weight, 0, ROWS, Importance.UNIFORM, blocks, 0)));
      speed.ggml = Math.max(speed.ggml, turn(ggml));
    }
    speed.ratio = speed.halftone / speed.ggml;
    return blocks;
  }

  private static double turn(Runnable work) {
    long start = System.nanoTime();
    long rounds = 0;
    long nanos;
    do {
      work.run();
      rounds++;
      nanos = System.nanoTime() - start;
    } while (nanos < TURN_NANOS);
    return GIGABYTES * rounds / (nanos * 1e-9);
  }
}
