package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Tensors in memory: a small decoder of any architecture with seeded random weights. */
final class MemoryTensors implements TensorSource {
  final Map<String, FloatMatrix> byName = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final SplittableRandom random;

  private MemoryTensors(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** No tensor yet. */
  static MemoryTensors empty() {
    return new MemoryTensors(0);
  }

  /** Random tensors for a table; every linear has a bias. */
  static MemoryTensors random(Architecture table, DecoderConfig config, long seed) {
    MemoryTensors tensors = new MemoryTensors(seed);
    int hidden = config.hiddenSize();
    tensors.matrix(table.embedding(), config.vocabulary(), hidden);
    if (!config.tiedHead()) {
      tensors.matrix(table.head(), config.vocabulary(), hidden);
    }
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : table.linears().keySet().stream().sorted().toList()) {
        String name = table.linear(role, b);
        tensors.matrix(name + ".weight", rows(role, config), cols(role, config));
        tensors.vector(name + ".bias", rows(role, config), 0);
      }
      for (NormRole role : table.norms().keySet().stream().sorted().toList()) {
        boolean head = role == NormRole.QUERY || role == NormRole.KEY;
        String name = table.norm(role, b);
        if (!tensors.byName.containsKey(name + ".weight")) {
          float center = table.norm() == NormKind.RMS_ONE_PLUS ? 0 : 1;
          tensors.vector(name + ".weight", head ? config.headSize() : hidden, center);
          if (table.norm() == NormKind.LAYER) {
            tensors.vector(name + ".bias", hidden, 0);
          }
        }
      }
    }
    return tensors;
  }

  static int rows(LinearRole role, DecoderConfig config) {
    int keys = config.keyValueHeads() * config.headSize();
    int queries = config.heads() * config.headSize();
    return switch (role) {
      case QUERY -> queries;
      case KEY, VALUE -> keys;
      case QUERY_KEY_VALUE -> queries + 2 * keys;
      case OUTPUT, DOWN -> config.hiddenSize();
      case GATE, UP -> config.intermediateSize();
      case GATE_UP -> 2 * config.intermediateSize();
    };
  }

  private static int cols(LinearRole role, DecoderConfig config) {
    return switch (role) {
      case OUTPUT -> config.heads() * config.headSize();
      case DOWN -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  private void matrix(String name, int rows, int cols) {
    FloatMatrix values = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < values.data().length; i++) {
      values.data()[i] = (float) ((random.nextDouble() * 2 - 1) * Math.sqrt(3.0 / cols));
    }
    byName.put(name, values);
    shapes.put(name, List.of((long) rows, (long) cols));
  }

  private void vector(String name, int size, float center) {
    FloatMatrix values = FloatMatrix.zeros(1, size);
    for (int i = 0; i < size; i++) {
      values.data()[i] = (float) (center + random.nextDouble() * 0.6 - 0.3);
    }
    byName.put(name, values);
    shapes.put(name, List.of((long) size));
  }

  /** Adds a matrix, or a vector as one row. */
  void put(String name, FloatMatrix values) {
    byName.put(name, values);
    long rows = values.rows();
    long cols = values.cols();
    shapes.put(name, rows == 1 ? List.of(cols) : List.of(rows, cols));
  }

  void remove(String name) {
    byName.remove(name);
  }

  void rename(String name, String to) {
    byName.put(to, byName.remove(name));
    shapes.put(to, shapes.get(name));
  }

  @Override
  public Set<String> names() {
    return byName.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return shapes.get(name);
  }

  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) {
    return byName.get(name).rows(fromRow, toRow);
  }

  @Override
  public void close() {}
}
