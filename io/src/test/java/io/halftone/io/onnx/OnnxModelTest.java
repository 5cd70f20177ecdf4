package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.halftone.io.MalformedFileException;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {

  @TempDir Path directory;

  @Test
  void readsTheMiniLmModel() throws IOException {
    OnnxModel model = OnnxModel.read(TinyModels.miniLm(directory));
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    assertEquals(11, model.opset());
    assertEquals(36, linears.size());
    assertEquals(24, linears.stream().map(OnnxLinear::input).distinct().count());
    assertEquals(24, OnnxSites.find(model.graph(), linears).size());
    OnnxWeights weights = new OnnxWeights(model, linears);
    assertEquals(36, weights.names().size());
    String first = linears.get(0).name();
    assertArrayEquals(
        model.matrix(linears.get(0).weightInitializer()).transpose().data(),
        weights.read(first).data());
    assertArrayEquals(weights.read(first).rows(5, 9).data(), weights.read(first, 5, 9).data());
  }

  @Test
  void unknownFieldsSurviveARoundTrip() throws IOException {
    UnknownFieldSet functions =
        UnknownFieldSet.newBuilder()
            .addField(
                25,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("fn"))
                    .build())
            .build();
    ModelProto proto =
        TinyModels.preNormMlp().proto().toBuilder().setUnknownFields(functions).build();
    Path file = Files.write(directory.resolve("m.onnx"), proto.toByteArray());
    Path copy = directory.resolve("copy.onnx");
    OnnxModel.read(file).write(copy);
    assertEquals(proto, ModelProto.parseFrom(Files.readAllBytes(copy)));
    assertEquals(-1, Files.mismatch(file, copy));
  }

  @Test
  void readsFloatsOfEveryTypeAndPlace() throws IOException {
    TensorProto.Builder shape = TensorProto.newBuilder().addDims(2);
    OnnxModel model =
        TinyModels.preNormMlp()
            .tensor(
                TinyModels.raw(
                    "raw32",
                    ElementType.FLOAT,
                    new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0},
                    2))
            .tensor(
                TinyModels.raw(
                    "raw16", ElementType.FLOAT16, new byte[] {0, 0x3c, 0, (byte) 0xc0}, 2))
            .tensor(
                TinyModels.raw(
                    "rawB16",
                    ElementType.BFLOAT16,
                    new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0},
                    2))
            .tensor(
                TinyModels.raw(
                    "raw64",
                    ElementType.DOUBLE,
                    new byte[] {
                      0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, (byte) 0xc0
                    },
                    2))
            .tensor(
                shape
                    .clone()
                    .setName("typed32")
                    .setDataType(1)
                    .addFloatData(1)
                    .addFloatData(-2)
                    .build())
            .tensor(
                shape
                    .clone()
                    .setName("typed64")
                    .setDataType(11)
                    .addDoubleData(1)
                    .addDoubleData(-2)
                    .build())
            .tensor(
                shape
                    .clone()
                    .setName("typed16")
                    .setDataType(10)
                    .addInt32Data(0x3c00)
                    .addInt32Data(0xc000)
                    .build())
            .tensor(
                shape
                    .clone()
                    .setName("typedB16")
                    .setDataType(16)
                    .addInt32Data(0x3f80)
                    .addInt32Data(0xc000)
                    .build())
            .build();
    for (String name :
        List.of("raw32", "raw16", "rawB16", "raw64", "typed32", "typed64", "typed16", "typedB16")) {
      assertArrayEquals(new float[] {1, -2}, model.floats(name), name);
    }
  }

  @Test
  void missingEmptyTruncatedAndForeignFilesAreNamed() throws IOException {
    assertRefused(directory.resolve("missing.onnx"), "not a file");
    assertRefused(Files.createFile(directory.resolve("empty.onnx")), "the file is empty");
    byte[] good = TinyModels.preNormMlp().proto().toByteArray();
    assertRefused(
        Files.write(directory.resolve("cut.onnx"), Arrays.copyOf(good, good.length / 2)),
        "truncated");
    String text = "Call me Ishmael. Some years ago, never mind how long precisely";
    assertRefused(Files.writeString(directory.resolve("text.onnx"), text), "not an ONNX model");
    Path bare =
        Files.write(
            directory.resolve("bare.onnx"),
            ModelProto.newBuilder().setIrVersion(8).build().toByteArray());
    assertRefused(bare, "it has no graph");
  }

  @Test
  void doubleAssignmentAndWrongSizesAreRefused() throws IOException {
    TinyModels twice = TinyModels.preNormMlp().node("Relu", "again", "h", List.of("x"));
    assertRefused(
        Files.write(directory.resolve("a.onnx"), twice.proto().toByteArray()),
        "tensor h is assigned twice");
    TensorProto small = TinyModels.raw("small", ElementType.FLOAT, new byte[8], 1000, 1000);
    TinyModels wrong = TinyModels.preNormMlp().tensor(small);
    assertRefused(
        Files.write(directory.resolve("b.onnx"), wrong.proto().toByteArray()),
        "needs 4000000 bytes");
    TensorProto endless = TinyModels.raw("endless", ElementType.FLOAT, new byte[8], Long.MAX_VALUE);
    TinyModels huge = TinyModels.preNormMlp().tensor(endless);
    assertRefused(
        Files.write(directory.resolve("c.onnx"), huge.proto().toByteArray()), "has an extent of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/passwd", "a/../../secret", "", ".", "missing.data"})
  void externalDataMustLieBesideTheModel(String location) throws IOException {
    Files.write(directory.resolve("secret"), new byte[8]);
    Path inner = Files.createDirectory(directory.resolve("model"));
    Files.createDirectory(inner.resolve("a"));
    Path file = Files.write(inner.resolve("m.onnx"), external(location, "0", "8"));
    IOException e = assertThrows(MalformedFileException.class, () -> OnnxModel.read(file));
    assertTrue(e.getMessage().contains("tensor outside"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "-1", "x", "99999999999999999999"})
  void externalRangesAreChecked(String offset) throws IOException {
    Files.write(directory.resolve("m.data"), new byte[8]);
    Path file = Files.write(directory.resolve("m.onnx"), external("m.data", offset, "8"));
    IOException e = assertThrows(IOException.class, () -> OnnxModel.read(file));
    assertTrue(e.getMessage().contains("outside"), e.getMessage());
  }

  private static byte[] external(String location, String offset, String length) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setName("outside")
            .setDataType(1)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(OnnxWriter.entry("location", location))
            .addExternalData(OnnxWriter.entry("offset", offset))
            .addExternalData(OnnxWriter.entry("length", length))
            .build();
    return TinyModels.preNormMlp().tensor(tensor).proto().toByteArray();
  }

  @Test
  void refusesToReadNumbersOfUnknownTypes() throws IOException {
    TensorProto unknown = TensorProto.newBuilder().setName("u").addDims(1).build();
    OnnxModel model = TinyModels.preNormMlp().tensor(unknown).build();
    IOException e = assertThrows(MalformedFileException.class, () -> model.floats("u"));
    assertTrue(e.getMessage().contains("tensor u has element type 0"), e.getMessage());
  }

  private static void assertRefused(Path file, String reason) {
    IOException e = assertThrows(IOException.class, () -> OnnxModel.read(file));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
