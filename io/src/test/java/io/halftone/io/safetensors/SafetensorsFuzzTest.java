package io.halftone.io.safetensors;

import io.halftone.io.LittleEndianBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.ReadTensors;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class SafetensorsFuzzTest extends ReaderFuzzContract {
  @Override
  protected List<byte[]> originals() {
    return List.of(
        file(
            """
            {"__metadata__":{"format":"pt"},\
            "w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "h":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},\
            "s":{"dtype":"F8_E4M3","shape":[],"data_offsets":[32,33]},\
            "p":{"dtype":"F4","shape":[2,1],"data_offsets":[33,34]},\
            "none":{"dtype":"I64","shape":[0,5],"data_offsets":[34,34]}}""",
            34),
        file("{}", 0));
  }

  static byte[] file(String header, int bytes) {
    return new LittleEndianBytes().longText(header).zeros(bytes).toByteArray();
  }

  @Override
  protected List<String> words() {
    return List.of(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "[[[[[[[[",
        "\"dtype\"",
        "\"shape\"",
        "\"data_offsets\"",
        "\"F64\"",
        "\"F6_E2M3\"",
        "\"__metadata__\"",
        "\\u0000",
        "\\ud800");
  }

  @Override
  protected void read(Path file) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      ReadTensors.all(tensors);
    }
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "m.safetensors";
  }
}
