package io.halftone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tokenizer of six words for {@link TinyModel#embedding}. */
final class TinyTokenizer {
  private TinyTokenizer() {}

  /** Writes {@code tokenizer.json} into a directory. */
  static Path write(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {
          "version": "1.0",
          "truncation": null,
          "padding": null,
          "added_tokens": [],
          "normalizer": null,
          "pre_tokenizer": {"type": "Whitespace"},
          "post_processor": null,
          "decoder": null,
          "model": {
            "type": "WordLevel",
            "vocab": {"[PAD]": 0, "[UNK]": 1, "dots": 2, "make": 3, "a": 4, "picture": 5},
            "unk_token": "[UNK]"
          }
        }
        """);
  }
}
