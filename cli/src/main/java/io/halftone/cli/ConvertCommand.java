package io.halftone.cli;

import io.halftone.io.convert.Checkpoint;
import io.halftone.io.convert.Conversion;
import io.halftone.io.convert.ConversionPlan;
import io.halftone.io.convert.LayerLoss;
import io.halftone.io.convert.ModelRuntimes;
import io.halftone.io.convert.QuantizationConfig;
import io.halftone.io.convert.TargetFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a quantized checkpoint in another format, to the bit where the grids allow it. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a quantized checkpoint (config.json and safetensors) in another format:",
      "gptq, gptq_v2, awq, pack-quantized, int-quantized, float-quantized or naive-quantized.",
      "Values stay to the bit; where a format cannot hold them, --lossy is needed, and the loss is said.",
      "The result is read again and compared before the command reports success."
    })
final class ConvertCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A checkpoint's directory, or its one safetensors file.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The directory to write.")
  private Path out;

  @Option(names = "--to", paramLabel = "FORMAT", required = true, description = "The new format.")
  private String format;

  @Option(
      names = "--for",
      paramLabel = "RUNTIME[@VERSION]",
      description = "Refuse to write what this runtime does not read, such as vllm.")
  private Optional<String> runtime = Optional.empty();

  @Option(
      names = "--lossy",
      description = "Round to the new format's grid where it cannot hold the old one.")
  private boolean lossy;

  @Option(names = "--force", description = "Replace an output that exists.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    TargetFormat target = TargetFormat.named(format);
    runtime.ifPresent(ModelRuntimes::named);
    if (Files.exists(out) && !force) {
      throw new InputException(out + " exists; add --force to replace it");
    }
    if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
      throw new InputException("a checkpoint cannot be converted in place; name another OUT");
    }
    try (Checkpoint source = InputException.reading("the checkpoint", () -> Checkpoint.open(in))) {
      ConversionPlan plan =
          InputException.reading("the checkpoint", () -> ConversionPlan.of(source, target));
      requireReader(plan.config());
      requireConsent(plan);
      Converted facts = write(source, plan);
      output.print(facts, () -> printTable(facts));
    }
    return 0;
  }

  private void requireReader(QuantizationConfig config) {
    runtime
        .flatMap(name -> ModelRuntimes.named(name).refusal(config))
        .ifPresent(
            refusal -> {
              throw new InputException(refusal);
            });
  }

  private void requireConsent(ConversionPlan plan) {
    if (plan.isLossless() || lossy) {
      return;
    }
    LayerLoss worst = worst(plan.losses());
    throw new InputException(
        String.format(
            Locale.ROOT,
            "%d of %d layers would change, most of all %s: it has %s "
                + "(relative error %.3e, largest difference %.3e); add --lossy to accept it",
            plan.losses().size(),
            plan.layers(),
            worst.layer(),
            worst.reason(),
            worst.relativeError(),
            worst.maxAbsError()));
  }

  private static LayerLoss worst(List<LayerLoss> losses) {
    return losses.stream().max(Comparator.comparingDouble(LayerLoss::relativeError)).orElseThrow();
  }

  private Converted write(Checkpoint source, ConversionPlan plan) throws IOException {
    try (StagedDirectory staged = StagedDirectory.beside(out)) {
      Conversion.write(source, plan, staged.path());
      int compared = Conversion.verify(source, plan, staged.path());
      staged.publish();
      List<String> readers = new ArrayList<>();
      List<String> refusals = new ArrayList<>();
      ModelRuntimes.all()
          .forEach(
              known ->
                  known
                      .refusal(plan.config())
                      .ifPresentOrElse(refusals::add, () -> readers.add(known.id())));
      return new Converted(
          in.toString(),
          out.toString(),
          plan.format().id(),
          plan.layers(),
          plan.isLossless(),
          plan.losses(),
          compared,
          readers,
          refusals);
    }
  }

  private void printTable(Converted facts) {
    output.line("%s: %d layers as %s", facts.out, facts.layers, facts.format);
    if (facts.lossless) {
      output.line("every value is the same to the bit");
    } else {
      for (LayerLoss loss : facts.losses) {
        output.line(
            "  %-56s relative error %.3e, largest difference %.3e: %s",
            loss.layer(), loss.relativeError(), loss.maxAbsError(), loss.reason());
      }
    }
    output.line("read again and compared: %d layers and tensors", facts.compared);
    output.line(
        "read by: %s",
        facts.readers.isEmpty() ? "no known runtime" : String.join(", ", facts.readers));
  }

  private record Converted(
      String in,
      String out,
      String format,
      int layers,
      boolean lossless,
      List<LayerLoss> losses,
      int compared,
      List<String> readers,
      List<String> refusals) {}
}
