package io.halftone.cli;

import io.halftone.cli.language.LayerFacts;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.TablePage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run on a language model found, as a page: how every layer ended, and with which error. */
final class LanguageRunPage {
  private LanguageRunPage() {}

  static TablePage of(LanguageFacts facts) {
    return new TablePage(
        facts.model() + " quantized",
        List.of(
            number("perplexity %.4f, float %.4f; ", facts.perplexity(), facts.perplexityBefore())
                + number("KL divergence %.5f nats per token; ", facts.divergence())
                + number("same first choice %.2f %% ", 100 * facts.agreement())
                + number("of %d tokens", facts.predictions()),
            String.join(", ", facts.recipe(), facts.scheme(), facts.propagation(), facts.format())
                + number(": mean relative output error %.6f, ", facts.meanRelativeOutputError())
                + number("%.3f bits per weight, ", facts.bitsPerWeight())
                + number("%.1f MB, %.1f s", facts.fileBytes() / 1e6, facts.seconds()),
            facts.outcomes().entrySet().stream()
                .map(outcome -> outcome.getValue() + " " + outcome.getKey())
                .collect(Collectors.joining(", ", "layers: ", "")),
            "Halftone " + facts.provenance().halftone() + ", seed " + facts.provenance().seed(),
            "SHA-256 " + facts.sha256()),
        List.of(layers(facts), inputs(facts)));
  }

  private static TablePage.Table layers(LanguageFacts facts) {
    return new TablePage.Table(
        "Layers",
        List.of(
            "layer",
            "outcome",
            "what happened",
            "size",
            "weight error",
            "output error",
            "bits per weight"),
        facts.layers().stream().map(LanguageRunPage::line).toList());
  }

  private static List<String> line(LayerFacts layer) {
    return List.of(
        layer.layer(),
        layer.outcome(),
        layer.description(),
        layer.out() + " x " + layer.in(),
        number("%.6f", layer.weightRelativeError()),
        number("%.6f", layer.outputRelativeError()),
        number("%.3f", layer.bitsPerWeight()));
  }

  private static TablePage.Table inputs(LanguageFacts facts) {
    return new TablePage.Table(
        "Inputs",
        List.of("file", "role", "bytes", "SHA-256"),
        facts.provenance().inputs().stream().map(LanguageRunPage::line).toList());
  }

  private static List<String> line(InputFile file) {
    return List.of(file.name(), file.role(), Long.toString(file.bytes()), file.sha256());
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
