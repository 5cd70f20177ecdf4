package io.halftone.cli.language;

import io.halftone.calibration.decoder.BlockByBlock;
import java.io.IOException;
import java.util.Optional;

/** Quantizes the blocks of a model that a store does not hold yet. */
final class BlockLoop {
  private static final double NANOS = 1e9;

  private BlockLoop() {}

  /**
   * Runs until the store holds every block.
   *
   * @param progress hears of every block that was quantized
   * @return number of blocks that were there already
   */
  static int run(LanguageModel model, RunSettings settings, BlockStore store, RunProgress progress)
      throws IOException {
    int total = model.config().blocks();
    int finished = 0;
    while (finished < total && isThere(store, finished)) {
      finished++;
    }
    if (finished == total) {
      return finished;
    }
    BlockByBlock run =
        BlockByBlock.of(
            model.decoder(), settings.pipeline(), settings.calibration(), settings.propagation());
    for (int b = 0; b < total; b++) {
      long start = System.nanoTime();
      if (b < finished) {
        try (StoredBlock block = store.read(b)) {
          run.pass(block.block(b, model));
        }
      } else {
        store.write(b, run.quantize(), model.tensors());
        progress.block(b + 1, total, (System.nanoTime() - start) / NANOS);
      }
    }
    return finished;
  }

  private static boolean isThere(BlockStore store, int block) throws IOException {
    Optional<StoredBlock> found = store.find(block);
    if (found.isPresent()) {
      found.get().close();
    }
    return found.isPresent();
  }
}
