package io.halftone.io.gguf.model;

import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.DecoderConfig.AttentionLimits;
import io.halftone.core.model.DecoderConfig.Rotary;
import io.halftone.core.model.RotaryScaling;
import io.halftone.io.gguf.GgufFile;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads the numbers of a decoder from a GGUF file's metadata. */
final class MetadataReader {
  private static final double DEFAULT_BASE = 10_000;

  private final GgufFile file;
  private final String architecture;

  private MetadataReader(GgufFile file, String architecture) {
    this.file = file;
    this.architecture = architecture;
  }

  static DecoderConfig config(GgufFile file) {
    String architecture =
        file.text(Keys.ARCHITECTURE)
            .orElseThrow(
                () -> new IllegalArgumentException("the file has no text " + Keys.ARCHITECTURE));
    if (!file.contains(TensorNames.EMBEDDING)) {
      throw new IllegalArgumentException("the file has no tensor " + TensorNames.EMBEDDING);
    }
    return new MetadataReader(file, architecture).config();
  }

  private DecoderConfig config() {
    int hidden = required(Keys.EMBEDDING);
    int heads = required(Keys.HEADS);
    int headSize = optional(Keys.HEAD_SIZE, hidden / Math.max(1, heads));
    return new DecoderConfig(
        architecture,
        hidden,
        required(Keys.FEED_FORWARD),
        required(Keys.BLOCKS),
        heads,
        optional(Keys.KEY_VALUE_HEADS, heads),
        headSize,
        Math.toIntExact(file.shape(TensorNames.EMBEDDING).get(0)),
        required(Keys.CONTEXT),
        (float) real(Keys.EPSILON).orElseThrow(() -> missing(Keys.EPSILON)),
        new Rotary(
            real(Keys.ROPE_BASE).orElse(DEFAULT_BASE),
            optional(Keys.ROPE_CHANNELS, headSize),
            scaling()),
        Activation.SILU,
        !file.contains(TensorNames.HEAD),
        AttentionLimits.NONE);
  }

  private RotaryScaling scaling() {
    String type = file.text(key(Keys.ROPE_SCALING)).orElse(Keys.UNSCALED);
    return switch (type) {
      case Keys.UNSCALED -> new RotaryScaling.None();
      case Keys.LINEAR ->
          new RotaryScaling.Linear(
              real(Keys.ROPE_FACTOR).orElseThrow(() -> missing(Keys.ROPE_FACTOR)));
      default ->
          throw new IllegalArgumentException(
              key(Keys.ROPE_SCALING) + " is '" + type + "', readable are none and linear");
    };
  }

  private String key(String suffix) {
    return architecture + suffix;
  }

  private IllegalArgumentException missing(String suffix) {
    return new IllegalArgumentException("the file has no number " + key(suffix));
  }

  private OptionalDouble real(String suffix) {
    return file.real(key(suffix));
  }

  private int required(String suffix) {
    OptionalLong value = file.integer(key(suffix));
    return ranged(suffix, value.orElseThrow(() -> missing(suffix)));
  }

  private int optional(String suffix, int fallback) {
    OptionalLong value = file.integer(key(suffix));
    return value.isPresent() ? ranged(suffix, value.getAsLong()) : fallback;
  }

  private int ranged(String suffix, long value) {
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key(suffix) + " is " + value + ", must be at least 1");
    }
    return (int) value;
  }
}
