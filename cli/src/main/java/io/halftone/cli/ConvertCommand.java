package io.halftone.cli;

import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.QuantizedGguf;
import io.halftone.io.convert.Checkpoint;
import io.halftone.io.convert.Conversion;
import io.halftone.io.convert.ConversionPlan;
import io.halftone.io.convert.LayerLoss;
import io.halftone.io.convert.ModelRuntimes;
import io.halftone.io.convert.OnnxCheckpoint;
import io.halftone.io.convert.OnnxConversion;
import io.halftone.io.convert.QuantizationConfig;
import io.halftone.io.convert.QuantizedSource;
import io.halftone.io.convert.TargetFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Writes a quantized checkpoint in another format, to the bit where the grids allow it, or a
 * language model as a GGUF file.
 */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a quantized checkpoint (config.json and safetensors), GGUF or ONNX file in another",
      "format: gptq, gptq_v2, awq, pack-quantized, int-quantized, float-quantized, naive-quantized;",
      "jlama-q4 for Jlama; matmulnbits for an ONNX file with a MatMulNBits node for each layer;",
      "gguf-q4_0, gguf-q4_k, gguf-f16, ... for a GGUF file, gguf for the narrowest exact types.",
      "Values stay to the bit; where a format cannot hold them, --lossy is needed, and the loss is said.",
      "A float language model becomes a GGUF file of the type named.",
      "The result is read again and compared before the command reports success."
    })
final class ConvertCommand implements Callable<Integer> {
  @Mixin private Output output;
  @Mixin private ComputeOptions computeOptions;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description =
          "A checkpoint's directory or its one safetensors file, an ONNX file, or a language model.")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The directory to write; a file for GGUF and ONNX.")
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

  @Option(
      names = "--importance",
      paramLabel = "NPZ",
      description = {
        "For GGUF: how much errors count, an array [in] per layer under its name,",
        "such as the diagonal of its inputs' Gram matrix (default: the same everywhere)."
      })
  private Optional<Path> importance = Optional.empty();

  @Option(
      names = "--without-tokenizer",
      description = "For GGUF: leave the tokens unnamed; the file then runs on ids alone.")
  private boolean withoutTokenizer;

  @Option(names = "--force", description = "Replace an output that exists.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    requireFreeTarget();
    if (GgufFormat.is(format)) {
      writeGguf();
      return 0;
    }
    if (importance.isPresent() || withoutTokenizer) {
      throw new InputException("--importance and --without-tokenizer are for GGUF files");
    }
    TargetFormat target = TargetFormat.named(format);
    runtime.ifPresent(ModelRuntimes::named);
    try (QuantizedSource source = quantized()) {
      ConversionPlan plan =
          InputException.reading("the checkpoint", () -> ConversionPlan.of(source, target));
      requireReader(plan.config());
      if (!lossy) {
        Losses.require(plan.losses(), plan.layers());
      }
      Converted facts = write(source, plan);
      output.print(facts, () -> printTable(facts));
    }
    return 0;
  }

  private void requireFreeTarget() throws IOException {
    if (Files.exists(out) && !force) {
      throw new InputException(out + " exists; add --force to replace it");
    }
    if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
      throw new InputException("a checkpoint cannot be converted in place; name another OUT");
    }
    if (Files.isDirectory(out) && (GgufFormat.is(format) || isOneFile())) {
      throw new InputException(out + " is a directory; name a file for " + format);
    }
  }

  private QuantizedSource quantized() throws IOException {
    if (isOnnx()) {
      return InputException.reading("the model", () -> OnnxCheckpoint.open(in));
    }
    if (!isGguf()) {
      return InputException.reading("the checkpoint", () -> Checkpoint.open(in));
    }
    LanguageModel model = InputException.reading("the model", () -> LanguageModel.open(in));
    Optional<QuantizedGguf> source = QuantizedGguf.of(model);
    if (source.isEmpty()) {
      model.close();
      throw new InputException(
          in + " is a float model; 'halftone quantize' makes a checkpoint of it");
    }
    return source.get();
  }

  private boolean isGguf() {
    return in.getFileName().toString().endsWith(".gguf");
  }

  private boolean isOneFile() {
    return TargetFormat.ids().contains(format) && TargetFormat.named(format).isOneFile();
  }

  private boolean isOnnx() {
    return in.getFileName().toString().endsWith(".onnx");
  }

  private void writeGguf() throws IOException {
    ImportanceFile channels = importance.map(ImportanceFile::read).orElseGet(ImportanceFile::none);
    GgufConversion conversion =
        new GgufConversion(
            in,
            out,
            GgufFormat.named(format),
            !withoutTokenizer,
            channels,
            runtime.map(ModelRuntimes::named),
            computeOptions.compute());
    GgufConversion.Written written = writeGguf(conversion);
    output.print(written, () -> written.print(output));
  }

  private GgufConversion.Written writeGguf(GgufConversion conversion) throws IOException {
    if (isOnnx()
        || !isGguf() && InputException.reading("the model", () -> Checkpoint.isQuantized(in))) {
      try (QuantizedSource source = quantized()) {
        return conversion.ofQuantized(source, lossy);
      }
    }
    try (LanguageModel model = InputException.reading("the model", () -> LanguageModel.open(in))) {
      Optional<QuantizedGguf> source = QuantizedGguf.of(model);
      return source.isPresent()
          ? conversion.ofQuantized(source.get(), lossy)
          : conversion.ofFloats(model);
    }
  }

  private void requireReader(QuantizationConfig config) {
    runtime
        .flatMap(name -> ModelRuntimes.named(name).refusal(config))
        .ifPresent(
            refusal -> {
              throw new InputException(refusal);
            });
  }

  private Converted write(QuantizedSource source, ConversionPlan plan) throws IOException {
    int compared = plan.format().isOneFile() ? writeFile(source, plan) : fill(source, plan);
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

  private int fill(QuantizedSource source, ConversionPlan plan) throws IOException {
    try (StagedDirectory staged = StagedDirectory.beside(out)) {
      Conversion.write(source, plan, staged.path());
      int compared = Conversion.verify(source, plan, staged.path());
      staged.publish();
      return compared;
    }
  }

  private int writeFile(QuantizedSource source, ConversionPlan plan) throws IOException {
    try (StagedModel staged = StagedModel.write(OnnxConversion.model(source, plan), out)) {
      int compared = OnnxConversion.verify(source, plan, staged.file());
      staged.publish();
      return compared;
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
