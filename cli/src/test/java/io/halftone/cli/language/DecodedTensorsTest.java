package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.RopePairing;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodedTensorsTest {
  @TempDir private Path directory;

  private Path gguf() throws IOException {
    Path file = directory.resolve("q.gguf");
    try (LanguageModel model = LanguageModel.open(TinyLlama.copyTo(directory))) {
      GgufExport.of(BlockType.Q4_0, Compute.defaults())
          .write(
              file,
              new io.halftone.io.gguf.model.ModelTensors(
                  "tiny",
                  model.config(),
                  model.tensors(),
                  RopePairing.HALF_SPLIT,
                  Optional.empty()));
    }
    return file;
  }

  @Test
  void readsRowsAsItReadsAll() throws IOException {
    try (DecodedTensors tensors = new DecodedTensors(LanguageModel.open(gguf()))) {
      for (String name : tensors.names()) {
        FloatMatrix all = tensors.floats(name);
        int rows = tensors.shape(name).size() < 2 ? 1 : all.rows();
        int from = rows / 3;
        int to = Math.max(from + 1, rows - 1);
        FloatMatrix some = tensors.floats(name, from, to);
        assertEquals(to - from, some.rows(), name);
        assertArrayEquals(all.rows(from, to).data(), some.data(), name);
        assertThrows(
            IndexOutOfBoundsException.class, () -> tensors.floats(name, 0, rows + 1), name);
      }
    }
  }
}
