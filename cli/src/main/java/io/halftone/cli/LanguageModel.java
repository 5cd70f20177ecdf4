package io.halftone.cli;

import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RotaryScaling;
import io.halftone.core.model.TensorSource;
import io.halftone.io.llama2c.Llama2cConfig;
import io.halftone.io.llama2c.Llama2cFile;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A float decoder of a file or a directory.
 *
 * @param decoder reads the tensors
 * @param tensors of the model, closed with this
 */
record LanguageModel(FloatDecoder decoder, TensorSource tensors) implements Closeable {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final float LLAMA2C_EPSILON = 1e-5f;
  private static final double LLAMA2C_ROTARY_BASE = 10_000;

  /**
   * Opens a llama2.c checkpoint, or a directory with {@code config.json} and {@code
   * model.safetensors}.
   */
  static LanguageModel open(Path model) {
    return InputException.reading(
        "the model", () -> Files.isDirectory(model) ? directory(model) : llama2c(model));
  }

  private static LanguageModel directory(Path directory) throws IOException {
    DecoderConfig config = ConfigJson.parse(Files.readString(directory.resolve(CONFIG)));
    return of(config, SafetensorsFile.open(directory.resolve(WEIGHTS)));
  }

  private static LanguageModel llama2c(Path file) throws IOException {
    Llama2cFile tensors = Llama2cFile.open(file);
    return of(config(tensors.config()), tensors);
  }

  private static LanguageModel of(DecoderConfig config, TensorSource tensors) throws IOException {
    try {
      return new LanguageModel(FloatDecoder.of(config, tensors), tensors);
    } catch (IOException | RuntimeException failure) {
      tensors.close();
      throw failure;
    }
  }

  private static DecoderConfig config(Llama2cConfig header) {
    return new DecoderConfig(
        "llama2.c",
        header.dim(),
        header.hiddenDim(),
        header.layers(),
        header.heads(),
        header.kvHeads(),
        header.headDim(),
        header.vocabSize(),
        header.contextLength(),
        LLAMA2C_EPSILON,
        new DecoderConfig.Rotary(LLAMA2C_ROTARY_BASE, header.headDim(), new RotaryScaling.None()),
        Activation.SILU,
        header.tied(),
        DecoderConfig.AttentionLimits.NONE);
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
