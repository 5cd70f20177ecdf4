package io.halftone.io.safetensors;

import io.halftone.io.MalformedFileException;
import io.halftone.io.ReadTensors;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Damages the index; its shards are intact. */
class SafetensorsIndexFuzzTest extends ReaderFuzzContract {
  @Override
  protected void prepare(Path besides) throws IOException {
    for (String name : List.of("a", "b")) {
      String header =
          "{\"%s\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}".replace("%s", name);
      Files.write(
          besides.resolve(name + ".safetensors"),
          SafetensorsFuzzTest.file(header, 2 * Short.BYTES));
    }
  }

  @Override
  protected List<byte[]> originals() {
    String index =
        """
        {"metadata": {"total_size": 8},
         "weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}
        """;
    return List.of(index.getBytes(StandardCharsets.UTF_8));
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
        "\"weight_map\"",
        "\"a\"",
        "\"b\"",
        "\"\"",
        "a.safetensors",
        "b.safetensors",
        "../",
        "/",
        "\\u0000",
        ".",
        "..");
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
  protected Pattern place() {
    return Pattern.compile("offset \\d+|the index is not readable JSON|weight_map names");
  }

  @Override
  protected String fileName() {
    return "m.safetensors.index.json";
  }
}
