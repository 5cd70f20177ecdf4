package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LanguageEvaluationTest {
  private static final Compute COMPUTE = Compute.defaults();
  private final Architecture table = Architectures.of("llama").get(0);
  private final DecoderConfig config =
      ConfigJson.parse(
          "{\"model_type\":\"llama\",\"hidden_size\":16,\"intermediate_size\":24,"
              + "\"num_hidden_layers\":2,\"num_attention_heads\":2,\"vocab_size\":11,"
              + "\"max_position_embeddings\":64,\"rms_norm_eps\":1e-5}");
  private final MemoryTensors first = MemoryTensors.random(table, config, 1);
  private final MemoryTensors second = MemoryTensors.random(table, config, 2);
  private final TokenSequences tokens = tokens();

  private static TokenSequences tokens() {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> sequences = new ArrayList<>();
    for (int length : new int[] {5, 1, 60, 33}) {
      sequences.add(random.ints(length, 0, 11).toArray());
    }
    return new TokenSequences(sequences);
  }

  private double[][] probabilities(MemoryTensors tensors, int[] sequence) {
    double[][] logits = new NaiveDecoder(config, table, tensors.byName).logits(sequence);
    for (double[] row : logits) {
      double sum = 0;
      for (int v = 0; v < row.length; v++) {
        row[v] = Math.exp(row[v]);
        sum += row[v];
      }
      for (int v = 0; v < row.length; v++) {
        row[v] /= sum;
      }
    }
    return logits;
  }

  @Test
  void agreesWithTheOracle() throws IOException {
    LanguageScore score =
        LanguageEvaluation.of(COMPUTE)
            .compare(FloatDecoder.of(config, first), FloatDecoder.of(config, second), tokens);
    double likelihood = 0;
    double divergence = 0;
    int agreements = 0;
    int predictions = 0;
    for (int[] sequence : tokens.sequences()) {
      double[][] p = probabilities(first, sequence);
      double[][] q = probabilities(second, sequence);
      for (int t = 0; t + 1 < sequence.length; t++) {
        likelihood -= Math.log(q[t][sequence[t + 1]]);
        int topP = 0;
        int topQ = 0;
        for (int v = 0; v < 11; v++) {
          divergence += p[t][v] * Math.log(p[t][v] / q[t][v]);
          topP = p[t][v] > p[t][topP] ? v : topP;
          topQ = q[t][v] > q[t][topQ] ? v : topQ;
        }
        agreements += topP == topQ ? 1 : 0;
        predictions++;
      }
    }
    assertEquals(predictions, score.predictions());
    assertEquals(likelihood / predictions, score.negativeLogLikelihood(), 1e-5);
    assertEquals(divergence / predictions, score.divergence(), 1e-5);
    assertEquals(agreements / (double) predictions, score.agreement());
    assertEquals(Math.exp(likelihood / predictions), score.perplexity(), 1e-4);
  }

  @Test
  void aModelAgreesWithItself() throws IOException {
    FloatDecoder model = FloatDecoder.of(config, first);
    LanguageScore score = LanguageEvaluation.of(COMPUTE).compare(model, model, tokens);
    assertEquals(0, score.divergence(), 1e-12);
    assertEquals(1, score.agreement());
  }

  @Test
  void aModelWithoutPreferencesHasThePerplexityOfItsVocabulary() throws IOException {
    FloatMatrix head = first.byName.get("lm_head.weight");
    java.util.Arrays.fill(head.data(), 0);
    LanguageScore score =
        LanguageEvaluation.of(COMPUTE).score(FloatDecoder.of(config, first), tokens);
    assertEquals(11, score.perplexity(), 1e-5);
  }

  @Test
  void groupsDoNotChangeTheScoreAndProgressIsToldOfEveryBlock() throws IOException {
    FloatDecoder model = FloatDecoder.of(config, first);
    List<String> heard = new ArrayList<>();
    Progress progress = (done, total, what) -> heard.add(done + "/" + total + " " + what);
    LanguageScore grouped = new LanguageEvaluation(COMPUTE, 40, progress).score(model, tokens);
    assertEquals(LanguageEvaluation.of(COMPUTE).score(model, tokens), grouped);
    assertEquals(6, heard.size());
    assertEquals("6/6 model.layers.1", heard.get(5));
  }

  @Test
  void nothingToPredictIsRefused() throws IOException {
    FloatDecoder model = FloatDecoder.of(config, first);
    TokenSequences single = new TokenSequences(List.of(new int[] {3}));
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> LanguageEvaluation.of(COMPUTE).score(model, single));
    assertTrue(refusal.getMessage().contains("second token"), refusal.getMessage());
  }
}
