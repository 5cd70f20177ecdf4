package io.halftone.bridges.llamacpp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.GgufModel;
import io.halftone.io.gguf.model.ModelTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactEmulationTest {
  private static final String BIAS = "model.layers.0.self_attn.q_proj.bias";
  private static final int OUTPUTS = 128;

  /** Computing without them would be another model. */
  @Test
  void biasesAreRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("m.gguf");
    try (ModelTensors tiny = Models.first(1, Models.tiny(directory))) {
      ModelTensors biased =
          new ModelTensors(
              "biased",
              tiny.config(),
              new Biased(tiny.tensors()),
              tiny.pairing(),
              tiny.vocabulary());
      GgufExport.of(BlockType.F16, Compute.defaults()).write(file, biased);
    }
    try (GgufModel model = GgufModel.open(file)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new ExactEmulation(model, Compute.defaults()))
              .getMessage();
      assertTrue(message.contains("blk.0.attn_q.bias"), message);
    }
  }

  private record Biased(TensorSource plain) implements TensorSource {
    @Override
    public Set<String> names() {
      Set<String> names = new LinkedHashSet<>(plain.names());
      names.add(BIAS);
      return names;
    }

    @Override
    public List<Long> shape(String name) {
      return name.equals(BIAS) ? List.of((long) OUTPUTS) : plain.shape(name);
    }

    @Override
    public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
      return name.equals(BIAS) ? FloatMatrix.zeros(1, OUTPUTS) : plain.floats(name, fromRow, toRow);
    }

    @Override
    public void close() throws IOException {
      plain.close();
    }
  }
}
