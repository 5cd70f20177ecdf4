package io.halftone.cli.language;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.core.model.DecoderConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A float language model on disk, in one form whatever its layout: Hugging Face's names, order of
 * rows and {@code config.json}.
 */
public final class LanguageModel implements Closeable {
  private final Path path;
  private final String layout;
  private final ObjectNode json;
  private final DecoderConfig config;
  private final ModelTensors tensors;
  private final TokenizerFiles tokenizer;
  private final List<Path> weights;

  LanguageModel(
      Path path,
      String layout,
      ObjectNode json,
      ModelTensors tensors,
      TokenizerFiles tokenizer,
      List<Path> weights) {
    this.path = path;
    this.layout = layout;
    this.json = json;
    this.config = ConfigJson.parse(json.toString());
    this.tensors = tensors;
    this.tokenizer = tokenizer;
    this.weights = List.copyOf(weights);
  }

  /**
   * How a model gets its tokenizer.
   *
   * @param files that belong to the tokenizer and go where the model goes
   * @param opening makes it when it is asked for
   */
  record TokenizerFiles(List<Path> files, Opening opening) {
    /** Makes a tokenizer. */
    @FunctionalInterface
    interface Opening {
      Tokenizer open() throws IOException;
    }
  }

  /**
   * Opens a model: a directory with {@code config.json} and safetensors, a GGUF file, or a llama2.c
   * checkpoint; also a directory that holds one of the latter.
   *
   * @throws IllegalArgumentException if the architecture is not known or tensors are missing; lists
   *     them
   * @throws IOException if it is none of these, or cannot be read; says what is missing
   */
  public static LanguageModel open(Path path) throws IOException {
    return ModelLayouts.open(path);
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  /** Name of the layout, for people. */
  public String layout() {
    return layout;
  }

  /** A copy of its {@code config.json}, or what stands for it. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** Its numbers. */
  public DecoderConfig config() {
    return config;
  }

  /** Its tensors. */
  public ModelTensors tensors() {
    return tensors;
  }

  /** The files that hold its weights, in a fixed order. */
  public List<Path> weights() {
    return weights;
  }

  /** The files that belong to its tokenizer, which may be none. */
  public List<Path> tokenizerFiles() {
    return tokenizer.files();
  }

  /**
   * Its tokenizer.
   *
   * @throws IOException if there is none, or it cannot be read
   */
  public Tokenizer tokenizer() throws IOException {
    return tokenizer.opening().open();
  }

  /**
   * The model, to be run.
   *
   * @throws IllegalArgumentException if tensors are missing, unknown or of another shape; names
   *     them
   * @throws IOException if it cannot be read
   */
  public FloatDecoder decoder() throws IOException {
    return FloatDecoder.of(config, tensors);
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
