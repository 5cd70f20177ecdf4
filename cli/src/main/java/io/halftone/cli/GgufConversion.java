package io.halftone.cli;

import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.cli.language.DecodedTensors;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.ModelVocabulary;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.Vocabulary;
import io.halftone.io.convert.BlockPlan;
import io.halftone.io.convert.LayerLoss;
import io.halftone.io.convert.ModelRuntime;
import io.halftone.io.convert.QuantizedSource;
import io.halftone.io.convert.SourceTensors;
import io.halftone.io.gguf.block.BlockEncoding;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.ModelTensors;
import io.halftone.io.gguf.model.ReadyBlocks;
import io.halftone.io.gguf.model.TypePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a language model as a GGUF file, and reads it again before it takes its place.
 *
 * @param in name of the model, for people
 * @param out the file to write
 * @param format of the linears
 * @param tokens whether its tokenizer goes into the file
 * @param importance of input channels, by the tensor's name
 * @param runtime that must read every tensor's type, if any
 * @param compute where blocks are encoded
 */
record GgufConversion(
    Path in,
    Path out,
    GgufFormat format,
    boolean tokens,
    ImportanceFile importance,
    Optional<ModelRuntime> runtime,
    Compute compute) {

  /** What the file holds and what it lost. */
  record Written(
      String in,
      String out,
      String format,
      boolean lossless,
      List<LayerLoss> losses,
      Map<String, Integer> types,
      int compared,
      int tokens) {

    void print(Output output) {
      output.line("%s: %d tensors as %s", out, compared, types);
      if (lossless) {
        output.line("every value is the same to the bit");
      }
      for (LayerLoss loss : losses) {
        output.line(
            "  %-56s relative error %.3e, largest difference %.3e: %s",
            loss.layer(), loss.relativeError(), loss.maxAbsError(), loss.reason());
      }
      output.line(
          tokens > 0 ? "its vocabulary has %d tokens" : "without tokens: it runs on ids alone",
          tokens);
      output.line("read again and compared: %d tensors", compared);
    }
  }

  /** Writes a float model. */
  Written ofFloats(LanguageModel model) throws IOException {
    BlockType type =
        format
            .type()
            .orElseThrow(() -> new InputException("a float model needs a type, such as gguf-f16"));
    Optional<Vocabulary> words = words(() -> ModelVocabulary.of(model));
    ModelTensors tensors = tensors(model.config(), model.tensors(), words);
    return write(tensors, new TypePlan(type), ReadyBlocks.NONE);
  }

  /**
   * Writes a quantized model.
   *
   * @param lossy whether layers may change that the format cannot hold
   */
  Written ofQuantized(QuantizedSource source, boolean lossy) throws IOException {
    TypePlan types = new TypePlan(format.type().orElse(BlockType.F16));
    BlockPlan plan =
        format.type().isEmpty()
            ? BlockPlan.narrowest(source)
            : BlockPlan.of(source, types, compute);
    if (!lossy) {
      Losses.require(plan.losses(), source.layers().size());
    }
    SourceTensors tensors = SourceTensors.of(source, plan);
    Optional<Vocabulary> words =
        words(() -> ModelVocabulary.of(source.companions(), source.modelConfig()));
    return write(
        tensors(ConfigJson.parse(source.modelConfig().toString()), tensors, words), types, tensors);
  }

  private Optional<Vocabulary> words(InputException.Reading<Optional<Vocabulary>> reading) {
    if (!tokens) {
      return Optional.empty();
    }
    try {
      return reading.read();
    } catch (IOException e) {
      throw new InputException(e.getMessage() + "; --without-tokenizer leaves the tokens out", e);
    }
  }

  private ModelTensors tensors(
      DecoderConfig config, TensorSource tensors, Optional<Vocabulary> words) {
    return new ModelTensors(
        in.getFileName().toString(), config, tensors, RopePairing.HALF_SPLIT, words);
  }

  private Written write(ModelTensors model, TypePlan plan, ReadyBlocks ready) throws IOException {
    try (StagedDirectory staged = StagedDirectory.beside(out)) {
      Path file = staged.path().resolve("model.gguf");
      new GgufExport(plan, importance, compute).write(file, model, ready);
      importance.requireUsed();
      Written written = readAgain(file, model);
      written.types().keySet().forEach(this::requireRead);
      staged.publishFile(file);
      return written;
    }
  }

  private void requireRead(String type) {
    runtime
        .flatMap(reader -> reader.refusal(type))
        .ifPresent(
            refusal -> {
              throw new InputException(refusal);
            });
  }

  private Written readAgain(Path file, ModelTensors model) throws IOException {
    List<LayerLoss> losses = new ArrayList<>();
    Map<String, Integer> types = new TreeMap<>();
    int compared = 0;
    try (DecodedTensors written = new DecodedTensors(LanguageModel.open(file))) {
      for (String name : written.names()) {
        BlockType type = written.type(name);
        FloatMatrix before = model.tensors().floats(name);
        FloatMatrix after = written.floats(name);
        types.merge(type.name(), 1, Integer::sum);
        compared++;
        if (!Arrays.equals(before.data(), after.data())) {
          requireRounded(name, type, before, after);
          losses.add(LayerLoss.of(name, "rounded to " + type, before, after));
        }
      }
    }
    return new Written(
        in.toString(),
        out.toString(),
        format.type().map(GgufFormat::spelled).orElse("gguf"),
        losses.isEmpty(),
        losses,
        types,
        compared,
        model.vocabulary().map(Vocabulary::size).orElse(0));
  }

  /** What differs must be the rounding of the file's type, to the bit. */
  private void requireRounded(String tensor, BlockType type, FloatMatrix before, FloatMatrix after)
      throws IOException {
    byte[] blocks =
        new BlockEncoding(type, importance.apply(tensor), compute).encode(tensor, before);
    float[] expected = new float[after.data().length];
    type.codec().decode(blocks, 0, expected, 0, expected.length);
    if (!Arrays.equals(expected, after.data())) {
      throw new IOException("tensor " + tensor + " reads other values than were written");
    }
  }
}
