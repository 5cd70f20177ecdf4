package io.halftone.benchmarks;

import java.io.IOException;
import org.openjdk.jmh.Main;

/**
 * Runs the benchmarks; takes JMH's options, such as {@code -h}, {@code -l} and {@code -p
 * recipe=gptq,awq}.
 */
public final class Benchmarks {
  private Benchmarks() {}

  /**
   * Runs the benchmarks that the arguments select, all by default. Progress and results go to
   * standard output.
   *
   * @param args of JMH
   * @throws IOException if a result file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Main.main(args);
  }
}
