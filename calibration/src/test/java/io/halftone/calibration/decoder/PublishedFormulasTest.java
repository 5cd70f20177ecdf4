package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small models with the names and the {@code config.json} of each family against the logits that
 * {@code logits.py}, beside the vectors, computes from the published formulas. It knows nothing of
 * Halftone's tables.
 */
class PublishedFormulasTest {
  private static final String VECTORS = "architectures/logits.json";

  static Stream<Arguments> models() throws IOException {
    try (InputStream in = PublishedFormulasTest.class.getResourceAsStream(VECTORS)) {
      JsonNode all = new ObjectMapper().readTree(Objects.requireNonNull(in, VECTORS));
      return StreamSupport.stream(all.spliterator(), false)
          .map(model -> Arguments.of(model.get("model").textValue(), model));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void hasTheLogitsOfTheFormulas(String name, JsonNode model) throws IOException {
    DecoderConfig config = ConfigJson.parse(model.get("config").toString());
    MemoryTensors tensors = MemoryTensors.empty();
    for (Map.Entry<String, JsonNode> tensor : model.get("tensors").properties()) {
      tensors.put(tensor.getKey(), values(tensor.getKey(), shape(tensor.getValue()), config));
    }
    FloatDecoder decoder = FloatDecoder.of(config, tensors);
    List<Integer> tokens = shape(model.get("tokens"));
    ResidualStream stream =
        ResidualStream.of(
            decoder,
            new TokenSequences(List.of(tokens.stream().mapToInt(Integer::intValue).toArray())));
    for (int b = 0; b < config.blocks(); b++) {
      stream.advance(decoder.block(b), Compute.defaults());
    }
    FloatMatrix logits = decoder.head().logits(stream.state(0), Compute.defaults());
    for (int t = 0; t < tokens.size(); t++) {
      for (int v = 0; v < config.vocabulary(); v++) {
        double expected = model.get("logits").get(t).get(v).doubleValue();
        assertEquals(expected, logits.get(t, v), 2e-5, name + ", token " + t + ", logit " + v);
      }
    }
  }

  private static List<Integer> shape(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.intValue()));
    return numbers;
  }

  /** The values that the script's first lines describe. */
  private static FloatMatrix values(String name, List<Integer> shape, DecoderConfig config) {
    boolean vector = shape.size() == 1;
    FloatMatrix values = FloatMatrix.zeros(vector ? 1 : shape.get(0), shape.get(vector ? 0 : 1));
    boolean gain = name.endsWith("norm.weight") && !config.modelType().startsWith("gemma");
    long seed = fnv1a(name);
    for (int i = 0; i < values.data().length; i++) {
      float value = (splitMix64(seed + i) >>> 48) / 32768f - 1;
      values.data()[i] = (gain ? 1 : 0) + value / 4;
    }
    return values;
  }

  private static long fnv1a(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001B3L;
    }
    return hash;
  }

  private static long splitMix64(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
