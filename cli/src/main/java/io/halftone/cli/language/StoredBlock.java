package io.halftone.cli.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.decoder.DecoderBlock;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.QuantizedBlock;
import io.halftone.calibration.decoder.StoredDecoder;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A finished block in its file. */
final class StoredBlock implements Closeable, StoredDecoder.Layers {
  private final Path path;
  private final SafetensorsFile file;
  private final LayerCodec codec;
  private final LayerScheme scheme;
  private final List<LayerFacts> facts;

  private StoredBlock(
      Path path,
      SafetensorsFile file,
      LayerCodec codec,
      LayerScheme scheme,
      List<LayerFacts> facts) {
    this.path = path;
    this.file = file;
    this.codec = codec;
    this.scheme = scheme;
    this.facts = facts;
  }

  static StoredBlock open(Path path, LayerCodec codec, LayerScheme scheme) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      String json = file.metadata().getOrDefault(BlockStore.LAYERS, "");
      List<LayerFacts> facts =
          new ObjectMapper()
              .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .readValue(json, new TypeReference<List<LayerFacts>>() {});
      return new StoredBlock(path, file, codec, scheme, facts);
    } catch (JsonProcessingException e) {
      file.close();
      throw new IOException(path + " is damaged: it does not say its layers", e);
    }
  }

  SafetensorsFile file() {
    return file;
  }

  List<LayerFacts> facts() {
    return facts;
  }

  @Override
  public Optional<QuantizedLinear> layer(String name) throws IOException {
    List<StoredTensor> parts = new ArrayList<>();
    for (String tensor : file.names()) {
      if (tensor.substring(0, tensor.lastIndexOf('.')).equals(name)) {
        parts.add(file.read(tensor));
      }
    }
    boolean quantized = parts.stream().noneMatch(part -> part.name().equals(name + ".weight"));
    return parts.isEmpty() || !quantized && isFloat(name)
        ? Optional.empty()
        : Optional.of(codec.decode(name, scheme, parts));
  }

  /** Layers of one byte a weight are stored under the float weight's name, beside their scales. */
  private boolean isFloat(String name) {
    return !file.contains(name + ".weight_scale");
  }

  /** The block of a model with these layers and norms in their places. */
  DecoderBlock block(int index, LanguageModel model) throws IOException {
    FloatDecoder floats = FloatDecoder.of(model.config(), new Overlay(model.tensors()));
    return new StoredDecoder(floats, this).block(index);
  }

  /**
   * Checks that every layer reads as it was quantized.
   *
   * @throws IOException if one does not; names it
   */
  void requireSame(QuantizedBlock block) throws IOException {
    for (LayerResult result : block.layers()) {
      Optional<QuantizedLinear> read = layer(result.name());
      boolean same =
          read.isPresent() == result.layer().isPresent()
              && (read.isEmpty()
                  || Arrays.equals(result.layer().get().decode().data(), read.get().decode().data())
                      && Arrays.equals(result.layer().get().bias(), read.get().bias())
                      && result.layer().get().input().equals(read.get().input()));
      if (!same) {
        throw new IOException(
            "layer " + result.name() + " of " + path + " reads other values than were written");
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** The float tensors of this file before those of the model. */
  private final class Overlay implements TensorSource {
    private final TensorSource below;

    Overlay(TensorSource below) {
      this.below = below;
    }

    @Override
    public Set<String> names() {
      return below.names();
    }

    @Override
    public List<Long> shape(String name) {
      return below.shape(name);
    }

    @Override
    public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
      boolean mine = file.contains(name) && file.info(name).type().equals("F32");
      return mine ? file.floats(name, fromRow, toRow) : below.floats(name, fromRow, toRow);
    }

    @Override
    public void close() {}
  }
}
