package io.halftone.bridges.onnxruntime;

import io.halftone.io.npy.NpyType;
import io.halftone.io.onnx.ElementType;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.proto.TensorShapeProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model asks for.
 *
 * @param model where it came from, for messages
 * @param inputs in the model's order, without those that have a default value
 */
public record ModelSignature(String model, List<Input> inputs) {
  /** Takes a copy of the list. */
  public ModelSignature {
    inputs = List.copyOf(inputs);
  }

  /**
   * One input.
   *
   * @param name in the model
   * @param type of its elements
   * @param shape extents, -1 where free; shared
   */
  public record Input(String name, NpyType type, long[] shape) {
    /** The extent of a dimension if the model fixes it. */
    Optional<Integer> fixed(int dimension) {
      return dimension < shape.length && shape[dimension] > 0
          ? Optional.of(Math.toIntExact(shape[dimension]))
          : Optional.empty();
    }
  }

  /**
   * Reads the signature from the file, without running it.
   *
   * @throws IOException if the file is missing, not an ONNX model or has an input that is no tensor
   *     of a supported type
   */
  public static ModelSignature read(Path model) throws IOException {
    return of(OnnxModel.read(model));
  }

  /**
   * The signature of a model that has been read.
   *
   * @throws IOException if an input is no tensor of a supported type
   */
  public static ModelSignature of(OnnxModel model) throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (ValueInfoProto input : model.proto().getGraph().getInputList()) {
      if (model.graph().constant(input.getName()).isEmpty()) {
        TypeProto.Tensor tensor = input.getType().getTensorType();
        inputs.add(
            new Input(
                input.getName(),
                type(model, input, tensor.getElemType()),
                shape(tensor.getShape())));
      }
    }
    return new ModelSignature(model.source(), inputs);
  }

  /** Names of the inputs, for messages. */
  List<String> names() {
    return inputs.stream().map(Input::name).toList();
  }

  /** An input by name. */
  Optional<Input> input(String name) {
    return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
  }

  private static NpyType type(OnnxModel model, ValueInfoProto input, int id) throws IOException {
    ElementType type = ElementType.of(id).orElse(null);
    if (type != null) {
      switch (type) {
        case FLOAT:
          return NpyType.FLOAT32;
        case DOUBLE:
          return NpyType.FLOAT64;
        case FLOAT16:
          return NpyType.FLOAT16;
        case INT64:
          return NpyType.INT64;
        case INT32:
          return NpyType.INT32;
        case INT8:
          return NpyType.INT8;
        case UINT8:
          return NpyType.UINT8;
        case BOOL:
          return NpyType.BOOL;
        default:
          break;
      }
    }
    throw new IOException(
        model.source()
            + ": input "
            + input.getName()
            + " has element type "
            + (type == null ? "id " + id : type)
            + ", which cannot be fed");
  }

  private static long[] shape(TensorShapeProto shape) {
    return shape.getDimList().stream()
        .mapToLong(dim -> dim.hasDimValue() ? dim.getDimValue() : -1)
        .toArray();
  }
}
