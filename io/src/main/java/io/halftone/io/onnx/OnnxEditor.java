package io.halftone.io.onnx;

import io.halftone.core.quantized.GridTensor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes a copy of a model, layer by layer; {@link #finish} gives the result. Layers are named as
 * {@link OnnxLinear#name} names them. Constants that nothing reads any more leave the model. Only
 * float32 layers can be changed. Not thread-safe.
 */
public final class OnnxEditor {
  private static final OperatorSetIdProto CONTRIBUTED =
      OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1).build();
  private static final int DYNAMIC_INT8_OPSET = 11;
  private static final int STATIC_INPUT_OPSET = 10;

  private final OnnxModel original;
  private final Map<String, OnnxLinear> linears = new LinkedHashMap<>();
  private final Set<String> replaced = new HashSet<>();
  private final DynamicInt8Form dynamicInt8 = new DynamicInt8Form();
  private final StaticInputForm staticInputs = new StaticInputForm();
  private ModelProto.Builder frame;
  private GraphEdit edit;

  /** Starts from a model, which stays as it is. */
  public OnnxEditor(OnnxModel model) {
    original = model;
    LinearLayers.find(model.graph()).forEach(l -> linears.put(l.name(), l));
    load(model.proto());
  }

  private void load(ModelProto proto) {
    edit = new GraphEdit(proto.getGraph());
    frame = proto.toBuilder().clearGraph();
  }

  /**
   * Makes float tensors outputs of the model, behind those it has; its own outputs are skipped.
   *
   * @throws IllegalArgumentException if the graph has no such tensor
   */
  public void exposeOutputs(Collection<String> tensors) {
    OnnxGraph graph = edit.graph();
    Set<String> present = new HashSet<>();
    for (String tensor : tensors) {
      if (graph.producer(tensor).isEmpty() && !graph.isInput(tensor)) {
        throw new IllegalArgumentException(original.source() + " has no tensor " + tensor);
      }
      if (!graph.isOutput(tensor) && present.add(tensor)) {
        TypeProto.Tensor type =
            TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.id()).build();
        edit.frame()
            .addOutput(
                ValueInfoProto.newBuilder()
                    .setName(tensor)
                    .setType(TypeProto.newBuilder().setTensorType(type)));
      }
    }
  }

  /**
   * Multiplies a tensor by a factor per channel, inside the constants of the normalization that
   * writes it. All its readers see the product, so the caller divides the columns of their weights.
   *
   * @param tensor id of a site that absorbs {@code DIAGONAL}
   * @param factors one per channel, finite
   * @throws IllegalArgumentException if nothing can take the factors
   * @throws IOException if the constants cannot be read
   */
  public void foldDiagonal(String tensor, float[] factors) throws IOException {
    requireFinite(tensor, factors);
    DiagonalProducer producer =
        DiagonalProducer.of(edit.graph(), tensor, factors.length)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no normalization writes tensor "
                            + tensor
                            + " that could take "
                            + factors.length
                            + " factors"));
    for (String constant : producer.constants()) {
      TensorProto old = edit.graph().constant(constant).orElseThrow();
      float[] values = new float[factors.length];
      original.reader().floats(old, 0, values.length, values, 0);
      for (int i = 0; i < values.length; i++) {
        values[i] *= factors[i];
      }
      long[] shape = old.getDimsList().stream().mapToLong(Long::longValue).toArray();
      edit.setConstant(constant, OnnxNodes.floats(old.getName(), values, shape));
    }
  }

  /**
   * Puts an explicit product with a factor per channel between a tensor and some of the layers that
   * read it; other readers still see the tensor as it was. The caller divides the columns of those
   * layers' weights.
   *
   * @param factors one per channel, finite
   * @param readers names of layers that read the tensor, not replaced yet
   * @throws IllegalArgumentException if a layer does not read the tensor
   */
  public void insertDiagonal(String tensor, float[] factors, Collection<String> readers) {
    requireFinite(tensor, factors);
    Set<String> outputs = new HashSet<>();
    for (String name : readers) {
      OnnxLinear linear = open(name);
      if (!edit.writer(linear.output()).getInput(0).equals(tensor)
          || linear.in() != factors.length) {
        throw new IllegalArgumentException(
            "layer " + name + " does not read " + factors.length + " channels of tensor " + tensor);
      }
      outputs.add(linear.output());
    }
    String constant = edit.fresh(tensor + ".factors");
    String product = edit.fresh(tensor + ".scaled");
    edit.add(OnnxNodes.floats(constant, factors, factors.length));
    edit.insertBefore(
        outputs,
        OnnxNodes.node("Mul", edit.fresh(tensor + ".scale"), List.of(tensor, constant), product)
            .build());
    outputs.forEach(output -> edit.redirect(output, 0, product));
  }

  /**
   * Gives a layer other float weights; a constant it shares with another layer is not touched.
   *
   * @param weight [out, in]
   */
  public void replaceWeight(String linear, FloatMatrix weight) {
    OnnxLinear layer = open(linear);
    requireShape(layer, weight.rows(), weight.cols());
    boolean transpose = layer.weight() == OnnxLinear.Orientation.IN_OUT;
    FloatMatrix stored = transpose ? weight.transpose() : weight;
    String name = edit.fresh(linear + ".weight");
    edit.add(OnnxNodes.floats(name, stored.data(), stored.rows(), stored.cols()));
    NodeProto node = edit.writer(layer.output());
    edit.replace(layer.output(), List.of(node.toBuilder().setInput(1, name).build()));
  }

  /**
   * Stores a layer's weight in 2, 4 or 8 bits for ONNX Runtime's {@code com.microsoft.MatMulNBits},
   * multiplied in float32 (accuracy level 1). Zero points may be fractional where codes have at
   * most 4 bits.
   *
   * @param weight its group size must be a multiple of 16, or one group a row; groups that are no
   *     power of two, or larger than 128, are stored as smaller blocks of equal scale
   */
  public void toMatMulNBits(String linear, GroupedCodes weight) {
    OnnxLinear layer = open(linear);
    requireShape(layer, weight.out(), weight.in());
    MatMulNBitsForm form = new MatMulNBitsForm(weight);
    requireContributed();
    NodeProto old = edit.writer(layer.output());
    String product = product(layer);
    List<NodeProto> nodes = new ArrayList<>();
    nodes.add(form.node(edit, linear, old.getInput(0), product).build());
    finish(layer, nodes, product);
  }

  /**
   * Stores a layer's weight in 2, 4 or 8 bits for the standard {@code DequantizeLinear}, before a
   * MatMul. Raises the model's operator set where needed: to 21 for groups or 4 bits, to 25 for 2
   * bits.
   *
   * <p>ONNX Runtime fuses this by default to a product with 8-bit inputs; the session option {@code
   * session.qdq_matmulnbits_accuracy_level = 1} keeps it in float32.
   *
   * @param weight zero points must be whole
   * @throws IllegalArgumentException if an operator of the model cannot be raised, see {@link
   *     OpsetUpgrade}
   */
  public void toDequantizeLinear(String linear, GroupedCodes weight) {
    OnnxLinear layer = open(linear);
    requireShape(layer, weight.out(), weight.in());
    DequantizeLinearForm form = new DequantizeLinearForm(weight);
    requireOpset(form.opset());
    NodeProto old = edit.writer(layer.output());
    String decoded = edit.fresh(linear + ".decoded");
    String product = product(layer);
    List<NodeProto> nodes = new ArrayList<>();
    nodes.add(form.node(edit, linear, decoded));
    nodes.add(OnnxNodes.node("MatMul", linear, List.of(old.getInput(0), decoded), product).build());
    finish(layer, nodes, product);
  }

  /**
   * Stores a layer's weight in the 4 bits of a {@link Bnb4Type} for ONNX Runtime's {@code
   * com.microsoft.MatMulBnb4}, which multiplies in float32.
   *
   * @param weight without zero points, in groups of a multiple of 16 that divide a row
   * @throws IllegalArgumentException if it is of another format or grouping
   */
  public void toMatMulBnb4(String linear, GridTensor weight) {
    OnnxLinear layer = open(linear);
    requireShape(layer, weight.rows(), weight.cols());
    MatMulBnb4Form form = new MatMulBnb4Form(weight);
    requireContributed();
    NodeProto old = edit.writer(layer.output());
    String product = product(layer);
    finish(
        layer,
        new ArrayList<>(List.of(form.node(edit, linear, old.getInput(0), product))),
        product);
  }

  /**
   * Stores a layer's weight for {@code DequantizeLinear}, see {@link #toDequantizeLinear}, and
   * rounds its input by a pair of {@code QuantizeLinear} and {@code DequantizeLinear}. Layers that
   * read one tensor by one rounding share the pair.
   *
   * <p>Unoptimized, runtimes multiply in float32; ONNX Runtime's optimizer multiplies the codes.
   */
  public void toStaticQdq(String linear, GroupedCodes weight, StaticInput input) {
    OnnxLinear layer = open(linear);
    requireOpset(STATIC_INPUT_OPSET);
    String tensor = edit.writer(layer.output()).getInput(0);
    edit.redirect(layer.output(), 0, staticInputs.rounded(edit, tensor, input));
    toDequantizeLinear(linear, weight);
  }

  /**
   * Makes a layer multiply 8-bit codes, its input being quantized per token while the model runs:
   * scale = max(max|x| / 127, 2^-126), code = clip(rint(x / scale), -127, 127), y = float(codes ·
   * weightCodes) · scale · channelScale in this order. Layers that read one tensor share its codes.
   * Needs operator set 11, to which the model is raised if it is older.
   *
   * @param weight signed codes without zero points, one scale per row
   */
  public void toDynamicInt8(String linear, GroupedCodes weight) {
    OnnxLinear layer = open(linear);
    requireShape(layer, weight.out(), weight.in());
    requireOpset(DYNAMIC_INT8_OPSET);
    NodeProto old = edit.writer(layer.output());
    String product = product(layer);
    int opset = OnnxModel.opset(frame.getOpsetImportList());
    finish(
        layer,
        new ArrayList<>(dynamicInt8.nodes(edit, linear, old.getInput(0), product, weight, opset)),
        product);
  }

  private void requireContributed() {
    if (frame.getOpsetImportList().stream()
        .noneMatch(set -> set.getDomain().equals(CONTRIBUTED.getDomain()))) {
      frame.addOpsetImport(CONTRIBUTED);
    }
  }

  /** What the product of a layer is called before its bias, if any, is added. */
  private String product(OnnxLinear layer) {
    return layer.biasInitializer().isPresent()
        ? edit.fresh(layer.output() + ".product")
        : layer.output();
  }

  private void finish(OnnxLinear layer, List<NodeProto> nodes, String product) {
    layer
        .biasInitializer()
        .ifPresent(
            bias ->
                nodes.add(
                    OnnxNodes.node(
                            "Add",
                            edit.fresh(layer.name() + ".bias"),
                            List.of(product, bias),
                            layer.output())
                        .build()));
    edit.replace(layer.output(), nodes);
    replaced.add(layer.name());
  }

  /**
   * Records a fact about the model's origin in its metadata; a value under the same key is
   * replaced.
   */
  public void putMetadata(String key, String value) {
    for (int i = frame.getMetadataPropsCount() - 1; i >= 0; i--) {
      if (frame.getMetadataProps(i).getKey().equals(key)) {
        frame.removeMetadataProps(i);
      }
    }
    frame.addMetadataProps(OnnxWriter.entry(key, value));
  }

  /**
   * The changed model; the editor may go on from here.
   *
   * @throws IOException if the result is not a valid model
   */
  public OnnxModel finish() throws IOException {
    return OnnxModel.of(frame.clone().setGraph(edit.build()).build(), original.directory());
  }

  private void requireOpset(int version) {
    if (OnnxModel.opset(frame.getOpsetImportList()) < version) {
      load(OpsetUpgrade.upgrade(frame.clone().setGraph(edit.build()).build(), version));
    }
  }

  private OnnxLinear open(String name) {
    OnnxLinear linear = linears.get(name);
    if (linear == null) {
      throw new IllegalArgumentException(original.source() + " has no linear layer " + name);
    }
    if (replaced.contains(name)) {
      throw new IllegalArgumentException("layer " + name + " is already quantized");
    }
    int type = original.constant(linear.weightInitializer()).getDataType();
    if (type != ElementType.FLOAT.id()) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + " has weights of type "
              + ElementType.of(type).orElseThrow()
              + ", only FLOAT can be changed");
    }
    return linear;
  }

  private static void requireShape(OnnxLinear linear, int out, int in) {
    if (linear.out() != out || linear.in() != in) {
      throw new IllegalArgumentException(
          "layer "
              + linear.name()
              + " is "
              + linear.out()
              + " x "
              + linear.in()
              + ", the weight is "
              + out
              + " x "
              + in);
    }
  }

  private static void requireFinite(String tensor, float[] factors) {
    for (int i = 0; i < factors.length; i++) {
      if (!Float.isFinite(factors[i])) {
        throw new IllegalArgumentException(
            "factor " + i + " of tensor " + tensor + " is " + factors[i]);
      }
    }
  }
}
