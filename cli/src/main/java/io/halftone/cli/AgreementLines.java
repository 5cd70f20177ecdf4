package io.halftone.cli;

import io.halftone.bridges.llamacpp.Agreement;

/** How a comparison of next-token distributions is told, whichever runtime ran the file. */
final class AgreementLines {
  private AgreementLines() {}

  /** The figures. */
  static void figures(Output output, Agreement agreement) {
    output.line(
        "%d positions: most likely token the same at %.2f %%, mean KL divergence %.3e, largest %.3e",
        agreement.positions(),
        100 * agreement.topShare(),
        agreement.meanDivergence(),
        agreement.maxDivergence());
  }

  /**
   * The end.
   *
   * @param bound mean KL divergence that still is agreement
   */
  static void verdict(Output output, String file, String runtime, boolean agrees, double bound) {
    output.line(
        "%s in %s %s Halftone's reading (at most %.3e)",
        file, runtime, agrees ? "agrees with" : "DISAGREES with", bound);
  }
}
