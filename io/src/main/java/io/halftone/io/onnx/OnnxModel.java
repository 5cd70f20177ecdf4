package io.halftone.io.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.MalformedFileException;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX model: its message, an index over its graph, and access to its constants.
 *
 * <p>Everything the file holds survives a round trip, including fields Halftone does not know.
 * Values in external data files stay there until they are asked for. Immutable; {@link OnnxEditor}
 * makes changed copies.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/IR.html">Open Neural Network Exchange, intermediate
 *     representation</a>
 */
public final class OnnxModel {
  /**
   * Above this many bytes a model's constants are written to a file of their own; protobuf ends at
   * 2 GiB.
   */
  public static final long DEFAULT_EXTERNAL_THRESHOLD = 3L << 29;

  private final ModelProto proto;
  private final OnnxGraph graph;
  private final String source;
  private final Path directory;

  private OnnxModel(ModelProto proto, String source, Path directory) {
    this.proto = proto;
    this.graph = OnnxGraph.of(proto.getGraph());
    this.source = source;
    this.directory = directory;
  }

  /**
   * Reads a model and checks its structure: operator sets, node types, single assignment, and that
   * every constant is there in full.
   *
   * @param file an ONNX file below 2 GiB; larger models keep constants in files beside it
   * @throws IOException if the file is missing, empty, truncated, not an ONNX model, or refers to
   *     data that is missing or outside its directory; the message names the file and the reason
   */
  public static OnnxModel read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    if (Files.size(file) == 0) {
      throw new MalformedFileException(file.toString(), 0, "not an ONNX model: the file is empty");
    }
    if (Files.size(file) > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(
          file.toString(), 0, "not an ONNX model: it has 2 GiB or more");
    }
    Path parent = file.toAbsolutePath().getParent();
    OnnxModel model = new OnnxModel(parse(file), file.toString(), parent);
    try {
      model.check();
    } catch (IOException e) {
      throw new MalformedFileException(
          file.toString(), "not a usable ONNX model: " + e.getMessage(), e);
    }
    return model;
  }

  /**
   * Wraps a message built in memory.
   *
   * @param directory where its external data lies, if it has any
   * @throws IOException if its structure is wrong, see {@link #read}
   */
  public static OnnxModel of(ModelProto proto, Path directory) throws IOException {
    OnnxModel model = new OnnxModel(proto, "model in memory", directory);
    model.check();
    return model;
  }

  private static ModelProto parse(Path file) throws IOException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file)).newCodedInput();
    in.enableAliasing(true);
    try {
      return ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedFileException(
          file.toString(),
          in.getTotalBytesRead(),
          "not an ONNX model, or is truncated: " + e.getMessage());
    }
  }

  private void check() throws IOException {
    if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
      throw new IOException("it has no graph");
    }
    if (proto.getIrVersion() < 3 || opset() < 1) {
      throw new IOException("it names no operator set");
    }
    Set<String> assigned = new HashSet<>();
    for (TensorProto tensor : proto.getGraph().getInitializerList()) {
      assignOnce(assigned, tensor.getName());
      reader().check(tensor);
    }
    for (NodeProto node : graph.nodes()) {
      if (node.getOpType().isEmpty()) {
        throw new IOException("node " + node.getName() + " has no operator type");
      }
      for (String output : node.getOutputList()) {
        assignOnce(assigned, output);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        checkAttribute(node, attribute);
      }
    }
  }

  private static void assignOnce(Set<String> assigned, String tensor) throws IOException {
    if (!tensor.isEmpty() && !assigned.add(tensor)) {
      throw new IOException("tensor " + tensor + " is assigned twice");
    }
  }

  private void checkAttribute(NodeProto node, AttributeProto attribute) throws IOException {
    if (!attribute.hasT()) {
      return;
    }
    if (ExternalData.isExternal(attribute.getT())) {
      throw new IOException(
          "attribute "
              + attribute.getName()
              + " of node "
              + node.getName()
              + " keeps its tensor in another file");
    }
    reader().check(attribute.getT());
  }

  /** The message, shared and immutable. */
  public ModelProto proto() {
    return proto;
  }

  /** The index over the main graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Version of the standard operator set; 0 if the model does not import it. */
  public int opset() {
    return opset(proto.getOpsetImportList());
  }

  static int opset(Iterable<OperatorSetIdProto> imports) {
    int version = 0;
    for (OperatorSetIdProto set : imports) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        version = (int) Math.max(version, Math.min(set.getVersion(), Integer.MAX_VALUE));
      }
    }
    return version;
  }

  /** The file's metadata: texts by key; of two with one key the later. */
  public Map<String, String> remarks() {
    Map<String, String> remarks = new LinkedHashMap<>();
    proto.getMetadataPropsList().forEach(entry -> remarks.put(entry.getKey(), entry.getValue()));
    return remarks;
  }

  /** Where the model came from, for messages. */
  public String source() {
    return source;
  }

  Path directory() {
    return directory;
  }

  TensorReader reader() {
    return new TensorReader(source, directory);
  }

  /**
   * The values of a constant in row-major order as float32.
   *
   * @param tensor an initializer or the output of a {@code Constant} node, of float32, float16,
   *     bfloat16 or float64
   * @throws IllegalArgumentException if the graph has no such constant
   * @throws IOException if it holds no real numbers, does not fit one array or cannot be read
   */
  public float[] floats(String tensor) throws IOException {
    TensorProto constant = constant(tensor);
    long elements = TensorReader.elements(constant);
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IOException(
          source + ": tensor " + tensor + " has " + elements + " elements; read it in parts");
    }
    float[] values = new float[(int) elements];
    reader().floats(constant, 0, values.length, values, 0);
    return values;
  }

  /**
   * A two-dimensional constant as a matrix of its stored shape.
   *
   * @throws IllegalArgumentException if the graph has no such constant or it has another rank
   * @throws IOException as {@link #floats}
   */
  public FloatMatrix matrix(String tensor) throws IOException {
    TensorProto constant = constant(tensor);
    if (constant.getDimsCount() != 2) {
      throw new IllegalArgumentException(
          "tensor " + tensor + " has shape " + constant.getDimsList() + ", not two dimensions");
    }
    return FloatMatrix.wrap(floats(tensor), (int) constant.getDims(0), (int) constant.getDims(1));
  }

  TensorProto constant(String tensor) {
    return graph
        .constant(tensor)
        .orElseThrow(
            () -> new IllegalArgumentException(source + " has no constant tensor " + tensor));
  }

  /** Writes the model with {@link #DEFAULT_EXTERNAL_THRESHOLD}. */
  public void write(Path file) throws IOException {
    write(file, DEFAULT_EXTERNAL_THRESHOLD);
  }

  /**
   * Writes the model; the same model gives the same bytes.
   *
   * @param file replaced in one step
   * @param externalThreshold a model of more bytes keeps its larger initializers in a file beside
   *     it, each at a multiple of 4096; the file is named {@code <file>.<digest>.data} by its
   *     content, so that the data of a model that is replaced stays until the new one is there
   * @throws IOException if writing fails; the old files are then intact
   */
  public void write(Path file, long externalThreshold) throws IOException {
    new OnnxWriter(this).write(file, externalThreshold);
  }
}
