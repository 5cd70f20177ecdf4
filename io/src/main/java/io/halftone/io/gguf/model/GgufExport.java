package io.halftone.io.gguf.model;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RotaryScaling;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.GgufWriter;
import io.halftone.io.gguf.block.BlockEncoding;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import io.halftone.io.gguf.model.TypePlan.Choice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a whole model as a GGUF file that llama.cpp loads.
 *
 * <p>One tensor at a time is in memory; the file appears completely or not at all.
 *
 * @param plan types of the tensors
 * @param importance of the input channels of a linear, by the tensor's name in the model
 * @param compute where blocks are encoded
 */
public record GgufExport(TypePlan plan, Function<String, Importance> importance, Compute compute) {
  /** Every channel counts the same. */
  public static GgufExport of(BlockType type, Compute compute) {
    return new GgufExport(new TypePlan(type), tensor -> Importance.UNIFORM, compute);
  }

  /**
   * Checks that models of an architecture can be written.
   *
   * @throws IllegalArgumentException if they cannot; lists those that can
   */
  public static void requireWritable(DecoderConfig config) {
    Family.of(config.modelType());
  }

  /**
   * Writes a model.
   *
   * @param path replaced if it exists
   * @return each tensor's type and why, in the file's order
   * @throws IllegalArgumentException if the architecture cannot be written, a tensor has no place
   *     in a GGUF file or no shape there, or a weight is not finite or too large for its type
   * @throws IOException if the model cannot be read or the file not written; it is then as it was
   */
  public List<Choice> write(Path path, ModelTensors model) throws IOException {
    return write(path, model, ReadyBlocks.NONE);
  }

  /**
   * As {@link #write(Path, ModelTensors)}, for a model of which some matrices are blocks already.
   *
   * @param ready taken over as they are; their tensors are not read as floats
   */
  public List<Choice> write(Path path, ModelTensors model, ReadyBlocks ready) throws IOException {
    Family family = Family.of(model.config().modelType());
    List<Choice> choices = new ArrayList<>();
    List<TensorData> tensors = new ArrayList<>();
    for (String source : model.tensors().names()) {
      if (isDerived(source, model.config())) {
        continue;
      }
      String name =
          TensorNames.of(source)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "tensor " + source + " has no place in a GGUF file"));
      List<Long> shape = model.tensors().shape(source);
      Optional<BlockType> type = shape.size() < 2 ? Optional.empty() : ready.type(source);
      Choice choice =
          type.map(found -> new Choice(name, found, "as it was found"))
              .orElseGet(() -> plan.choose(name, shape, isOutput(name, model)));
      choices.add(choice);
      ExportedTensor tensor = new ExportedTensor(choice, shape);
      RowOrder order = order(name, model, family);
      tensors.add(
          type.isPresent()
              ? tensor.data(() -> order.apply(ready.read(source), tensor.rows()))
              : tensor.data(() -> encoded(model.tensors(), source, tensor, order)));
    }
    ropeDivisors(model.config()).ifPresent(tensors::add);
    GgufWriter.write(path, MetadataWriter.of(model, family, plan), tensors);
    return List.copyOf(choices);
  }

  /** Tables of rotary angles, and an output matrix that repeats the embedding. */
  private static boolean isDerived(String source, DecoderConfig config) {
    return source.startsWith("freq_cis_")
        || source.endsWith(".rotary_emb.inv_freq")
        || (config.tiedHead() && source.equals("lm_head.weight"));
  }

  private static boolean isOutput(String name, ModelTensors model) {
    return name.equals(model.config().tiedHead() ? TensorNames.EMBEDDING : TensorNames.HEAD);
  }

  private static RowOrder order(String name, ModelTensors model, Family family) {
    boolean turned = TensorNames.isQuery(name) || TensorNames.isKey(name);
    return new RowOrder(
        model.config().headSize(), model.pairing(), turned ? family.pairing() : model.pairing());
  }

  private byte[] encoded(TensorSource weights, String source, ExportedTensor tensor, RowOrder order)
      throws IOException {
    FloatMatrix weight = order.apply(weights.floats(source), tensor.isVector());
    return new BlockEncoding(tensor.choice().type(), importance.apply(source), compute)
        .encode(source, weight);
  }

  /** What llama.cpp divides the frequencies by, where metadata has no word for the scaling. */
  private static Optional<TensorData> ropeDivisors(DecoderConfig config) {
    if (!(config.rotary().scaling() instanceof RotaryScaling.Banded banded)) {
      return Optional.empty();
    }
    int channels = config.rotary().channels();
    ByteBuffer bytes =
        ByteBuffer.allocate(channels / 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < channels / 2; i++) {
      double frequency = StrictMath.pow(config.rotary().base(), -2.0 * i / channels);
      bytes.putFloat((float) banded.divisor(frequency));
    }
    TensorEntry entry =
        new TensorEntry(TensorNames.ROPE_DIVISORS, "F32", List.of(channels / 2L), bytes.capacity());
    return Optional.of(
        TensorData.of(entry, out -> TensorData.writeFully(out, bytes.duplicate().rewind())));
  }
}
