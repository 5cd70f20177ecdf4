package io.halftone.io.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.onnx.LinearsModel;
import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes a checkpoint as an ONNX file: one {@code MatMulNBits} node for each quantized layer, with
 * an input and an output of its own; every other tensor is an initializer that no node reads. The
 * checkpoint's {@code config.json} and remarks stand in the file's metadata. Files beside the
 * model, such as its tokenizer, are no part of it.
 */
public final class OnnxConversion {
  private OnnxConversion() {}

  /**
   * The model; all its tensors are in memory.
   *
   * @param plan for {@link TargetFormat#MATMUL_NBITS}
   * @throws IOException if the source cannot be read, or has a tensor of a type that ONNX has not
   */
  public static OnnxModel model(QuantizedSource source, ConversionPlan plan) throws IOException {
    LinearsModel model = new LinearsModel();
    Set<String> done = new HashSet<>();
    for (String name : source.tensors()) {
      String layer = source.layerOf(name).orElse("");
      if (layer.isEmpty()) {
        model.add(source.read(name));
      } else if (done.add(layer)) {
        QuantizedLinear converted = Conversion.converted(source, plan, layer);
        model.add(layer, converted.in(), plan.format().codec().encode(converted));
      }
    }
    ObjectNode config = source.modelConfig();
    config.remove("compression_config");
    QuantizationJson.write(plan.config(), config.putObject(Checkpoint.QUANTIZATION));
    model.remark(OnnxCheckpoint.CONFIG, config.toString());
    source.metadata().forEach((key, text) -> model.remark(OnnxCheckpoint.REMARK + key, text));
    return model.build();
  }

  /**
   * Reads a written file and compares it with its source, as {@link Conversion#verify} does.
   *
   * @return number of tensors compared
   * @throws IOException if something differs or cannot be read; names it
   */
  public static int verify(QuantizedSource source, ConversionPlan plan, Path file)
      throws IOException {
    try (OnnxCheckpoint written = OnnxCheckpoint.open(file)) {
      return Conversion.verify(source, plan, written);
    }
  }
}
