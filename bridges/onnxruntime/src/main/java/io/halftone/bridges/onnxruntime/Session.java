package io.halftone.bridges.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.halftone.io.npy.NpyArray;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A loaded model; runs may overlap, each on its caller's thread. */
final class Session implements AutoCloseable {
  private static final String EXTERNAL_DATA_FOLDER =
      "session.model_external_initializers_file_folder_path";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String model;

  private Session(OrtEnvironment environment, OrtSession session, String model) {
    this.environment = environment;
    this.session = session;
    this.model = model;
  }

  /** Loads the file itself. */
  static Session open(Path model, RunMode mode) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = mode.options()) {
      return new Session(
          environment, environment.createSession(model.toString(), options), model.toString());
    } catch (OrtException e) {
      throw new IOException(model + " cannot be loaded by ONNX Runtime: " + e.getMessage(), e);
    }
  }

  /**
   * Loads a changed copy of a file.
   *
   * @param bytes of the copy
   * @param model the file, for messages and to find its external data
   */
  static Session open(byte[] bytes, Path model, RunMode mode) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = mode.options()) {
      options.addConfigEntry(EXTERNAL_DATA_FOLDER, model.toAbsolutePath().getParent().toString());
      return new Session(environment, environment.createSession(bytes, options), model.toString());
    } catch (OrtException e) {
      throw new IOException(model + " cannot be loaded by ONNX Runtime: " + e.getMessage(), e);
    }
  }

  /** Names of the outputs that are float32 tensors, in the model's order. */
  Set<String> floatOutputs() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try {
      for (NodeInfo output : session.getOutputInfo().values()) {
        if (output.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
          names.add(output.getName());
        }
      }
    } catch (OrtException e) {
      throw new IOException(model + ": " + e.getMessage(), e);
    }
    return names;
  }

  /** Refuses outputs that are not float32 tensors. */
  void requireFloat(Set<String> outputs) throws IOException {
    Set<String> others = new TreeSet<>(outputs);
    others.removeAll(floatOutputs());
    if (!others.isEmpty()) {
      throw new IOException(
          model + ": tensors " + others + " are not float32; convert the model to float32 first");
    }
  }

  /** Runs a batch and copies the outputs out. */
  Map<String, FloatTensor> run(InputBatch batch, Set<String> outputs) throws IOException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, NpyArray> entry : batch.tensors().entrySet()) {
        inputs.put(entry.getKey(), tensor(entry.getValue()));
      }
      try (OrtSession.Result result = session.run(inputs, outputs)) {
        Map<String, FloatTensor> values = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          values.put(entry.getKey(), floats(entry.getKey(), entry.getValue()));
        }
        return values;
      }
    } catch (OrtException e) {
      throw new IOException(
          model + " failed on a batch of " + shapes(batch) + ": " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static String shapes(InputBatch batch) {
    Map<String, String> shapes = new LinkedHashMap<>();
    batch
        .tensors()
        .forEach((name, array) -> shapes.put(name, array.type() + Arrays.toString(array.shape())));
    return shapes.toString();
  }

  private OnnxTensor tensor(NpyArray array) throws OrtException {
    long[] shape = Arrays.stream(array.shape()).asLongStream().toArray();
    switch (array.type()) {
      case INT64:
        return OnnxTensor.createTensor(environment, array.data().asLongBuffer(), shape);
      case INT32:
        return OnnxTensor.createTensor(environment, array.data().asIntBuffer(), shape);
      case FLOAT32:
        return OnnxTensor.createTensor(environment, array.data().asFloatBuffer(), shape);
      case FLOAT64:
        return OnnxTensor.createTensor(environment, array.data().asDoubleBuffer(), shape);
      case FLOAT16:
        return OnnxTensor.createTensor(
            environment, array.data().asShortBuffer(), shape, OnnxJavaType.FLOAT16);
      case INT8:
        return OnnxTensor.createTensor(environment, array.data(), shape, OnnxJavaType.INT8);
      case UINT8:
        return OnnxTensor.createTensor(environment, array.data(), shape, OnnxJavaType.UINT8);
      case BOOL:
        return OnnxTensor.createTensor(environment, array.data(), shape, OnnxJavaType.BOOL);
      default:
        throw new IllegalArgumentException("input type " + array.type() + " cannot be fed");
    }
  }

  private FloatTensor floats(String name, OnnxValue value) throws IOException {
    if (!(value instanceof OnnxTensor tensor) || tensor.getInfo().type != OnnxJavaType.FLOAT) {
      throw new IOException(
          model + ": tensor " + name + " is not float32; convert the model to float32 first");
    }
    int[] shape = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    FloatBuffer buffer = tensor.getFloatBuffer();
    if (buffer.hasArray()
        && buffer.arrayOffset() == 0
        && buffer.array().length == buffer.remaining()) {
      return new FloatTensor(shape, buffer.array());
    }
    float[] data = new float[buffer.remaining()];
    buffer.get(data);
    return new FloatTensor(shape, data);
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException(model + ": " + e.getMessage(), e);
    }
  }
}
