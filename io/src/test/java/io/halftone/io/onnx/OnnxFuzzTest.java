package io.halftone.io.onnx;

import com.google.protobuf.ByteString;
import io.halftone.io.MalformedFileException;
import io.halftone.io.onnx.proto.StringStringEntryProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class OnnxFuzzTest extends ReaderFuzzContract {
  @Override
  protected void prepare(Path besides) throws IOException {
    Files.write(besides.resolve("d"), new byte[64]);
  }

  @Override
  protected List<byte[]> originals() {
    TensorProto external =
        TensorProto.newBuilder()
            .setName("e")
            .setDataType(ElementType.FLOAT.id())
            .addDims(4)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "d"))
            .addExternalData(entry("offset", "32"))
            .addExternalData(entry("length", "32"))
            .build();
    TensorProto typed =
        TensorProto.newBuilder()
            .setName("t")
            .setDataType(ElementType.FLOAT16.id())
            .addDims(2)
            .addInt32Data(15360)
            .addInt32Data(0)
            .build();
    TensorProto nibbles =
        TensorProto.newBuilder()
            .setName("n")
            .setDataType(ElementType.INT4.id())
            .addDims(3)
            .setRawData(ByteString.copyFrom(new byte[2]))
            .build();
    return List.of(
        TinyModels.preNormMlp().proto().toByteArray(),
        quantized().proto().toByteArray(),
        TinyModels.withOpset(21)
            .tensor(external)
            .tensor(typed)
            .tensor(nibbles)
            .node("MatMul", "m", "h", List.of("x", "e"))
            .node("Add", "a", "y", List.of("h", "t"))
            .proto()
            .toByteArray());
  }

  private static OnnxModel quantized() {
    GroupedCodes up =
        new GroupedCodes(6, 4, 4, 4, false, new short[24], new float[6], new float[6]);
    GroupedCodes down =
        new GroupedCodes(3, 6, 3, 8, true, new short[18], new float[6], new float[0]);
    OnnxEditor editor = new OnnxEditor(TinyModels.preNormMlp().build());
    editor.toMatMulNBits("up_proj", up);
    editor.toStaticQdq("down_proj", down, new StaticInput(true, 0.5f, 0));
    try {
      return editor.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Override
  protected List<String> words() {
    return List.of("MatMul", "Gemm", "Constant", "value", "transB", "../d", "/", "d", "length");
  }

  @Override
  protected Pattern place() {
    return Pattern.compile("offset \\d+|tensor |node |graph|operator set");
  }

  @Override
  protected void read(Path file) throws IOException {
    OnnxModel model = OnnxModel.read(file);
    for (TensorProto tensor : model.proto().getGraph().getInitializerList()) {
      if (ElementType.of(tensor.getDataType()).filter(ElementType::isFloat).isPresent()) {
        model.floats(tensor.getName());
      }
    }
    OnnxQuantized.find(model);
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    try (OnnxWeights weights = new OnnxWeights(model, linears)) {
      for (String name : weights.names()) {
        weights.read(name, 0, weights.info(name).rows());
        weights.bias(name);
      }
    }
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "m.onnx";
  }
}
