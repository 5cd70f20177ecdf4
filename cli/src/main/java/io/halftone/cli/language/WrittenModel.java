package io.halftone.cli.language;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.StoredDecoder;
import io.halftone.core.model.TensorSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.convert.Checkpoint;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A quantized checkpoint as it stands on disk, to be run. */
public final class WrittenModel implements TensorSource, StoredDecoder.Layers {
  private static final String WEIGHT = ".weight";

  private final LanguageModel original;
  private final Checkpoint checkpoint;
  private final SafetensorsFile file;
  private final Set<String> layers;

  private WrittenModel(LanguageModel original, Checkpoint checkpoint, SafetensorsFile file) {
    this.original = original;
    this.checkpoint = checkpoint;
    this.file = file;
    this.layers = new HashSet<>(checkpoint.layers());
  }

  /**
   * Opens a checkpoint.
   *
   * @param original the model it was made of, for names and shapes
   * @throws IOException if it cannot be read
   */
  public static WrittenModel open(LanguageModel original, Path directory) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(directory);
    try {
      return new WrittenModel(original, checkpoint, SafetensorsFile.open(directory));
    } catch (IOException | RuntimeException failure) {
      checkpoint.close();
      throw failure;
    }
  }

  /** The model with its layers emulated. */
  public StoredDecoder decoder() throws IOException {
    return new StoredDecoder(FloatDecoder.of(original.config(), this), this);
  }

  @Override
  public Optional<QuantizedLinear> layer(String name) throws IOException {
    return layers.contains(name) ? Optional.of(checkpoint.layer(name)) : Optional.empty();
  }

  @Override
  public Set<String> names() {
    return original.tensors().names();
  }

  @Override
  public List<Long> shape(String name) {
    return original.tensors().shape(name);
  }

  /** A tensor as it stands there; the weight of a quantized layer is decoded. */
  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    String owner = name.substring(0, name.lastIndexOf('.'));
    return name.endsWith(WEIGHT) && layers.contains(owner)
        ? checkpoint.layer(owner).decode().rows(fromRow, toRow)
        : file.floats(name, fromRow, toRow);
  }

  @Override
  public void close() throws IOException {
    try (checkpoint) {
      file.close();
    }
  }
}
