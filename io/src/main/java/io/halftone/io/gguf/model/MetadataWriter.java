package io.halftone.io.gguf.model;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RotaryScaling;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Token;
import io.halftone.io.gguf.GgufValue;
import io.halftone.io.gguf.GgufValue.Bool;
import io.halftone.io.gguf.GgufValue.Int;
import io.halftone.io.gguf.GgufValue.Numbers;
import io.halftone.io.gguf.GgufValue.Real;
import io.halftone.io.gguf.GgufValue.Text;
import io.halftone.io.gguf.GgufValue.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The metadata of a model in the order in which llama.cpp's own files have it. */
final class MetadataWriter {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String NONE = "none";
  private static final int QUANTIZATION_VERSION = 2;

  private final Map<String, GgufValue> pairs = new LinkedHashMap<>();
  private final String architecture;

  private MetadataWriter(String architecture) {
    this.architecture = architecture;
  }

  static Map<String, GgufValue> of(ModelTensors model, Family family, TypePlan plan) {
    MetadataWriter writer = new MetadataWriter(family.id());
    writer.pairs.put(Keys.ARCHITECTURE, new Text(family.id()));
    writer.pairs.put(Keys.NAME, new Text(model.name()));
    writer.pairs.put(Keys.FILE_TYPE, Int.uint32(plan.fileType()));
    writer.pairs.put(Keys.QUANTIZATION_VERSION, Int.uint32(QUANTIZATION_VERSION));
    writer.decoder(model.config());
    model
        .vocabulary()
        .ifPresentOrElse(writer::vocabulary, () -> writer.pairs.put(MODEL, new Text(NONE)));
    return writer.pairs;
  }

  private void decoder(DecoderConfig config) {
    number(Keys.VOCABULARY, config.vocabulary());
    number(Keys.CONTEXT, config.contextLength());
    number(Keys.EMBEDDING, config.hiddenSize());
    number(Keys.BLOCKS, config.blocks());
    number(Keys.FEED_FORWARD, config.intermediateSize());
    number(Keys.HEADS, config.heads());
    number(Keys.KEY_VALUE_HEADS, config.keyValueHeads());
    number(Keys.HEAD_SIZE, config.headSize());
    number(Keys.VALUE_SIZE, config.headSize());
    real(Keys.EPSILON, config.normEpsilon());
    number(Keys.ROPE_CHANNELS, config.rotary().channels());
    real(Keys.ROPE_BASE, (float) config.rotary().base());
    if (config.rotary().scaling() instanceof RotaryScaling.Linear linear) {
      pairs.put(architecture + Keys.ROPE_SCALING, new Text(Keys.LINEAR));
      real(Keys.ROPE_FACTOR, (float) linear.factor());
    }
  }

  private void number(String suffix, int value) {
    pairs.put(architecture + suffix, Int.uint32(value));
  }

  private void real(String suffix, float value) {
    pairs.put(architecture + suffix, Real.float32(value));
  }

  private void vocabulary(Vocabulary words) {
    int size = words.size();
    float[] scores = new float[size];
    int[] kinds = new int[size];
    for (int id = 0; id < size; id++) {
      scores[id] = words.tokens().get(id).score();
      kinds[id] = words.tokens().get(id).kind().id();
    }
    pairs.put(MODEL, new Text(words.model()));
    words
        .merges()
        .ifPresent(merges -> pairs.put("tokenizer.ggml.pre", new Text(merges.splitting())));
    pairs.put(
        "tokenizer.ggml.tokens", new Texts(words.tokens().stream().map(Token::text).toList()));
    pairs.put("tokenizer.ggml.scores", Numbers.float32(scores));
    pairs.put("tokenizer.ggml.token_type", Numbers.int32(kinds));
    words
        .merges()
        .ifPresent(merges -> pairs.put("tokenizer.ggml.merges", new Texts(merges.pairs())));
    id("tokenizer.ggml.bos_token_id", words.bos());
    id("tokenizer.ggml.eos_token_id", words.eos());
    id("tokenizer.ggml.unknown_token_id", words.unknown());
    pairs.put("tokenizer.ggml.add_bos_token", new Bool(words.bos().isPresent()));
  }

  private void id(String key, OptionalInt id) {
    id.ifPresent(value -> pairs.put(key, Int.uint32(value)));
  }
}
