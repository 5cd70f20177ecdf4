package io.halftone.io.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.TensorEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model whose layers are quantized, as a conversion reads it: names are Hugging Face's, tensors
 * are read when they are asked for.
 */
public interface QuantizedSource extends Closeable {
  /** Where it lies. */
  Path path();

  /** Names of the quantized layers, in the file's order. */
  List<String> layers();

  /**
   * A layer, decoded.
   *
   * @throws IOException if a tensor cannot be read or is not what the configuration says; names it
   */
  QuantizedLinear layer(String name) throws IOException;

  /** Names of all tensors, those of layers among them, in the file's order. */
  Set<String> tensors();

  /** The layer that a tensor is a part of. */
  Optional<String> layerOf(String tensor);

  /** Type and shape of a tensor. */
  TensorEntry info(String tensor);

  /** A tensor as it is. */
  StoredTensor read(String tensor) throws IOException;

  /** Modules that stay float: names, or patterns after {@code re:}. */
  List<String> ignored();

  /** A copy of the model's {@code config.json}, or what stands for it. */
  ObjectNode modelConfig();

  /** Remarks of its files. */
  Map<String, String> metadata();

  /** Files beside the model that go where it goes, such as its tokenizer. */
  List<Path> companions() throws IOException;
}
