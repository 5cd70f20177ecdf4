package io.halftone.calibration.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tables of all decoders Halftone runs. */
public final class Architectures {
  private static final String FOLDER = "architectures/";
  private static final int NAMES_SHOWN = 12;
  private static final List<Architecture> ALL = load();

  private Architectures() {}

  /** Every model type there is a table for, sorted. */
  public static Set<String> modelTypes() {
    return ALL.stream()
        .flatMap(table -> table.modelTypes().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The tables of a model type, one per kind of file.
   *
   * @throws IllegalArgumentException if there is none; suggests the nearest and lists all
   */
  public static List<Architecture> of(String modelType) {
    List<Architecture> tables =
        ALL.stream().filter(table -> table.modelTypes().contains(modelType)).toList();
    if (tables.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown model type '"
              + modelType
              + "', did you mean '"
              + NearestName.to(modelType, modelTypes())
              + "'? Known are "
              + String.join(", ", modelTypes()));
    }
    return tables;
  }

  /**
   * The table that knows every tensor of a model.
   *
   * @throws IllegalArgumentException if tensors are missing or unknown; lists them for the table
   *     that comes nearest
   */
  public static Architecture matching(DecoderConfig config, Set<String> names) {
    Architecture nearest =
        of(config.modelType()).stream()
            .min(Comparator.comparingInt(table -> table.missing(config, names).size()))
            .orElseThrow();
    List<String> missing = nearest.missing(config, names);
    List<String> unknown = nearest.unknown(config, names);
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "the model's tensors are not those of '"
              + nearest.name()
              + "'; missing: "
              + shown(missing)
              + "; not known: "
              + shown(unknown));
    }
    return nearest;
  }

  private static String shown(List<String> names) {
    String first = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
    int more = names.size() - NAMES_SHOWN;
    return names.isEmpty() ? "none" : more > 0 ? first + " and " + more + " more" : first;
  }

  private static List<Architecture> load() {
    ObjectMapper mapper = new ObjectMapper();
    List<Architecture> tables = new ArrayList<>();
    for (JsonNode file : read(mapper, FOLDER + "index.json")) {
      tables.add(table(file.asText().replace(".json", ""), read(mapper, FOLDER + file.asText())));
    }
    return List.copyOf(tables);
  }

  static JsonNode read(ObjectMapper mapper, String file) {
    try (InputStream in = Architectures.class.getResourceAsStream(file)) {
      return mapper.readTree(Objects.requireNonNull(in, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that maps words of model directories to Halftone's. */
  static Map<String, String> words(String file) {
    Map<String, String> words = new TreeMap<>();
    read(new ObjectMapper(), file)
        .properties()
        .forEach(e -> words.put(e.getKey(), e.getValue().asText()));
    return words;
  }

  private static Architecture table(String name, JsonNode json) {
    String divisors = json.required("ropeDivisors").asText();
    return new Architecture(
        name,
        texts(json.required("modelTypes")),
        constant(NormKind.class, json.required("norm").asText()),
        constant(RopePairing.class, json.required("pairing").asText()),
        constant(DecoderConfig.WindowedBlocks.class, json.required("windowedBlocks").asText()),
        json.required("scaledEmbedding").asBoolean(),
        constant(Activation.class, json.required("activation").asText()),
        json.required("activationKey").asText(),
        json.required("tiedHead").asBoolean(),
        json.required("embedding").asText(),
        json.required("head").asText(),
        json.required("block").asText(),
        byRole(LinearRole.class, json.required("linears")),
        texts(json.required("biased")).stream()
            .map(role -> constant(LinearRole.class, role))
            .collect(Collectors.toUnmodifiableSet()),
        byRole(NormRole.class, json.required("norms")),
        divisors.isEmpty() ? Optional.empty() : Optional.of(divisors),
        new NameFilter(texts(json.required("ignored")), List.of()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static <R extends Enum<R>> Map<R, String> byRole(Class<R> roles, JsonNode object) {
    Map<R, String> names = new EnumMap<>(roles);
    object.properties().forEach(e -> names.put(constant(roles, e.getKey()), e.getValue().asText()));
    return names;
  }

  static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
