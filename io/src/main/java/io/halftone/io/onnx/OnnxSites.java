package io.halftone.io.onnx;

import io.halftone.core.model.Absorbs;
import io.halftone.core.model.TransformSite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Groups linear layers by the tensor they read: the places where a transform may stand. */
public final class OnnxSites {
  private OnnxSites() {}

  /**
   * The sites of a graph, in the order of their first consumer; the id is the tensor's name.
   *
   * <p>A site absorbs {@link Absorbs#DIAGONAL} when its tensor is written by a normalization (or by
   * γ·x or γ·x + β) whose constant vectors nothing else reads, and every reader of the tensor is
   * one of {@code linears}: a residual connection, a linear left out, or being a model output makes
   * it {@link Absorbs#NOTHING}. {@link OnnxEditor#foldDiagonal} then applies.
   *
   * @param linears layers that will follow the transform
   */
  public static List<TransformSite> find(OnnxGraph graph, List<OnnxLinear> linears) {
    Map<String, List<OnnxLinear>> byInput = new LinkedHashMap<>();
    linears.forEach(l -> byInput.computeIfAbsent(l.input(), t -> new ArrayList<>()).add(l));
    List<TransformSite> sites = new ArrayList<>();
    byInput.forEach((tensor, readers) -> sites.add(site(graph, tensor, readers)));
    return List.copyOf(sites);
  }

  private static TransformSite site(OnnxGraph graph, String tensor, List<OnnxLinear> readers) {
    int size = readers.get(0).in();
    List<String> consumers = readers.stream().map(OnnxLinear::name).collect(Collectors.toList());
    Set<String> outputs = readers.stream().map(OnnxLinear::output).collect(Collectors.toSet());
    Optional<DiagonalProducer> producer = DiagonalProducer.of(graph, tensor, size);
    if (producer.isPresent() && DiagonalProducer.isReadOnlyBy(graph, tensor, outputs)) {
      return new TransformSite(
          tensor, size, consumers, producer.get().nodes(), Absorbs.DIAGONAL, 1);
    }
    return TransformSite.isolated(tensor, size, consumers);
  }
}
