package io.halftone.cli;

import io.halftone.io.convert.LayerLoss;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Asks for consent where a conversion changes layers. */
final class Losses {
  private Losses() {}

  /**
   * Refuses a conversion with losses.
   *
   * @param layers number of all layers
   * @throws InputException if there is a loss; says of how many layers, and the largest
   */
  static void require(List<LayerLoss> losses, int layers) {
    if (losses.isEmpty()) {
      return;
    }
    LayerLoss worst =
        losses.stream().max(Comparator.comparingDouble(LayerLoss::relativeError)).orElseThrow();
    throw new InputException(
        String.format(
            Locale.ROOT,
            "%d of %d layers would change, most of all %s: it has %s "
                + "(relative error %.3e, largest difference %.3e); add --lossy to accept it",
            losses.size(),
            layers,
            worst.layer(),
            worst.reason(),
            worst.relativeError(),
            worst.maxAbsError()));
  }
}
