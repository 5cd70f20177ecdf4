package io.halftone.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small, trained language model of the Llama architecture with sequences sampled from it: 853,120
 * parameters, a vocabulary of the 256 byte values. The {@code README.md} among its files tells how
 * it was made and which perplexities to expect.
 */
public final class TinyLlama {
  /** Weights, F16, under Hugging Face's names. */
  public static final String WEIGHTS = "model.safetensors";

  /** Hugging Face's description of the model. */
  public static final String CONFIG = "config.json";

  /** uint8 [96, 256]: rows 0 to 63 to calibrate with, 64 to 95 to evaluate on. */
  public static final String TOKENS = "tokens.npy";

  private static final List<String> FILES = List.of(WEIGHTS, CONFIG, TOKENS);
  private static final int SEQUENCES = 96;
  private static final int LENGTH = 256;

  private TinyLlama() {}

  /**
   * Writes {@link #WEIGHTS}, {@link #CONFIG} and {@link #TOKENS} into a directory.
   *
   * @param directory must exist
   * @return the directory
   */
  public static Path copyTo(Path directory) throws IOException {
    for (String file : FILES) {
      Files.write(directory.resolve(file), bytes(file));
    }
    return directory;
  }

  /** The content of one of the model's files. */
  public static byte[] bytes(String file) throws IOException {
    try (InputStream in = TinyLlama.class.getResourceAsStream("tiny-llama/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException("the model has no file " + file);
      }
      return in.readAllBytes();
    }
  }

  /** The sampled sequences: 96 of 256 tokens, each 0 to 255. */
  public static int[][] tokens() throws IOException {
    byte[] file = bytes(TOKENS);
    int start = file.length - SEQUENCES * LENGTH;
    int[][] tokens = new int[SEQUENCES][LENGTH];
    for (int s = 0; s < SEQUENCES; s++) {
      for (int t = 0; t < LENGTH; t++) {
        tokens[s][t] = file[start + s * LENGTH + t] & 0xff;
      }
    }
    return tokens;
  }
}
