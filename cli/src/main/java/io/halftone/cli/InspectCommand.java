package io.halftone.cli;

import io.halftone.core.model.Absorbs;
import io.halftone.core.model.TransformSite;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpzFile;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxSites;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.StringStringEntryProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what is in a file. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what is in a file: an ONNX model's linear layers, what writes their inputs and what is already quantized;",
      "the tensors and metadata of a safetensors file or model directory, a GGUF file or a llama2.c checkpoint;",
      "the arrays of an .npy or .npz file."
    })
final class InspectCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "An .onnx, .safetensors, .gguf, .bin (llama2.c), .npy or .npz file, or a directory.")
  private Path file;

  @Override
  public Integer call() {
    String name = file.getFileName().toString();
    if (name.endsWith(".npz")) {
      printArrays(InputException.reading("the archive", () -> NpzFile.read(file)));
    } else if (name.endsWith(".npy")) {
      printArrays(Map.of(name, InputException.reading("the array", () -> NpyFile.readArray(file))));
    } else if (TensorListing.reads(file)) {
      TensorListing listing = InputException.reading("the tensors", () -> TensorListing.of(file));
      output.print(listing, () -> listing.print(output));
    } else {
      printModel(InputException.reading("the model", () -> OnnxModel.read(file)));
    }
    return 0;
  }

  private void printArrays(Map<String, NpyArray> arrays) {
    List<ArrayFacts> facts = new ArrayList<>();
    arrays.forEach(
        (name, array) ->
            facts.add(
                new ArrayFacts(
                    name, array.type().code(), Arrays.stream(array.shape()).boxed().toList())));
    output.print(
        new ArchiveFacts(facts),
        () ->
            facts.forEach(fact -> output.line("%-24s %-6s %s", fact.name, fact.type, fact.shape)));
  }

  private void printModel(OnnxModel model) {
    ModelFacts facts = ModelFacts.of(file, model);
    output.print(facts, () -> printTable(facts));
  }

  private void printTable(ModelFacts facts) {
    output.line(
        "%s: operator set %d, %d linear layers, %d sites",
        facts.file, facts.opset, facts.linears.size(), facts.sites);
    for (LinearFacts linear : facts.linears) {
      output.line(
          "  %-56s %5d x %-5d reads %s%s",
          linear.name, linear.out, linear.in, linear.input, linear.folds ? " (folds)" : "");
    }
    facts.quantizedNodes.forEach((type, count) -> output.line("  %d nodes %s", count, type));
    facts.metadata.forEach((key, value) -> output.line("  %s = %s", key, value));
  }

  private record ArchiveFacts(List<ArrayFacts> arrays) {}

  private record ArrayFacts(String name, String type, List<Integer> shape) {}

  private record LinearFacts(String name, int out, int in, String input, boolean folds) {}

  private record ModelFacts(
      String file,
      int opset,
      int sites,
      List<LinearFacts> linears,
      Map<String, Integer> quantizedNodes,
      Map<String, String> metadata) {

    static ModelFacts of(Path file, OnnxModel model) {
      List<OnnxLinear> linears = LinearLayers.find(model.graph());
      List<TransformSite> sites = OnnxSites.find(model.graph(), linears);
      List<LinearFacts> facts = new ArrayList<>();
      for (OnnxLinear linear : linears) {
        boolean folds =
            sites.stream()
                .anyMatch(
                    site -> site.id().equals(linear.input()) && site.absorbs() == Absorbs.DIAGONAL);
        facts.add(new LinearFacts(linear.name(), linear.out(), linear.in(), linear.input(), folds));
      }
      Map<String, Integer> quantized = new TreeMap<>();
      for (NodeProto node : model.graph().nodes()) {
        if (List.of(
                "MatMulNBits",
                "MatMulBnb4",
                "DequantizeLinear",
                "MatMulInteger",
                "DynamicQuantizeLinear",
                "QuantizeLinear")
            .contains(node.getOpType())) {
          quantized.merge(node.getOpType(), 1, Integer::sum);
        }
      }
      Map<String, String> metadata = new TreeMap<>();
      for (StringStringEntryProto entry : model.proto().getMetadataPropsList()) {
        metadata.put(entry.getKey(), entry.getValue());
      }
      return new ModelFacts(
          file.toString(), model.opset(), sites.size(), facts, quantized, metadata);
    }
  }
}
