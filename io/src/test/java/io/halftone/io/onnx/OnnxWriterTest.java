package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.proto.StringStringEntryProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
  @TempDir Path directory;

  private static OnnxModel wide() {
    return TinyModels.withOpset(17)
        .floats("w", TinyModels.ramp(4 * 600), 4, 600)
        .floats("v", TinyModels.ramp(600 * 3), 3, 600)
        .node("MatMul", "a", "h", List.of("x", "w"))
        .node("Gemm", "b", "y", List.of("h", "v"), OnnxNodes.integer("transB", 1))
        .build();
  }

  @Test
  void largeConstantsGoToAnAlignedFileAndComeBack() throws IOException {
    Path file = directory.resolve("m.onnx");
    wide().write(file, 1000);
    assertTrue(Files.size(file) < 1000);
    OnnxModel back = OnnxModel.read(file);
    for (TensorProto tensor : back.proto().getGraph().getInitializerList()) {
      assertEquals(TensorProto.DataLocation.EXTERNAL, tensor.getDataLocation());
      assertEquals(0, offset(tensor) % 4096);
    }
    assertArrayEquals(TinyModels.ramp(4 * 600), back.floats("w"));
    assertArrayEquals(TinyModels.ramp(600 * 3), back.floats("v"));
    OnnxWeights outside = new OnnxWeights(back, LinearLayers.find(back.graph()));
    OnnxWeights inside = new OnnxWeights(wide(), LinearLayers.find(back.graph()));
    for (String name : outside.names()) {
      assertArrayEquals(inside.read(name, 1, 3).data(), outside.read(name, 1, 3).data());
    }
  }

  @Test
  void externalConstantsReturnToOneFileAndMoveToAnother() throws IOException {
    Path first = directory.resolve("first.onnx");
    wide().write(first, 1000);
    Path single = directory.resolve("single.onnx");
    OnnxModel.read(first).write(single);
    assertEquals(List.of(), data("single.onnx"));
    assertEquals(wide().proto(), OnnxModel.read(single).proto());
    Path second = directory.resolve("second.onnx");
    OnnxModel.read(first).write(second, 1000);
    Path data = data("first.onnx").get(0);
    assertEquals(-1, Files.mismatch(data, data("second.onnx").get(0)));
    Files.delete(data);
    assertArrayEquals(TinyModels.ramp(4 * 600), OnnxModel.read(second).floats("w"));
  }

  @Test
  void sameModelSameBytes() throws IOException {
    Path first = directory.resolve("1.onnx");
    Path second = directory.resolve("2.onnx");
    wide().write(first);
    OnnxModel.read(first).write(second);
    assertEquals(-1, Files.mismatch(first, second));
  }

  @Test
  void dataOfAnotherContentHasAnotherNameAndGoesAfterItsModel() throws IOException {
    Path file = directory.resolve("m.onnx");
    wide().write(file, 1000);
    Path old = data("m.onnx").get(0);
    OnnxEditor editor = new OnnxEditor(wide());
    editor.replaceWeight("a", FloatMatrix.zeros(600, 4));
    editor.finish().write(file, 1000);
    List<Path> left = data("m.onnx");
    assertEquals(1, left.size());
    assertNotEquals(old, left.get(0));
    wide().write(file);
    assertEquals(List.of(), data("m.onnx"));
  }

  private List<Path> data(String model) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(model + "."))
          .sorted()
          .toList();
    }
  }

  private static long offset(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .filter(e -> e.getKey().equals("offset"))
        .map(StringStringEntryProto::getValue)
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }
}
