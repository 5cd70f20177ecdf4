package io.halftone.cli.report;

import io.halftone.calibration.decoder.RecipeRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What recipes made of a language model: what {@code --json} prints and what the page shows.
 *
 * @param model name of the model's file
 * @param calibrationTokens tokens the recipes read
 * @param evaluationTokens tokens they were measured on
 * @param propagation what layers were calibrated on
 * @param tuningEpochs passes over the calibration text that tuned scales
 * @param seed of the run
 * @param results the float model first, then recipes in the order they ran
 */
public record LanguageReport(
    String model,
    long calibrationTokens,
    long evaluationTokens,
    String propagation,
    int tuningEpochs,
    long seed,
    List<RecipeRow> results) {
  /** Takes a copy of the list. */
  public LanguageReport {
    Require.text("model", model);
    results = List.copyOf(results);
  }

  /**
   * Writes {@code results.json} and {@code report.html}; each appears complete or not at all.
   *
   * @param directory made if there is none
   * @throws IOException if a file cannot be written
   */
  public void write(Path directory) throws IOException {
    ReportFiles.write(directory, "results.json", this, LanguagePage.of(this));
  }
}
