package io.halftone.io.onnx;

import io.halftone.core.format.IntFormat;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts quantized layers into a copy of the model they came from.
 *
 * <p>Layers with float inputs take the chosen form; layers with 8-bit inputs multiply signed by
 * signed 8-bit codes, which is exact on processors without VNNI too. Layers of NF4 or FP4 codes
 * have one form only, {@code MatMulBnb4}. Layers not given stay float.
 *
 * @param form of layers with float inputs
 */
public record OnnxExport(WeightForm form) {

  /**
   * The quantized model.
   *
   * @param model the float model, not changed
   * @param layers named as {@link OnnxLinear#name}
   * @param folded transforms to merge into the operation that writes the tensor, by tensor name
   * @param metadata recorded in the model
   * @throws IllegalArgumentException if a layer or transform has no ONNX form; names it and says
   *     why
   * @throws IOException if the model's constants cannot be read
   */
  public OnnxModel apply(
      OnnxModel model,
      List<QuantizedLinear> layers,
      Map<String, EquivalentTransform> folded,
      Map<String, String> metadata)
      throws IOException {
    Map<String, OnnxLinear> linears =
        LinearLayers.find(model.graph()).stream()
            .collect(Collectors.toMap(OnnxLinear::name, Function.identity()));
    OnnxEditor editor = new OnnxEditor(model);
    for (Map.Entry<String, EquivalentTransform> site : folded.entrySet()) {
      editor.foldDiagonal(site.getKey(), factors(site.getKey(), site.getValue()));
    }
    for (OnlineGroup group : onlineGroups(layers, linears)) {
      editor.insertDiagonal(group.tensor, factors(group.tensor, group.transform), group.readers);
    }
    for (QuantizedLinear layer : layers) {
      write(editor, layer);
    }
    metadata.forEach(editor::putMetadata);
    return editor.finish();
  }

  /** Why a layer cannot be written, or empty if it can. */
  public static Optional<String> obstacle(QuantizedLinear layer) {
    if (layer.branches().size() != 1
        || !(layer.branches().get(0).weight() instanceof GridTensor tensor)) {
      return Optional.of("it is not one grid of codes");
    }
    TensorScheme scheme = tensor.scheme();
    if (Bnb4Type.of(scheme.format()).isPresent()) {
      return layer.branches().get(0).input().isFull()
          ? Optional.empty()
          : Optional.of(
              "its codes are those of a table; they are multiplied with float inputs only");
    }
    if (!(scheme.format() instanceof IntFormat)) {
      return Optional.of("its codes are " + scheme.format().name() + ", not integers");
    }
    if (scheme.zeroPoint() == ZeroPoint.OFFSET) {
      return Optional.of("its cells have offsets in value units");
    }
    Granularity granularity = scheme.granularity();
    if (!(granularity instanceof Granularity.PerRow
        || granularity instanceof Granularity.PerGroup)) {
      return Optional.of("its granularity is " + granularity);
    }
    TensorScheme input = layer.branches().get(0).input();
    boolean int8 =
        input.format().name().equals("INT8") && input.granularity() instanceof Granularity.PerRow;
    if (!input.isFull() && !int8) {
      return Optional.of(
          "its inputs are " + input.format().name() + "; only 8 bits per token have an ONNX form");
    }
    if (!input.isFull()
        && (granularity instanceof Granularity.PerGroup || scheme.zeroPoint() != ZeroPoint.NONE)) {
      return Optional.of(
          "8-bit inputs need symmetric weights per channel, these are " + granularity);
    }
    return Optional.empty();
  }

  private void write(OnnxEditor editor, QuantizedLinear layer) {
    obstacle(layer)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  "layer " + layer.name() + " cannot be written to ONNX: " + why);
            });
    Branch branch = layer.branches().get(0);
    GridTensor tensor = (GridTensor) branch.weight();
    if (Bnb4Type.of(tensor.scheme().format()).isPresent()) {
      editor.toMatMulBnb4(layer.name(), tensor);
      return;
    }
    GroupedCodes codes = grouped(tensor);
    if (!branch.input().isFull()) {
      editor.toDynamicInt8(layer.name(), codes);
    } else if (form == WeightForm.MATMUL_NBITS) {
      editor.toMatMulNBits(layer.name(), codes);
    } else {
      editor.toDequantizeLinear(layer.name(), codes);
    }
  }

  private static GroupedCodes grouped(GridTensor tensor) {
    IntFormat format = (IntFormat) tensor.scheme().format();
    boolean offset = tensor.scheme().zeroPoint() != ZeroPoint.NONE;
    return new GroupedCodes(
        tensor.rows(),
        tensor.cols(),
        Math.min(tensor.cols(), tensor.grid().layout().cellCols()),
        format.bits(),
        format.signed(),
        tensor.codes().values(),
        tensor.grid().scale(),
        offset ? tensor.grid().zero() : new float[0]);
  }

  private static float[] factors(String tensor, EquivalentTransform transform) {
    boolean diagonal =
        transform instanceof Diagonal
            || (transform instanceof Chain chain
                && chain.steps().stream().allMatch(Diagonal.class::isInstance));
    if (!diagonal) {
      throw new IllegalArgumentException(
          "the transform of tensor "
              + tensor
              + " is a "
              + transform.getClass().getSimpleName()
              + "; only factors per channel have an ONNX form");
    }
    float[] ones = new float[transform.sizeIn()];
    Arrays.fill(ones, 1);
    return transform.applyToInput(FloatMatrix.wrap(ones, 1, ones.length)).data();
  }

  private static List<OnlineGroup> onlineGroups(
      List<QuantizedLinear> layers, Map<String, OnnxLinear> linears) {
    Map<String, List<OnlineGroup>> byTensor = new LinkedHashMap<>();
    for (QuantizedLinear layer : layers) {
      if (!layer.online().isIdentity() && linears.containsKey(layer.name())) {
        String tensor = linears.get(layer.name()).input();
        List<OnlineGroup> groups = byTensor.computeIfAbsent(tensor, name -> new ArrayList<>());
        OnlineGroup group =
            groups.stream()
                .filter(known -> known.transform == layer.online())
                .findFirst()
                .orElseGet(() -> new OnlineGroup(tensor, layer.online(), new ArrayList<>()));
        if (group.readers.isEmpty()) {
          groups.add(group);
        }
        group.readers.add(layer.name());
      }
    }
    return byTensor.values().stream().flatMap(List::stream).toList();
  }

  /** Layers that read one tensor through one transform object, and so share one multiplication. */
  private record OnlineGroup(String tensor, EquivalentTransform transform, List<String> readers) {}
}
