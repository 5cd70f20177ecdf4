package io.halftone.io.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.codec.Codecs;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the {@code quantization_config} of a checkpoint says of its layers.
 *
 * @param groups layers of one format and scheme each, at least one
 * @param ignored modules that stay float: names, or patterns after {@code re:}
 */
public record QuantizationConfig(List<Group> groups, List<String> ignored) {
  private static final String PATTERN = "re:";
  private static final String EVERY_LINEAR = "Linear";

  /** Takes copies and checks that there is a group. */
  public QuantizationConfig {
    groups = List.copyOf(groups);
    ignored = List.copyOf(ignored);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a quantization_config needs a group of layers");
    }
  }

  /**
   * Layers of one format and scheme.
   *
   * @param targets names of layers, patterns after {@code re:}, or {@code Linear} for all others
   * @param format id of the layer codec
   * @param scheme of each layer
   * @param reordered whether groups are channels from anywhere
   */
  public record Group(List<String> targets, String format, LayerScheme scheme, boolean reordered) {
    /** Takes a copy of the targets and checks the format. */
    public Group {
      targets = List.copyOf(targets);
      if (Codecs.named(format).isEmpty()) {
        throw new IllegalArgumentException(
            "layers of format " + format + " are not read or written");
      }
    }

    /** Reads and writes the layers. */
    public LayerCodec codec() {
      return Codecs.named(format).orElseThrow();
    }

    private boolean names(String layer) {
      return targets.stream().anyMatch(target -> matches(target, layer));
    }
  }

  /** One group for every linear layer that is not ignored. */
  public static QuantizationConfig ofAll(
      String format, LayerScheme scheme, boolean reordered, List<String> ignored) {
    return new QuantizationConfig(
        List.of(new Group(List.of(EVERY_LINEAR), format, scheme, reordered)), ignored);
  }

  /**
   * The {@code quantization_config} that says this.
   *
   * @throws IllegalArgumentException if the format cannot say it
   */
  public ObjectNode json() {
    return QuantizationJson.write(this, new ObjectMapper().createObjectNode());
  }

  /** The group of a layer: the first that names it, else the first that means every linear. */
  public Optional<Group> of(String layer) {
    return groups.stream()
        .filter(group -> group.names(layer))
        .findFirst()
        .or(
            () ->
                groups.stream()
                    .filter(group -> group.targets().contains(EVERY_LINEAR))
                    .findFirst());
  }

  private static boolean matches(String target, String layer) {
    return target.startsWith(PATTERN)
        ? Pattern.compile(target.substring(PATTERN.length())).matcher(layer).lookingAt()
        : target.equals(layer);
  }
}
