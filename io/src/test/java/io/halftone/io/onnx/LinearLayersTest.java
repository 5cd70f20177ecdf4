package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.Absorbs;
import io.halftone.core.model.TransformSite;
import io.halftone.io.onnx.OnnxLinear.Orientation;
import io.halftone.io.onnx.proto.AttributeProto;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinearLayersTest {
  private static List<OnnxLinear> find(TinyModels model) {
    return LinearLayers.find(model.build().graph());
  }

  private static List<TransformSite> sites(TinyModels model) {
    OnnxGraph graph = model.build().graph();
    return OnnxSites.find(graph, LinearLayers.find(graph));
  }

  @Test
  void describesMatMulAndTransposedGemm() {
    assertEquals(
        List.of(
            new OnnxLinear(
                "up_proj", "up_proj", "n", "h", "up", 4, 6, Orientation.IN_OUT, Optional.empty()),
            new OnnxLinear(
                "down_proj",
                "down_proj",
                "r",
                "y",
                "down",
                6,
                3,
                Orientation.OUT_IN,
                Optional.of("bias"))),
        find(TinyModels.preNormMlp()));
  }

  @Test
  void readsEveryLayoutAsOutIn() throws IOException {
    OnnxModel model = TinyModels.preNormMlp().build();
    try (OnnxWeights weights = new OnnxWeights(model, LinearLayers.find(model.graph()))) {
      assertArrayEquals(model.matrix("up").transpose().data(), weights.read("up_proj").data());
      assertArrayEquals(model.matrix("down").data(), weights.read("down_proj").data());
      assertArrayEquals(
          model.matrix("down").rows(1, 2).data(), weights.read("down_proj", 1, 2).data());
      assertArrayEquals(TinyModels.ramp(3), weights.bias("down_proj"));
      assertEquals(0, weights.bias("up_proj").length);
    }
  }

  @Test
  void sharedWeightsAndUnnamedNodesAreLayersOfTheirOwn() {
    List<OnnxLinear> layers =
        find(
            TinyModels.withOpset(13)
                .floats("w", TinyModels.ramp(16), 4, 4)
                .node("MatMul", "", "a", List.of("x", "w"))
                .node("MatMul", "same", "b", List.of("a", "w"))
                .node("MatMul", "same", "y", List.of("b", "w")));
    assertEquals(
        List.of("a", "b", "y"), layers.stream().map(OnnxLinear::name).collect(Collectors.toList()));
  }

  @Test
  void constantNodesCount() {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.Type.TENSOR)
            .setT(OnnxNodes.floats("", TinyModels.ramp(8), 4, 2))
            .build();
    List<OnnxLinear> layers =
        find(
            TinyModels.withOpset(13)
                .node("Constant", "c", "w", List.of(), value)
                .node("MatMul", "m", "y", List.of("x", "w")));
    assertEquals("w", layers.get(0).weightInitializer());
  }

  static List<TinyModels> notLinear() {
    AttributeProto half =
        AttributeProto.newBuilder()
            .setName("alpha")
            .setType(AttributeProto.Type.FLOAT)
            .setF(0.5f)
            .build();
    return List.of(
        gemm(half),
        gemm(OnnxNodes.integer("transA", 1)),
        TinyModels.withOpset(13).node("MatMul", "m", "y", List.of("x", "x")),
        TinyModels.withOpset(13)
            .floats("w", TinyModels.ramp(8), 2, 2, 2)
            .node("MatMul", "m", "y", List.of("x", "w")),
        TinyModels.withOpset(13)
            .floats("w", TinyModels.ramp(4), 2, 2)
            .node("MatMul", "m", "y", List.of("w", "x")),
        TinyModels.withOpset(13)
            .floats("w", TinyModels.ramp(4), 2, 2)
            .node(
                OnnxNodes.node("FusedMatMul", "m", List.of("x", "w"), "y")
                    .setDomain("com.microsoft")
                    .build()),
        TinyModels.withOpset(13)
            .floats("w", TinyModels.ramp(4), 2, 2)
            .node("Gemm", "m", "y", List.of("x", "w", "x")));
  }

  private static TinyModels gemm(AttributeProto attribute) {
    return TinyModels.withOpset(13)
        .floats("w", TinyModels.ramp(4), 2, 2)
        .node("Gemm", "m", "y", List.of("x", "w"), attribute);
  }

  @ParameterizedTest
  @MethodSource("notLinear")
  void otherProductsAreNoLayers(TinyModels model) {
    assertTrue(find(model).isEmpty());
  }

  @Test
  void normalizationAbsorbsADiagonal() {
    assertEquals(
        List.of(
            new TransformSite("n", 4, List.of("up_proj"), List.of("norm"), Absorbs.DIAGONAL, 1),
            TransformSite.isolated("r", 6, List.of("down_proj"))),
        sites(TinyModels.preNormMlp()));
  }

  @Test
  void decomposedNormalizationAbsorbsADiagonal() {
    assertEquals(
        List.of(
            new TransformSite(
                "n", 4, List.of("q_proj", "k_proj"), List.of("mul", "add"), Absorbs.DIAGONAL, 1)),
        sites(TinyModels.decomposedNorm()));
  }

  static List<TinyModels> sharedNormalizations() {
    return List.of(
        TinyModels.decomposedNorm().node("Relu", "residual", "z", List.of("n")),
        TinyModels.decomposedNorm().node("Relu", "inner", "z", List.of("m")),
        TinyModels.decomposedNorm().node("Relu", "tied", "z", List.of("gamma")),
        TinyModels.decomposedNorm().node("Relu", "tied", "z", List.of("beta")),
        TinyModels.decomposedNorm().output("n"),
        TinyModels.decomposedNorm().output("m"),
        TinyModels.decomposedNorm().node("MatMul", "attention", "z", List.of("x", "n")));
  }

  @ParameterizedTest
  @MethodSource("sharedNormalizations")
  void otherReadersKeepTheNormalizationAsItIs(TinyModels model) {
    TransformSite site = sites(model).get(0);
    assertEquals(Absorbs.NOTHING, site.absorbs());
    assertEquals(List.of("q_proj", "k_proj"), site.consumers());
  }

  @Test
  void aLinearLeftOutKeepsTheNormalizationAsItIs() {
    OnnxGraph graph = TinyModels.decomposedNorm().build().graph();
    List<OnnxLinear> one = LinearLayers.find(graph).subList(0, 1);
    assertEquals(Absorbs.NOTHING, OnnxSites.find(graph, one).get(0).absorbs());
  }
}
