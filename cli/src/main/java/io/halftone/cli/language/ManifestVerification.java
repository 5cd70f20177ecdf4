package io.halftone.cli.language;

import io.halftone.calibration.FallbackPolicy;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Progress;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.io.TensorData;
import io.halftone.io.TensorFile;
import io.halftone.io.recipe.RecipeJson;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares a quantized checkpoint with its manifest, and the manifest with a new run from the same
 * inputs.
 */
public final class ManifestVerification {
  private final Path directory;
  private final Manifest manifest;

  private ManifestVerification(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Reads a manifest.
   *
   * @param path a checkpoint's directory, or the manifest in it
   * @throws IOException if there is none or it is malformed
   */
  public static ManifestVerification of(Path path) throws IOException {
    Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    return new ManifestVerification(directory, Manifest.read(path));
  }

  /**
   * What differs first.
   *
   * @param what name of the tensor, or of the input
   * @param reason what it has and what was expected
   */
  public record Difference(String what, String reason) {}

  /** The manifest. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * Compares the bytes of every tensor on disk with the manifest's hashes, in its order.
   *
   * @return the first that differs, or empty
   * @throws IOException if the checkpoint cannot be read at all
   */
  public Optional<Difference> ofFiles() throws IOException {
    try (TensorFile file = RunOutput.of(RunFormat.named(manifest.format())).open(directory)) {
      for (Manifest.Tensor expected : manifest.tensors()) {
        if (!file.contains(expected.name())) {
          return Optional.of(new Difference(expected.name(), "it is not there"));
        }
        Optional<Difference> difference =
            difference(expected, Manifest.Tensor.of(TensorData.copy(file, expected.name())));
        if (difference.isPresent()) {
          return difference;
        }
      }
      List<String> more = new ArrayList<>(file.names());
      manifest.tensors().forEach(tensor -> more.remove(tensor.name()));
      return more.stream().findFirst().map(name -> new Difference(name, "the run wrote no such"));
    }
  }

  private static Optional<Difference> difference(Manifest.Tensor expected, Manifest.Tensor actual) {
    return expected.equals(actual)
        ? Optional.empty()
        : Optional.of(
            new Difference(
                expected.name(),
                "it is "
                    + actual.type()
                    + actual.shape()
                    + " with SHA-256 "
                    + actual.sha256()
                    + ", expected "
                    + expected.type()
                    + expected.shape()
                    + " with "
                    + expected.sha256()));
  }

  /**
   * Runs the recipe again and compares what it gives with the manifest, in its order.
   *
   * @param model the float model
   * @param calibration the tokens
   * @param compute where it runs; the manifest's seed is taken
   * @param version of this program
   * @param work an empty directory for the blocks
   * @param progress hears of every block
   * @return the first input, tensor or fact of a layer that differs, or empty
   * @throws IOException if the model cannot be read or the directory not written
   */
  public Optional<Difference> ofNewRun(
      LanguageModel model,
      TokenSequences calibration,
      Compute compute,
      String version,
      Path work,
      RunProgress progress)
      throws IOException {
    RunSettings settings = settings(calibration, compute, version);
    List<String> weights = RunSettings.weightHashes(model);
    if (!weights.equals(manifest.weightsSha256())) {
      return Optional.of(
          new Difference(
              "the float model", "it has " + weights + ", expected " + manifest.weightsSha256()));
    }
    if (!settings.tokenHash().equals(manifest.calibrationSha256())) {
      return Optional.of(
          new Difference(
              "the calibration",
              "its tokens with their weights have SHA-256 "
                  + settings.tokenHash()
                  + ", expected "
                  + manifest.calibrationSha256()));
    }
    BlockStore store = BlockStore.of(work, model, settings, weights);
    BlockLoop.run(model, settings, store, progress);
    try (StoredBlocks blocks = StoredBlocks.open(store, model.config().blocks())) {
      return difference(RunOutput.of(settings.format()).tensors(model, settings, blocks, work))
          .or(() -> differenceOfLayers(blocks.facts()));
    }
  }

  private Optional<Difference> differenceOfLayers(List<LayerFacts> layers) {
    for (int i = 0; i < layers.size(); i++) {
      LayerFacts found = layers.get(i);
      if (i >= manifest.layers().size()) {
        return Optional.of(new Difference(found.layer(), "the manifest does not name it"));
      }
      LayerFacts expected = manifest.layers().get(i);
      if (!found.equals(expected)) {
        return Optional.of(
            new Difference(found.layer(), "it ended as " + found + ", expected " + expected));
      }
    }
    return manifest.layers().stream()
        .skip(layers.size())
        .findFirst()
        .map(layer -> new Difference(layer.layer(), "the new run has no such"));
  }

  private Optional<Difference> difference(List<Manifest.Tensor> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      if (i >= manifest.tensors().size()) {
        return Optional.of(new Difference(tensors.get(i).name(), "the manifest does not name it"));
      }
      Optional<Difference> difference = difference(manifest.tensors().get(i), tensors.get(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return manifest.tensors().stream()
        .skip(tensors.size())
        .findFirst()
        .map(tensor -> new Difference(tensor.name(), "the new run has no such"));
  }

  private RunSettings settings(TokenSequences calibration, Compute compute, String version) {
    Recipe recipe = RecipeJson.read(manifest.recipe().toString());
    FallbackPolicy fallback =
        manifest.fallback().equals(FallbackPolicy.STRICT.name())
            ? FallbackPolicy.STRICT
            : FallbackPolicy.allow(manifest.fallback(), Catalog.fallback());
    Compute seeded =
        new Compute(compute.kernels(), compute.algebra(), compute.pool(), manifest.seed());
    return new RunSettings(
        new Pipeline(
            recipe,
            seeded,
            fallback,
            new NameFilter(manifest.include(), manifest.exclude()),
            Progress.SILENT),
        Propagation.valueOf(manifest.propagation()),
        calibration,
        RunFormat.named(manifest.format()),
        version);
  }
}
