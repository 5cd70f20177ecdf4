package io.halftone.io.llama2c;

import io.halftone.io.LittleEndianBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.ReadTensors;
import io.halftone.io.TensorEntry;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class Llama2cFuzzTest extends ReaderFuzzContract {
  @Override
  protected List<byte[]> originals() {
    return List.of(checkpoint(3), checkpoint(-3));
  }

  private static byte[] checkpoint(int vocabulary) {
    Llama2cConfig config = new Llama2cConfig(4, 2, 1, 2, 1, 3, 2, vocabulary > 0);
    long bytes = Llama2cLayout.tensors(config).stream().mapToLong(TensorEntry::bytes).sum();
    return new LittleEndianBytes()
        .i32(4, 2, 1, 2, 1, vocabulary, 2)
        .zeros((int) bytes)
        .toByteArray();
  }

  @Override
  protected void read(Path file) throws IOException {
    try (Llama2cFile checkpoint = Llama2cFile.open(file)) {
      ReadTensors.all(checkpoint);
    }
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "m.bin";
  }
}
