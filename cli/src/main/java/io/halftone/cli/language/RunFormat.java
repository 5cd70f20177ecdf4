package io.halftone.cli.language;

import io.halftone.core.model.LayerCodec;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.BlocksCodec;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the layers of a run are written. */
public sealed interface RunFormat {
  /** Name on the command line and in manifests. */
  String id();

  /** Packs the layers of finished blocks. */
  LayerCodec codec();

  /**
   * A checkpoint of safetensors.
   *
   * @param format of the layers
   */
  record OfCheckpoint(TargetFormat format) implements RunFormat {
    @Override
    public String id() {
      return format.id();
    }

    @Override
    public LayerCodec codec() {
      return format.codec();
    }
  }

  /**
   * A GGUF file.
   *
   * @param type of the layers whose rows it divides
   */
  record OfBlocks(BlockType type) implements RunFormat {
    private static final String PREFIX = "gguf-";

    /** Validates the type. */
    public OfBlocks {
      BlockTensors.of(type);
    }

    /**
     * Checks that a model can become such a file at all.
     *
     * @throws IllegalArgumentException if its architecture cannot
     * @throws IOException if its tokenizer cannot
     */
    public void require(LanguageModel model) throws IOException {
      QuantizedFile.require(model);
    }

    @Override
    public String id() {
      return PREFIX + type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public LayerCodec codec() {
      return new BlocksCodec();
    }
  }

  /**
   * The format of a name.
   *
   * @throws IllegalArgumentException if there is none; lists those there are
   */
  static RunFormat named(String id) {
    List<RunFormat> known =
        Stream.<RunFormat>concat(
                Stream.of(TargetFormat.values()).map(OfCheckpoint::new),
                BlockTensors.types().stream().map(OfBlocks::new))
            .toList();
    return known.stream()
        .filter(format -> format.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format '"
                        + id
                        + "'; known are "
                        + known.stream().map(RunFormat::id).collect(Collectors.joining(", "))));
  }
}
