package io.halftone.io.gguf.model;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.model.TensorSource;
import io.halftone.io.Vocabulary;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * A model to be written; closes its tensors.
 *
 * @param name for people
 * @param config its numbers
 * @param tensors under Hugging Face's names; read one at a time
 * @param pairing the order in which the rows of its query and key weights stand
 * @param vocabulary empty to leave the tokens unnamed: the file then runs on token ids alone
 */
public record ModelTensors(
    String name,
    DecoderConfig config,
    TensorSource tensors,
    RopePairing pairing,
    Optional<Vocabulary> vocabulary)
    implements Closeable {
  /** Validates that the vocabulary fits. */
  public ModelTensors {
    vocabulary.ifPresent(
        words -> {
          if (words.size() != config.vocabulary()) {
            throw new IllegalArgumentException(
                "the vocabulary has " + words.size() + " tokens, the model " + config.vocabulary());
          }
        });
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
